import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import type { BrowserContext, Page } from 'playwright-core'
import { listLeads, listQuarantine, setFormProtection, submitForm } from '#modules/intake/contract.ts'
import { newId } from '#platform/ids.ts'
import { publishThankWorkflow } from '#programs/demo-workflow.ts'
import { type TestApp, testApp } from '#test/app.ts'
import type { SignedIn } from '#test/people.ts'
import { assertAccessible } from './accessible.ts'
import { closeBrowser, openPage } from './chromium.ts'
import { enter } from './enter.ts'
import { until } from './until.ts'

const OFFER =
  'I came across your website and noticed that you are not on the first page of Google. Our SEO agency gets you backlinks: https://offers.example https://offers.example/2 https://offers.example/3'

describe('what was held back in a browser', () => {
  let app: TestApp
  let owner: SignedIn
  let workflow: { workflowId: string; formKey: string }
  let page: Page
  let context: BrowserContext
  let problems: string[]
  before(async () => {
    app = await testApp()
    owner = await app.owner()
    workflow = await publishThankWorkflow(owner.client, { amount: 6, unit: 'minutes' })
    for (const name of ['Mallory', 'Trudy', 'Oscar', 'Eve']) {
      const email = `${name.toLowerCase()}@${name.toLowerCase()}.example`
      await owner.client.call(submitForm, {
        params: { formKey: workflow.formKey },
        body: {
          submissionId: newId(),
          answers: { name, email, budget: '$500', message: `${OFFER} ${name}` },
        },
      })
    }
    ;({ page, context, problems } = await openPage(app.url))
    await enter({ page, problems }, '/quarantine', owner, page.getByRole('row', { name: /Mallory/ }))
  })
  after(async () => {
    await closeBrowser()
    await app.close()
  })
  const row = (name: string) => page.getByRole('row', { name: new RegExp(name) })
  const leads = async () =>
    (await owner.client.call(listLeads, { query: { workflowId: workflow.workflowId } })).items.map(
      ({ name }) => name,
    )
  const held = async () =>
    (await owner.client.call(listQuarantine, { query: {} })).items.map(({ name }) => name).sort()

  it('is read with its reasons and let in by keyboard', async () => {
    await assertAccessible(page, 'list of what was held back')
    await row('Mallory').click()
    const panel = page.getByRole('dialog', { name: 'Mallory' })
    await panel.getByText('The text offers what mass mailings offer.').waitFor()
    await panel.getByText(OFFER).waitFor()
    await assertAccessible(page, 'one of what was held back')
    await panel.getByRole('button', { name: 'Release as a lead' }).press('Enter')
    await row('Mallory').waitFor({ state: 'detached' })
    await until(page, async () => (await leads()).join() === 'Mallory')
    assert.deepEqual(await held(), ['Eve', 'Oscar', 'Trudy'])
  })

  it('is deleted, and its sender is blocked until somebody thinks better of it', async () => {
    await row('Trudy').click()
    const panel = page.getByRole('dialog', { name: 'Trudy' })
    await panel.getByRole('button', { name: 'Block sender' }).click()
    await page.getByRole('menuitem', { name: 'Everybody at trudy.example' }).click()
    await page.getByText('Whatever comes from addresses of this domain is held back.').waitFor()
    await panel.getByRole('button', { name: 'Delete' }).click()
    await panel.getByRole('button', { name: 'Delete' }).click()
    await row('Trudy').waitFor({ state: 'detached' })
    await until(page, async () => (await held()).join() === 'Eve,Oscar')
    await page.getByRole('link', { name: 'Senders' }).click()
    const rules = page.getByRole('list', { name: 'Senders that were decided about' }).getByRole('listitem')
    const rule = rules.filter({ hasText: 'Everybody at trudy.example' })
    await rule.waitFor()
    await page.getByLabel('E-mail address or domain').fill('not an address@')
    await page.getByRole('button', { name: 'Add' }).click()
    await page.getByText('Enter an e-mail address like name@example.com.').waitFor()
    // What is refused stands in the network log of the browser.
    problems.length = 0
    await page.getByLabel('E-mail address or domain').fill('friend@example.com')
    await page.getByRole('button', { name: 'Add' }).click()
    await rules.filter({ hasText: 'friend@example.com' }).waitFor()
    await assertAccessible(page, 'senders that were decided about')
    await rule.getByRole('button', { name: /Judge like everybody again/ }).click()
    await rule.waitFor({ state: 'detached' })
    await page.getByRole('link', { name: /Submissions/ }).click()
  })

  it('is let in many at once', async () => {
    await row('Oscar').getByRole('checkbox').check()
    await row('Eve').getByRole('checkbox').check()
    const bar = page.getByRole('region', { name: 'Selected submissions' })
    await bar.getByRole('button', { name: 'Release' }).click()
    await page.getByText('Nothing is held back.').waitFor()
    await until(page, async () => (await leads()).length === 3)
    await assertAccessible(page, 'nothing held back')
  })

  it('is less or more by how a form is protected, which is set in one place', async () => {
    await page.getByRole('link', { name: 'Protection' }).click()
    await page.getByRole('radio', { name: 'Strict' }).check()
    await page.getByText('The protection of the form was changed.').waitFor()
    await page.getByLabel('Site key').fill('a-site-key')
    await page.getByRole('textbox', { name: 'Secret key' }).fill('a-secret-key')
    await page.getByRole('button', { name: 'Put it on the form' }).click()
    await page.getByText('The captcha stands on the form.').waitFor()
    await assertAccessible(page, 'protection of a form')
    await page.getByRole('button', { name: 'Take it off' }).click()
    await page.getByRole('button', { name: 'Take it off' }).click()
    await page.getByText('The captcha was taken off the form.').waitFor()
    assert.deepEqual(problems, [])
    await context.close()
  })

  it('is nothing that a page notices, which does the work that it is asked for', async () => {
    await owner.client.call(setFormProtection, {
      params: { workflowId: workflow.workflowId },
      body: { level: 'strict' },
    })
    const visitor = await openPage(app.url, { width: 375, height: 700 })
    await visitor.page.goto(`/f/${workflow.formKey}`)
    const openedAt = performance.now()
    await visitor.page.getByLabel(/name/i).first().fill('Grace Hopper')
    await visitor.page
      .getByLabel(/e-mail/i)
      .first()
      .fill('grace@example.com')
    const budget = visitor.page.locator('select')
    if ((await budget.count()) > 0) await budget.first().selectOption('$500')
    let asked = 0
    visitor.page.on('response', response => {
      if (response.status() === 428) asked++
    })
    const button = visitor.page.getByRole('button', { name: /Send/ })
    // Nobody sends it within a second of opening it.
    await until(visitor.page, async () => performance.now() - openedAt > 1500)
    await button.click()
    await visitor.page.waitForURL('**/thanks')
    assert.equal(asked, 1)
    await until(visitor.page, async () => (await leads()).includes('Grace Hopper'))
    assert.deepEqual(await held(), [])
    await visitor.context.close()
  })
})
