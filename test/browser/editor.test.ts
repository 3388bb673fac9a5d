import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import type { BrowserContext, Page } from 'playwright-core'
import {
  createWorkflow,
  type Graph,
  getRun,
  getWorkflow,
  graphSchema,
  handleOf,
  listRuns,
  saveDraft,
} from '#modules/flow/contract.ts'
import { listLeads, saveForm } from '#modules/intake/contract.ts'
import { projectForm } from '#programs/demo-workflow.ts'
import { type TestApp, testApp } from '#test/app.ts'
import type { SignedIn } from '#test/people.ts'
import { assertAccessible } from './accessible.ts'
import { closeBrowser, openPage } from './chromium.ts'
import { enter } from './enter.ts'
import { until } from './until.ts'

/** The form takes nobody seriously who fills it in within a second. */
const HUMAN_MS = 1100

const step = (id: string, type: string, config: object, x: number, y = 0) => ({
  id,
  type,
  config,
  position: { x, y },
})
const edge = (source: string, target: string, more: object = {}) => ({
  id: `${source}-${target}`,
  source,
  target,
  ...more,
})
const tell = (id: string, x: number, config: object = { title: 'Told' }) => step(id, 'notify', config, x)
const start = step('start', 'manual', {}, 0)
/** Graphs with one thing wrong each, and what is said of it. */
const BROKEN: readonly [what: string, graph: unknown, words: RegExp][] = [
  ['nothing starts it', { nodes: [tell('a', 300)], edges: [] }, /The workflow has no trigger/],
  [
    'two things start it',
    { nodes: [start, step('again', 'webhook', {}, 0, 200), tell('a', 300)], edges: [edge('start', 'a')] },
    /has one trigger, but "Webhook" is another one/,
  ],
  [
    'a setting is missing',
    { nodes: [start, tell('a', 300, {})], edges: [edge('start', 'a')] },
    /“Title” is not filled in/,
  ],
  ['nothing leads to a step', { nodes: [start, tell('a', 300)], edges: [] }, /Nothing leads to "Notify"/],
  [
    'a circle',
    {
      nodes: [start, tell('a', 300), tell('b', 600)],
      edges: [edge('start', 'a'), edge('a', 'b'), edge('b', 'a')],
    },
    /lead in a circle: "Notify" → "Notify" → "Notify"/,
  ],
  [
    'a placeholder is not closed',
    { nodes: [start, tell('a', 300, { title: 'Hello {{ lead.name' })], edges: [edge('start', 'a')] },
    /“Title”: /,
  ],
  [
    'a step is read that is gone',
    { nodes: [start, tell('a', 300, { title: '{{ nodes.gone.status }}' })], edges: [edge('start', 'a')] },
    /There is no node "gone" to read from/,
  ],
  [
    'an exit is gone',
    {
      nodes: [start, tell('a', 300), tell('b', 600)],
      edges: [edge('start', 'a'), edge('a', 'b', { sourceHandle: 'yes' })],
    },
    /"Notify" has no exit "yes"/,
  ],
  [
    'too long a wait',
    {
      nodes: [start, step('a', 'wait', { duration: { amount: 900, unit: 'days' } }, 300)],
      edges: [edge('start', 'a')],
    },
    /A wait is at most a year/,
  ],
  [
    'something leads into the trigger',
    { nodes: [start, tell('a', 300)], edges: [edge('start', 'a'), edge('a', 'start')] },
    /Nothing can lead into the trigger "Started by hand"/,
  ],
  [
    'an unknown kind',
    { nodes: [start, step('a', 'teleport', {}, 300)], edges: [edge('start', 'a')] },
    /There is no kind of node called "teleport"/,
  ],
]

describe('the editor of workflows in a browser', () => {
  let app: TestApp
  let owner: SignedIn
  let page: Page
  let context: BrowserContext
  let problems: string[]
  before(async () => {
    app = await testApp()
    owner = await app.owner()
    ;({ page, context, problems } = await openPage(app.url))
    await enter({ page, problems }, '/workflows', owner, page.getByRole('heading', { name: 'Workflows' }))
  })
  after(async () => {
    await closeBrowser()
    await app.close()
  })

  async function newWorkflow(name: string, graph?: unknown): Promise<string> {
    const { id, revision } = await owner.client.call(createWorkflow, { body: { name } })
    const params = { workflowId: id }
    if (graph)
      await owner.client.call(saveDraft, { params, body: { graph: graphSchema.parse(graph), revision } })
    return id
  }
  const draftOf = async (workflowId: string): Promise<Graph> =>
    (await owner.client.call(getWorkflow, { params: { workflowId } })).draft
  const saved = (on = page) => on.getByText('Saved', { exact: true }).waitFor()
  const settings = (on = page) => on.getByRole('form', { name: 'Settings of the step' })
  const focused = (on = page) =>
    on.evaluate<string>(
      'document.activeElement.getAttribute("aria-label") ?? document.activeElement.labels?.[0]?.textContent ?? document.activeElement.textContent',
    )
  /** Presses the Tab key until something with that name has the keyboard. */
  async function tabTo(name: RegExp, on = page): Promise<void> {
    for (let tries = 0; tries < 60; tries++) {
      if (name.test(await focused(on))) return
      await on.keyboard.press('Tab')
    }
    assert.fail(`The Tab key does not lead to ${name}`)
  }
  /** Adds a step with "/" behind the one that has the keyboard. */
  async function add(words: string, title: string, on = page): Promise<void> {
    await on.keyboard.press('/')
    await on.getByRole('combobox', { name: /^(Add a step|Choose what starts it)/ }).waitFor()
    await on.keyboard.type(words)
    await on.getByRole('option', { name: new RegExp(`^${title}`), selected: true }).waitFor()
    await on.keyboard.press('Enter')
    await until(on, async () => (await focused(on)).startsWith(title), `${title} has the keyboard`)
  }
  async function write(name: RegExp, text: string): Promise<void> {
    await tabTo(name)
    await page.keyboard.press('Control+A')
    await page.keyboard.type(text)
  }
  /** Opens a list with the keyboard and walks to one of its options. */
  async function choose(name: RegExp, option: string): Promise<void> {
    await tabTo(name)
    await page.keyboard.press('ArrowDown')
    const wanted = page.getByRole('option', { name: option, exact: true }).first()
    await wanted.waitFor()
    for (let tries = 0; tries < 80; tries++) {
      if ((await page.locator('[data-combobox-selected]').first().textContent()) === option) break
      await page.keyboard.press('ArrowDown')
    }
    await page.keyboard.press('Enter')
  }

  it('the demo workflow is drawn from nothing, published and run, with the keyboard alone', async () => {
    const workflowId = await newWorkflow('Answer an enquiry')
    const { key } = await owner.client.call(saveForm, {
      params: { workflowId },
      body: { ...projectForm, fields: [...projectForm.fields] },
    })
    await page.goto(`/workflows/${workflowId}`)
    await page.getByText('The steps of this workflow go here').waitFor()
    await assertAccessible(page, 'an empty canvas')
    await add('form', 'Form submitted')
    await add('wait', 'Wait')
    await page.keyboard.press('e')
    await write(/amount$/, '1')
    await choose(/unit$/, 'seconds')
    await page.keyboard.press('Escape')
    await until(page, async () => (await focused()).startsWith('Wait'), 'the step has the keyboard again')
    await add('if', 'Condition')
    await page.keyboard.press('e')
    await write(/^Value 1 to look at/, 'lead.fields.budget')
    await choose(/^Operator 1/, 'is at least')
    await write(/^Value 1 to compare with/, '5000')
    await page.keyboard.press('Escape')
    await add('mail', 'Send e-mail')
    await page.keyboard.press('e')
    await write(/^Subject/, 'Thank you')
    await write(/^Message/, 'We read every message.')
    await page.keyboard.press('Escape')
    await add('move', 'Move lead')
    await page.keyboard.press('e')
    await write(/^Column/, 'Qualified')
    await page.keyboard.press('Escape')
    await page.keyboard.press('Escape')
    await saved()
    await assertAccessible(page, 'the canvas with its panel')
    const drawn = await draftOf(workflowId)
    const types = new Map(drawn.nodes.map(node => [node.id, node.type]))
    assert.deepEqual(
      drawn.edges.map(edge => [types.get(edge.source), handleOf(edge), types.get(edge.target)]),
      [
        ['form_submitted', 'out', 'wait'],
        ['wait', 'out', 'condition'],
        ['condition', 'true', 'send_email'],
        ['send_email', 'out', 'move_lead'],
      ],
    )
    await page.keyboard.press('p')
    await page.getByRole('heading', { name: 'Publish version 1' }).waitFor()
    // The panel is called like its button.
    await page.keyboard.press('Tab')
    await tabTo(/^Publish version 1$/)
    await page.keyboard.press('Enter')
    await page.getByText('Version 1 is published').waitFor()

    const visitor = await openPage(app.url)
    await visitor.page.goto(`/f/${key}`)
    const opened = Date.now()
    await visitor.page.getByLabel('Your name').fill('Ada Enquires')
    await visitor.page.getByLabel('E-mail').fill('ada@example.com')
    await visitor.page.getByLabel('Project budget').selectOption('$10000+')
    while (Date.now() - opened < HUMAN_MS) await visitor.page.title()
    await visitor.page.getByRole('button', { name: 'Send enquiry' }).click()
    await visitor.page.getByRole('heading', { name: 'Thank you' }).waitFor()
    await visitor.context.close()
    const runs = async () =>
      (await owner.client.call(listRuns, { params: { workflowId }, query: {} })).items[0]
    await until(page, async () => (await runs())?.status === 'completed', 'the run is over')
    const run = await owner.client.call(getRun, { params: { runId: (await runs())?.id ?? '' } })
    assert.deepEqual(
      run.stepList.map(step => step.nodeType),
      ['form_submitted', 'wait', 'condition', 'send_email', 'move_lead'],
    )
    const leads = await owner.client.call(listLeads, { query: {} })
    assert.equal(leads.items.find(lead => lead.email === 'ada@example.com')?.status, 'QUALIFIED')
    await page.goto(`/runs/${run.id}`)
    await page.locator('[data-state="completed"]').nth(4).waitFor()
  })

  it('what was done is taken back after it was saved, copied to another workflow, aligned and deleted', async () => {
    const from = await newWorkflow('Copied from', {
      nodes: [
        { id: 'start', type: 'manual', position: { x: 0, y: 0 } },
        { id: 'one', type: 'notify', config: { title: 'One' }, position: { x: 300, y: 0 } },
        { id: 'two', type: 'notify', config: { title: 'Two' }, position: { x: 600, y: 70 } },
      ],
      edges: [
        { id: 'a', source: 'start', target: 'one' },
        { id: 'b', source: 'one', target: 'two' },
      ],
    })
    await page.goto(`/workflows/${from}`)
    await page.locator('[data-step="two"]').focus()
    await page.keyboard.press('Delete')
    await saved()
    await until(page, async () => (await draftOf(from)).nodes.length === 2, 'the step is deleted')
    await page.keyboard.press('Control+Z')
    await until(page, async () => (await draftOf(from)).nodes.length === 3, 'the deletion is taken back')
    await page.locator('[data-step="one"]').focus()
    await page.keyboard.press('Space')
    await page.keyboard.press('Shift+ArrowRight')
    await page.getByRole('toolbar', { name: '2 steps chosen' }).waitFor()
    await assertAccessible(page, 'several steps are chosen')
    await page.keyboard.press('Control+C')
    await tabTo(/^Align top$/)
    await page.keyboard.press('Enter')
    await until(
      page,
      async () => (await draftOf(from)).nodes.every(node => node.position.y === 0),
      'they stand on one line',
    )
    const to = await newWorkflow('Copied to')
    await page.goto(`/workflows/${to}`)
    await page.getByText('The steps of this workflow go here').waitFor()
    await page.keyboard.press('Control+V')
    await saved()
    await until(page, async () => (await draftOf(to)).nodes.length === 2, 'the copies are there')
    const copy = await draftOf(to)
    assert.deepEqual(
      copy.nodes.map(node => node.config.title),
      ['One', 'Two'],
    )
    assert.equal(copy.edges.length, 1)
  })

  it('two people who draw at once lose nothing, and read what both changed', async () => {
    const workflowId = await newWorkflow('Drawn by two', {
      nodes: [
        { id: 'start', type: 'manual', position: { x: 0, y: 0 } },
        { id: 'tell', type: 'notify', config: { title: 'Hello' }, position: { x: 300, y: 0 } },
      ],
      edges: [{ id: 'a', source: 'start', target: 'tell' }],
    })
    const other = await openPage(app.url, { like: context })
    await page.goto(`/workflows/${workflowId}?node=tell`)
    await settings().waitFor()
    await other.page.goto(`/workflows/${workflowId}?node=tell`)
    await settings(other.page).waitFor()
    // The other one's saves wait until this one has saved, so that they are about the same draft.
    const held: (() => void)[] = []
    await other.page.route('**/draft', route => {
      if (route.request().method() === 'PUT') held.push(() => void route.continue())
      else void route.continue()
    })
    const title = (on: Page) => settings(on).getByRole('textbox', { name: 'Title', exact: true })
    await title(other.page).fill('Theirs')
    await other.page.locator('[data-step="tell"]').focus()
    await add('wait', 'Wait', other.page)
    await until(other.page, async () => held.length > 0, 'the other one saves')
    await title(page).fill('Mine')
    await page.locator('[data-step="start"]').focus()
    await add('date', 'Date math')
    await saved()
    for (const go of held.splice(0)) go()
    await other.page.unroute('**/draft')
    await other.page
      .getByRole('region', { name: 'What others changed' })
      .getByText('changed the same as you. Yours is kept.')
      .waitFor()
    await until(page, async () => (await draftOf(workflowId)).nodes.length === 4, 'both steps are there')
    await assertAccessible(other.page, 'what others changed')
    const textOf = async () =>
      (await draftOf(workflowId)).nodes.find(node => node.id === 'tell')?.config.title
    await until(page, async () => (await textOf()) === 'Theirs', 'the later one is kept')
    await other.page.getByRole('button', { name: 'Take theirs' }).click()
    await until(page, async () => (await textOf()) === 'Mine', 'what the first one wrote is taken')
    await page.locator('[data-step="tell"]').click()
    await until(page, async () => (await title(page).inputValue()) === 'Mine', 'the first one sees it')
    assert.equal(await page.locator('[data-step]').count(), 4)
    await other.context.close()
  })

  it('what is broken is said in plain words', async () => {
    for (const [what, graph, words] of BROKEN) {
      const workflowId = await newWorkflow(`Broken: ${what}`, graph)
      await page.goto(`/workflows/${workflowId}?problems=true`)
      const panel = page.getByRole('region', { name: 'Problems of the draft' })
      await panel.getByText(words).first().waitFor()
      await page.keyboard.press('p')
      const publish = page.getByRole('button', { name: 'Publish version 1' })
      await publish.waitFor()
      assert.ok(await publish.isDisabled(), `${what}: it can be published`)
    }
    // Broken and mended by hand: the message comes and goes without a save.
    const workflowId = await newWorkflow('Broken and mended', {
      nodes: [start, tell('a', 300)],
      edges: [edge('start', 'a')],
    })
    await page.goto(`/workflows/${workflowId}?problems=true`)
    await page.locator('[data-step="start"]').focus()
    await page.keyboard.press('Delete')
    const panel = page.getByRole('region', { name: 'Problems of the draft' })
    await panel.getByText('The workflow has no trigger.').waitFor()
    await page.keyboard.press('Control+Z')
    await panel.waitFor({ state: 'detached' })
    assert.deepEqual(problems, [])
  })
})
