import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import type { BrowserContext, Page } from 'playwright-core'
import { type TestApp, testApp } from '#test/app.ts'
import type { SignedIn } from '#test/people.ts'
import { assertAccessible } from './accessible.ts'
import { closeBrowser, openPage } from './chromium.ts'

/** A key from its making to its end, and what the log tells of it, as an owner sees both. */
describe('API keys and the audit log in a browser', () => {
  let app: TestApp
  let owner: SignedIn
  let page: Page
  let context: BrowserContext
  let problems: string[]
  let secret: string
  before(async () => {
    app = await testApp()
    owner = await app.owner()
    ;({ page, context, problems } = await openPage(app.url))
    await page.goto('/sign-in')
    await page.getByLabel('E-mail').fill(owner.email)
    await page.getByLabel('Password', { exact: true }).fill(owner.password)
    await page.getByRole('button', { name: 'Sign in', exact: true }).click()
    await page.waitForURL(url => !url.pathname.startsWith('/sign-in'))
  })
  after(async () => {
    await closeBrowser()
    await app.close()
  })

  const panel = () => page.getByRole('dialog')
  const statusWith = async (key: string, path: string) =>
    (await fetch(app.url + path, { headers: { authorization: `Bearer ${key}` } })).status

  it('makes a key and shows its secret once', async () => {
    await page.goto('/settings/api-keys')
    await page.getByRole('button', { name: 'Create a key' }).click()
    await panel().getByRole('button', { name: 'Create key' }).click()
    await panel().getByText('Say what the key is for.').waitFor()
    await panel().getByLabel('Name').fill('Warehouse')
    await panel().getByLabel('See leads and the board').check()
    await panel().getByLabel('Only from these addresses').fill('127.0.0.0/8, ::1')
    await assertAccessible(page, 'a new key')
    await panel().getByRole('button', { name: 'Create key' }).click()
    secret = await panel().getByRole('button', { name: 'Copy secret' }).locator('code').innerText()
    assert.match(secret, /^mrk_/)
    await panel().getByRole('button', { name: 'I have copied it' }).click()
    await page.getByRole('row', { name: /Warehouse/ }).waitFor()
    assert.ok(!(await page.content()).includes(secret))
    assert.deepEqual(
      [await statusWith(secret, '/v1/leads'), await statusWith(secret, '/v1/workflows')],
      [200, 403],
    )
  })

  it('gives it a new secret while the old one works on', async () => {
    await page.reload()
    await page.getByRole('row', { name: /Warehouse/ }).click()
    await assertAccessible(page, 'a key')
    await panel().getByRole('button', { name: 'Make a new secret' }).click()
    const newer = await panel().getByRole('button', { name: 'Copy secret' }).locator('code').innerText()
    assert.deepEqual(
      [await statusWith(secret, '/v1/leads'), await statusWith(newer, '/v1/leads')],
      [200, 200],
    )
    secret = newer
    await panel().getByRole('button', { name: 'I have copied it' }).click()
  })

  it('ends it for good after asking', async () => {
    await page.getByRole('row', { name: /Warehouse/ }).click()
    await panel().getByRole('button', { name: 'Revoke' }).click()
    await panel().getByText('This key will never work again.').waitFor()
    await panel().getByRole('button', { name: 'Revoke' }).click()
    await panel().getByText('Revoked').first().waitFor()
    assert.equal(await statusWith(secret, '/v1/leads'), 401)
    await page.keyboard.press('Escape')
  })

  it('tells all of it in the log, which is verified', async () => {
    await page.goto('/settings/audit-log')
    await page.getByText(/^Verified up to entry \d+$/).waitFor()
    await assertAccessible(page, 'audit log')
    for (const words of [
      'API key created',
      'API key got a new secret',
      'API key revoked',
      'API key refused',
      'Request refused',
    ])
      await page
        .getByRole('row', { name: new RegExp(words) })
        .first()
        .waitFor()
    await page.getByRole('row', { name: /API key created/ }).click()
    await panel().getByText('127.0.0.0/8, ::1').waitFor()
    await assertAccessible(page, 'an entry')
    await panel().getByRole('button', { name: 'All about this object' }).click()
    await page.waitForURL(/objectId=/)
    await page
      .getByRole('row', { name: /Signed in/ })
      .first()
      .waitFor({ state: 'detached' })
    await page.reload()
    await page.getByRole('button', { name: /One object/ }).waitFor()
    assert.equal(await page.getByRole('row', { name: /Signed in/ }).count(), 0)
  })

  it('works at 375 px and in the dark', async () => {
    const { page: phone, problems: found } = await openPage(app.url, {
      width: 375,
      height: 812,
      dark: true,
      like: context,
    })
    for (const path of ['/settings/api-keys', '/settings/audit-log']) {
      await phone.goto(path)
      await phone.getByRole('grid').waitFor()
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
