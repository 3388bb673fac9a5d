import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { crmModule } from '#modules/crm/index.ts'
import { iamModule, signUpOrganization } from '#modules/iam/index.ts'
import { inOrganization } from '#platform/context.ts'
import type { Client } from '#platform/contract/client.ts'
import { newId } from '#platform/ids.ts'
import { type TestKit, testKit, word } from '#test/database.ts'
import { signedInAs, type TestServer, testServer } from '#test/http.ts'
import { getMailbox, getMessage, listMessages, resolveUnknown } from './contract.ts'
import { deliver } from './delivery.ts'
import { HTML_BODY_POLICY } from './html-page.ts'
import { type MessageDraft, mailModule, queueMessage } from './index.ts'

const modules = [iamModule, crmModule, mailModule]

describe('the mail routes', () => {
  let t: TestKit
  let orgId: string
  let server: TestServer
  let client: Client
  const servers: TestServer[] = []

  const serve = async (organization: string, can?: (permission: string) => boolean) => {
    const started = await testServer(t, modules, signedInAs(organization, newId(), can))
    servers.push(started)
    return started
  }
  const queue = async (change: Partial<MessageDraft> = {}, organization = orgId) => {
    const message = {
      id: newId(),
      key: newId(),
      to: 'ada@example.com',
      subject: 'Hi',
      text: 'Hello',
      subjects: [],
    }
    await inOrganization(t.kit, { orgId: organization, actor: { type: 'system', name: 'test' } }, ctx =>
      queueMessage(ctx, { ...message, ...change }),
    )
    return change.id ?? message.id
  }
  const setUnknown = (id: string) =>
    t.asSuperuser(
      `update mail.messages set status = 'unknown', attempts = 1, sending_at = now(), sending_job_id = id where id = $1`,
      [id],
    )

  before(async () => {
    t = await testKit({ modules })
    const signedUp = await signUpOrganization(t.kit, {
      name: 'Ada Lovelace',
      email: `${word()}@example.com`,
      password: `${word()} ${word()} ${word()}`,
      organizationName: 'Analytical Engines',
    })
    orgId = signedUp.orgId
    server = await serve(orgId)
    client = server.client()
  })
  after(async () => {
    for (const started of servers) await started.close()
    await t.close()
  })

  it('say what the organization sends through, before and after its first message', async () => {
    const expected = {
      kind: 'development',
      from: { address: 'hello@millrace.localhost', name: 'Analytical Engines' },
      status: 'active',
      lastError: null,
    }
    assert.deepEqual(await client.call(getMailbox, {}), expected)
    await queue()
    assert.deepEqual(await client.call(getMailbox, {}), expected)
  })

  it('list the newest first, page by page, each message once', async () => {
    const organization = newId()
    const ids: string[] = []
    for (let i = 0; i < 7; i++) ids.push(await queue({ subject: `n${i}` }, organization))
    // Messages of one instant, as a batch stores them, are told apart by their id.
    await t.asSuperuser(
      `update mail.messages set created_at = '2026-11-21T09:30:00.123Z' where org_id = $1 and subject >= 'n3'`,
      [organization],
    )
    await t.asSuperuser(
      `update mail.messages set created_at = '2026-11-20T09:30:00Z' where org_id = $1 and subject < 'n3'`,
      [organization],
    )
    const mine = (await serve(organization)).client()
    const seen: string[] = []
    let cursor: string | undefined
    do {
      const page = await mine.call(listMessages, { query: { limit: 2, ...(cursor ? { cursor } : {}) } })
      seen.push(...page.items.map(item => item.id))
      cursor = page.nextCursor ?? undefined
    } while (cursor)
    const late = ids.slice(3).sort().reverse()
    assert.deepEqual(seen, [...late, ...ids.slice(0, 3).sort().reverse()])
  })

  it('refuse a cursor that they did not make', async () => {
    for (const cursor of [
      'x',
      btoa('2026-99-21T09:30:00.123Z 1'),
      btoa(`2026-13-41T09:30:00.123Z ${newId()}`),
    ]) {
      await assert.rejects(client.call(listMessages, { query: { cursor } }), { code: 'request.invalid' })
    }
  })

  it('list by status and by what a message is about', async () => {
    const lead = newId()
    const about = await queue({
      subjects: [
        { type: 'workflow', id: newId() },
        { type: 'lead', id: lead },
      ],
    })
    const unknown = await queue()
    await setUnknown(unknown)
    const ids = async (query: object) =>
      (await client.call(listMessages, { query })).items.map(item => item.id)
    assert.deepEqual(await ids({ subjectId: lead }), [about])
    assert.deepEqual(await ids({ subjectId: newId() }), [])
    assert.deepEqual(await ids({ status: 'unknown' }), [unknown])
  })

  it('show a message with its headers and bodies as data', async () => {
    const runId = newId()
    const html = '<script>alert(1)</script><p onclick="x()">Hello</p>'
    const id = await queue({ html, runId, subject: 'Ça va ?', text: 'Hello\n\nthere' })
    const job = { kit: t.kit, orgId, jobId: newId(), attempt: 1, signal: new AbortController().signal }
    await deliver({ ...job, messageId: id }, null)
    const message = await client.call(getMessage, { params: { messageId: id } })
    assert.equal(message.status, 'sent')
    assert.equal(message.html, html)
    assert.equal(message.text, 'Hello\n\nthere')
    assert.equal(message.preview, 'Hello there')
    assert.deepEqual(
      message.headers.filter(header => header.name !== 'Date'),
      [
        { name: 'From', value: 'Analytical Engines <hello@millrace.localhost>' },
        { name: 'To', value: 'ada@example.com' },
        { name: 'Subject', value: 'Ça va ?' },
        { name: 'Message-ID', value: `<${id}@millrace.localhost>` },
        { name: 'Auto-Submitted', value: 'auto-generated' },
        { name: 'X-Millrace-Ref', value: id },
      ],
    )
    const raw = await server.raw(`/v1/mail/messages/${id}`)
    assert.equal(raw.headers.get('content-type'), 'application/json; charset=utf-8')
    assert.equal(raw.headers.get('x-content-type-options'), 'nosniff')
  })

  it('show an HTML body as a page that may run and load nothing, and only for a message that has one', async () => {
    const html = '<script>alert(1)</script><p style="color:red">Hello</p>'
    const raw = await server.raw(`/v1/mail/messages/${await queue({ html })}/html`)
    assert.equal(raw.status, 200)
    assert.equal(raw.headers.get('content-security-policy'), HTML_BODY_POLICY)
    assert.equal(raw.headers.get('cache-control'), 'no-store')
    assert.ok((await raw.text()).includes(html))
    for (const messageId of [await queue(), await queue({ html }, newId()), newId()]) {
      const missing = await server.raw(`/v1/mail/messages/${messageId}/html`)
      assert.equal(missing.status, 404)
      assert.equal(missing.headers.get('content-type'), 'application/problem+json; charset=utf-8')
    }
  })

  it('answer for a message of another organization as for one that does not exist', async () => {
    const foreign = await queue({}, newId())
    await setUnknown(foreign)
    for (const messageId of [foreign, newId()]) {
      await assert.rejects(client.call(getMessage, { params: { messageId } }), { code: 'request.not_found' })
      await assert.rejects(client.call(resolveUnknown, { params: { messageId }, body: { as: 'sent' } }), {
        code: 'request.not_found',
      })
    }
    const list = await client.call(listMessages, { query: { limit: 100 } })
    assert.ok(!list.items.some(item => item.id === foreign))
  })

  it('let a person decide about a message whose outcome is unknown, and about no other', async () => {
    const messageId = await queue()
    const call = (as: 'sent' | 'failed' | 'resend') =>
      client.call(resolveUnknown, { params: { messageId }, body: { as } })
    await assert.rejects(call('sent'), { code: 'mail.not_unknown', status: 409 })
    await setUnknown(messageId)
    assert.equal((await call('failed')).status, 'failed')
    await assert.rejects(call('resend'), { code: 'mail.not_unknown' })
  })

  it('let people who may only read decide nothing, and people who may not read see nothing', async () => {
    const messageId = await queue()
    await setUnknown(messageId)
    const reader = (await serve(orgId, permission => permission === 'mail:read')).client()
    assert.equal((await reader.call(getMessage, { params: { messageId } })).status, 'unknown')
    const decide = { params: { messageId }, body: { as: 'sent' as const } }
    await assert.rejects(reader.call(resolveUnknown, decide), { code: 'request.forbidden' })
    const guest = (await serve(orgId, () => false)).client()
    for (const attempt of [
      () => guest.call(listMessages, {}),
      () => guest.call(getMessage, { params: { messageId } }),
      () => guest.call(getMailbox, {}),
      () => guest.call(resolveUnknown, decide),
    ]) {
      await assert.rejects(attempt, { code: 'request.forbidden' })
    }
    assert.equal((await reader.call(getMessage, { params: { messageId } })).status, 'unknown')
  })
})
