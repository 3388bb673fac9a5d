import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import type { BrowserContext, Page } from 'playwright-core'
import { getPerson, listChangeSets, listPeople, listViews } from '#modules/crm/contract.ts'
import { newId } from '#platform/ids.ts'
import { type TestApp, testApp } from '#test/app.ts'
import type { SignedIn } from '#test/people.ts'
import { assertAccessible } from './accessible.ts'
import { closeBrowser, openPage } from './chromium.ts'
import { enter } from './enter.ts'
import { longestTaskOf, SCROLL_THROUGH } from './longest-task.ts'
import { settled } from './settled.ts'
import { until } from './until.ts'

const STAGES = ['lead', 'prospect', 'active', 'churned']

describe('lists in a browser', () => {
  let app: TestApp
  let owner: SignedIn
  let page: Page
  let context: BrowserContext
  let problems: string[]
  let ids: string[]

  before(async () => {
    app = await testApp()
    owner = await app.owner()
    ids = await seed(owner.orgId, 240)
    ;({ page, context, problems } = await signIn(owner))
    await context.grantPermissions(['clipboard-read', 'clipboard-write'])
  })
  after(async () => {
    await closeBrowser()
    await app.close()
  })

  /** People whose scores are their places, the first one the oldest. */
  async function seed(orgId: string, count: number): Promise<string[]> {
    const made = Array.from({ length: count }, () => newId()).sort()
    await app.asSuperuser(
      `insert into crm.people (org_id, id, first_name, last_name, score, lifecycle_stage, last_activity_at)
       select $1, p.id, 'Person', lpad(p.place::text, 5, '0'), p.place, ($3::text[])[(p.place % 4)::int + 1],
         date_trunc('month', now()) + interval '10 days 12 hours'
       from unnest($2::uuid[]) with ordinality p (id, place)`,
      [orgId, made, STAGES],
    )
    await app.asSuperuser('analyze crm.people')
    return made
  }
  async function signIn(who: SignedIn) {
    const opened = await openPage(app.url)
    await enter(opened, '/contacts', who, opened.page.getByRole('grid'))
    return opened
  }
  const grid = () => page.getByRole('grid', { name: 'Contacts' })
  const button = (name: string | RegExp) => page.getByRole('button', { name, exact: true })
  const press = async (...keys: string[]) => {
    for (const key of keys) await page.keyboard.press(key)
  }
  const person = (id: string | undefined) => owner.client.call(getPerson, { params: { personId: id ?? '' } })
  const row = (name: string) => grid().getByRole('row', { name: new RegExp(name) })
  const open = async (search: object = {}) => {
    const words = Object.entries(search).map(([key, value]) => [
      key,
      typeof value === 'string' ? value : JSON.stringify(value),
    ])
    await page.goto(`/contacts?${new URLSearchParams(words)}`)
    await grid().getByRole('row').nth(3).waitFor()
  }
  const COLUMNS = 'name,score,title,lifecycleStage,salutation'

  it('a cell is reached, edited, left and taken back by keys alone', async () => {
    await open({ cols: COLUMNS, sort: 'lastName' })
    await grid().focus()
    await press('ArrowRight', 'Enter')
    await page.getByRole('textbox', { name: 'Score' }).fill('1001')
    await press('Escape')
    assert.equal((await person(ids[0])).score, 1)
    await press('Enter')
    await page.getByRole('textbox', { name: 'Score' }).fill('1002')
    await press('Tab')
    await row('Person 00001').getByText('1002').waitFor()
    // The next cell is active; what is typed takes the place of what is there.
    await page.keyboard.type('Boss')
    await press('Enter')
    await row('Person 00001').getByText('Boss').waitFor()
    await until(page, async () => (await person(ids[0])).title === 'Boss')
    assert.equal((await person(ids[0])).score, 1002)
    await press('Enter')
    await page.getByRole('textbox', { name: 'Title' }).fill('Chief')
    await press('Enter', 'Control+z')
    await row('Person 00001').getByText('Boss').waitFor()
    await until(page, async () => (await person(ids[0])).title === 'Boss')
    // A choice, by its first letters.
    await press('ArrowRight')
    await page.keyboard.type('Chu')
    await page.getByRole('option', { name: 'Churned' }).waitFor()
    await press('Enter')
    await until(page, async () => (await person(ids[0])).lifecycleStage === 'churned')
    assert.equal(await grid().evaluate(element => element === element.ownerDocument.activeElement), true)
  })

  it('what the server refuses is shown as before, and what was typed is kept beside it', async () => {
    await open({ cols: COLUMNS, sort: 'lastName' })
    await page.route('**/v1/people/*', (route, request) =>
      request.method() === 'PATCH' ? route.fulfill({ status: 500, body: '{}' }) : route.fallback(),
    )
    await grid().focus()
    await press('ArrowRight')
    await page.keyboard.type('55')
    await press('Enter')
    const refused = page.getByRole('button', { name: 'Score was not saved' })
    await refused.waitFor()
    await page.unroute('**/v1/people/*')
    await refused.click()
    await page.getByText('Not saved: 55').waitFor()
    await button('Retry').click()
    await refused.waitFor({ state: 'detached' })
    await until(page, async () => (await person(ids[0])).score === 55)
    problems.length = 0
  })

  it('rows are selected, and one opens beside the list and gives the focus back', async () => {
    await open({ cols: COLUMNS, sort: 'lastName' })
    await grid().focus()
    await press('Space', 'ArrowDown', 'Shift+ArrowDown', 'Shift+ArrowDown')
    await page.getByText('4 selected').waitFor()
    await press('Escape', 'Escape')
    await page.getByText('4 selected').waitFor({ state: 'detached' })
    await press('Enter')
    const panel = page.getByRole('dialog')
    await panel.waitFor()
    await press('Escape')
    await panel.waitFor({ state: 'detached' })
    assert.equal(await grid().evaluate(element => element === element.ownerDocument.activeElement), true)
    assert.match(page.url(), /\/contacts\?/)
  })

  it('a range is copied, pasted elsewhere and taken back as one', async () => {
    await open({ cols: 'name,score,salutation,title', sort: 'lastName' })
    await grid().focus()
    await press('End')
    await page.keyboard.type('First')
    await press('Enter')
    await until(page, async () => (await person(ids[0])).title === 'First')
    await press('ArrowLeft', 'Shift+ArrowRight', 'Shift+ArrowDown', 'Control+c')
    const copied = await page.evaluate('navigator.clipboard.readText()')
    assert.equal(copied, '\tFirst\n\t')
    const cells = '900\tDr.\tHead\n901\tMs.\tLead\nx\tMr.\tTail'
    await page.evaluate(`navigator.clipboard.writeText(${JSON.stringify(cells)})`)
    await press('Escape', 'Escape', 'Home', 'ArrowRight', 'ArrowDown', 'Control+v')
    await page.getByText('8 values pasted. 1 value did not fit and was left out.').waitFor()
    await until(page, async () => (await person(ids[4])).title === 'Tail')
    const read = async (at: number) => {
      const { score, salutation, title } = await person(ids[at])
      return [score, salutation, title]
    }
    assert.deepEqual(
      [await read(2), await read(3), await read(4)],
      [
        [900, 'Dr.', 'Head'],
        [901, 'Ms.', 'Lead'],
        [5, 'Mr.', 'Tail'],
      ],
    )
    await press('Control+z')
    await until(page, async () => (await person(ids[4])).title === null)
    assert.deepEqual(
      [await read(2), await read(3), await read(4)],
      [
        [3, null, null],
        [4, null, null],
        [5, null, null],
      ],
    )
    const [undo, act] = (await owner.client.call(listChangeSets, { query: { limit: 2 } })).items
    assert.deepEqual([undo?.kind, act?.kind, act?.status, act?.done], ['undo', 'bulk', 'undone', 3])
  })

  it('a filter is made by keyboard, and the address shows somebody else the same', async () => {
    await open()
    await grid().focus()
    await press('f')
    await page.keyboard.type('Lifecycle')
    await page.getByRole('option', { name: 'Lifecycle', exact: true }).waitFor()
    await press('Enter')
    const values = page.getByRole('dialog').getByRole('combobox', { name: 'Lifecycle', exact: true })
    await values.fill('Act')
    await page.getByRole('option', { name: 'Active' }).waitFor()
    await press('ArrowDown', 'Enter', 'Escape', 'Escape')
    await page.getByText('Lifecycle is Active').waitFor()
    await page.getByText('60 people').waitFor()
    await button('Group').click()
    await page.getByRole('option', { name: 'Status', exact: true }).click()
    await page.getByRole('row', { name: /Active\s*60/ }).waitFor()
    await page.getByRole('button', { name: 'Display' }).click()
    await page.getByRole('radio', { name: 'Comfortable' }).check()
    await press('Escape')
    const address = page.url()
    const colleague = await openPage(app.url, { like: context })
    await colleague.page.goto(address)
    await colleague.page.getByText('Lifecycle is Active').waitFor()
    await colleague.page.getByRole('row', { name: /Active\s*60/ }).waitFor()
    const heights = (of: Page) =>
      of
        .getByRole('row', { name: /Person/ })
        .first()
        .evaluate(element => element.getBoundingClientRect().height)
    assert.deepEqual([await heights(page), await heights(colleague.page)], [44, 44])
    await colleague.context.close()
  })

  it('what is changed about a view is one’s own until it is saved', async () => {
    await open({ sort: '-score' })
    const bar = page.getByRole('region', { name: 'Changes of the view' })
    await bar.getByRole('button', { name: 'Save as' }).click()
    await page.getByRole('dialog').getByLabel('Name').fill('Best first')
    await page.getByRole('radio', { name: 'Everybody' }).check()
    await assertAccessible(page, 'naming a view')
    await press('Enter')
    await page.getByRole('button', { name: 'Best first', exact: true }).waitFor()
    await bar.waitFor({ state: 'detached' })
    const stored = async () =>
      (await owner.client.call(listViews, { query: { object: 'person' } })).items.find(
        view => view.name === 'Best first',
      )
    assert.deepEqual((await stored())?.settings, { sort: '-score' })
    await page.getByRole('button', { name: 'E-mail', exact: true }).click()
    await bar.getByText('“Best first” is changed for you alone.').waitFor()
    assert.deepEqual((await stored())?.settings, { sort: '-score' })
    await bar.getByRole('button', { name: 'Reset' }).click()
    await bar.waitFor({ state: 'detached' })
    await page.getByRole('button', { name: 'E-mail', exact: true }).click()
    await bar.getByRole('button', { name: 'Save for everybody' }).click()
    await bar.waitFor({ state: 'detached' })
    assert.deepEqual((await stored())?.settings, { sort: 'email' })
    await page.getByRole('button', { name: 'The view Best first' }).click()
    await page.getByRole('menuitem', { name: 'Delete the view' }).click()
    await page.getByRole('button', { name: 'Best first', exact: true }).waitFor({ state: 'detached' })
    assert.equal(await stored(), undefined)
  })

  it('everything that matches is changed by a job that can be watched and taken back', async () => {
    await open({ cols: 'name,title', filter: { field: 'lifecycleStage', op: 'is', value: 'prospect' } })
    const before = (await owner.client.call(listChangeSets, { query: {} })).items.length
    await open({ cols: 'name,title', filter: { field: 'score', op: 'lte', value: 230 } })
    await page.getByLabel('Select all').check()
    await button(/^Select all 2\d\d people matching$/).click()
    await page.getByText(/^All 2\d\d people matching$/).waitFor()
    await button('Set a field').click()
    await page.keyboard.type('Title')
    await page.getByRole('option', { name: 'Title', exact: true }).waitFor()
    await press('Enter')
    await page.getByRole('textbox', { name: 'Title' }).fill('Everybody')
    await press('Enter')
    await page.getByText(/^Changed title of 2\d\d people\.$/).waitFor()
    const count = async (title: string) => {
      const query = { filter: `title:is:"${title}"`, limit: 100 }
      return (await owner.client.call(listPeople, { query })).items.length
    }
    assert.equal(await count('Everybody'), 100)
    await page.goto('/changes')
    const line = page.getByRole('listitem').filter({ hasText: /^DoneChanged title of 2\d\d people/ })
    await line.waitFor()
    await assertAccessible(page, 'recent changes')
    await line.getByRole('button', { name: 'Undo' }).click()
    await page.getByText('Taken back', { exact: true }).first().waitFor()
    await until(page, async () => (await count('Everybody')) === 0)
    assert.equal((await owner.client.call(listChangeSets, { query: {} })).items.length, before + 2)
  })

  it('table, board and calendar keep the filter; a day of many opens', async () => {
    await open({ filter: { field: 'lifecycleStage', op: 'in', value: ['lead', 'active'] } })
    await page.getByText('Lifecycle is any of Lead, Active').waitFor()
    await button('Board').click()
    const board = page.getByRole('group', { name: 'Contacts by lifecycle' })
    await board.getByRole('region', { name: 'Lead' }).getByRole('group').first().waitFor()
    assert.equal(await board.getByRole('region', { name: 'Prospect' }).getByRole('group').count(), 0)
    await button('Calendar').click()
    await page.getByRole('button', { name: /^Days/ }).click()
    await page.getByRole('option', { name: 'Last activity' }).click()
    await page.getByRole('button', { name: /^\d+ more$/ }).click()
    await page.getByRole('dialog').getByRole('button').nth(5).waitFor()
    await assertAccessible(page, 'a day of many')
    await press('Escape')
    await page.getByText('Lifecycle is any of Lead, Active').waitFor()
  })

  it('nothing that fits is not nothing at all', async () => {
    await page.goto('/contacts?q=nobodyhasthisname')
    await page.getByText('None of your people fits what you asked for.').waitFor()
    await button('Clear filters').click()
    await grid().getByRole('row').nth(3).waitFor()
    await page.goto('/deals')
    await page.getByText('What you are selling stands here').waitFor()
  })

  it('ten thousand rows scroll with few of them in the page', async test => {
    const big = await app.owner()
    await seed(big.orgId, 10_000)
    const { page: wide, context: own } = await signIn(big)
    const table = wide.getByRole('grid', { name: 'Contacts' })
    await table.getByRole('row').nth(3).waitFor()
    const counted = () => table.evaluate(element => Number(element.getAttribute('aria-rowcount')))
    while ((await counted()) < 10_001) {
      const known = await counted()
      await table.evaluate(element => {
        element.scrollTop = element.scrollHeight
      })
      while ((await counted()) === known) await wide.title()
    }
    // How long that may be is for the benchmark of the canvas and lists to say, where nothing else runs.
    const longest = await longestTaskOf(wide, () => wide.evaluate(SCROLL_THROUGH))
    test.diagnostic(`the longest task took ${Math.round(longest)} ms of the processor`)
    const rows = await table.getByRole('row').count()
    assert.ok(rows < 200, `${rows} rows are in the page.`)
    await own.close()
  })

  for (const [width, dark] of [
    [1440, false],
    [1440, true],
    [375, false],
    [375, true],
  ] as const) {
    it(`lists are accessible and fit at ${width} px${dark ? ', dark' : ''}`, async () => {
      const shown = await openPage(app.url, { width, height: 812, dark, like: context })
      for (const path of [
        '/contacts',
        '/contacts?group=lifecycleStage',
        '/contacts?type=board',
        '/contacts?type=calendar&date=createdAt',
        '/contacts?q=nobodyhasthisname',
        '/companies',
        '/deals',
        '/deals?type=board',
        '/changes',
      ]) {
        await shown.page.goto(path)
        await settled(shown.page)
        const overflow = await shown.page.evaluate(
          'document.documentElement.scrollWidth - document.documentElement.clientWidth',
        )
        assert.equal(overflow, 0, `${path} is wider than ${width} px`)
        await assertAccessible(shown.page, path)
      }
      assert.deepEqual(shown.problems, [])
      assert.deepEqual(problems, [])
      await shown.context.close()
    })
  }
})
