import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import type { BrowserContext, Page } from 'playwright-core'
import { createMailAccount, getMailInbox, listReceivedMails } from '#modules/intake/contract.ts'
import { startMailReceiver } from '#modules/intake/index.ts'
import type { SmtpReceiver } from '#platform/smtp/receiver.ts'
import { publishThankWorkflow } from '#programs/demo-workflow.ts'
import { type TestApp, testApp } from '#test/app.ts'
import { type FakeImap, startFakeImap } from '#test/fakes/imap.ts'
import { handOver, letter } from '#test/fakes/mail-client.ts'
import type { SignedIn } from '#test/people.ts'
import { assertAccessible } from './accessible.ts'
import { closeBrowser, openPage } from './chromium.ts'
import { enter } from './enter.ts'
import { until } from './until.ts'

const FILE = [
  'MIME-Version: 1.0\nContent-Type: multipart/mixed; boundary=b\n',
  '--b\nContent-Type: text/plain; charset=utf-8\n\nHello,\n\nwhat would a new roof cost? The plan is attached.\n--b\nContent-Type: application/octet-stream\nContent-Disposition: attachment; filename="roof plan.txt"\n\nhello\n--b--',
] as const

describe('e-mail that becomes leads, in a browser', () => {
  let app: TestApp
  let owner: SignedIn
  let workflowId: string
  let receiver: SmtpReceiver
  let imap: FakeImap
  let page: Page
  let context: BrowserContext
  let problems: string[]
  before(async () => {
    imap = await startFakeImap()
    app = await testApp({
      INTAKE_SMTP_PORT: '0',
      INTAKE_MAIL_DOMAIN: 'in.example.org',
      EGRESS_ALLOW: `localhost:${imap.port}`,
    })
    receiver = (await startMailReceiver(app.kit)) as SmtpReceiver
    owner = await app.owner()
    workflowId = (await publishThankWorkflow(owner.client, { amount: 6, unit: 'minutes' })).workflowId
    ;({ page, context, problems } = await openPage(app.url))
    await enter(
      { page, problems },
      '/settings/intake-mail',
      owner,
      page.getByRole('button', { name: 'Get an address' }),
    )
  })
  after(async () => {
    await closeBrowser()
    await receiver.close()
    await imap.close()
    await app.close()
  })

  const section = (name: string, of: Page = page) => of.getByRole('region', { name, exact: true })
  const address = async () => (await owner.client.call(getMailInbox, {})).address ?? ''
  const decided = () =>
    until(page, async () => {
      const { items } = await owner.client.call(listReceivedMails, {})
      return items.every(({ decision }) => decision !== 'waiting')
    })
  /** Chooses the first of a list, by keyboard. */
  async function chooseWorkflow(of: ReturnType<typeof section>, label: string): Promise<void> {
    await of.getByRole('combobox', { name: label }).or(of.getByLabel(label)).first().click()
    await page.keyboard.press('ArrowDown')
    await page.keyboard.press('Enter')
  }

  it('is set up from nothing: the address, and one for a workflow', async () => {
    await assertAccessible(page, 'before there is an address')
    await chooseWorkflow(section('Address'), 'Leads go to')
    await page.getByRole('button', { name: 'Get an address' }).click()
    await section('Address').getByRole('button', { name: 'Copy address' }).waitFor()
    assert.equal(await section('Address').locator('code').first().textContent(), await address())
    await chooseWorkflow(section('Workflows'), 'Workflow')
    const word = section('Workflows').getByLabel('Word in its address')
    assert.notEqual(await word.inputValue(), '')
    await word.fill('Not a word!')
    await page.keyboard.press('Enter')
    await section('Workflows').getByText('Use small letters, digits and hyphens').waitFor()
    await word.fill('roofs')
    await page.keyboard.press('Enter')
    await section('Workflows')
      .getByText((await address()).replace('@', '+roofs@'))
      .waitFor()
    await assertAccessible(page, 'an address and a word')
  })

  it('shows what came in and why it is no lead, while one looks, and makes it one all the same', async () => {
    await page.getByRole('link', { name: 'What came in' }).click()
    await page.getByText('Nothing has come in during the last 30 days.').waitFor()
    await assertAccessible(page, 'nothing came in')
    const to = await address()
    const [headers, text] = FILE
    await handOver(receiver.port, { to, raw: letter({ subject: 'A new roof', headers, text }) })
    await handOver(receiver.port, {
      to,
      raw: letter({
        from: 'Ada <ada@example.net>',
        subject: 'Out of office',
        headers: 'Auto-Submitted: auto-replied\n',
      }),
    })
    await handOver(receiver.port, {
      to,
      raw: letter({ from: 'Lin <lin@example.net>', subject: 'You have won', headers: 'X-Spam-Flag: YES\n' }),
    })
    await decided()
    const rows = page.getByRole('grid', { name: 'What came in' }).getByRole('row')
    await rows.filter({ hasText: 'A new roof' }).getByText('Lead', { exact: true }).waitFor()
    await rows.filter({ hasText: 'Out of office' }).getByText('A program answered').waitFor()
    await assertAccessible(page, 'what came in')
    await page.getByRole('radio', { name: 'Held' }).check()
    await rows.filter({ hasText: 'You have won' }).click()
    const panel = page.getByRole('dialog', { name: 'E-mail from Lin' })
    await panel.getByText('What does it cost?').waitFor()
    await assertAccessible(page, 'one e-mail')
    await panel.getByRole('button', { name: 'Make it a lead' }).click()
    await page.getByText('It is a lead now.').waitFor()
    const { items } = await owner.client.call(listReceivedMails, { query: { decision: 'lead' } })
    assert.equal(items.length, 2)
  })

  it('stands in the history of the lead, with its file', async () => {
    const { items } = await owner.client.call(listReceivedMails, { query: { decision: 'lead' } })
    const leadId = items.find(({ subject }) => subject === 'A new roof')?.leadId
    await page.goto(`/leads/${leadId}`)
    await page.getByRole('paragraph').filter({ hasText: 'what would a new roof cost?' }).waitFor()
    const file = page.getByRole('link', { name: 'roof plan.txt' })
    const answer = await context.request.get((await file.getAttribute('href')) ?? '')
    assert.equal((await answer.text()).trim(), 'hello')
    await assertAccessible(page, 'a lead that wrote')
  })

  it('says what is wrong with a mailbox, and mends its password', async () => {
    await page.goto('/settings/intake-mail')
    await section('Mailboxes').getByRole('button', { name: 'Add a mailbox' }).click()
    const form = page.getByRole('form', { name: 'Add a mailbox' })
    await form.getByLabel('IMAP server').fill('127.0.0.1')
    await form.getByLabel('Name to sign in with').fill('leads')
    await form.getByLabel('Password', { exact: true }).fill('kettle')
    await chooseWorkflow(form, 'Leads go to')
    problems.length = 0
    await form.getByRole('button', { name: 'Look into it' }).click()
    await form.getByText('leads to a private or reserved network').waitFor()
    await assertAccessible(page, 'a mailbox that cannot be opened')
    await form.getByRole('button', { name: 'Cancel' }).click()
    await owner.client.call(createMailAccount, {
      body: {
        host: 'localhost',
        port: imap.port,
        security: 'off',
        username: 'leads',
        password: 'kettle',
        workflowId,
      },
    })
    await page.reload()
    await section('Mailboxes').getByText('Looked into', { exact: true }).waitFor()
    imap.password = 'another'
    await section('Mailboxes').getByRole('button', { name: 'Pause leads' }).click()
    await section('Mailboxes').getByText('Paused', { exact: true }).waitFor()
    await section('Mailboxes').getByRole('button', { name: 'Go on with leads' }).click()
    await section('Mailboxes').getByText('The server refused the name or the password.').waitFor()
    await section('Mailboxes').getByLabel('New password').fill('another')
    await page.keyboard.press('Enter')
    await section('Mailboxes').getByText('Looked into', { exact: true }).waitFor()
    await assertAccessible(page, 'a mailbox')
  })

  it('fits a phone', async () => {
    const { page: phone } = await openPage(app.url, { width: 375, height: 720, like: context })
    for (const path of ['/settings/intake-mail', '/settings/intake-mail/messages']) {
      await phone.goto(path)
      await phone.getByRole('link', { name: 'What came in' }).waitFor()
      const wide = await phone.evaluate('document.documentElement.scrollWidth')
      assert.equal(wide, 375, path)
      await assertAccessible(phone, path)
    }
  })
})
