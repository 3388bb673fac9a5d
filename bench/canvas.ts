import type { Page } from 'playwright-core'
import {
  createWorkflow,
  type Graph,
  type GraphEdge,
  type GraphNode,
  graphSchema,
  saveDraft,
} from '#modules/flow/contract.ts'
import { type TestApp, testApp } from '#test/app.ts'
import { closeBrowser, openPage } from '#test/browser/chromium.ts'
import { enter } from '#test/browser/enter.ts'
import { fillList, scrolled } from './long-list.ts'
import { collect, percentile, type Report } from './measure.ts'

const ROWS = 40
const STEPS = 25
const NODES = 1_000
const MOVES = 120
const TEXT = 'Tell everybody about this large lead'
const CODE = 'return inputs.items.map(item => item.total * 2)'
const KEY_GAP_MS = 60

/**
 * The editor with a workflow of 1,000 steps in Chromium: how long it takes from asking for the page to the drawing, how long
 * the frames of a drag are, and how long a key in the panel takes until its letter is drawn; and the longest task of a list of
 * 10,000 contacts that is scrolled through.
 */
export async function canvas({ runs, say }: { runs: number; say: (text: string) => void }): Promise<Report> {
  const figures = collect('canvas')
  const app = await testApp()
  try {
    const { page, workflowId } = await prepare(app)
    for (let run = 1; run <= runs; run++) {
      await page.goto(`/workflows/${workflowId}`)
      await page.locator('[data-step="start"]').waitFor()
      figures.add('opens in', await page.evaluate(DRAWN), 'ms')
      await page.waitForLoadState('networkidle')
      const drag = await dragged(page)
      figures.add('frame of a drag, p50', percentile(drag, 0.5), 'ms')
      figures.add('frame of a drag, p95', percentile(drag, 0.95), 'ms')
      const keys = await typed(page)
      figures.add('key in the panel, median', percentile(keys, 0.5), 'ms')
      figures.add('key in the panel, longest', Math.max(...keys), 'ms')
      const code = await typedInCode(page)
      figures.add('key in the code, median', percentile(code, 0.5), 'ms')
      figures.add('key in the code, longest', Math.max(...code), 'ms')
      figures.add('list of 10,000, longest task of scrolling', await scrolled(page), 'ms')
      say(`run ${run}: ${drag.length} frames, ${keys.length} keys`)
    }
  } finally {
    await closeBrowser()
    await app.close()
  }
  return figures.report(runs)
}

async function prepare(app: TestApp): Promise<{ page: Page; workflowId: string }> {
  const owner = await app.owner()
  const { id, revision } = await owner.client.call(createWorkflow, { body: { name: 'A thousand steps' } })
  await owner.client.call(saveDraft, { params: { workflowId: id }, body: { graph: thousand(), revision } })
  await fillList(app, owner.orgId)
  const { page, problems } = await openPage(app.url)
  await enter({ page, problems }, '/workflows', owner, page.getByRole('heading', { name: 'Workflows' }))
  return { page, workflowId: id }
}

/** One trigger and rows of steps of the kinds that are used most. */
function thousand(): Graph {
  const nodes: Partial<GraphNode>[] = [{ id: 'start', type: 'manual', position: { x: 0, y: 0 } }]
  const edges: Partial<GraphEdge>[] = []
  const kinds: [type: string, config: (at: number) => GraphNode['config']][] = [
    ['notify', at => ({ title: `Tell ${at}` })],
    ['wait', at => ({ duration: { amount: at + 1, unit: 'hours' } })],
    [
      'condition',
      at => ({ condition: { field: 'lead.fields.budget', operator: 'greater_than', value: at } }),
    ],
    [
      'send_email',
      at => ({ to: '{{ lead.email }}', subject: `Letter ${at}`, text: 'Hello {{ lead.name }}' }),
    ],
    ['set_fields', at => ({ fields: [{ name: 'count', value: String(at) }] })],
  ]
  for (let row = 0; row < ROWS; row++) {
    let before = { id: 'start', type: 'manual' }
    for (let at = 0; at < STEPS && nodes.length < NODES; at++) {
      const [type, config] = kinds[at % kinds.length] ?? ['stop', () => ({})]
      const id = `step-${row}-${at}`
      nodes.push({ id, type, config: config(at), position: { x: 300 * (at + 1), y: 120 * row } })
      edges.push({
        id: `edge-${row}-${at}`,
        source: before.id,
        target: id,
        ...(before.type === 'condition' ? { sourceHandle: 'true' } : {}),
      })
      before = { id, type }
    }
  }
  // One of them is code, where the first drawing shows it.
  nodes[nodes.length - 1] = {
    id: 'code',
    type: 'code',
    config: { source: '' },
    position: { x: 300, y: -120 },
  }
  edges[edges.length - 1] = { id: 'to-code', source: 'start', target: 'code' }
  return graphSchema.parse({ nodes, edges })
}

/** Milliseconds since the page was asked for, once the frame that shows the drawing is done. */
const DRAWN = 'new Promise(done => requestAnimationFrame(() => setTimeout(() => done(performance.now()), 0)))'
const WATCH_FRAMES = `
  window.frames_ = []
  let last = performance.now()
  const tick = now => {
    window.frames_.push(now - last)
    last = now
    window.watch_ = requestAnimationFrame(tick)
  }
  window.watch_ = requestAnimationFrame(tick)`
const STOP_FRAMES = 'cancelAnimationFrame(window.watch_), window.frames_.slice(2)'

/** Drags a step about and gives the length of each frame meanwhile, in milliseconds. */
async function dragged(page: Page): Promise<number[]> {
  const box = await page.locator('[data-step="step-1-1"]').boundingBox()
  if (!box) throw new Error('There is no step to drag.')
  const [x, y] = [box.x + 60, box.y + 20]
  await page.mouse.move(x, y)
  await page.mouse.down()
  await page.mouse.move(x + 10, y)
  await page.evaluate(WATCH_FRAMES)
  for (let move = 0; move < MOVES; move++) {
    await page.mouse.move(x + 120 * Math.sin(move / 9), y + 60 * Math.sin(move / 7))
  }
  const frames = await page.evaluate<number[]>(STOP_FRAMES)
  await page.mouse.move(x, y)
  await page.mouse.up()
  await page.getByText('Saved', { exact: true }).waitFor()
  return frames
}

const WATCH_KEYS = `
  window.keys_ = []
  window.hear_ = event => {
    const from = event.timeStamp
    requestAnimationFrame(() => setTimeout(() => window.keys_.push(performance.now() - from), 0))
  }
  addEventListener('keydown', window.hear_, true)`
const STOP_KEYS = "removeEventListener('keydown', window.hear_, true), window.keys_"

/** Types into the panel and gives how long each key took until its letter was drawn, in milliseconds. */
async function typed(page: Page): Promise<number[]> {
  await page.locator('[data-step="step-1-0"]').click()
  const field = page.getByRole('form', { name: 'Settings of the step' }).getByRole('textbox').first()
  await field.click()
  const keys = await keysOf(page, TEXT)
  await page.keyboard.press('Escape')
  return keys
}

/** The same in the editor for code of the panel. */
async function typedInCode(page: Page): Promise<number[]> {
  await page.locator('[data-step="code"]').click()
  const field = page
    .getByRole('form', { name: 'Settings of the step' })
    .getByRole('textbox', { name: 'Code' })
  await field.click()
  return keysOf(page, CODE)
}

async function keysOf(page: Page, text: string): Promise<number[]> {
  await page.evaluate(WATCH_KEYS)
  await page.keyboard.type(text, { delay: KEY_GAP_MS })
  return page.evaluate<number[]>(STOP_KEYS)
}
