import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import type { BrowserContext, Page } from 'playwright-core'
import { getDeal } from '#modules/crm/contract.ts'
import {
  changeLeadColumn,
  getLead,
  listLeadColumns,
  listLeads,
  submitForm,
} from '#modules/intake/contract.ts'
import { newId } from '#platform/ids.ts'
import { publishThankWorkflow } from '#programs/demo-workflow.ts'
import { type TestApp, testApp } from '#test/app.ts'
import type { SignedIn } from '#test/people.ts'
import { assertAccessible } from './accessible.ts'
import { closeBrowser, openPage } from './chromium.ts'
import { enter } from './enter.ts'
import { until } from './until.ts'

describe('the columns of a board of leads in a browser', () => {
  let app: TestApp
  let owner: SignedIn
  let workflowId: string
  let page: Page
  let context: BrowserContext
  let problems: string[]
  before(async () => {
    app = await testApp()
    owner = await app.owner()
    const workflow = await publishThankWorkflow(owner.client, { amount: 6, unit: 'minutes' })
    workflowId = workflow.workflowId
    const answers = { name: 'Ada Mill', email: 'ada@example.com', budget: '$10000+' }
    const params = { formKey: workflow.formKey }
    await owner.client.call(submitForm, { params, body: { submissionId: newId(), answers } })
    ;({ page, context, problems } = await openPage(app.url))
    await enter({ page, problems }, '/leads', owner, page.getByRole('group', { name: /^Ada Mill/ }))
  })
  after(async () => {
    await closeBrowser()
    await app.close()
  })

  const panel = (of: Page = page) => of.getByRole('dialog', { name: 'Columns of the board' })
  const stored = async () =>
    (await owner.client.call(listLeadColumns, { params: { workflowId } })).items.map(column => column.name)
  const storesInOrder = (...names: string[]) =>
    until(page, async () => (await stored()).join() === names.join())
  const column = (name: string, of: Page = page) => of.getByRole('region', { name, exact: true })

  it('are added, renamed and put in order by keyboard, and the board shows it at once', async () => {
    await page.getByRole('button', { name: 'Columns' }).click()
    await panel().getByLabel('Name of a new column').fill('Call back')
    await page.keyboard.press('Enter')
    await column('Call back').waitFor()
    await storesInOrder('New', 'Qualified', 'Booked', 'Call back', 'Won', 'Lost')
    await panel().getByRole('button', { name: 'Move Call back', exact: true }).focus()
    await page.keyboard.press('ArrowUp')
    await page.keyboard.press('ArrowUp')
    await storesInOrder('New', 'Call back', 'Qualified', 'Booked', 'Won', 'Lost')
    const name = panel().getByLabel('Name of the column Qualified')
    await name.fill('Good fit')
    await name.press('Enter')
    await column('Good fit').waitFor()
    await storesInOrder('New', 'Call back', 'Good fit', 'Booked', 'Won', 'Lost')
    await panel().getByRole('button', { name: 'Color of Call back: Gray' }).click()
    await page.getByRole('menuitem', { name: 'Amber' }).click()
    await panel().getByRole('button', { name: 'Color of Call back: Amber' }).waitFor()
    await assertAccessible(page, 'columns of a board')
  })

  it('that somebody else changes change here', async () => {
    const body = { name: 'Meeting' }
    await owner.client.call(changeLeadColumn, { params: { workflowId, status: 'BOOKED' }, body })
    await column('Meeting').waitFor()
    await panel().getByLabel('Name of the column Meeting').waitFor()
  })

  it('go, and their leads go where one says', async () => {
    await panel().getByRole('button', { name: 'Delete Meeting' }).click()
    await panel().getByRole('button', { name: 'Delete Meeting' }).click()
    await storesInOrder('New', 'Call back', 'Good fit', 'Won', 'Lost')
    await panel().getByRole('button', { name: 'Delete New' }).click()
    await panel().getByRole('combobox', { name: 'Where the leads of New go' }).click()
    await page.getByRole('option', { name: 'Good fit' }).click()
    await storesInOrder('Call back', 'Good fit', 'Won', 'Lost')
    await column('Good fit')
      .getByRole('group', { name: /^Ada Mill/ })
      .waitFor()
    const [lead] = (await owner.client.call(listLeads, {})).items
    assert.equal(lead?.status, 'QUALIFIED')
    await page.keyboard.press('Escape')
    await panel().getByRole('button', { name: 'Keep' }).waitFor({ state: 'hidden' })
  })

  it('fit a phone', async () => {
    const phone = await openPage(app.url, { width: 375, height: 812, dark: true, like: context })
    await phone.page.goto('/leads')
    await phone.page.getByRole('button', { name: 'Columns' }).click()
    await panel(phone.page).getByLabel('Name of the column Won').waitFor()
    assert.ok(await phone.page.evaluate('document.documentElement.scrollWidth <= innerWidth'))
    await assertAccessible(phone.page, 'columns of a board on a phone')
    await phone.context.close()
  })

  it('show a lead that is made into a deal with the amount it answered, once', async () => {
    const [lead] = (await owner.client.call(listLeads, {})).items
    await page.goto(`/leads/${lead?.id}`)
    await page.getByText('moved it from New to Good fit').waitFor()
    await page.getByRole('button', { name: 'Make a deal' }).click()
    const dialog = page.getByRole('dialog', { name: 'Make a deal' })
    await dialog.getByLabel('Name').fill('Mill renewal')
    await dialog.getByLabel('Value').fill('a lot')
    await dialog.getByText('Write one amount, such as 12,500.').waitFor()
    await dialog.getByRole('button', { name: /\$10000\+/ }).click()
    await dialog.getByText('US$10,000').waitFor()
    await assertAccessible(page, 'making a deal of a lead')
    await dialog.getByRole('button', { name: 'Make the deal' }).click()
    await page.getByRole('link', { name: 'Open the deal Mill renewal' }).waitFor()
    const { dealId } = await owner.client.call(getLead, { params: { leadId: lead?.id ?? '' } })
    const deal = await owner.client.call(getDeal, { params: { dealId: dealId ?? '' } })
    assert.deepEqual([deal.name, deal.value], ['Mill renewal', { amount: 1_000_000, currency: 'USD' }])
    await page.getByRole('link', { name: 'Mill renewal', exact: true }).waitFor()
    await page.getByRole('link', { name: 'Open the deal Mill renewal' }).click()
    await page.waitForURL(`**/deals/${dealId}`)
    assert.deepEqual(problems, [])
  })
})
