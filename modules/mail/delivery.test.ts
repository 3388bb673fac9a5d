import assert from 'node:assert/strict'
import { after, afterEach, before, beforeEach, describe, it } from 'node:test'
import PostalMime from 'postal-mime'
import { newId } from '#platform/ids.ts'
import { RetryLater } from '#platform/jobs/kinds.ts'
import { createSmtpSender, type SmtpSender } from '#platform/smtp/sender.ts'
import type { TestKit } from '#test/database.ts'
import type { FakeSmtp } from '#test/fakes/smtp.ts'
import { deliver } from './delivery.ts'
import { impatientSmtp, mailKit, queuedMessage, senderThat, UNREACHED_SMTP } from './factories.ts'
import type { MessageDraft } from './index.ts'

describe('a message over SMTP', () => {
  let t: TestKit
  let smtp: FakeSmtp
  let sender: SmtpSender
  before(async () => {
    t = await mailKit(UNREACHED_SMTP)
  })
  beforeEach(async () => {
    ;({ smtp, sender } = await impatientSmtp())
  })
  afterEach(() => smtp.close())
  after(() => t.close())
  const oneMessage = (change?: Partial<MessageDraft>) => queuedMessage(t, sender, change)

  it('really goes out, once, as what was stored', async () => {
    const m = await oneMessage({
      runId: newId(),
      html: '<p>We will be <b>in touch</b>.</p>',
      subject: 'Ça marche ✓',
    })
    await m.run()
    await m.run(2)
    assert.equal(smtp.received.length, 1)
    const received = smtp.received[0]
    assert.deepEqual([received?.from, received?.to], ['hello@millrace.example', ['ada@example.com']])
    const email = await PostalMime.parse(received?.raw ?? '')
    const message = await m.read(m.id)
    assert.equal(email.messageId, message.messageId)
    assert.equal(email.messageId, `<${m.id}@millrace.example>`)
    assert.equal(email.subject, 'Ça marche ✓')
    assert.equal(email.from?.address, 'hello@millrace.example')
    assert.deepEqual(email.to, [{ address: 'ada@example.com', name: '' }])
    assert.equal(email.date, message.createdAt.replace(/\.\d{3}Z$/, '.000Z'))
    assert.equal(email.text?.trim(), 'We will be in touch.')
    assert.equal(email.html?.trim(), '<p>We will be <b>in touch</b>.</p>')
    const headers = new Map(email.headers.map(header => [header.key, header.value]))
    assert.equal(headers.get('auto-submitted'), 'auto-generated')
    assert.equal(headers.get('x-millrace-ref'), m.id)
    assert.equal(headers.get('mime-version'), '1.0')
    assert.match(headers.get('content-type') ?? '', /^multipart\/alternative/)
    for (const { name, value } of message.headers.filter(header => header.name !== 'Date')) {
      const sent = name === 'From' || name === 'To' ? value : headers.get(name.toLowerCase())
      if (name !== 'Subject') assert.equal(sent, value, name)
    }
    assert.deepEqual([message.status, message.attempts], ['sent', 1])
    assert.match(message.smtpResponse ?? '', /^250 /)
    assert.deepEqual(m.told(), ['email.sent'])
  })

  it('is failed, and told so, after a refusal for good, and is not tried again', async () => {
    const m = await oneMessage()
    smtp.at('rcpt', { reply: 550, text: '5.1.1 no such person' })
    await m.run()
    smtp.at('rcpt', null)
    await m.run(2)
    const message = await m.read(m.id)
    assert.equal(message.status, 'failed')
    assert.match(message.lastError ?? '', /no such person/)
    assert.deepEqual([smtp.received.length, m.told()], [0, ['email.failed']])
  })

  it('waits, without an event, after greylisting, and goes out at the next try', async () => {
    const m = await oneMessage()
    smtp.at('rcpt', { reply: 451, text: '4.7.1 greylisted' })
    await assert.rejects(m.run(), RetryLater)
    assert.equal(await m.status(), 'queued')
    assert.match((await m.read(m.id)).lastError ?? '', /greylisted/)
    smtp.at('rcpt', null)
    await m.run(2)
    const message = await m.read(m.id)
    assert.deepEqual([message.status, message.attempts, message.lastError], ['sent', 2, null])
    assert.deepEqual([smtp.received.length, m.told()], [1, ['email.sent']])
  })

  it('waits while the server cannot be reached, and the mailbox says why until it works again', async () => {
    const m = await oneMessage()
    const mailbox = async () =>
      (await t.asSuperuser('select status, last_error from mail.mailboxes where org_id = $1', [m.orgId]))[0]
    await assert.rejects(m.run(1, createSmtpSender('smtp://127.0.0.1:1')), RetryLater)
    assert.equal((await mailbox())?.status, 'error')
    assert.match(String((await mailbox())?.last_error), /ECONNREFUSED/)
    await assert.rejects(m.run(1, null), /SMTP_URL/)
    await m.run()
    assert.deepEqual(await mailbox(), { status: 'active', last_error: null })
    assert.equal(await m.status(), 'sent')
  })

  it('is given up after five days of waiting', async () => {
    const m = await oneMessage()
    await t.asSuperuser(`update mail.messages set queued_at = now() - interval '6 days' where id = $1`, [
      m.id,
    ])
    smtp.at('rcpt', { reply: 451 })
    await m.run()
    assert.equal(await m.status(), 'failed')
    assert.deepEqual(m.told(), ['email.failed'])
  })

  for (const behaviour of ['reset', 'hang-up', 'silence'] as const) {
    it(`is unknown, and never sent again, when the server took it and there is no answer (${behaviour})`, async () => {
      const m = await oneMessage()
      smtp.at('answer', behaviour)
      await m.run()
      smtp.at('answer', null)
      await m.run(2)
      await deliver({ ...m.job, jobId: newId(), attempt: 9 }, sender)
      assert.equal(await m.status(), 'unknown')
      assert.deepEqual([smtp.received.length, m.told()], [1, ['email.unknown']])
    })
  }

  it('is still queued while its worker waits for the server, so that nothing is unknown when it dies then', async () => {
    const m = await oneMessage()
    const stop = new AbortController()
    smtp.at('connect', 'silence')
    const reached = smtp.reached('connect')
    const running = deliver({ ...m.job, signal: stop.signal }, sender)
    await reached
    assert.equal(await m.status(), 'queued')
    stop.abort()
    await assert.rejects(running, RetryLater)
    smtp.at('connect', null)
    await m.run(2)
    assert.deepEqual([await m.status(), smtp.received.length], ['sent', 1])
  })

  it('is unknown when its worker died in the middle, and the next run of the job sends nothing', async () => {
    const m = await oneMessage()
    // A sender that never comes back is what the database sees of a process that was killed.
    const { promise: begun, resolve } = Promise.withResolvers<void>()
    void m.run(
      1,
      senderThat(() => {
        resolve()
        return new Promise(() => {})
      }),
    )
    await begun
    assert.equal(await m.status(), 'sending')
    await m.run(2)
    await m.run(3)
    assert.equal(await m.status(), 'unknown')
    assert.deepEqual([smtp.received.length, m.told()], [0, ['email.unknown']])
  })

  it('is left alone by jobs that are not the successor of the one that is sending it', async () => {
    const m = await oneMessage()
    const { promise: begun, resolve: begin } = Promise.withResolvers<void>()
    const { promise: answer, resolve: give } = Promise.withResolvers<{ kind: 'accepted'; response: string }>()
    const running = m.run(
      2,
      senderThat(() => {
        begin()
        return answer
      }),
    )
    await begun
    await m.run(1)
    await deliver({ ...m.job, jobId: newId(), attempt: 7 }, sender)
    assert.deepEqual([await m.status(), smtp.received.length, m.told()], ['sending', 0, []])
    give({ kind: 'accepted', response: '250 ok' })
    await running
    assert.deepEqual([await m.status(), m.told()], ['sent', ['email.sent']])
  })

  it('is sent after all when the answer arrives after it was given up as unknown', async () => {
    const m = await oneMessage()
    const { promise: answer, resolve: give } = Promise.withResolvers<void>()
    smtp.at('answer', { after: answer })
    const reached = smtp.reached('answer')
    const running = m.run(1, createSmtpSender(smtp.url))
    await reached
    await m.run(2)
    assert.equal(await m.status(), 'unknown')
    give()
    await running
    assert.equal(await m.status(), 'sent')
    assert.deepEqual([smtp.received.length, m.told()], [1, ['email.unknown', 'email.sent']])
  })

  it('is unknown when its sender fails in a way nobody foresaw', async () => {
    const m = await oneMessage()
    await m.run(
      1,
      senderThat(() => Promise.reject(new Error('a defect'))),
    )
    assert.equal(await m.status(), 'unknown')
  })
})
