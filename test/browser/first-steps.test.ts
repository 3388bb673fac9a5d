import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import type { Page } from 'playwright-core'
import { type TestApp, testApp } from '#test/app.ts'
import { assertAccessible } from './accessible.ts'
import { closeBrowser, openPage } from './chromium.ts'

const EMAIL = 'kim@example.com'

describe('the first steps in a browser', () => {
  let app: TestApp
  let page: Page
  let problems: string[]
  before(async () => {
    app = await testApp()
    ;({ page, problems } = await openPage(app.url))
  })
  after(async () => {
    await closeBrowser()
    await app.close()
  })

  it('lead from a new account to a form that takes answers', async () => {
    await page.goto('/sign-up')
    await page.getByLabel('Your name').fill('Kim Park')
    await page.getByLabel('Work e-mail').fill(EMAIL)
    await page.getByLabel('Password', { exact: true }).fill('violet kettle under snow')
    await page.getByLabel('Organization').fill('Harbour Lights')
    await page.getByRole('button', { name: 'Create account' }).click()
    await page.getByRole('heading', { name: 'Welcome, Kim' }).waitFor()
    await assertAccessible(page, 'welcome')
    await page.getByRole('button', { name: 'Put the form online' }).click()
    await page.getByRole('heading', { name: 'Your form is online' }).waitFor()
    await page.getByRole('button', { name: 'Send a test entry' }).click()
    await page.getByRole('button', { name: 'Test entry sent' }).waitFor()
    const leads = await app.asSuperuser<{ email: string }>('select email from intake.leads')
    assert.deepEqual(leads, [{ email: EMAIL }])
    const [organization] = await app.asSuperuser<{ time_zone: string; onboarding: string }>(
      'select time_zone, onboarding from iam.organizations',
    )
    assert.deepEqual(organization, { time_zone: 'Europe/Paris', onboarding: 'open' })
  })

  it('stay on the start page until they are dismissed', async () => {
    await page.goto('/')
    await page.getByRole('heading', { name: 'Get started' }).waitFor()
    await page.getByText('2 of 4').waitFor()
    await assertAccessible(page, 'get started')
    await page.getByRole('button', { name: 'Dismiss' }).click()
    await page.getByRole('heading', { name: 'Leads' }).waitFor()
    assert.equal(await page.getByRole('link', { name: 'Get started' }).count(), 0)
  })

  it('dress the sign-in page, and the settings are usable by everybody', async () => {
    await page.goto('/settings/branding')
    await page.getByRole('textbox', { name: 'Accent color', exact: true }).fill('#c2410c')
    await page.getByRole('button', { name: 'Save', exact: true }).click()
    await page.getByText('The color is saved.').waitFor()
    await assertAccessible(page, 'branding')
    const visitor = await openPage(app.url)
    await visitor.page.goto('/o/harbour-lights/sign-in')
    await visitor.page.getByText('Harbour Lights').waitFor()
    const color = await visitor.page.evaluate(
      `getComputedStyle(document.querySelector('button[type="submit"]')).backgroundColor`,
    )
    assert.equal(color, 'rgb(194, 65, 12)')
    await assertAccessible(visitor.page, 'the sign-in page of an organization')
  })

  it('end with the organization, after which one can begin again', async () => {
    await page.goto('/settings/organization')
    await page.getByRole('button', { name: 'Delete organization' }).click()
    await assertAccessible(page, 'organization')
    await page.getByLabel('Type Harbour Lights to confirm').fill('Harbour Lights')
    await page.getByRole('button', { name: 'Delete Harbour Lights' }).click()
    await page.getByRole('button', { name: 'Create an organization' }).click()
    await page.getByLabel('Name').fill('Second Wind')
    await page.getByRole('button', { name: 'Create', exact: true }).click()
    await page.getByRole('heading', { name: 'Welcome, Kim' }).waitFor()
    assert.equal(await page.getByRole('textbox', { name: 'Organization' }).inputValue(), 'Second Wind')
    assert.deepEqual(problems, [])
  })
})
