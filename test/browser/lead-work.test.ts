import assert from 'node:assert/strict'
import { readFile } from 'node:fs/promises'
import { after, before, describe, it } from 'node:test'
import type { BrowserContext, Locator, Page } from 'playwright-core'
import { getAssignment, getBoard, getLead, listLeads, submitForm } from '#modules/intake/contract.ts'
import { makeLeads } from '#modules/intake/factories.ts'
import { newId } from '#platform/ids.ts'
import { publishThankWorkflow } from '#programs/demo-workflow.ts'
import { type TestApp, testApp } from '#test/app.ts'
import type { SignedIn } from '#test/people.ts'
import { assertAccessible } from './accessible.ts'
import { closeBrowser, openPage } from './chromium.ts'
import { enter } from './enter.ts'
import { until } from './until.ts'

/** More than a board shows at first, and than is done before an answer. */
const MANY = 130

describe('work with many leads in a browser', () => {
  let app: TestApp
  let owner: SignedIn
  let workflow: { workflowId: string; formKey: string }
  let page: Page
  let context: BrowserContext
  let problems: string[]
  const names = ['Ada', 'Bob', 'Cleo', 'Dan', 'Eve', 'Fay']
  before(async () => {
    app = await testApp()
    owner = await app.owner()
    workflow = await publishThankWorkflow(owner.client, { amount: 6, unit: 'minutes' })
    for (const name of names) await sent(name, name < 'D' ? '$500' : '$10000+')
    ;({ page, context, problems } = await openPage(app.url))
    await enter({ page, problems }, '/leads', owner, card('Ada'))
  })
  after(async () => {
    await closeBrowser()
    await app.close()
  })

  const sent = (name: string, budget: string) =>
    owner.client.call(submitForm, {
      params: { formKey: workflow.formKey },
      body: {
        submissionId: newId(),
        answers: { name: `${name} Mill`, email: `${name.toLowerCase()}@example.com`, budget },
      },
    })
  const card = (name: string, of: Page | Locator = page) => of.getByRole('group', { name: `${name} Mill` })
  const column = (name: string) => page.getByRole('region', { name, exact: true })
  const bar = () => page.getByRole('region', { name: 'Selected leads' })
  const check = (name: string) => page.getByRole('checkbox', { name: `Select ${name} Mill` })
  const filterBar = (of: Page = page) => of.getByRole('search', { name: 'Narrow the leads' })
  const choose = (name: string) => page.getByRole('radio', { name, exact: true }).check()
  const undo = () => page.getByRole('button', { name: 'Undo' }).last().click()
  /** First names by column, as they are stored. */
  const stored = async (): Promise<Record<string, string>> => {
    const { columns } = await owner.client.call(getBoard, {
      params: { workflowId: workflow.workflowId },
      query: { cards: 50 },
    })
    return Object.fromEntries(
      columns.flatMap(each =>
        each.cards.length > 0 ? [[each.status, each.cards.map(lead => lead.name.charAt(0)).join('')]] : [],
      ),
    )
  }
  const stores = (expected: Record<string, string>) =>
    until(
      page,
      async () => JSON.stringify(await stored()) === JSON.stringify(expected),
      JSON.stringify(expected),
    )

  it('several are moved together by mouse, and one undo puts each back where it stood', async () => {
    await card('Eve').hover()
    await check('Eve').check()
    await card('Cleo').click({ modifiers: ['Shift'] })
    await bar().getByText('3 selected').waitFor()
    await assertAccessible(page, 'selected leads')
    await bar().getByRole('button', { name: 'Move to' }).click()
    await page.getByRole('menuitem', { name: 'Won' }).click()
    await card('Cleo', column('Won')).waitFor()
    await bar().waitFor({ state: 'hidden' })
    await stores({ NEW: 'FBA', WON: 'EDC' })
    await page.getByText('3 leads moved to Won.').waitFor()
    await undo()
    await stores({ NEW: 'FEDCBA' })
    await card('Cleo', column('New')).waitFor()
  })

  it('by keyboard they are selected, given away, deleted and brought back', async () => {
    await card('Fay').focus()
    await page.keyboard.press('x')
    await page.keyboard.press('ArrowDown')
    await page.keyboard.press('x')
    await bar().getByText('2 selected').waitFor()
    await bar().getByRole('button', { name: 'Give to' }).focus()
    await page.keyboard.press('Enter')
    await page.getByRole('menuitem', { name: /\(you\)$/ }).press('Enter')
    await page.getByText(/^2 leads given to/).waitFor()
    const owned = async () =>
      (
        await owner.client.call(listLeads, {
          query: { workflowId: workflow.workflowId, ownerUserId: owner.userId },
        })
      ).items.length
    await until(page, async () => (await owned()) === 2, 'two leads are owned')
    await choose('Mine')
    await card('Ada').waitFor({ state: 'hidden' })
    await card('Fay').waitFor()
    assert.match(page.url(), /whose=mine/)
    await choose('All')
    await card('Ada').focus()
    await page.keyboard.press('x')
    await page.keyboard.press('Delete')
    await card('Ada').waitFor({ state: 'hidden' })
    await stores({ NEW: 'FEDCB' })
    await page.getByText('1 lead deleted.').waitFor()
    await page.keyboard.press('x')
    await page.keyboard.press('Escape')
    await page.getByRole('button', { name: 'More for these leads' }).click()
    await page.getByRole('menuitem', { name: 'Deleted leads' }).click()
    const panel = page.getByRole('dialog', { name: 'Deleted leads' })
    await panel.getByRole('button', { name: 'Bring Ada Mill back' }).waitFor()
    await assertAccessible(page, 'deleted leads')
    await panel.getByRole('button', { name: 'Bring Ada Mill back' }).click()
    await panel.getByText('Nothing was deleted.').waitFor()
    await stores({ NEW: 'FEDCBA' })
    await page.keyboard.press('Escape')
    await panel.waitFor({ state: 'hidden' })
  })

  it('a lead is deleted from its panel, and one undo brings it back', async () => {
    await card('Bob').click()
    await page.getByRole('button', { name: 'More for this lead' }).click()
    await page.getByRole('menuitem', { name: 'Delete the lead' }).click()
    await card('Bob').waitFor({ state: 'hidden' })
    await undo()
    await card('Bob').waitFor()
    await stores({ NEW: 'FEDCBA' })
  })

  it('what is looked at stands in the address: words, answers and the list with its fields and order', async () => {
    await filterBar().getByLabel('Search these leads').fill('mill')
    await until(page, async () => page.url().includes('q=mill'), 'the words are in the address')
    await filterBar().getByRole('button', { name: 'Filter', exact: true }).click()
    await page.getByRole('option', { name: 'Project budget' }).click()
    await page.getByRole('combobox', { name: 'Project budget', exact: true }).click()
    await page.getByRole('option', { name: '$500', exact: true }).click()
    await page.keyboard.press('Escape')
    await page.keyboard.press('Escape')
    await card('Eve').waitFor({ state: 'hidden' })
    await card('Bob').waitFor()
    await page
      .getByText('as many as the week before')
      .or(page.getByText('3 more than the week before'))
      .waitFor()
    await assertAccessible(page, 'leads under a filter')
    await page.reload()
    await card('Bob').waitFor()
    assert.equal(await card('Eve').count(), 0)
    await choose('List')
    const grid = page.getByRole('grid', { name: 'Leads' })
    await grid.getByRole('row', { name: /Bob Mill/ }).waitFor()
    await page.getByRole('button', { name: 'Fields' }).click()
    await page.getByRole('menuitem', { name: 'Project budget' }).click()
    await page.keyboard.press('Escape')
    await grid.getByRole('columnheader', { name: 'Project budget' }).waitFor()
    await grid.getByRole('columnheader', { name: 'Name', exact: true }).getByRole('button').click()
    const rows = async () =>
      (await grid.getByRole('row').allInnerTexts()).slice(1).map(text => text.trim().charAt(0))
    await until(page, async () => (await rows()).join('') === 'ABC', 'the list is by name')
    assert.match(page.url(), /sort=name/)
    await assertAccessible(page, 'leads as a list')
    await page.getByRole('checkbox', { name: 'Select all', exact: true }).check()
    await bar().getByText('3 selected').waitFor()
    await page.keyboard.press('Escape')
    await bar().waitFor({ state: 'hidden' })
  })

  it('the filtered leads are exported with their answers', async () => {
    await page.getByRole('button', { name: 'More for these leads' }).click()
    await page.getByRole('menuitem', { name: 'Export' }).click()
    const dialog = page.getByRole('dialog', { name: 'Export leads' })
    await dialog.getByText('Every lead that the filter lets through').waitFor()
    await assertAccessible(page, 'exporting leads')
    const [download] = await Promise.all([
      page.waitForEvent('download'),
      dialog.getByRole('button', { name: 'Export', exact: true }).click(),
    ])
    const text = await readFile(await download.path(), 'utf8')
    assert.match(download.suggestedFilename(), /^leads-\d{4}-\d{2}-\d{2}\.csv$/)
    assert.deepEqual(
      text
        .trim()
        .split('\r\n')
        .map(line => line.split(';')[1]),
      ['Name', 'Cleo Mill', 'Bob Mill', 'Ada Mill'],
    )
    assert.ok(text.includes('$500'))
    await page.getByText(/^3 leads are in leads-/).waitFor()
    await filterBar()
      .getByRole('button', { name: /^Remove the filter Project budget/ })
      .click()
    await filterBar().getByLabel('Search these leads').fill('nobody')
    await page.getByText('No lead is like that.').waitFor()
    await page.getByRole('button', { name: 'Clear the filter' }).click()
    await choose('Board')
    await card('Fay').waitFor()
  })

  it('new leads go to whom a rule says, and the lead says why', async () => {
    await page.getByRole('button', { name: 'More for these leads' }).click()
    await page.getByRole('menuitem', { name: 'Who gets new leads' }).click()
    const panel = page.getByRole('dialog', { name: 'Who gets new leads' })
    await panel.getByRole('button', { name: 'Add a rule' }).click()
    await panel.getByLabel('Name of Rule 1').fill('Big ones')
    await panel.getByRole('button', { name: 'Save' }).click()
    await panel.getByText('Choose who gets these leads.').waitFor()
    await panel.getByRole('button', { name: 'Only for certain answers' }).click()
    await panel.getByRole('combobox', { name: 'Big ones, condition 1: field' }).click()
    await page.getByRole('option', { name: 'Project budget' }).click()
    await panel.getByRole('combobox', { name: 'Big ones, condition 1: value' }).click()
    await page.getByRole('option', { name: '$10000+' }).click()
    await panel.getByRole('combobox', { name: 'Big ones: add a member' }).click()
    await page.getByRole('option').first().click()
    await assertAccessible(page, 'who gets new leads')
    await panel.getByRole('button', { name: 'Save' }).click()
    await page.getByText('New leads go by these rules from now on.').waitFor()
    const { rules } = await owner.client.call(getAssignment, { params: { workflowId: workflow.workflowId } })
    assert.deepEqual(
      rules.map(({ name, members, when }) => [name, members.length, when?.conditions[0]?.value]),
      [['Big ones', 1, '$10000+']],
    )
    await page.keyboard.press('Escape')
    await sent('Gus', '$10000+')
    await sent('Hal', '$500')
    await card('Gus').click()
    await page.getByText('next in turn of “Big ones”').waitFor()
    await page.keyboard.press('Escape')
    const { items } = await owner.client.call(listLeads, { query: { limit: 2 } })
    const owners = await Promise.all(
      items.map(async ({ id }) => {
        const lead = await owner.client.call(getLead, { params: { leadId: id } })
        return [lead.name, lead.ownerUserId]
      }),
    )
    assert.deepEqual(
      new Map(owners as [string, string | null][]),
      new Map([
        ['Gus Mill', owner.userId],
        ['Hal Mill', null],
      ]),
    )
    assert.deepEqual(problems, [])
  })

  it('all of a column and all of a list are moved as one act, which goes on by itself and is taken back', async () => {
    const other = await publishThankWorkflow(owner.client, { amount: 6, unit: 'minutes' })
    await makeLeads(app, other, owner.orgId, MANY)
    const stand = async () => {
      const { columns } = await owner.client.call(getBoard, {
        params: { workflowId: other.workflowId },
        query: { cards: 1 },
      })
      return columns.flatMap(({ status, count }) => (count > 0 ? [`${status} ${count}`] : [])).join()
    }
    const stands = (expected: string) => until(page, async () => (await stand()) === expected, expected)
    await page.goto(`/leads?workflow=${other.workflowId}`)
    await page.getByRole('group', { name: `Lead ${MANY}` }).waitFor()
    await column('New').hover()
    await page.getByRole('checkbox', { name: 'Select the cards of New' }).check()
    await bar()
      .getByRole('button', { name: `Select all ${MANY} in New` })
      .click()
    await bar().getByText(`All ${MANY} leads in New selected`).waitFor()
    await assertAccessible(page, 'a whole column selected')
    await bar().getByRole('button', { name: 'Move to' }).click()
    await page.getByRole('menuitem', { name: 'Won' }).click()
    await page.getByText(`Moved ${MANY} leads to Won.`).waitFor()
    assert.equal(await stand(), `WON ${MANY}`)
    await undo()
    await page.getByText('Everything is as it was.').waitFor()
    assert.equal(await stand(), `NEW ${MANY}`)
    await choose('List')
    await page.getByRole('checkbox', { name: 'Select all', exact: true }).focus()
    await page.keyboard.press('Space')
    await bar()
      .getByRole('button', { name: `Select all ${MANY} leads` })
      .press('Enter')
    await bar().getByText(`All ${MANY} leads selected`).waitFor()
    await bar().getByRole('button', { name: 'Delete' }).press('Enter')
    await page.getByText(`Deleted ${MANY} leads.`).waitFor()
    await stands('')
    await page.getByRole('button', { name: 'More for these leads' }).click()
    await page.getByRole('menuitem', { name: 'Recent changes' }).click()
    const panel = page.getByRole('dialog', { name: 'Recent changes' })
    await panel.getByText(`Took back: Moved ${MANY} leads to Won`).waitFor()
    await assertAccessible(page, 'what was done to many leads')
    await panel.getByRole('button', { name: `Undo: Deleted ${MANY} leads` }).press('Enter')
    await panel.getByText(`Took back: Deleted ${MANY} leads`).waitFor()
    await stands(`NEW ${MANY}`)
    assert.deepEqual(problems, [])
  })

  it('all of it fits a phone', async () => {
    const phone = await openPage(app.url, { width: 375, height: 812, dark: true, like: context })
    const fits = async (what: string) => {
      assert.ok(await phone.page.evaluate('document.documentElement.scrollWidth <= innerWidth'), what)
      await assertAccessible(phone.page, what)
    }
    await phone.page.goto(`/leads?workflow=${workflow.workflowId}`)
    await card('Fay', phone.page).waitFor()
    await phone.page.getByRole('checkbox', { name: 'Select Fay Mill' }).check()
    await phone.page.getByText('1 selected').waitFor()
    await fits('selected leads on a phone')
    await phone.page.goto(`/leads?workflow=${workflow.workflowId}&panel=assignment`)
    await phone.page.getByLabel('Name of Big ones').waitFor()
    await fits('who gets new leads on a phone')
    await phone.page.goto(`/leads?workflow=${workflow.workflowId}&view=list`)
    await phone.page.getByRole('row', { name: /Fay Mill/ }).waitFor()
    await fits('the list of leads on a phone')
    await phone.context.close()
  })
})
