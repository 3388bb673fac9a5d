import assert from 'node:assert/strict'
import { after, afterEach, before, describe, it } from 'node:test'
import type { BrowserContext, Page, Route } from 'playwright-core'
import {
  changeDeal,
  changeStage,
  createDeal,
  type Deal,
  getDeal,
  getDealBoard,
  listPipelines,
  type Money,
  moveDeal,
  type Pipeline,
  type Stage,
} from '#modules/crm/contract.ts'
import { type TestApp, testApp } from '#test/app.ts'
import type { SignedIn } from '#test/people.ts'
import { assertAccessible } from './accessible.ts'
import { closeBrowser, openPage } from './chromium.ts'
import { enter } from './enter.ts'
import { settled } from './settled.ts'
import { until } from './until.ts'

const eur = (amount: number): Money => ({ amount, currency: 'EUR' })
/** Money as the browser of these tests, which is a British one, writes it. */
const money = (amount: number, currency = 'EUR') =>
  new Intl.NumberFormat('en-GB', {
    style: 'currency',
    currency,
    minimumFractionDigits: amount % 100 === 0 ? 0 : 2,
  }).format(amount / 100)

/** The board of deals as people work with it, and what it adds up to. */
describe('deals in a browser', () => {
  let app: TestApp
  let owner: SignedIn
  let page: Page
  let context: BrowserContext
  let problems: string[]
  let pipeline: Pipeline

  before(async () => {
    app = await testApp()
    owner = await app.owner()
    const [first] = (await owner.client.call(listPipelines)).items
    assert.ok(first)
    pipeline = first
    ;({ page, context, problems } = await openPage(app.url))
    await enter({ page, problems }, '/deals', owner, page.getByRole('heading', { name: 'Deals' }))
  })
  afterEach(async () => {
    await page.unrouteAll({ behavior: 'ignoreErrors' })
    await app.asSuperuser('update crm.deals set deleted_at = now() where org_id = $1', [owner.orgId])
  })
  after(async () => {
    await closeBrowser()
    await app.close()
  })

  const COLUMNS = {
    qualification: 'Qualification',
    proposal: 'Proposal',
    negotiation: 'Negotiation',
    closed_won: 'Closed won',
    closed_lost: 'Closed lost',
  }
  type Column = keyof typeof COLUMNS
  const stage = (key: Column): Stage => {
    const found = pipeline.stages.find(each => each.key === key)
    assert.ok(found)
    return found
  }
  /** Makes deals in a column, the first one on top. */
  const make = async (column: Column, ...names: string[]): Promise<Deal[]> => {
    const made: Deal[] = []
    for (const name of names.toReversed()) {
      const body = { name, stageId: stage(column).id, value: eur(100_000 + 12_345 * name.length) }
      made.unshift(await owner.client.call(createDeal, { body }))
    }
    return made
  }
  const open = async () => {
    await page.goto('/deals?type=board')
    await page.getByRole('group', { name: `Deals of ${pipeline.name} by stage` }).waitFor()
  }
  const column = (key: Column, of: Page = page) => of.getByRole('region', { name: COLUMNS[key], exact: true })
  const card = (name: string, of: Page = page) => of.getByRole('group', { name, exact: true })
  const names = (key: Column) =>
    column(key)
      .locator('[data-card]')
      .evaluateAll(cards => cards.map(each => each.getAttribute('aria-label')))
  const stored = (deal: Deal | undefined) =>
    owner.client.call(getDeal, { params: { dealId: deal?.id ?? '' } })
  /** The names in a column as the server has them, from the top. */
  const storedIn = async (key: Column) => {
    const board = await owner.client.call(getDealBoard, { query: { cards: 100 } })
    const found = board.columns.find(each => each.stage.key === key)
    return found?.deals.map(({ name }) => name)
  }
  const isFocused = (name: string) =>
    card(name).evaluate(element => element === element.ownerDocument.activeElement)
  const press = async (...keys: string[]) => {
    for (const key of keys) await page.keyboard.press(key)
  }
  /** What a screen reader was told last. */
  const spoken = async () =>
    (await page.locator('[aria-live="assertive"]').textContent())?.replace('\u00a0', '')
  const undo = (message: string) =>
    page.getByRole('listitem').filter({ hasText: message }).getByRole('button', { name: 'Undo' })
  const onMove = (handle: (route: Route) => Promise<void>) => page.route('**/v1/deals/*/move', handle)

  it('a card goes to another stage by mouse, shown before it is saved, and is taken back', async () => {
    const [, deal] = await make('qualification', 'Above', 'Mill', 'Under')
    await make('proposal', 'There')
    await open()
    const answering = Promise.withResolvers<void>()
    await onMove(async route => {
      await answering.promise
      await route.fallback()
    })
    await card('Mill').dragTo(column('proposal').getByRole('heading'))
    await column('proposal').getByRole('group', { name: 'Mill', exact: true }).waitFor()
    assert.deepEqual(await names('proposal'), ['Mill', 'There'])
    assert.equal((await stored(deal)).stage.key, 'qualification')
    answering.resolve()
    await until(page, async () => (await stored(deal)).stage.key === 'proposal')
    await undo('Mill moved to Proposal.').click()
    await until(page, async () => (await stored(deal)).stage.key === 'qualification')
    await column('qualification').getByRole('group', { name: 'Mill', exact: true }).waitFor()
    // Where it stood, not on top.
    assert.deepEqual(await names('qualification'), ['Above', 'Mill', 'Under'])
    assert.deepEqual(await storedIn('qualification'), ['Above', 'Mill', 'Under'])
  })

  it('a card goes by keyboard, each step spoken, or is put back', async () => {
    const [deal] = await make('qualification', 'Mill', 'Rest')
    await make('negotiation', 'There')
    await open()
    await card('Mill').focus()
    await press(' ')
    assert.match((await spoken()) ?? '', /^Picked up Mill in Qualification, place 1 of 2\. Arrows carry it/)
    await press('ArrowRight')
    assert.equal(await spoken(), 'Proposal, place 1 of 1.')
    await press('Escape')
    assert.equal(await spoken(), 'Put back in Qualification.')
    assert.equal(await isFocused('Mill'), true)
    assert.deepEqual(await names('qualification'), ['Mill', 'Rest'])
    await press(' ', 'ArrowLeft')
    assert.equal(await spoken(), 'Qualification is the first column.')
    await press('ArrowRight', 'ArrowRight', 'ArrowDown')
    assert.equal(await spoken(), 'Negotiation, place 2 of 2.')
    await press('ArrowDown')
    assert.equal(await spoken(), 'The last place in Negotiation.')
    await press(' ')
    assert.equal(await spoken(), 'Mill moved from Qualification to Negotiation, place 2 of 2.')
    assert.equal(await isFocused('Mill'), true)
    assert.deepEqual(await names('negotiation'), ['There', 'Mill'])
    await until(page, async () => (await stored(deal)).stage.key === 'negotiation')
    assert.deepEqual(await storedIn('negotiation'), ['There', 'Mill'])
    // The undo key reaches it from the board as well.
    await press('Control+z')
    await until(page, async () => (await stored(deal)).stage.key === 'qualification')
    await column('qualification').getByRole('group', { name: 'Mill', exact: true }).waitFor()
    assert.deepEqual(await names('qualification'), ['Mill', 'Rest'])
  })

  it('a card gets a place within its column by mouse, by keyboard and by its menu', async () => {
    await make('qualification', 'One', 'Two', 'Three', 'Four')
    await open()
    const isNow = async (...wanted: string[]) => {
      await until(page, async () => String(await names('qualification')) === String(wanted))
      await until(page, async () => String(await storedIn('qualification')) === String(wanted))
    }
    const lower = await card('Three').boundingBox()
    assert.ok(lower)
    await card('One').dragTo(card('Three'), { targetPosition: { x: 40, y: lower.height - 6 } })
    await isNow('Two', 'Three', 'One', 'Four')
    await undo('One moved within Qualification.').click()
    await isNow('One', 'Two', 'Three', 'Four')
    await card('Four').focus()
    await press(' ', 'ArrowUp')
    assert.equal(await spoken(), 'Qualification, place 3 of 4.')
    await press('ArrowUp', 'ArrowUp', 'ArrowUp')
    assert.equal(await spoken(), 'The first place in Qualification.')
    await press(' ')
    assert.equal(await spoken(), 'Four moved within Qualification, place 1 of 4.')
    assert.equal(await isFocused('Four'), true)
    await isNow('Four', 'One', 'Two', 'Three')
    await press(' ', 'ArrowDown', 'Enter')
    await isNow('One', 'Four', 'Two', 'Three')
    await card('Three').hover()
    await page.getByRole('button', { name: 'Move or open Three' }).click()
    await page.getByRole('menuitem', { name: 'To the top' }).click()
    await isNow('Three', 'One', 'Four', 'Two')
    // Whoever opens the board anew sees the same.
    await open()
    assert.deepEqual(await names('qualification'), ['Three', 'One', 'Four', 'Two'])
  })

  it('a stage that asks for fields asks on the card; cancel puts the card back', async () => {
    const params = { pipelineId: pipeline.id, stageId: stage('negotiation').id }
    await owner.client.call(changeStage, { params, body: { requiredFields: ['expectedCloseOn'] } })
    const [deal] = await make('qualification', 'Mill', 'Rest')
    await open()
    await card('Mill').focus()
    await press(' ', 'ArrowRight', 'ArrowRight', ' ')
    assert.equal(await spoken(), 'Negotiation asks for more before Mill goes there.')
    const form = column('negotiation').getByRole('form', { name: 'Before Mill goes to Negotiation' })
    await form.getByText('Negotiation asks for').waitFor()
    await assertAccessible(page, 'a stage that asks')
    assert.equal(await form.getByRole('button', { name: 'Move', exact: true }).isEnabled(), false)
    await form.getByRole('button', { name: 'Cancel' }).click()
    await form.waitFor({ state: 'detached' })
    await until(page, () => isFocused('Mill'))
    assert.equal(await spoken(), 'Mill put back in Qualification.')
    assert.deepEqual(await names('qualification'), ['Mill', 'Rest'])
    assert.equal((await stored(deal)).stage.key, 'qualification')
    // Again by mouse, and by keys from there on; Escape puts it back just so.
    await card('Mill').dragTo(column('negotiation').getByRole('heading'))
    await form.waitFor()
    await press('Escape')
    await form.waitFor({ state: 'detached' })
    assert.deepEqual(await names('qualification'), ['Mill', 'Rest'])
    await card('Mill').dragTo(column('negotiation').getByRole('heading'))
    await form.getByRole('button', { name: /close/i }).click()
    await form.locator('input').first().fill('2030-05-17')
    await press('Enter')
    await form.getByRole('button', { name: 'Move', exact: true }).click()
    await form.waitFor({ state: 'detached' })
    await until(page, async () => (await stored(deal)).stage.key === 'negotiation')
    assert.equal((await stored(deal)).expectedCloseOn, '2030-05-17')
    await owner.client.call(changeStage, { params, body: { requiredFields: [] } })
  })

  it('a lost deal says why, and comes back without it', async () => {
    const [deal] = await make('proposal', 'Mill')
    await open()
    await card('Mill').focus()
    await press(' ', 'ArrowRight', 'ArrowRight', 'ArrowRight', ' ')
    const form = page.getByRole('form', { name: 'Before Mill goes to Closed lost' })
    await form.getByText('Why was it lost?').waitFor()
    const reason = form.getByRole('combobox', { name: 'Why it was lost' })
    await until(page, () => reason.evaluate(element => element === element.ownerDocument.activeElement))
    await page.keyboard.type('Price')
    await page.getByRole('option', { name: 'Price' }).waitFor()
    await press('Enter')
    await form.getByRole('textbox', { name: 'In a few words' }).fill('Half of it elsewhere')
    await form.getByRole('button', { name: 'Move', exact: true }).click()
    await until(page, async () => (await stored(deal)).status === 'lost')
    const { lostReason, lostNote } = await stored(deal)
    assert.deepEqual([lostReason?.name, lostNote], ['Price', 'Half of it elsewhere'])
    await column('closed_lost').getByText('Price').waitFor()
    await undo('Mill moved to Closed lost.').click()
    await until(page, async () => (await stored(deal)).status === 'open')
    const back = await stored(deal)
    assert.deepEqual([back.stage.key, back.lostReason, back.lostNote], ['proposal', null, null])
  })

  it('what the server refuses goes back to where it was, and can be tried again', async () => {
    const [deal] = await make('qualification', 'Mill', 'Rest')
    await open()
    await onMove(route => route.fulfill({ status: 500, json: {} }))
    await card('Rest').dragTo(column('proposal').getByRole('heading'))
    const failed = page.getByRole('listitem').filter({ hasText: 'Rest was not moved.' })
    await failed.waitFor()
    await column('qualification').getByRole('group', { name: 'Rest', exact: true }).waitFor()
    assert.deepEqual(await names('qualification'), ['Mill', 'Rest'])
    await page.unroute('**/v1/deals/*/move')
    await failed.getByRole('button', { name: 'Try again' }).click()
    await column('proposal').getByRole('group', { name: 'Rest', exact: true }).waitFor()
    await until(page, async () => (await storedIn('proposal'))?.[0] === 'Rest')
    assert.equal((await stored(deal)).stage.key, 'qualification')
    problems.length = 0
  })

  it('what others move is moved here', async () => {
    const [deal] = await make('qualification', 'Mill', 'Rest')
    await open()
    const params = { dealId: deal?.id ?? '' }
    await owner.client.call(moveDeal, { params, body: { stageId: stage('closed_won').id } })
    await column('closed_won').getByRole('group', { name: 'Mill', exact: true }).waitFor()
    const [rest] = (await owner.client.call(getDealBoard, { query: {} })).columns[0]?.deals ?? []
    await owner.client.call(changeDeal, { params: { dealId: rest?.id ?? '' }, body: { value: eur(777_700) } })
    await card('Rest').getByText(money(777_700)).waitFor()
  })

  it('columns say what their deals are worth, as SQL adds it up, before and after a move', async () => {
    await make('qualification', 'One', 'Three')
    await make('proposal', 'Fourteen')
    const at = (key: Column) => ({ stageId: stage(key).id })
    for (const body of [
      { name: 'Own chance', ...at('proposal'), value: eur(33_333), probability: 35 },
      { name: 'In pounds', ...at('proposal'), value: { amount: 5_550, currency: 'GBP' } },
      { name: 'Worth nothing yet', ...at('proposal') },
      { name: 'Made', ...at('closed_won'), value: eur(1) },
    ])
      await owner.client.call(createDeal, { body })
    const asSummed = () =>
      app.asSuperuser<{ key: string; count: number; amount: string; weighted: string; currency: string }>(
        `select s.key, d.currency, (select count(*)::int from crm.deals n where n.org_id = $1 and n.stage_id = s.id and n.deleted_at is null) as count,
           sum(d.value) as amount, round(sum(d.value * coalesce(d.probability, s.probability)) / 100.0) as weighted
         from crm.deals d join crm.stages s on s.org_id = d.org_id and s.id = d.stage_id
         where d.org_id = $1 and d.deleted_at is null and d.value > 0
         group by s.id, s.key, d.currency order by s.key, count(*) desc, d.currency`,
        [owner.orgId],
      )
    const shows = async () => {
      const rows = await asSummed()
      assert.ok(rows.length > 3)
      for (const [key, sums] of Map.groupBy(rows, row => row.key as Column)) {
        const all = (of: 'amount' | 'weighted') =>
          sums.map(sum => money(Number(sum[of]), sum.currency)).join(', ')
        const words = key.startsWith('closed')
          ? all('amount')
          : `${all('amount')} · ${all('weighted')} weighted`
        const sum = column(key).locator('p').first()
        await until(page, async () => (await sum.textContent()) === words)
        await column(key).locator('header').getByText(String(sums[0]?.count), { exact: true }).waitFor()
      }
    }
    await open()
    await shows()
    await card('Own chance').dragTo(column('negotiation').getByRole('heading'))
    await column('negotiation').getByRole('group', { name: 'Own chance' }).waitFor()
    await until(page, async () => (await storedIn('negotiation'))?.length === 1)
    await shows()
  })

  it('the forecast reads as SQL adds it up', async () => {
    const months = (
      await app.asSuperuser<{ month: string }>(
        `select to_char(date_trunc('month', now() at time zone 'UTC') + n * interval '1 month', 'YYYY-MM') as month
         from generate_series(-2, 3) n order by 1`,
      )
    ).map(row => row.month)
    const [, , now = '', next = '', later = ''] = months
    const at = (key: Column) => stage(key).id
    for (const body of [
      { name: 'Late', stageId: at('proposal'), value: eur(250_050), expectedCloseOn: '2020-02-29' },
      { name: 'Soon', stageId: at('negotiation'), value: eur(120_000), expectedCloseOn: `${next}-01` },
      { name: 'As soon', stageId: at('qualification'), value: eur(99_900), expectedCloseOn: `${next}-28` },
      { name: 'Later', stageId: at('proposal'), value: eur(40_000), expectedCloseOn: `${later}-15` },
      { name: 'Some day', stageId: at('proposal'), value: eur(10_000) },
      { name: 'Far', stageId: at('proposal'), value: eur(900_000), expectedCloseOn: '2099-01-01' },
      { name: 'Won', stageId: at('closed_won'), value: eur(432_100) },
    ])
      await owner.client.call(createDeal, { body })
    const rows = await app.asSuperuser<Record<'line' | 'won' | 'committed' | 'weighted' | 'open', string>>(
      `select case when d.status = 'won' then to_char(d.won_at at time zone 'UTC', 'YYYY-MM')
             when d.expected_close_on is null then 'undated'
             when d.expected_close_on < (now() at time zone 'UTC')::date then 'overdue'
             else to_char(d.expected_close_on, 'YYYY-MM') end as line,
         coalesce(sum(d.value) filter (where d.status = 'won'), 0) as won,
         coalesce(sum(d.value) filter (where d.status = 'open' and s.probability >= 75), 0) as committed,
         coalesce(sum(d.value * s.probability / 100) filter (where d.status = 'open'), 0) as weighted,
         coalesce(sum(d.value) filter (where d.status = 'open'), 0) as open
       from crm.deals d join crm.stages s on s.org_id = d.org_id and s.id = d.stage_id
       where d.org_id = $1 and d.deleted_at is null group by 1`,
      [owner.orgId],
    )
    const cells = (line: string) => {
      const row = rows.find(each => each.line === line)
      return (['won', 'committed', 'weighted', 'open'] as const).map(key => {
        const amount = Number(row?.[key] ?? 0)
        return amount === 0 ? '–' : money(amount)
      })
    }
    const named = (month: string) =>
      new Intl.DateTimeFormat('en-GB', { month: 'long', year: 'numeric', timeZone: 'UTC' }).format(
        Date.parse(`${month}-01`),
      )
    await page.goto('/deals')
    await page.getByRole('button', { name: 'More', exact: true }).click()
    await page.getByRole('menuitem', { name: 'Forecast' }).click()
    await page.getByRole('heading', { name: 'Forecast' }).waitFor()
    const table = page.getByRole('table').filter({ has: page.getByRole('columnheader', { name: 'Month' }) })
    const lines = table.last().getByRole('row')
    await lines.filter({ hasText: 'Overdue' }).waitFor()
    const read = (await lines.allInnerTexts()).map(line => line.split('\t').map(text => text.trim()))
    const expected = [
      ['Overdue', ...cells('overdue')],
      ...months.map(month => [named(month), ...cells(month)]),
      ['Without a day', ...cells('undated')],
    ]
    assert.deepEqual(read.slice(1, -1), expected)
    assert.deepEqual(cells(now)[0], money(432_100))
    const total = (key: 'won' | 'open') =>
      rows.filter(({ line }) => line !== '2099-01').reduce((sum, row) => sum + Number(row[key]), 0)
    assert.deepEqual([read.at(-1)?.[1], read.at(-1)?.[4]], [money(total('won')), money(total('open'))])
    await page.getByRole('button', { name: 'Later months' }).click()
    await page.getByRole('button', { name: 'This month' }).click()
    await lines.filter({ hasText: named(now) }).waitFor()
    await page.getByRole('link', { name: 'Deals' }).first().click()
    await page.getByRole('heading', { name: 'Deals' }).waitFor()
  })

  it('a deal is moved on a phone, by its menu', async () => {
    const [deal] = await make('qualification', 'Mill')
    const phone = await openPage(app.url, { width: 375, height: 812, like: context })
    await phone.page.goto('/deals?type=board')
    await phone.page.getByRole('button', { name: 'Move or open Mill' }).click()
    await phone.page.getByRole('menuitem', { name: 'Proposal' }).click()
    await column('proposal', phone.page).getByRole('group', { name: 'Mill', exact: true }).waitFor()
    await until(page, async () => (await stored(deal)).stage.key === 'proposal')
    assert.deepEqual(phone.problems, [])
    await phone.context.close()
  })

  it('board, forecast and pipelines are accessible and fit at 375 px, light and dark', async () => {
    await make('qualification', 'Mill', 'Rest')
    await make('closed_won', 'Made')
    for (const [width, dark] of [
      [1440, false],
      [1440, true],
      [375, false],
      [375, true],
    ] as const) {
      const shown = await openPage(app.url, { width, height: 812, dark, like: context })
      for (const path of ['/deals?type=board', '/deals/forecast', '/settings/pipelines']) {
        await shown.page.goto(path)
        await settled(shown.page)
        const overflow = await shown.page.evaluate(
          'document.documentElement.scrollWidth - document.documentElement.clientWidth',
        )
        assert.equal(overflow, 0, `${path} is wider than ${width} px`)
        await assertAccessible(shown.page, `${path} at ${width} px${dark ? ', dark' : ''}`)
      }
      assert.deepEqual(shown.problems, [])
      await shown.context.close()
    }
    assert.deepEqual(problems, [])
  })
})
