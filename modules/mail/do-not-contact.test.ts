import assert from 'node:assert/strict'
import { after, afterEach, before, beforeEach, describe, it } from 'node:test'
import { refuseContact } from '#modules/crm/index.ts'
import type { SmtpSender } from '#platform/smtp/sender.ts'
import type { TestKit } from '#test/database.ts'
import type { FakeSmtp } from '#test/fakes/smtp.ts'
import { impatientSmtp, mailKit, queuedMessage, UNREACHED_SMTP } from './factories.ts'
import type { MessageDraft } from './index.ts'

describe('a message and the do-not-contact list', () => {
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

  for (const [what, refusal] of Object.entries({
    'its recipient': { kind: 'email', value: 'ada@example.com' },
    'the domain of its recipient': { kind: 'domain', value: 'example.com' },
  } as const)) {
    it(`does not leave when ${what} was put on the do-not-contact list meanwhile`, async () => {
      const m = await oneMessage({ to: 'Ada@Example.com' })
      const other = await oneMessage()
      await m.act(ctx => refuseContact(ctx, [{ ...refusal, reason: 'unsubscribed' }], { source: 'link' }))
      await m.run()
      await m.run(2)
      assert.equal(smtp.received.length, 0)
      const message = await m.read(m.id)
      assert.deepEqual([message.status, message.attempts], ['suppressed', 0])
      assert.match(
        message.lastError ?? '',
        /^On the do-not-contact list since \d{4}-\d\d-\d\d \(unsubscribed\)\.$/,
      )
      assert.deepEqual(m.told(), ['email.suppressed'])
      // The list of one organization is not that of another.
      await other.run()
      assert.equal(await other.status(), 'sent')
    })
  }

  it('leaves when only another address or a domain below is refused', async () => {
    const m = await oneMessage()
    await m.act(ctx =>
      refuseContact(
        ctx,
        [
          { kind: 'email', value: 'eve@example.com', reason: 'manual' },
          { kind: 'domain', value: 'mail.example.com', reason: 'manual' },
        ],
        { source: 'person' },
      ),
    )
    await m.run()
    assert.equal(await m.status(), 'sent')
  })
})
