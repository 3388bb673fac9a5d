import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import type { BrowserContext, Page } from 'playwright-core'
import { getFormAnalytics, getPublicForm, reportProgress } from '#modules/intake/contract.ts'
import { submitForm } from '#modules/intake/index.ts'
import { publishThankWorkflow } from '#programs/demo-workflow.ts'
import { type TestApp, testApp } from '#test/app.ts'
import type { SignedIn } from '#test/people.ts'
import { assertAccessible } from './accessible.ts'
import { closeBrowser, openPage } from './chromium.ts'
import { enter } from './enter.ts'
import { until } from './until.ts'

describe('the figures of a form in a browser', () => {
  let app: TestApp
  let owner: SignedIn
  let workflow: { workflowId: string; formKey: string }
  let page: Page
  let context: BrowserContext
  let problems: string[]
  before(async () => {
    app = await testApp()
    owner = await app.owner()
    workflow = await publishThankWorkflow(owner.client, { amount: 1, unit: 'hours' })
    ;({ page, context, problems } = await openPage(app.url))
    const path = `/workflows/${workflow.workflowId}/form/analytics`
    await enter({ page, problems }, path, owner, page.getByText('Nobody has opened the form in this time'))
  })
  after(async () => {
    await closeBrowser()
    await app.close()
  })

  const params = () => ({ formKey: workflow.formKey })
  /** A page that somebody opened, and how far they came in it. */
  async function see(entered: string[], source = '') {
    const form = await owner.client.call(getPublicForm, { params: params() })
    const lastField = entered.at(-1) ?? null
    const body = { token: form.token, source, device: 'phone', entered, lastField } as const
    await owner.client.call(reportProgress, { params: params(), body })
    return form
  }
  const row = (table: string, name: string) =>
    page
      .locator('section, figure')
      .filter({ has: page.getByRole('heading', { name: table }) })
      .getByRole('row')
      .filter({ hasText: name })
  const figure = (name: string) => page.locator('dl > div').filter({ hasText: name }).locator('dd').first()

  it('say how many saw it, began it and sent it, where they stopped and where they came from', async () => {
    await assertAccessible(page, 'nobody has seen it')
    await see([])
    await see(['name'], 'newsletter')
    await see(['name', 'email'], 'newsletter')
    const form = await see(['name', 'email', 'budget'])
    await app.asSuperuser(
      `set session_replication_role = replica;
       update intake.form_showings set updated_at = updated_at - interval '31 minutes', started_at = now() - interval '42 seconds'
       where started_at is not null`,
    )
    await submitForm(app.kit, {
      formKey: workflow.formKey,
      submissionId: form.submissionId,
      answers: { name: 'Kim', email: 'kim@example.com', budget: '$500' },
      address: '192.0.2.1',
      page: { source: '' },
    })
    await page.reload()
    await page.getByRole('heading', { name: 'Where people stop' }).waitFor()
    assert.equal(await figure('Views').textContent(), '4')
    assert.equal(await figure('Began').textContent(), '3')
    assert.equal(await figure('Sent').textContent(), '1')
    assert.match((await figure('Half took less than').textContent()) ?? '', /^[4-8]\d s$/)
    const cells = async (table: string, name: string) => row(table, name).getByRole('cell').allTextContents()
    assert.deepEqual((await cells('Where people stop', 'Your name')).slice(-2), ['3 100%', '1 33%'])
    assert.deepEqual((await cells('Where people stop', 'E-mail')).slice(-2), ['2 67%', '1 50%'])
    assert.deepEqual(await cells('Where they came from', 'newsletter'), ['newsletter', '2', '0', '0%'])
    assert.deepEqual(await cells('What they used', 'Phone'), ['Phone', '4', '1', '25%'])
    await assertAccessible(page, 'the figures')
    const { views } = await owner.client.call(getFormAnalytics, {
      params: { workflowId: workflow.workflowId },
    })
    assert.equal(views, 4)
  })

  it('are those of the span that is chosen, which the address says', async () => {
    await page.getByRole('radio', { name: '90 days' }).focus()
    await page.keyboard.press('ArrowLeft')
    await page.keyboard.press('ArrowLeft')
    await until(page, async () => page.url().includes('range=7d'), 'the span in the address')
    await page.getByRole('heading', { name: 'Where people stop' }).waitFor()
    assert.equal(await page.getByRole('radio', { name: '7 days' }).isChecked(), true)
    assert.equal(
      await page.getByRole('link', { name: 'Form', exact: true }).getAttribute('aria-current'),
      'page',
    )
  })

  it('stand above what visitors let us keep and have not sent, which a member deletes by the keyboard', async () => {
    await app.asSuperuser(
      `insert into intake.partial_submissions (org_id, form_id, submission_id, answers, email_key, consent_text)
       select org_id, id, gen_random_uuid(), '{"name": "Ada Byron", "email": "ada@example.com"}', 'ada@example.com', 'Keep them.'
       from intake.forms where workflow_id = $1`,
      [workflow.workflowId],
    )
    await page.reload()
    const item = page.getByRole('listitem').filter({ hasText: 'ada@example.com' })
    await item.waitFor()
    await item.locator('summary').focus()
    await page.keyboard.press('Enter')
    await item.getByText('Ada Byron').waitFor()
    await assertAccessible(page, 'what was not sent')
    await item.getByRole('button', { name: 'Delete' }).focus()
    await page.keyboard.press('Enter')
    await item.getByText('Their answers are gone for good.').waitFor()
    await item.getByRole('button', { name: 'Delete' }).focus()
    await page.keyboard.press('Enter')
    await item.waitFor({ state: 'detached' })
    await until(
      page,
      async () => (await app.asSuperuser('select 1 from intake.partial_submissions')).length === 0,
      'the answers are deleted',
    )
    assert.deepEqual(problems, [])
  })

  it('fit a phone', async () => {
    await page.setViewportSize({ width: 375, height: 800 })
    await page.getByRole('heading', { name: 'Where people stop' }).waitFor()
    const isTooWide = await page.evaluate('document.documentElement.scrollWidth > innerWidth')
    assert.equal(isTooWide, false)
    await assertAccessible(page, '375 px')
    await context.close()
  })
})
