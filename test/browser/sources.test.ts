import assert from 'node:assert/strict'
import { createHmac } from 'node:crypto'
import { after, before, describe, it } from 'node:test'
import type { BrowserContext, Page } from 'playwright-core'
import { getLead, listLeads, listSources, type Source } from '#modules/intake/contract.ts'
import { publishThankWorkflow } from '#programs/demo-workflow.ts'
import { type TestApp, testApp } from '#test/app.ts'
import { type FakeCalendly, startFakeCalendly } from '#test/fakes/calendly.ts'
import type { SignedIn } from '#test/people.ts'
import { assertAccessible } from './accessible.ts'
import { closeBrowser, openPage } from './chromium.ts'
import { enter } from './enter.ts'
import { until } from './until.ts'

describe('the other ways in of a workflow in a browser', () => {
  let app: TestApp
  let owner: SignedIn
  let workflowId: string
  let page: Page
  let context: BrowserContext
  let problems: string[]
  let calendly: FakeCalendly
  before(async () => {
    calendly = await startFakeCalendly()
    calendly.takes = () => true
    app = await testApp({ CALENDLY_API_URL: calendly.url, EGRESS_ALLOW: new URL(calendly.url).host })
    owner = await app.owner()
    workflowId = (await publishThankWorkflow(owner.client, { amount: 6, unit: 'minutes' })).workflowId
    ;({ page, context, problems } = await openPage(app.url))
    const add = page.getByRole('button', { name: 'Add a webhook' })
    await enter({ page, problems }, `/workflows/${workflowId}/sources`, owner, add)
  })
  after(async () => {
    await closeBrowser()
    await app.close()
    await calendly.close()
  })

  const sourceOf = async (kind: Source['kind']) => {
    const { items } = await owner.client.call(listSources, { params: { workflowId } })
    const found = items.find(each => each.kind === kind)
    assert.ok(found)
    return found
  }
  const post = (url: string, body: string, headers: Record<string, string> = {}) =>
    fetch(`${app.url}${new URL(url).pathname}`, {
      method: 'POST',
      body,
      headers: { 'content-type': 'application/json', ...headers },
    })
  const delivery = (words: RegExp) => page.getByRole('listitem').filter({ hasText: words }).first()
  const leadOf = async (email: string) => {
    const { items } = await owner.client.call(listLeads, { query: { filter: `email:is:${email}` } })
    return items[0]
  }

  it('a webhook is made, what comes is kept, mapped by what it holds, and becomes a lead by itself', async () => {
    await assertAccessible(page, 'no source')
    await page.getByRole('button', { name: 'Add a webhook' }).focus()
    await page.keyboard.press('Enter')
    await page.getByRole('button', { name: 'Copy address' }).waitFor()
    await assertAccessible(page, 'a webhook without a mapping')
    const { url } = await sourceOf('webhook')
    const body = { id: 7, contact: { email: 'ada@example.com', name: 'Ada Mill' }, budget: '$10000+' }
    assert.equal((await post(url, JSON.stringify(body))).status, 202)
    await delivery(/Kept until there is a mapping/).waitFor()
    await page.getByRole('button', { name: 'Fill in from the last delivery' }).click()
    assert.equal(await page.getByRole('combobox', { name: 'E-mail address' }).inputValue(), 'contact.email')
    const preview = page.getByRole('region', { name: 'The lead that the last delivery makes' })
    await preview.getByText('ada@example.com').waitFor()
    await preview.getByText('$10000+').waitFor()
    await page.getByRole('textbox', { name: 'Path of its number' }).fill('id')
    await assertAccessible(page, 'a mapping')
    await page.getByRole('button', { name: 'Save', exact: true }).click()
    await delivery(/Made a lead/).waitFor()
    const lead = await leadOf('ada@example.com')
    assert.equal(lead?.name, 'Ada Mill')
    const summary = delivery(/Made a lead/).locator('summary')
    await summary.focus()
    await page.keyboard.press('Enter')
    await page.getByRole('region', { name: 'Content' }).waitFor()
    await assertAccessible(page, 'a delivery')
    await page.getByRole('link', { name: 'Open the lead' }).click()
    await page.getByRole('heading', { name: 'Ada Mill' }).waitFor()
    await page.getByText(/came in by Webhook/).waitFor()
    await page.goBack()
    await page.getByRole('button', { name: 'Copy address' }).waitFor()
  })

  it('what failed says why and is tried again with the mapping of then', async () => {
    const { url } = await sourceOf('webhook')
    assert.equal(
      (await post(url, JSON.stringify({ id: 8, contact: {}, mail: 'bob@example.com' }))).status,
      202,
    )
    await delivery(/no e-mail address/).waitFor()
    await page.getByRole('combobox', { name: 'E-mail address' }).fill('mail')
    await page.getByRole('button', { name: 'Save', exact: true }).click()
    await page.getByText('Deliveries are read like this from now on.').waitFor()
    await page.getByRole('button', { name: 'Try what failed again' }).click()
    await until(page, async () => (await leadOf('bob@example.com')) !== undefined, 'the lead of a retry')
    await delivery(/Made a lead/).waitFor()
  })

  it('Calendly is connected with a token, or says why not, and disconnected when confirmed', async () => {
    await page.getByRole('button', { name: 'Add Calendly' }).click()
    const token = page.getByLabel('Personal access token', { exact: true })
    await token.fill('short')
    await page.keyboard.press('Enter')
    await page.getByText('A personal access token has at least 20 characters').waitFor()
    await token.fill('a-token-that-nobody-has-made')
    await page.keyboard.press('Enter')
    await page.getByText('Calendly does not accept this token.').waitFor()
    await assertAccessible(page, 'a token that is refused')
    await token.fill(calendly.token)
    await page.getByRole('button', { name: 'Connect', exact: true }).click()
    await page.getByText('Come by themselves', { exact: true }).waitFor()
    await page.getByText('Ada Lovelace').waitFor()
    assert.equal(await page.getByRole('button', { name: 'Change signing key' }).count(), 0)
    await assertAccessible(page, 'connected with Calendly')
    calendly.token = 'it-was-taken-back-by-its-maker'
    await page.getByRole('button', { name: 'Check now' }).click()
    await page.getByText('Calendly no longer accepts the token.').waitFor()
    await page.getByRole('link', { name: /Calendly.*Not connected/ }).waitFor()
    await page.getByRole('button', { name: 'Disconnect' }).click()
    await page.getByRole('button', { name: 'Disconnect' }).click()
    await token.waitFor()
    // Refused tokens stand in the network log of the browser.
    problems.length = 0
  })

  it('Calendly is set up with a key that is shown once, and a booking moves the lead', async () => {
    await page.getByRole('button', { name: 'Change signing key' }).click()
    await page.getByRole('button', { name: 'Change signing key' }).click()
    const shown = page.getByRole('region', { name: 'New signing key' })
    const key = (await shown.locator('code').textContent()) ?? ''
    await assertAccessible(page, 'a key shown once')
    await shown.getByRole('button', { name: 'I have copied it' }).click()
    const { url } = await sourceOf('calendly')
    const body = JSON.stringify({
      event: 'invitee.created',
      payload: {
        uri: 'https://api.calendly.com/scheduled_events/E1/invitees/I1',
        email: 'carol@example.com',
        name: 'Carol Clay',
        scheduled_event: { name: 'Intro call', start_time: '2026-12-01T09:00:00.000000Z' },
      },
    })
    const at = Math.floor(Date.now() / 1000)
    const sign = createHmac('sha256', key).update(`${at}.${body}`).digest('hex')
    assert.equal((await post(url, body)).status, 401)
    const sent = await post(url, body, { 'calendly-webhook-signature': `t=${at},v1=${sign}` })
    assert.equal(sent.status, 202)
    await delivery(/Booked “Intro call”/).waitFor()
    const lead = await leadOf('carol@example.com')
    assert.equal(lead?.status, 'BOOKED')
    const { events } = await owner.client.call(getLead, { params: { leadId: lead?.id ?? '' } })
    assert.ok(events.some(({ kind }) => kind === 'BOOKING_CREATED'))
    assert.deepEqual(problems, [])
  })

  it('fits a phone, is deleted only when confirmed, and its address is gone then', async () => {
    const { url } = await sourceOf('calendly')
    const narrow = await openPage(app.url, { width: 375, like: context })
    await narrow.page.goto(`/workflows/${workflowId}/sources`)
    await narrow.page.getByRole('link', { name: /^Calendly/ }).click()
    await narrow.page.getByRole('button', { name: 'Copy address' }).waitFor()
    assert.equal(await narrow.page.evaluate('document.documentElement.scrollWidth > innerWidth'), false)
    await assertAccessible(narrow.page, 'on a phone')
    await narrow.page.getByRole('button', { name: 'Delete source' }).click()
    await narrow.page.getByRole('button', { name: 'Delete source' }).click()
    await narrow.page.getByText('Calendly was deleted. Its leads stay.').waitFor()
    assert.equal((await post(url, '{}')).status, 404)
    await narrow.context.close()
  })
})
