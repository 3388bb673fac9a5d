import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import type { BrowserContext, CDPSession, Page } from 'playwright-core'
import { makeResetLink } from '#modules/iam/factories.ts'
import { type TestApp, testApp } from '#test/app.ts'
import type { SignedIn } from '#test/people.ts'
import { assertAccessible } from './accessible.ts'
import { closeBrowser, openPage } from './chromium.ts'

/** Signing in as a person does it, with the authenticator that Chromium brings for tests. */
describe('signing in in a browser', () => {
  let app: TestApp
  let owner: SignedIn
  let page: Page
  let context: BrowserContext
  let problems: string[]
  let device: CDPSession
  let authenticatorId: string
  before(async () => {
    app = await testApp()
    // Passkeys belong to the address where people reach the installation.
    app.kit.config.publicUrl = app.url
    owner = await app.owner()
    ;({ page, context, problems } = await openPage(app.url))
    device = await context.newCDPSession(page)
    await device.send('WebAuthn.enable')
    const answer = await device.send('WebAuthn.addVirtualAuthenticator', {
      options: {
        protocol: 'ctap2',
        transport: 'internal',
        hasResidentKey: true,
        hasUserVerification: true,
        isUserVerified: true,
        automaticPresenceSimulation: false,
      },
    })
    authenticatorId = answer.authenticatorId
  })
  after(async () => {
    await closeBrowser()
    await app.close()
  })

  /** Whether the person touches the authenticator as soon as it asks. */
  const touch = (enabled: boolean) =>
    device.send('WebAuthn.setAutomaticPresenceSimulation', { authenticatorId, enabled })
  const enterPassword = async (password = owner.password) => {
    await page.getByLabel('E-mail').fill(owner.email)
    await page.getByLabel('Password', { exact: true }).fill(password)
    await page.getByRole('button', { name: 'Sign in', exact: true }).click()
  }
  const isInside = () => page.waitForURL(url => !url.pathname.startsWith('/sign-in'))
  const leave = async () => {
    await touch(false)
    await page.getByRole('button', { name: /^Account of/ }).click()
    await page.getByRole('menuitem', { name: 'Sign out' }).click()
    await page.waitForURL('**/sign-in')
  }

  it('adds a passkey under a name and shows the recovery codes once', async () => {
    await page.goto('/sign-in')
    await page.getByLabel('E-mail').waitFor()
    await assertAccessible(page, 'sign-in')
    await enterPassword()
    await isInside()
    await page.goto('/settings/security')
    await page.getByRole('button', { name: 'Add a passkey' }).click()
    await page.getByLabel('Name').fill('Work laptop')
    await touch(true)
    await page.getByRole('button', { name: 'Go on' }).click()
    await page.getByRole('region', { name: 'Recovery codes' }).getByRole('listitem').first().waitFor()
    assert.equal(await page.getByRole('region', { name: 'Recovery codes' }).getByRole('listitem').count(), 10)
    await assertAccessible(page, 'recovery codes')
    await page.getByRole('button', { name: 'I have kept them' }).click()
    await page.getByText('Work laptop').waitFor()
    await page.getByText('10 codes are left.').waitFor()
    await assertAccessible(page, 'security')
  })

  it('asks for the second step after the password, and takes the passkey', async () => {
    await leave()
    await enterPassword()
    await page.getByRole('heading', { name: 'One more step' }).waitFor()
    await assertAccessible(page, 'second step')
    await page.getByRole('button', { name: 'Use a recovery code' }).click()
    await page.getByLabel('Recovery code').fill('aaaa-bbbb-cccc-dddd')
    await page.getByRole('button', { name: 'Continue' }).click()
    await page.getByRole('alert').filter({ hasText: 'This second factor is not right.' }).waitFor()
    await page.getByRole('button', { name: 'Use a passkey' }).click()
    await touch(true)
    await page.getByRole('button', { name: 'Use a passkey' }).click()
    await isInside()
  })

  it('signs in with the passkey alone', async () => {
    // An authenticator that was asked before somebody touches it goes on waiting, so it is touched before it is asked.
    const touched = Promise.withResolvers<void>()
    await leave()
    await page.route('**/v1/auth/passkey', async route => {
      await touched.promise
      await route.continue()
    })
    await page.getByRole('button', { name: 'Sign in with a passkey' }).click()
    await touch(true)
    touched.resolve()
    await isInside()
    await page.unroute('**/v1/auth/passkey')
  })

  it('asks for a proof before a change that matters, then makes the change', async () => {
    await app.asSuperuser(`update iam.sessions set proved_at = now() - interval '1 hour'`)
    await page.goto('/settings/security')
    await page.getByRole('button', { name: 'Set up an app' }).click()
    const dialog = page.getByRole('dialog', { name: 'Confirm that it is you' })
    await dialog.getByLabel('Password', { exact: true }).fill('not the password')
    await dialog.getByRole('button', { name: 'Confirm' }).click()
    await dialog.getByText('This did not prove that it is you.').waitFor()
    await assertAccessible(page, 'confirm')
    await dialog.getByLabel('Password', { exact: true }).fill(owner.password)
    await dialog.getByRole('button', { name: 'Confirm' }).click()
    await page.getByRole('img', { name: 'QR code with the key' }).waitFor()
    await assertAccessible(page, 'app setup')
  })

  it('leads from a forgotten password to a new one', async () => {
    await leave()
    await page.getByRole('link', { name: 'Forgot your password?' }).click()
    await page.getByRole('heading', { name: 'Forgot your password' }).waitFor()
    await page.getByLabel('E-mail').fill(owner.email)
    await page.getByRole('button', { name: 'Send the letter' }).click()
    await page.getByRole('heading', { name: 'Look into your mailbox' }).waitFor()
    // Its letter may be on its way already; this is the link that it would hold.
    await page.goto(`/reset-password#${await makeResetLink(app.kit, owner)}`)
    await page.getByLabel('New password').fill('quiet lantern by the ford')
    await assertAccessible(page, 'new password')
    await page.getByRole('button', { name: 'Change password' }).click()
    await page.getByRole('heading', { name: 'Your password is changed' }).waitFor()
    await page.getByRole('link', { name: 'Sign in' }).click()
    await enterPassword('quiet lantern by the ford')
    await page.getByRole('heading', { name: 'One more step' }).waitFor()
    // What was refused on purpose is all that the browser reports.
    assert.deepEqual(
      problems.filter(problem => !/status of (401|403|422)/.test(problem)),
      [],
    )
  })
})
