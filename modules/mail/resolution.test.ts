import assert from 'node:assert/strict'
import { after, afterEach, before, beforeEach, describe, it } from 'node:test'
import { newId } from '#platform/ids.ts'
import { createSmtpSender, type SmtpSender } from '#platform/smtp/sender.ts'
import { anyOrgId, type TestKit } from '#test/database.ts'
import type { FakeSmtp } from '#test/fakes/smtp.ts'
import { deliver } from './delivery.ts'
import { acting, impatientSmtp, mailKit, queuedMessage, UNREACHED_SMTP } from './factories.ts'
import type { MessageDraft } from './index.ts'
import { resolveUnknown } from './resolution.ts'

describe('a message whose outcome is unknown', () => {
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

  async function unknownMessage() {
    const m = await oneMessage()
    smtp.at('answer', 'reset')
    await m.run()
    smtp.at('answer', null)
    return {
      ...m,
      resolve: (as: 'sent' | 'failed' | 'resend') => m.act(ctx => resolveUnknown(ctx, m.id, as)),
    }
  }

  for (const as of ['sent', 'failed'] as const) {
    it(`is ${as} on a person's word, once, and stays so`, async () => {
      const m = await unknownMessage()
      assert.equal((await m.resolve(as)).status, as)
      await assert.rejects(m.resolve('resend'), { code: 'mail.not_unknown' })
      await m.run(5)
      assert.deepEqual([await m.status(), smtp.received.length], [as, 1])
      assert.deepEqual(m.told(), ['email.unknown', `email.${as}`])
    })
  }

  it('goes out once more on their word, as the same bytes with the same Message-ID', async () => {
    const m = await unknownMessage()
    assert.equal((await m.resolve('resend')).status, 'queued')
    await assert.rejects(m.resolve('resend'), { code: 'mail.not_unknown' })
    // The old job may still stand in its table; the decision has one of its own.
    assert.deepEqual((await m.jobs()).map(job => job.key).sort(), [m.id, `${m.id}:1`].sort())
    await Promise.all([m.run(2), deliver({ ...m.job, jobId: newId() }, sender)])
    assert.equal(smtp.received.length, 2)
    assert.deepEqual(smtp.received[0]?.raw, smtp.received[1]?.raw)
    const message = await m.read(m.id)
    assert.deepEqual([message.status, message.attempts], ['sent', 2])
  })

  it('does not go out once more when the first answer arrives before the second try', async () => {
    const m = await oneMessage()
    const { promise: answer, resolve: give } = Promise.withResolvers<void>()
    smtp.at('answer', { after: answer })
    const reached = smtp.reached('answer')
    const running = m.run(1, createSmtpSender(smtp.url))
    await reached
    await m.run(2)
    await m.act(ctx => resolveUnknown(ctx, m.id, 'resend'))
    give()
    await running
    await deliver({ ...m.job, jobId: newId() }, sender)
    assert.deepEqual([await m.status(), smtp.received.length], ['sent', 1])
  })

  it('is told as sent once, also when the answer confirms what a person said before', async () => {
    const m = await oneMessage()
    const { promise: answer, resolve: give } = Promise.withResolvers<void>()
    smtp.at('answer', { after: answer })
    const reached = smtp.reached('answer')
    const running = m.run(1, createSmtpSender(smtp.url))
    await reached
    await m.run(2)
    await m.act(ctx => resolveUnknown(ctx, m.id, 'sent'))
    give()
    await running
    assert.deepEqual([await m.status(), m.told()], ['sent', ['email.unknown', 'email.sent']])
  })

  it('is not there for another organization', async () => {
    const m = await unknownMessage()
    const other = acting(t, anyOrgId())
    await assert.rejects(
      other.act(ctx => resolveUnknown(ctx, m.id, 'sent')),
      { code: 'request.not_found' },
    )
    await deliver({ ...m.job, orgId: anyOrgId() }, sender)
    assert.deepEqual([await m.status(), smtp.received.length], ['unknown', 1])
  })
})
