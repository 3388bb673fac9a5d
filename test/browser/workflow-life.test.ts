import assert from 'node:assert/strict'
import { readFile } from 'node:fs/promises'
import { after, before, describe, it } from 'node:test'
import type { BrowserContext, Page } from 'playwright-core'
import {
  createWorkflow,
  type Graph,
  getRun,
  getWorkflow,
  graphSchema,
  linearOf,
  listPins,
  listRuns,
  publishWorkflow,
  saveDraft,
  startWorkflow,
} from '#modules/flow/contract.ts'
import { type TestApp, testApp } from '#test/app.ts'
import type { SignedIn } from '#test/people.ts'
import { assertAccessible } from './accessible.ts'
import { closeBrowser, openPage } from './chromium.ts'
import { enter } from './enter.ts'
import { settled } from './settled.ts'
import { until } from './until.ts'

type NodePart = readonly [id: string, type: string, config?: object, label?: string]

/** Steps one after the other. */
function row(...nodes: readonly NodePart[]): Graph {
  return graphSchema.parse({
    nodes: nodes.map(([id, type, config = {}, label], index) => ({
      id,
      type,
      config,
      position: { x: index * 300, y: 0 },
      ...(label ? { label } : {}),
    })),
    edges: nodes.slice(1).map(([id], index) => {
      const source = nodes[index]?.[0] ?? ''
      return { id: `${source}-${id}`, source, target: id }
    }),
  })
}

/** A file keeps its parts in the order of their ids, which is of no meaning in a graph. */
function sorted({ nodes, edges }: Graph) {
  const byId = (a: { id: string }, b: { id: string }) => a.id.localeCompare(b.id)
  return { nodes: nodes.toSorted(byId), edges: edges.toSorted(byId) }
}

const START = ['start', 'manual'] as const
const tell = (title: string) => ['tell', 'notify', { title }, 'Tell the team'] as const
const SET = ['set', 'set_fields', { fields: [{ name: 'greeting', value: 'Hello {{ who }}' }] }] as const

/** A small workflow as n8n exports it: a step with a twin here, one that is told apart, and one that is not known. */
const N8N = JSON.stringify({
  name: 'Orders to the sheet',
  nodes: [
    { name: 'Begin', type: 'n8n-nodes-base.manualTrigger', typeVersion: 1, position: [0, 0], parameters: {} },
    {
      name: 'Fields',
      type: 'n8n-nodes-base.set',
      typeVersion: 1,
      position: [220, 0],
      parameters: { values: { string: [{ name: 'order', value: '={{ $json.order }}' }] } },
    },
    {
      name: 'Sheet',
      type: 'n8n-nodes-base.googleSheets',
      typeVersion: 4,
      position: [440, 0],
      parameters: { operation: 'append' },
    },
  ],
  connections: {
    Begin: { main: [[{ node: 'Fields', type: 'main', index: 0 }]] },
    Fields: { main: [[{ node: 'Sheet', type: 'main', index: 0 }]] },
  },
})

describe('the life of a workflow in a browser', () => {
  let app: TestApp
  let owner: SignedIn
  let page: Page
  let context: BrowserContext
  let problems: string[]
  let greet = ''
  before(async () => {
    app = await testApp()
    owner = await app.owner()
    ;({ page, context, problems } = await openPage(app.url))
    await enter({ page, problems }, '/workflows', owner, page.getByRole('heading', { name: 'Workflows' }))
    greet = await newWorkflow('Greet', row(START, ['tell', 'notify', {}, 'Tell the team']))
  })
  after(async () => {
    await closeBrowser()
    await app.close()
  })

  async function newWorkflow(name: string, graph?: Graph): Promise<string> {
    const { id } = await owner.client.call(createWorkflow, { body: { name } })
    if (graph) await save(id, graph)
    return id
  }
  async function save(workflowId: string, graph: Graph): Promise<void> {
    const params = { workflowId }
    const { revision } = await owner.client.call(getWorkflow, { params })
    await owner.client.call(saveDraft, { params, body: { graph, revision } })
  }
  async function published(name: string, graph: Graph): Promise<string> {
    const workflowId = await newWorkflow(name, graph)
    await owner.client.call(publishWorkflow, { params: { workflowId } })
    return workflowId
  }
  async function ended(workflowId: string, input: Record<string, unknown>): Promise<string> {
    const { runId } = await owner.client.call(startWorkflow, { params: { workflowId }, body: { input } })
    const status = async () => (await owner.client.call(getRun, { params: { runId } })).status
    await until(page, async () => ['completed', 'failed'].includes(await status()), 'the run has ended')
    return runId
  }
  const draftOf = async (workflowId: string): Promise<Graph> =>
    (await owner.client.call(getWorkflow, { params: { workflowId } })).draft
  const namesIn = async (workflowId: string) => {
    const linear = linearOf(await draftOf(workflowId))
    return linear && [linear.trigger, ...linear.actions].map(({ type }) => type)
  }
  const button = (name: string) => page.getByRole('button', { name, exact: true })
  const toast = (words: RegExp) => page.getByRole('region', { name: 'Messages' }).getByText(words).waitFor()
  const shownWorkflow = () => new URL(page.url()).pathname.split('/')[2] ?? ''
  const saved = () => page.getByText('Saved', { exact: true }).waitFor()
  async function fromMenu(name: string): Promise<void> {
    await button('More actions').click()
    await page.getByRole('menuitem', { name }).click()
  }

  it('before it is published it says what is wrong, and publishes once that is mended', async () => {
    await page.goto(`/workflows/${greet}`)
    await button('Publish').click()
    const panel = page.getByRole('dialog', { name: 'Publish version 1' })
    await panel.getByText(/“Title” is not filled in/).waitFor()
    assert.equal(await panel.getByRole('button', { name: 'Publish version 1' }).isDisabled(), true)
    await assertAccessible(page, 'publishing with a problem')
    await save(greet, row(START, tell('Somebody is here')))
    await panel.getByRole('region', { name: 'Problems' }).waitFor({ state: 'detached' })
    await panel.getByText(/^2 steps, 1 connection\./).waitFor()
    await panel.getByRole('button', { name: 'Publish version 1' }).click()
    await toast(/^Version 1 is published/)
  })

  it('the next version says what it changes', async () => {
    await save(greet, row(START, SET, tell('Somebody new is here')))
    await page.goto(`/workflows/${greet}`)
    await button('Publish changes').click()
    const panel = page.getByRole('dialog', { name: 'Publish version 2' })
    await panel.getByText('Changed since version 1').waitFor()
    await panel.getByText('Added “Set fields”').waitFor()
    const change = panel.getByRole('button', { name: /^Changed “Tell the team”/ })
    assert.match((await change.textContent()) ?? '', /Title.*Somebody is here.*Somebody new is here/)
    await assertAccessible(page, 'publishing changes')
    await panel.getByRole('button', { name: 'Publish version 2' }).click()
    await toast(/^Version 2 is published/)
  })

  it('versions stand side by side; an old one becomes the draft, and undo takes that back', async () => {
    const second = await draftOf(greet)
    await page.goto(`/workflows/${greet}/versions`)
    const list = page.getByRole('navigation', { name: 'Versions' })
    await page.getByRole('heading', { name: 'Changed since version 1' }).waitFor()
    await page.getByRole('button', { name: /^Set fields\. added/ }).waitFor()
    await assertAccessible(page, 'a version beside the one before')
    await list.getByRole('link', { name: /^Version 1/ }).click()
    await page.getByRole('heading', { name: 'What it began with' }).waitFor()
    await button('Make this the draft').click()
    await toast(/^The draft is version 1 again/)
    assert.deepEqual(await namesIn(greet), ['manual', 'notify'])
    await page.getByRole('region', { name: 'Messages' }).getByRole('button', { name: 'Undo' }).click()
    await until(page, async () => (await draftOf(greet)).nodes.length === 3, 'the draft is as it was')
    assert.deepEqual(await draftOf(greet), second)
  })

  it('is duplicated, and kept as a template that others begin with', async () => {
    await page.goto(`/workflows/${greet}`)
    await fromMenu('Duplicate')
    await toast(/^This is “.*Greet.*”\. It runs once you publish it\.$/)
    await page.waitForURL(url => !url.pathname.includes(greet))
    assert.deepEqual(await draftOf(shownWorkflow()), await draftOf(greet))
    await page.goto(`/workflows/${greet}`)
    await fromMenu('Save as template')
    await toast(/^“Greet” is a template of your organization now\.$/)
    await page.goto('/workflow-templates')
    await page.getByRole('button', { name: /^Greet/ }).click()
    const panel = page.getByRole('dialog', { name: 'Greet' })
    await panel.getByRole('button', { name: 'Use this template' }).click()
    await page.waitForURL(/\/workflows\/[^/]+$/)
    assert.deepEqual(await namesIn(shownWorkflow()), ['manual', 'set_fields', 'notify'])
  })

  it('a template of the gallery is found by what it is for, and begins with what was filled in', async () => {
    await page.goto('/workflow-templates')
    await page.getByRole('textbox', { name: 'Search templates' }).fill('thank a new lead')
    await page.getByRole('button', { name: /^Thank a new lead/ }).click()
    const panel = page.getByRole('dialog', { name: /^Thank a new lead/ })
    await panel.getByLabel('Subject of the e-mail').fill('We are on it')
    await assertAccessible(page, 'a template')
    await panel.getByRole('button', { name: 'Use this template' }).click()
    await page.waitForURL(/\/workflows\/[^/]+$/)
    const { nodes } = await draftOf(shownWorkflow())
    assert.equal(nodes.find(({ type }) => type === 'send_email')?.config.subject, 'We are on it')
  })

  it('a file that was downloaded gives the same draft when it is imported', async () => {
    await page.goto(`/workflows/${greet}`)
    const coming = page.waitForEvent('download')
    await fromMenu('Download as YAML')
    const file = await (await coming).path()
    const text = await readFile(file, 'utf8')
    assert.match(text, /Greet/)
    await page.goto('/import-workflow')
    await page.getByRole('heading', { name: 'Import a workflow' }).waitFor()
    await assertAccessible(page, 'importing')
    await button('Import').click()
    await page.getByText('Choose a file, or paste its text.').waitFor()
    await page
      .getByLabel('Workflow file')
      .setInputFiles({ name: 'greet.yaml', mimeType: 'application/yaml', buffer: Buffer.from(text) })
    await page.getByText('greet.yaml').waitFor()
    await button('Import').click()
    await page.waitForURL(/\/workflows\/[^/]+$/)
    assert.deepEqual(sorted(await draftOf(shownWorkflow())), sorted(await draftOf(greet)))
  })

  it('a workflow of n8n comes with a report of what became of each step', async () => {
    await page.goto('/import-workflow')
    await page.getByLabel('Or paste it').fill(N8N)
    await button('Import').click()
    await page.getByRole('heading', { name: '“Orders to the sheet” is a draft now' }).waitFor()
    await page.getByText(/1 placeholder to replace/).waitFor()
    const sheet = page.getByRole('listitem').filter({ has: page.getByRole('link', { name: 'Sheet' }) })
    await sheet.getByText('Placeholder', { exact: true }).waitFor()
    await assertAccessible(page, 'what became of a workflow of n8n')
    await page.getByRole('link', { name: 'Open the draft' }).click()
    await page.waitForURL(/\/workflows\/[^/]+$/)
    assert.deepEqual(await namesIn(shownWorkflow()), ['manual', 'set_fields', 'imported_step'])
  })

  it('the draft is tried with one run and with what happened lately, and nothing happens', async () => {
    await ended(greet, { who: 'Ada' })
    await page.goto(`/workflows/${greet}/try`)
    await page.getByText(/^Would go through and do 1 thing\.$/).waitFor()
    await page.getByText('It began with the last run.').waitFor()
    await assertAccessible(page, 'trying one run')
    await page.getByText('Values of your own').click()
    await page.getByRole('textbox', { name: 'Input' }).fill('{ "who": "Bo" }')
    await button('Try with these').click()
    await page.getByText('It began with what you chose.').waitFor()
    await page.getByRole('radio', { name: 'What happened lately' }).check()
    await page.getByText(/^Of the last 1 .*, 1 would have started a run\.$/).waitFor()
    await assertAccessible(page, 'what happened lately')
    const { items } = await owner.client.call(listRuns, { params: { workflowId: greet }, query: {} })
    assert.equal(items.length, 1)
  })

  it('a step is tried in its panel, and what it gives is pinned', async () => {
    await page.goto(`/workflows/${greet}?node=set`)
    await button('Try this step').click()
    const tried = page.getByRole('region', { name: 'Try the step' })
    await tried.getByText('Hello Ada').waitFor()
    await button('Pin the output').click()
    await button('Unpin').waitFor()
    const { items } = await owner.client.call(listPins, { params: { workflowId: greet } })
    assert.deepEqual(
      items.map(({ nodeId, data }) => [nodeId, data]),
      [['set', { greeting: 'Hello Ada' }]],
    )
    await assertAccessible(page, 'a step that was tried')
    await button('Unpin').click()
    await button('Pin the output').waitFor()
  })

  it('nodes say how they went lately, on the canvas and to who hears it', async () => {
    await page.goto(`/workflows/${greet}`)
    const node = page.getByRole('button', { name: /^Tell the team/ })
    await node.waitFor()
    await page.keyboard.press('i')
    await page.getByRole('button', { name: /^Tell the team.*Reached 1 time, never failed/ }).waitFor()
    assert.match((await node.textContent()) ?? '', /100 % of 1 ·/)
    assert.equal(new URL(page.url()).searchParams.get('figures'), 'true')
    await assertAccessible(page, 'how steps went')
    await page.goto(`/workflows/${greet}?figures=true&graph=published`)
    await page.getByRole('button', { name: /^Set fields.*Reached 1 time/ }).waitFor()
    await button('How steps went').click()
    await page.getByRole('button', { name: /^Set fields.*Reached/ }).waitFor({ state: 'detached' })
  })

  it('a row of steps is edited as a list with the keyboard, and undone', async () => {
    const workflowId = await newWorkflow('By hand')
    await page.goto(`/workflows/${workflowId}?as=list`)
    await button('Choose what starts it').waitFor()
    const add = async (words: string, step: RegExp) => {
      await page.keyboard.press('/')
      await page.getByRole('combobox', { name: /^(Add a step|Choose what starts it)/ }).waitFor()
      await page.keyboard.type(words)
      await page.keyboard.press('Enter')
      await until(page, async () => step.test(await focused()), `${step} has the keyboard`)
    }
    const focused = () => page.evaluate<string>('document.activeElement.getAttribute("aria-label") ?? ""')
    await add('manual', /^Step 1: /)
    await add('notify', /^Step 2: Notify/)
    await page.getByRole('form', { name: 'Settings of the step' }).getByLabel('Title').fill('Good morning')
    await page.keyboard.press('Escape')
    await until(page, async () => /^Step 2/.test(await focused()), 'the step has the keyboard again')
    await add('wait', /^Step 3: Wait/)
    await page.keyboard.press('Escape')
    await add('stop', /^Step 4: Stop/)
    await page.keyboard.press('Escape')
    await saved()
    await until(page, async () => (await namesIn(workflowId))?.length === 4, 'four steps are saved')
    await assertAccessible(page, 'a list of steps')
    await page.keyboard.press('ArrowUp')
    await until(page, async () => /^Step 3: Wait/.test(await focused()), 'the key leads up')
    await page.keyboard.press('Alt+ArrowDown')
    await page.keyboard.press('Alt+ArrowUp')
    await until(page, async () => /^Step 2: Wait/.test(await focused()), 'the step went up')
    await until(page, async () => (await namesIn(workflowId))?.[1] === 'wait', 'the order is saved')
    assert.deepEqual(await namesIn(workflowId), ['manual', 'wait', 'notify', 'stop'])
    await page.keyboard.press('Delete')
    await until(page, async () => (await namesIn(workflowId))?.length === 3, 'the step is gone')
    await page.keyboard.press('Control+z')
    await page.keyboard.press('Control+z')
    await until(page, async () => (await namesIn(workflowId))?.[2] === 'wait', 'both are taken back')
    assert.deepEqual(await namesIn(workflowId), ['manual', 'notify', 'wait', 'stop'])
    await page.getByRole('radio', { name: 'Canvas' }).check()
    await page.getByRole('button', { name: /^Wait/ }).waitFor()
    await page.keyboard.press('Control+Shift+z')
    await until(page, async () => (await namesIn(workflowId))?.[1] === 'wait', 'the canvas does it again')
  })

  it('a workflow that is no row says so in the list and leads to the canvas', async () => {
    const graph = row(START, ['ask', 'condition', {}, 'Large?'], ['end', 'stop'])
    const edges = graph.edges.map(edge => (edge.source === 'ask' ? { ...edge, sourceHandle: 'true' } : edge))
    const workflowId = await newWorkflow('Branching', { ...graph, edges })
    await page.goto(`/workflows/${workflowId}?as=list`)
    await page.getByText(/“Large\?” leads several ways\./).waitFor()
    await assertAccessible(page, 'a list that cannot be')
    await button('Show the canvas').click()
    await page.getByRole('button', { name: /^Large\?/ }).waitFor()
  })

  it('runs are found by trigger and time, say what to do, and are retried and repeated from the list', async () => {
    const failing = row(START, ['end', 'fail', { message: 'This customer is not known' }])
    const workflowId = await published('Name them', failing)
    await ended(workflowId, {})
    await page.goto(`/workflows/${workflowId}/runs`)
    const grid = page.getByRole('grid', { name: 'Runs' })
    await grid.getByText(/The workflow ended this run itself/).waitFor()
    await assertAccessible(page, 'runs of a workflow')
    await page.getByRole('combobox', { name: 'Trigger' }).click()
    await page.getByRole('option', { name: 'Webhook' }).click()
    await page.getByText(/^No run of this workflow is like that/).waitFor()
    await page.getByRole('combobox', { name: 'Trigger' }).click()
    await page.getByRole('option', { name: 'Any trigger' }).click()
    await page.getByRole('combobox', { name: 'Time' }).click()
    await page.getByRole('option', { name: 'Last 24 hours' }).click()
    await grid.getByRole('row').nth(1).waitFor()
    await grid.getByRole('button', { name: 'Retry failed step' }).click()
    await toast(/^1 run is being taken up again\.$/)
    await grid.focus()
    await page.keyboard.press('x')
    const why = page.getByRole('status').filter({ hasText: 'This customer is not known.' })
    await why.getByText(/The workflow ended this run itself/).waitFor()
    await assertAccessible(page, 'a failed run that is selected')
    await page.getByLabel('Selected runs').getByRole('button', { name: 'Repeat from start' }).click()
    await page.getByRole('dialog', { name: 'Repeat this run' }).waitFor()
  })

  for (const dark of [false, true]) {
    it(`every page works at 375 px${dark ? ', dark' : ''}, without a problem of its own`, async () => {
      const phone = await openPage(app.url, { width: 375, height: 812, dark, like: context })
      for (const path of [
        `/workflows/${greet}?as=list`,
        `/workflows/${greet}?as=list&node=tell`,
        `/workflows/${greet}?figures=true`,
        `/workflows/${greet}/versions?version=1`,
        `/workflows/${greet}/versions?version=2`,
        `/workflows/${greet}/try`,
        `/workflows/${greet}/try?look=past`,
        `/workflows/${greet}/runs?since=7d`,
        '/workflow-templates',
        '/workflow-templates?template=thank_new_lead',
        '/import-workflow',
      ]) {
        await phone.page.goto(path)
        await settled(phone.page)
        const overflow = await phone.page.evaluate(
          'document.documentElement.scrollWidth - document.documentElement.clientWidth',
        )
        assert.equal(overflow, 0, `${path} is wider than the screen`)
        await assertAccessible(phone.page, path)
      }
      assert.deepEqual(phone.problems, [])
      assert.deepEqual(problems, [])
      await phone.context.close()
    })
  }

  it('every page is readable in the dark at full width', async () => {
    const dark = await openPage(app.url, { dark: true, like: context })
    for (const path of [
      `/workflows/${greet}?as=list&node=tell`,
      `/workflows/${greet}?figures=true&node=tell`,
      `/workflows/${greet}/versions`,
      `/workflows/${greet}/try`,
      `/workflows/${greet}/try?look=past`,
      `/workflows/${greet}/runs`,
      '/workflow-templates?template=thank_new_lead',
      '/import-workflow',
    ]) {
      await dark.page.goto(path)
      await settled(dark.page)
      await assertAccessible(dark.page, `${path}, dark`)
    }
    assert.deepEqual(dark.problems, [])
  })
})
