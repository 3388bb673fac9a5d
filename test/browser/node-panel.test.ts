import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { isDeepStrictEqual } from 'node:util'
import type { BrowserContext, Page } from 'playwright-core'
import { createCompany, deleteCompany, listPipelines } from '#modules/crm/contract.ts'
import {
  createFromStartingPoint,
  createWorkflow,
  type Graph,
  getWorkflow,
  graphSchema,
  saveDraft,
} from '#modules/flow/contract.ts'
import { type TestApp, testApp } from '#test/app.ts'
import type { SignedIn } from '#test/people.ts'
import { assertAccessible } from './accessible.ts'
import { closeBrowser, openPage } from './chromium.ts'
import { enter } from './enter.ts'
import { until } from './until.ts'

/** A row of steps after one trigger; each step is named after its kind. */
function rowOf(...types: readonly (string | readonly [type: string, config: object])[]): Graph {
  const nodes = types.map((each, index) => {
    const [type, config = {}] = typeof each === 'string' ? [each] : each
    return { id: type, type, config, position: { x: 0, y: index * 120 } }
  })
  return graphSchema.parse({
    nodes,
    edges: nodes.slice(1).map((node, index) => ({
      id: `edge-${index}`,
      source: nodes[index]?.id,
      target: node.id,
    })),
  })
}

describe('the settings of steps in a browser', () => {
  let app: TestApp
  let owner: SignedIn
  let page: Page
  let context: BrowserContext
  let problems: string[]
  let formWorkflowId: string
  let otherId: string
  before(async () => {
    app = await testApp()
    owner = await app.owner()
    const form = await owner.client.call(createFromStartingPoint, { body: { startingPoint: 'demo_request' } })
    formWorkflowId = form.workflowId
    otherId = await draft('Another workflow', rowOf('manual', 'stop'))
    ;({ page, context, problems } = await openPage(app.url))
    await enter({ page, problems }, '/workflows', owner, page.getByRole('heading', { name: 'Workflows' }))
  })
  after(async () => {
    await closeBrowser()
    await app.close()
  })

  async function draft(name: string, graph: Graph): Promise<string> {
    const { id, revision } = await owner.client.call(createWorkflow, { body: { name } })
    await owner.client.call(saveDraft, { params: { workflowId: id }, body: { graph, revision } })
    return id
  }
  const settings = () => page.getByRole('form', { name: 'Settings of the step' })
  const field = (name: string) => settings().getByRole('textbox', { name, exact: true })
  async function open(workflowId: string, node: string): Promise<void> {
    await page.goto(`/workflows/${workflowId}?node=${node}`)
    await settings().waitFor()
  }
  /** The settings of a step as they are stored, once they are what was typed. */
  async function stored(workflowId: string, node: string, expected: object): Promise<void> {
    const read = async () => {
      const { draft: graph } = await owner.client.call(getWorkflow, { params: { workflowId } })
      return graph.nodes.find(({ id }) => id === node)?.config
    }
    let config: unknown
    const isStored = async () => {
      config = await read()
      return isDeepStrictEqual(config, expected)
    }
    // What is stored instead says more than that it never came about.
    await until(page, isStored).catch(() => assert.deepEqual(config, expected))
  }
  /** Chooses in the list that has the keyboard. */
  async function choose(name: string, option: string): Promise<void> {
    const box = settings().getByRole('combobox', { name, exact: true }).or(field(name))
    await box.first().focus()
    await page.keyboard.press('ArrowDown')
    await page.getByRole('option', { name: option, exact: true }).first().waitFor()
    for (let tries = 0; tries < 60; tries++) {
      const active = page
        .locator('[data-combobox-selected], [role="option"][aria-selected="true"][data-hovered]')
        .first()
      if ((await active.count()) > 0 && (await active.textContent()) === option) break
      await page.keyboard.press('ArrowDown')
    }
    await page.keyboard.press('Enter')
    await page.getByRole('option', { name: option, exact: true }).first().waitFor({ state: 'hidden' })
    assert.equal(await box.first().inputValue(), option)
  }

  it('a text is written with completion of values and filters, and shows what it gives', async () => {
    await open(formWorkflowId, 'answer')
    await field('Subject').focus()
    await page.keyboard.press('Control+A')
    await page.keyboard.type('Hello {{ name')
    const list = page.getByRole('listbox', { name: 'Values to insert' })
    await list.getByRole('option').first().waitFor()
    await assertAccessible(page, 'completion of a value')
    await page.keyboard.press('Enter')
    await list.waitFor({ state: 'detached' })
    const written = await field('Subject').inputValue()
    assert.match(written, /^Hello \{\{ [\w.]+ \}\}$/)
    for (let index = 0; index < 3; index++) await page.keyboard.press('ArrowLeft')
    await page.keyboard.type(' | uppe')
    await list.getByRole('option', { name: /^upper/ }).waitFor()
    await page.keyboard.press('Enter')
    await settings()
      .getByText(/For example:? Hello [A-Z ]+$/)
      .waitFor()
    const { draft: graph } = await owner.client.call(getWorkflow, { params: { workflowId: formWorkflowId } })
    const before = graph.nodes.find(({ id }) => id === 'answer')?.config ?? {}
    await stored(formWorkflowId, 'answer', { ...before, subject: written.replace(' }}', ' | upper }}') })
  })

  it('Ctrl and Space open the values, and Escape leaves the text as it was', async () => {
    await open(formWorkflowId, 'tell_team')
    const text = await field('Title').inputValue()
    await field('Title').focus()
    await page.keyboard.press('End')
    await page.keyboard.press('Control+Space')
    await page.getByRole('listbox', { name: 'Values to insert' }).waitFor()
    await page.keyboard.press('Escape')
    assert.equal(await field('Title').inputValue(), text)
    await settings().waitFor()
  })

  it('what is wrong is said as one types, and goes when it is mended', async () => {
    await open(formWorkflowId, 'ask_again')
    await field('To').focus()
    await page.keyboard.press('Control+A')
    await page.keyboard.type('{{ lead.email | uper }}')
    await settings()
      .getByText(/There is no filter called "uper"/)
      .waitFor()
    await assertAccessible(page, 'a setting that is wrong')
    await page.keyboard.press('Control+A')
    await page.keyboard.type('{{ lead.email }}')
    await settings()
      .getByText(/There is no filter/)
      .waitFor({ state: 'detached' })
    await page.keyboard.press('Control+A')
    await page.keyboard.press('Delete')
    await settings().getByText('Needed before the workflow can be published.').waitFor()
    await page.keyboard.type('ada@analytical.example')
    await settings().getByText('Needed before').waitFor({ state: 'detached' })
  })

  it('a condition is built in rows and groups', async () => {
    const id = await draft('Conditions', rowOf('manual', ['filter', {}], 'stop'))
    await open(id, 'filter')
    const looked = settings().getByLabel('Value 1 to look at')
    await looked.first().focus()
    await page.keyboard.type('vars.budget')
    await page.keyboard.press('Escape')
    await choose('Operator 1', 'is at least')
    await page.keyboard.press('Tab')
    await page.keyboard.type('5000')
    await settings().getByRole('button', { name: 'Add a group' }).press('Enter')
    await looked.nth(1).waitFor()
    await looked.nth(1).focus()
    await page.keyboard.type('vars.country')
    await page.keyboard.press('Escape')
    await settings().getByLabel('Value 1 to compare with').nth(1).focus()
    await page.keyboard.type('France')
    await assertAccessible(page, 'a condition')
    await stored(id, 'filter', {
      condition: {
        all: [
          { field: 'vars.budget', operator: 'greater_or_equal', value: '5000' },
          { any: [{ field: 'vars.country', operator: 'equals', value: 'France' }] },
        ],
      },
    })
    await settings().getByRole('button', { name: 'Remove the group' }).press('Enter')
    await stored(id, 'filter', {
      condition: { all: [{ field: 'vars.budget', operator: 'greater_or_equal', value: '5000' }] },
    })
  })

  it('a schedule is chosen in words and says them back with its next times', async () => {
    const id = await draft(
      'Clock',
      rowOf(['schedule', { cron: '0 9 * * 1-5', timeZone: 'Europe/Paris' }], 'stop'),
    )
    await open(id, 'schedule')
    await settings().getByText('Every weekday at 09:00, Europe/Paris.').waitFor()
    await settings().getByRole('checkbox', { name: 'Fri' }).press('Space')
    await settings()
      .getByText('Every Monday, Tuesday, Wednesday and Thursday at 09:00, Europe/Paris.')
      .waitFor()
    await settings()
      .getByText(/^Next: (Mon|Tue|Wed|Thu)/)
      .waitFor()
    await stored(id, 'schedule', { cron: '0 9 * * 1-4', timeZone: 'Europe/Paris' })
    await choose('How often', 'On a day of the month')
    await settings().getByText('On the 1st of every month at 09:00, Europe/Paris.').waitFor()
    await choose('How often', 'Other, as cron')
    await field('Cron').focus()
    await page.keyboard.press('Control+A')
    await page.keyboard.type('0 9 * *')
    await settings()
      .getByText(/A schedule has five fields/)
      .waitFor()
    await page.keyboard.type(' 6')
    await settings().getByText('Every Saturday at 09:00, Europe/Paris.').waitFor()
    await assertAccessible(page, 'a schedule')
  })

  it('a wait is a span, a date or opening hours', async () => {
    const id = await draft(
      'Waiting',
      rowOf('manual', ['wait', { duration: { amount: 1, unit: 'days' } }], 'stop'),
    )
    await open(id, 'wait')
    await settings().getByLabel('How long: amount').focus()
    await page.keyboard.press('Control+A')
    await page.keyboard.type('3')
    await choose('How long: unit', 'hours')
    await stored(id, 'wait', { duration: { amount: 3, unit: 'hours' } })
    await choose('Waits', 'until business hours')
    await settings().getByRole('checkbox', { name: 'Sat' }).press('Space')
    await field('Opens at').focus()
    await page.keyboard.press('Control+A')
    await page.keyboard.type('18:00')
    await settings().getByText('It has to open before it closes.').waitFor()
    await page.keyboard.press('Control+A')
    await page.keyboard.type('08:30')
    await assertAccessible(page, 'opening hours')
    await stored(id, 'wait', {
      businessHours: { timeZone: 'Europe/Paris', days: [1, 2, 3, 4, 5, 6], from: '08:30', to: '17:00' },
    })
  })

  it('names with values are added, typed and taken away', async () => {
    const id = await draft('Values', rowOf('manual', 'set_fields', 'stop'))
    await open(id, 'set_fields')
    await settings().getByRole('button', { name: 'Add a value' }).press('Enter')
    await page.keyboard.type('total')
    await field('Value 1').focus()
    await page.keyboard.type('{{ budget | plus: 5 }}')
    await settings().getByRole('button', { name: 'Add a value' }).press('Enter')
    await page.keyboard.type('is new')
    await settings().getByText('A name has letters, digits and underscores.').waitFor()
    await page.keyboard.press('Control+A')
    await page.keyboard.type('isNew')
    await choose('Kind of value 2', 'Yes or no')
    await settings().getByRole('radio', { name: 'Yes' }).press('Space')
    await assertAccessible(page, 'names with values')
    const total = { name: 'total', value: '{{ budget | plus: 5 }}' }
    await stored(id, 'set_fields', { fields: [total, { name: 'isNew', value: true }] })
    await settings().getByRole('button', { name: 'Remove value 2' }).press('Enter')
    await stored(id, 'set_fields', { fields: [total] })
  })

  it('a switch gets rules with exits of their own, in an order that can be changed', async () => {
    const id = await draft('Ways', rowOf('manual', 'switch', 'stop'))
    await open(id, 'switch')
    for (const name of ['Large', 'Small']) {
      await settings().getByRole('button', { name: 'Add a rule' }).press('Enter')
      await field('Name of the exit').last().focus()
      await page.keyboard.type(name)
      await settings().getByLabel('Value 1 to look at').last().focus()
      await page.keyboard.type('budget')
      await page.keyboard.press('Escape')
      await settings().getByLabel('Value 1 to compare with').last().focus()
      await page.keyboard.type(name)
    }
    await settings().getByRole('button', { name: 'Move rule 2 up' }).press('Enter')
    await assertAccessible(page, 'rules of a switch')
    const rule = (exit: string, label: string) => ({
      id: exit,
      condition: { field: 'budget', operator: 'equals', value: label },
      label,
    })
    await stored(id, 'switch', { rules: [rule('exit_2', 'Small'), rule('exit_1', 'Large')] })
  })

  it('other workflows and columns of the board are picked by name', async () => {
    const id = await draft('Picking', rowOf('manual', 'sub_workflow', 'move_lead', 'stop'))
    await open(id, 'sub_workflow')
    await settings().getByRole('combobox', { name: 'Workflow', exact: true }).focus()
    await page.keyboard.press('ArrowDown')
    await page.getByRole('option', { name: 'Another workflow draft', exact: true }).click()
    await stored(id, 'sub_workflow', { workflowId: otherId })
    await settings().getByRole('switch', { name: 'Waits for its end' }).press('Space')
    await stored(id, 'sub_workflow', { workflowId: otherId, wait: false })
    await open(formWorkflowId, 'answer')
    await page.goto(`/workflows/${id}?node=move_lead`)
    await settings().getByRole('combobox', { name: 'Column', exact: true }).focus()
    await page.keyboard.type('QUALIFIED')
    await stored(id, 'move_lead', { status: 'QUALIFIED' })
  })

  it('records, members and stages are found by name, kept by id, and may be filled in by each run instead', async () => {
    const company = await owner.client.call(createCompany, {
      body: { name: 'Meridian Labs', websiteUrl: 'https://meridian.example' },
    })
    const { items } = await owner.client.call(listPipelines, {})
    const stage = items[0]?.stages[1]
    const id = await draft(
      'Names',
      rowOf('manual', ['create_deal', { name: 'New' }], ['lookup', { what: 'company' }], 'notify', 'stop'),
    )
    const box = (name: string) => settings().getByRole('combobox', { name: `${name} optional`, exact: true })
    await open(id, 'create_deal')
    await box('Company').click()
    await page.keyboard.type('merid')
    await page.getByRole('option', { name: /^Meridian Labs/ }).waitFor()
    await assertAccessible(page, 'a company that is looked for')
    await page.keyboard.press('Enter')
    assert.equal(await box('Company').inputValue(), 'Meridian Labs')
    await box('Stage').focus()
    await page.keyboard.press('ArrowDown')
    await page.getByRole('option', { name: stage?.name ?? '', exact: true }).click()
    assert.equal(await box('Stage').inputValue(), stage?.name)
    await box('Owner').click()
    await page.keyboard.type('nobody')
    await page.getByText('No member is called that.').waitFor()
    await page.keyboard.press('Tab')
    await settings().getByText('Choose a member from the list, or write an e-mail address.').waitFor()
    await assertAccessible(page, 'a member who is not one')
    await box('Owner').click()
    await page.keyboard.press('Control+A')
    await page.keyboard.type(owner.email)
    await page.getByRole('option').first().waitFor()
    await page.keyboard.press('Escape')
    assert.equal(
      await box('Owner').inputValue(),
      'Ada Owner',
      'an address that is written out is whose it is',
    )
    await page.keyboard.press('Control+A')
    await page.keyboard.press('Delete')
    await box('Person').click()
    await page.keyboard.type('{{ run.i')
    await page.getByRole('listbox', { name: 'Values to insert' }).getByRole('option').first().waitFor()
    await page.keyboard.press('Enter')
    const chosen = { name: 'New', company: company.id, stage: stage?.id, owner: '' }
    await stored(id, 'create_deal', { ...chosen, person: '{{ run.id }}' })
    await settings().getByRole('button', { name: 'Choose a person instead' }).press('Enter')
    await box('Person').waitFor()
    await stored(id, 'create_deal', { ...chosen, person: '' })
    await page.reload()
    await page.locator('input[role="combobox"][value="Meridian Labs"]').waitFor()

    await open(id, 'lookup')
    await box('Which one').click()
    await page.getByRole('option', { name: /^Meridian Labs/ }).click()
    await stored(id, 'lookup', { what: 'company', record: company.id })
    await page.getByRole('button', { name: /^Look up\. Company Meridian Labs/ }).waitFor()
    await open(id, 'notify')
    await settings().getByRole('button', { name: 'Add a member' }).press('Enter')
    await page.keyboard.press('ArrowDown')
    await page.getByRole('option', { name: new RegExp(owner.email) }).click()
    await stored(id, 'notify', { members: [owner.userId] })
    await owner.client.call(deleteCompany, { params: { companyId: company.id } })
    await open(id, 'create_deal')
    await settings()
      .getByText(/The company that “?"?Add deal"?”? names is not there any more/)
      .waitFor()
  })

  it('code, a request, its retries and its name are set', async () => {
    const id = await draft('Calls', rowOf('manual', 'http_request', 'code', 'stop'))
    await open(id, 'http_request')
    await field('Name of the step').focus()
    await page.keyboard.type('Tell the shop')
    await choose('Method', 'POST')
    await field('Address').focus()
    await page.keyboard.type('https://shop.example/orders')
    await settings().locator('summary', { hasText: 'When it fails' }).press('Enter')
    await settings().getByLabel('Attempts in all').focus()
    await page.keyboard.press('Control+A')
    await page.keyboard.type('5')
    await settings().getByRole('radio', { name: 'the same' }).press('Space')
    await assertAccessible(page, 'a request')
    await stored(id, 'http_request', { method: 'POST', url: 'https://shop.example/orders' })
    const read = () => owner.client.call(getWorkflow, { params: { workflowId: id } })
    let node = (await read()).draft.nodes.find(each => each.type === 'http_request')
    while (node?.retry?.growth !== 'fixed')
      node = (await read()).draft.nodes.find(each => each.type === 'http_request')
    assert.deepEqual(
      [node.label, node.retry],
      ['Tell the shop', { attempts: 5, backoffMs: 2_000, growth: 'fixed' }],
    )
    await open(id, 'code')
    await field('Code').focus()
    await page.keyboard.type('if (true) {')
    await page.keyboard.press('Enter')
    await page.keyboard.type('return 1')
    await settings().getByRole('radio', { name: 'TypeScript' }).press('Space')
    await stored(id, 'code', { source: 'if (true) {\n  return 1', language: 'typescript' })
  })

  it('every step opens at 1024 px in both themes without a problem of its own', async () => {
    for (const dark of [false, true]) {
      const other = await openPage(app.url, { width: 1024, height: 768, dark, like: context })
      for (const node of ['form', 'tell_team', 'answer', 'wait']) {
        await other.page.goto(`/workflows/${formWorkflowId}?node=${node}`)
        const form = other.page.getByRole('form', { name: 'Settings of the step' })
        await form.waitFor()
        await assertAccessible(other.page, `${node} at 1024 px${dark ? ', dark' : ''}`)
      }
      assert.deepEqual(other.problems, [])
      await other.page.goto('/_ui')
      await other.page.getByRole('region', { name: 'Settings of steps' }).getByText('Wrong').waitFor()
      await assertAccessible(other.page, `the gallery${dark ? ', dark' : ''}`)
      await other.context.close()
    }
    // That the company which was deleted is not there any more stands in the browser's network log.
    const others = problems.filter(problem => !/status of 404 .*\/v1\/companies\//.test(problem))
    assert.deepEqual(others, [])
  })
})
