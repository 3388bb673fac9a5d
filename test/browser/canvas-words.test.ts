import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import type { CDPSession, Page } from 'playwright-core'
import { createWorkflow, type Graph, getWorkflow, graphSchema, saveDraft } from '#modules/flow/contract.ts'
import { type TestApp, testApp } from '#test/app.ts'
import type { SignedIn } from '#test/people.ts'
import { assertAccessible } from './accessible.ts'
import { closeBrowser, openPage } from './chromium.ts'
import { enter } from './enter.ts'
import { until } from './until.ts'

const graph: Graph = graphSchema.parse({
  nodes: [
    { id: 'start', type: 'manual', position: { x: 0, y: 0 } },
    {
      id: 'large',
      type: 'condition',
      label: 'Large?',
      config: { condition: { field: 'budget', operator: 'greater_than', value: 5 } },
      position: { x: 300, y: 0 },
    },
    { id: 'tell', type: 'notify', config: {}, position: { x: 600, y: -80 } },
    { id: 'stop', type: 'stop', position: { x: 600, y: 80 } },
  ],
  edges: [
    { id: 'a', source: 'start', target: 'large' },
    { id: 'b', source: 'large', sourceHandle: 'true', target: 'tell' },
    { id: 'c', source: 'large', sourceHandle: 'false', target: 'stop' },
  ],
  notes: [{ id: 'why', text: '', position: { x: 0, y: 140 }, width: 260, height: 180 }],
})

interface Heard {
  readonly role: string
  readonly name: string
  readonly description: string
}

/** What a screen reader is told about what the keyboard is on. */
async function heard(cdp: CDPSession): Promise<Heard | undefined> {
  const { nodes } = await cdp.send('Accessibility.getFullAXTree')
  const focused = nodes.filter(({ properties = [] }) =>
    properties.some(({ name, value }) => name === 'focused' && value.value === true),
  )
  const node = focused.at(-1)
  const text = (value: { value?: unknown } | undefined) => String(value?.value ?? '')
  return node && { role: text(node.role), name: text(node.name), description: text(node.description) }
}

describe('the canvas for those who do not see it, and its notes', () => {
  let app: TestApp
  let owner: SignedIn
  let page: Page
  let cdp: CDPSession
  let problems: string[]
  let workflowId: string
  before(async () => {
    app = await testApp()
    owner = await app.owner()
    const { id, revision } = await owner.client.call(createWorkflow, { body: { name: 'Two ways' } })
    await owner.client.call(saveDraft, { params: { workflowId: id }, body: { graph, revision } })
    workflowId = id
    const opened = await openPage(app.url)
    ;({ page, problems } = opened)
    await enter({ page, problems }, '/workflows', owner, page.getByRole('heading', { name: 'Workflows' }))
    cdp = await opened.context.newCDPSession(page)
    await cdp.send('Accessibility.enable')
  })
  after(async () => {
    await closeBrowser()
    await app.close()
  })

  /** Waits until a screen reader is told this about what the keyboard is on. */
  async function hears(expected: Heard): Promise<void> {
    let told: Heard | undefined
    const isHeard = async () => {
      told = await heard(cdp)
      return JSON.stringify(told) === JSON.stringify(expected)
    }
    await until(page, isHeard, JSON.stringify(expected)).catch(() => assert.deepEqual(told, expected))
  }

  it('a step says its name, its kind, what it is connected to and what is wrong with it', async () => {
    await page.goto(`/workflows/${workflowId}`)
    await page.locator('[data-step="start"]').focus()
    await hears({
      role: 'button',
      name: 'Started by hand. When someone starts it',
      description: 'Leads: “Large?”.',
    })
    await page.keyboard.press('ArrowRight')
    await hears({
      role: 'button',
      name: 'Large?, Condition. budget is more than 5',
      description: 'Comes after “Started by hand”. Leads: Yes to “Notify” and No to “Stop”.',
    })
    await page.keyboard.press('End')
    await page.keyboard.press('ArrowUp')
    await hears({
      role: 'button',
      name: 'Notify. Settings are missing. 1 problem',
      description: 'Comes after “Large?”. Leads nowhere. “Title” is not filled in.',
    })
    await page.getByRole('img', { name: 'From Large? to Notify: Yes' }).waitFor({ state: 'attached' })
  })

  it('connecting by the keyboard is said, and the panel has the name of its step', async () => {
    await page.keyboard.press('l')
    const list = page.getByRole('combobox', { name: /Notify/ })
    await list.waitFor()
    await page.keyboard.type('sto')
    await page.getByRole('status').getByText('1 entry.').waitFor({ state: 'attached' })
    await page.keyboard.press('Enter')
    await page.getByRole('status').getByText('Connected “Notify” to “Stop”.').waitFor({ state: 'attached' })
    await hears({
      role: 'button',
      name: 'Notify. Settings are missing. 1 problem',
      description: 'Comes after “Large?”. Leads: “Stop”. “Title” is not filled in.',
    })
    await page.keyboard.press('Enter')
    await hears({ role: 'region', name: 'Settings of Notify', description: '' })
    await page.keyboard.press('Escape')
  })

  it('a note is written with a double click or Enter, and drawn as it was meant', async () => {
    const note = page.getByRole('note')
    const field = page.getByRole('textbox', { name: 'Text of the note' })
    await note.dblclick()
    await field.fill(
      '# Why\nWe ask **twice**:\n- by mail\n- by [phone](https://example.com)\n\n<b>not</b> [x](javascript:alert(1))',
    )
    await page.keyboard.press('Escape')
    await note.getByText('twice').waitFor()
    assert.match(
      await note.ariaSnapshot(),
      /paragraph: Why[\s\S]*strong: twice[\s\S]*listitem: by mail[\s\S]*link "phone"[\s\S]*<b>not<\/b> \[x\]\(javascript:alert\(1\)\)/,
    )
    assert.equal(await note.locator('b, script').count(), 0)
    assert.equal(await note.getByRole('link').count(), 1, 'only addresses of the web are links')
    assert.equal(await note.getByRole('link').getAttribute('rel'), 'noreferrer noopener nofollow')
    await hears({
      role: 'note',
      name: 'Note. Why We ask twice: by mail by phone <b>not</b> [x](javascript:alert(1)). Chosen. Enter edits it',
      description: '',
    })
    await assertAccessible(page, 'a note')
    await page.keyboard.press('Enter')
    await field.waitFor()
    await page.keyboard.press('Control+End')
    await page.keyboard.type(' again')
    await page.keyboard.press('Escape')
    await note.getByText('again').waitFor()
    const stored = async () => {
      const { draft } = await owner.client.call(getWorkflow, { params: { workflowId } })
      return draft.notes?.[0]?.text.endsWith(' again') ?? false
    }
    await until(page, stored, 'the note is stored')
    assert.deepEqual(problems, [])
  })
})
