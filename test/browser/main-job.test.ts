import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import type { BrowserContext, Page } from 'playwright-core'
import { listLeads } from '#modules/intake/contract.ts'
import { publishThankWorkflow } from '#programs/demo-workflow.ts'
import { type TestApp, testApp } from '#test/app.ts'
import type { SignedIn } from '#test/people.ts'
import { assertAccessible } from './accessible.ts'
import { closeBrowser, openPage } from './chromium.ts'
import { settled } from './settled.ts'

/** The form takes nobody seriously who fills it in within a second. */
const HUMAN_MS = 1100

describe('in a browser', () => {
  let app: TestApp
  let owner: SignedIn
  let workflow: { workflowId: string; formKey: string }
  let page: Page
  let context: BrowserContext
  let problems: string[]
  before(async () => {
    app = await testApp()
    owner = await app.owner()
    workflow = await publishThankWorkflow(owner.client, { amount: 6, unit: 'seconds' })
    ;({ page, context, problems } = await openPage(app.url))
  })
  after(async () => {
    await closeBrowser()
    await app.close()
  })

  async function submitForm(visitor: Page, name: string, email: string): Promise<void> {
    await visitor.goto(`/f/${workflow.formKey}`)
    const opened = Date.now()
    await visitor.getByLabel('Your name').fill(name)
    await visitor.getByLabel('E-mail').fill(email)
    await visitor.getByLabel('Project budget').selectOption('$10000+')
    while (Date.now() - opened < HUMAN_MS) await visitor.title()
    await visitor.getByRole('button', { name: 'Send enquiry' }).click()
    await visitor.getByRole('heading', { name: 'Thank you' }).waitFor()
  }
  const card = (name: string) => page.getByRole('group', { name: new RegExp(`^${name}`) })
  const column = (name: string) => page.getByRole('region', { name, exact: true })
  const statusOf = async (email: string) =>
    (await owner.client.call(listLeads, { query: {} })).items.find(lead => lead.email === email)?.status

  it('a wrong password is refused without losing the address, the right one lets in, and the board opens', async () => {
    await page.goto('/')
    await page.getByLabel('E-mail').fill(owner.email)
    await page.getByLabel('Password', { exact: true }).fill('not the password at all')
    await page.keyboard.press('Enter')
    await page.getByRole('alert').waitFor()
    assert.equal(await page.getByLabel('E-mail').inputValue(), owner.email)
    await assertAccessible(page, 'sign-in')
    await page.getByLabel('Password', { exact: true }).fill(owner.password)
    await page.keyboard.press('Enter')
    await page.getByRole('heading', { name: 'Contacts' }).waitFor()
    await page.getByRole('navigation').getByRole('link', { name: 'Leads' }).click()
    await page.getByRole('heading', { name: 'Leads' }).waitFor()
    // The refused try is an error of the browser's network log, which is as it should be.
    problems.length = 0
  })

  it('a form sent with JavaScript puts a card on the board that is open in another window', async () => {
    const visitor = await openPage(app.url)
    await submitForm(visitor.page, 'Ada With', 'with@example.com')
    await card('Ada With').waitFor()
    assert.deepEqual(visitor.problems, [])
    await visitor.context.close()
  })

  it('a form sent without JavaScript does the same, and names what is wrong beside the field', async () => {
    const visitor = await openPage(app.url, { javaScript: false, width: 375, height: 812 })
    await visitor.page.goto(`/f/${workflow.formKey}`)
    const opened = Date.now()
    await visitor.page.getByLabel('Your name').fill('Bo Without')
    await visitor.page.getByLabel('E-mail').fill('not an address')
    while (Date.now() - opened < HUMAN_MS) await visitor.page.title()
    await visitor.page.getByRole('button', { name: 'Send enquiry' }).click()
    const field = visitor.page.getByLabel('E-mail')
    await visitor.page.locator('[aria-invalid="true"]').first().waitFor()
    assert.equal(await field.inputValue(), 'not an address')
    const described = await field.getAttribute('aria-describedby')
    assert.match((await visitor.page.locator(`#${described}`).textContent()) ?? '', /e-mail address/i)
    await field.fill('without@example.com')
    await visitor.page.getByLabel('Project budget').selectOption('$500')
    const again = Date.now()
    while (Date.now() - again < HUMAN_MS) await visitor.page.title()
    await visitor.page.getByRole('button', { name: 'Send enquiry' }).click()
    await visitor.page.getByRole('heading', { name: 'Thank you' }).waitFor()
    await card('Bo Without').waitFor()
    await visitor.context.close()
  })

  it('a card is moved with the mouse and with the keyboard', async () => {
    await card('Ada With').dragTo(column('Qualified'))
    await column('Qualified')
      .getByRole('group', { name: /^Ada With/ })
      .waitFor()
    await card('Bo Without').focus()
    await page.keyboard.press('Space')
    await page.keyboard.press('ArrowRight')
    await page.keyboard.press('ArrowRight')
    await page.keyboard.press('Space')
    await column('Booked')
      .getByRole('group', { name: /^Bo Without/ })
      .waitFor()
    while ((await statusOf('with@example.com')) !== 'QUALIFIED') await page.title()
    while ((await statusOf('without@example.com')) !== 'BOOKED') await page.title()
    await assertAccessible(page, 'board')
  })

  it('the run is drawn on the canvas and moves as it goes on', async () => {
    await page.goto(`/workflows/${workflow.workflowId}`)
    await page.locator('[data-step="thank"]').waitFor()
    assert.equal(await page.locator('[data-step]').count(), 6)
    await assertAccessible(page, 'canvas')
    const visitor = await openPage(app.url)
    await submitForm(visitor.page, 'Cy Runs', 'runs@example.com')
    await visitor.context.close()
    await page.getByRole('link', { name: 'Runs', exact: true }).click()
    await page
      .getByRole('row', { name: /Waiting/ })
      .first()
      .click()
    const state = (node: string, wanted: string) =>
      page.locator(`[data-state="${wanted}"]`, { has: page.locator(`[data-step="${node}"]`) }).waitFor()
    await state('thank', 'completed')
    await state('wait', 'waiting')
    await assertAccessible(page, 'run')
    await state('follow_up', 'completed')
  })

  it('the e-mail is read in the mailbox', async () => {
    await page.goto('/mailbox')
    await page.getByText('Thank you, Cy Runs').first().click()
    await page.getByRole('heading', { name: 'Thank you, Cy Runs' }).waitFor()
    await page.getByText('We read every message and will answer').last().waitFor()
    await assertAccessible(page, 'mailbox')
  })

  it('every page works at 375 px, light and dark, without a problem of its own', async () => {
    const { page: phone, problems: found } = await openPage(app.url, {
      width: 375,
      height: 812,
      dark: true,
      like: context,
    })
    for (const path of [
      '/leads',
      '/workflows',
      `/workflows/${workflow.workflowId}`,
      '/mailbox',
      '/settings/profile',
      '/settings/organization',
    ]) {
      await phone.goto(path)
      await settled(phone)
      const overflow = await phone.evaluate(
        'document.documentElement.scrollWidth - document.documentElement.clientWidth',
      )
      assert.equal(overflow, 0, `${path} is wider than the screen`)
      await assertAccessible(phone, `${path} at 375 px`)
    }
    assert.deepEqual(found, [])
    assert.deepEqual(problems, [])
  })
})
