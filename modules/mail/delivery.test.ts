import assert from 'node:assert/strict'
import { after, afterEach, before, beforeEach, describe, it } from 'node:test'
import PostalMime from 'postal-mime'
import { crmModule, refuseContact } from '#modules/crm/index.ts'
import { iamModule } from '#modules/iam/index.ts'
import { type Context, inOrganization } from '#platform/context.ts'
import type { PublishedEvent } from '#platform/contract/event.ts'
import { react } from '#platform/events/reactions.ts'
import { newId } from '#platform/ids.ts'
import { type Heartbeat, startHeartbeat } from '#platform/jobs/heartbeat.ts'
import { RetryLater } from '#platform/jobs/kinds.ts'
import { workJobs } from '#platform/jobs/work.ts'
import { SMTP_LIMITS } from '#platform/smtp/connection.ts'
import { createSmtpSender, type SmtpLine, type SmtpSender } from '#platform/smtp/sender.ts'
import { anyOrgId, type TestKit, testKit } from '#test/database.ts'
import { type FakeSmtp, startFakeSmtp } from '#test/fakes/smtp.ts'
import { emailFailed, emailSent, emailSuppressed, emailUnknown } from './contract.ts'
import { type Delivery, deliver } from './delivery.ts'
import { type MessageDraft, mailModule, queueMessage } from './index.ts'
import { getMessage } from './messages.ts'
import { resolveUnknown } from './resolution.ts'

const modules = [iamModule, crmModule, mailModule]
const actor = { type: 'system', name: 'test' } as const
const never = new AbortController().signal

/** Events as they were published, in order. */
const told: PublishedEvent[] = []
const reactions = [emailSent, emailFailed, emailUnknown, emailSuppressed].map(kind =>
  react(kind, 'with', `test.${kind.type}`, async (_ctx, event) => {
    told.push(event as PublishedEvent)
  }),
)

const draft = (change: Partial<MessageDraft> = {}): MessageDraft => ({
  id: newId(),
  key: newId(),
  to: 'ada@example.com',
  subject: 'Thank you',
  text: 'We will be in touch.',
  subjects: [],
  ...change,
})

/** A sender whose lines do this with every message. */
function senderThat(send: SmtpLine['send']): SmtpSender {
  return { open: async () => ({ kind: 'line', send, release() {} }) }
}

function acting(t: TestKit, orgId: string) {
  const act = <T>(work: (ctx: Context) => Promise<T>) => inOrganization(t.kit, { orgId, actor }, work)
  return {
    act,
    queue: async (message = draft()) => {
      await act(ctx => queueMessage(ctx, message))
      return message
    },
    read: (id: string) => act(ctx => getMessage(ctx, id)),
    jobs: () =>
      t.asSuperuser<{ id: string; key: string }>('select id, key from jobs.jobs where org_id = $1', [orgId]),
    told: () => told.filter(event => event.orgId === orgId).map(event => event.type),
  }
}

describe('a message in the development mailbox', () => {
  let t: TestKit
  before(async () => {
    t = await testKit({ modules, reactions })
  })
  after(() => t.close())

  it('is stored with its Message-ID and the intention to send it, or not at all', async () => {
    const orgId = anyOrgId()
    const { act, jobs } = acting(t, orgId)
    const message = draft()
    await assert.rejects(
      act(async ctx => {
        await queueMessage(ctx, message)
        throw new Error('the caller fails')
      }),
    )
    assert.equal((await jobs()).length, 0)
    const { messageId } = await act(ctx => queueMessage(ctx, message))
    assert.equal(messageId, `<${message.id}@millrace.localhost>`)
    assert.deepEqual(
      (await jobs()).map(job => job.key),
      [message.id],
    )
  })

  it('is one however often its key is stated, at once or later, also with another content', async () => {
    const orgId = anyOrgId()
    const { act, jobs, read } = acting(t, orgId)
    const message = draft()
    const answers = await Promise.all(
      Array.from({ length: 8 }, (_, i) =>
        act(ctx => queueMessage(ctx, { ...message, id: i === 0 ? message.id : newId(), subject: `n${i}` })),
      ),
    )
    answers.push(await act(ctx => queueMessage(ctx, { ...message, id: newId(), subject: 'later' })))
    assert.equal(new Set(answers.map(answer => answer.messageId)).size, 1)
    const counts = await t.asSuperuser(
      `select (select count(*)::int from mail.messages where org_id = $1) as messages,
        (select count(*)::int from mail.threads where org_id = $1) as threads,
        (select count(*)::int from mail.mailboxes where org_id = $1) as mailboxes`,
      [orgId],
    )
    assert.deepEqual(counts, [{ messages: 1, threads: 1, mailboxes: 1 }])
    const [job] = await jobs()
    assert.equal((await jobs()).length, 1)
    assert.equal((await read(job?.key ?? '')).messageId, answers[0]?.messageId)
  })

  it('is refused before anything is stored when it is not for exactly one address', async () => {
    const orgId = anyOrgId()
    const { act } = acting(t, orgId)
    for (const to of [
      '',
      'ada',
      'ada@localhost',
      'ada@example.com, eve@evil.example',
      'ada@example.com;eve@evil.example',
      'Ada <ada@example.com>',
      '<ada@example.com>',
      'ada@example.com\r\nBcc: eve@evil.example',
      'ada@example.com\nRCPT TO:<eve@evil.example>',
      'ada@example.com\u0000',
      '"ada eve"@example.com',
      'ada(eve@evil.example)@example.com',
      'ada@example.com@evil.example',
      'group: ada@example.com;',
      'adа@exаmple.com',
      `${'a'.repeat(65)}@example.com`,
      `ada@${'a.'.repeat(130)}com`,
    ]) {
      await assert.rejects(
        act(ctx => queueMessage(ctx, draft({ to }))),
        { code: 'mail.content_invalid' },
        to,
      )
    }
    await assert.rejects(
      act(ctx => queueMessage(ctx, draft({ text: 'x'.repeat(200_001) }))),
      { code: 'mail.content_invalid' },
    )
    const rows = await t.asSuperuser('select 1 from mail.mailboxes where org_id = $1', [orgId])
    assert.equal(rows.length, 0)
  })

  it('keeps its subject on one line and its text storable', async () => {
    const { queue, read } = acting(t, anyOrgId())
    const { id } = await queue(
      draft({ subject: 'a\r\nBcc: b\u0000 \ud800', text: 'x\u0000y', html: '<p>\u0000</p>' }),
    )
    const stored = await read(id)
    assert.equal(stored.subject, 'a Bcc: b \ufffd')
    assert.deepEqual([stored.text, stored.html], ['xy', '<p></p>'])
  })

  it('is sent exactly once, with one event, however many runs of its job there are', async () => {
    const orgId = anyOrgId()
    const { queue, read, told } = acting(t, orgId)
    const lead = newId()
    const runId = newId()
    const { id } = await queue(draft({ runId, subjects: [{ type: 'lead', id: lead }] }))
    const run = (attempt: number) =>
      deliver({ kit: t.kit, orgId, jobId: newId(), attempt, messageId: id, signal: never }, null)
    await Promise.all([run(1), run(1), run(2), run(3)])
    await run(4)
    const message = await read(id)
    assert.deepEqual([message.status, message.attempts, message.mailbox], ['sent', 0, 'development'])
    assert.ok(message.sentAt)
    assert.deepEqual(told(), ['email.sent'])
    const event = toldOf(orgId)
    assert.deepEqual(event?.payload, {
      messageId: id,
      to: 'ada@example.com',
      subject: 'Thank you',
      runId,
      leadId: lead,
    })
    assert.deepEqual(event?.subjects, [
      { type: 'message', id },
      { type: 'lead', id: lead },
    ])
  })

  it('says that no person wrote it only when a run sends it', async () => {
    const { queue, read } = acting(t, anyOrgId())
    const names = async (message: MessageDraft) => (await read(message.id)).headers.map(header => header.name)
    assert.ok((await names(await queue(draft({ runId: newId() })))).includes('Auto-Submitted'))
    assert.ok(!(await names(await queue())).includes('Auto-Submitted'))
  })

  it('never leaves later when a server is set up afterwards', async () => {
    const orgId = anyOrgId()
    const { queue, read } = acting(t, orgId)
    const { id } = await queue()
    let wasAsked = false
    const sender = senderThat(async () => {
      wasAsked = true
      return { kind: 'accepted', response: '250 ok' }
    })
    await deliver({ kit: t.kit, orgId, jobId: newId(), attempt: 1, messageId: id, signal: never }, sender)
    assert.equal((await read(id)).status, 'sent')
    assert.equal(wasAsked, false)
  })
})

function toldOf(orgId: string): PublishedEvent | undefined {
  return told.filter(event => event.orgId === orgId).at(-1)
}

describe('a message over SMTP', () => {
  let t: TestKit
  let smtp: FakeSmtp
  let sender: SmtpSender
  before(async () => {
    t = await testKit({
      modules,
      reactions,
      // Nobody listens there: only the sender of a test reaches a server.
      env: { SMTP_URL: 'smtp://127.0.0.1:1', MAIL_FROM: 'hello@millrace.example' },
    })
  })
  beforeEach(async () => {
    smtp = await startFakeSmtp()
    sender = createSmtpSender(smtp.url, { ...SMTP_LIMITS, answerMs: 250 })
  })
  afterEach(() => smtp.close())
  after(() => t.close())

  /** An organization with one queued message and the means to run its job. */
  async function oneMessage(change: Partial<MessageDraft> = {}) {
    const orgId = anyOrgId()
    const acts = acting(t, orgId)
    const { id } = await acts.queue(draft(change))
    const job: Delivery = { kit: t.kit, orgId, jobId: newId(), attempt: 1, messageId: id, signal: never }
    return {
      ...acts,
      orgId,
      id,
      job,
      run: (attempt = 1, through: SmtpSender | null = sender) => deliver({ ...job, attempt }, through),
      status: async () => (await acts.read(id)).status,
    }
  }

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

  describe('whose outcome is unknown', () => {
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
})

describe('the job that sends', () => {
  /** An installation with its own server and workers; `stop` ends them. */
  async function installation(url: (smtp: FakeSmtp) => string = smtp => smtp.url) {
    const smtp = await startFakeSmtp()
    const t = await testKit({ modules, reactions, env: { SMTP_URL: url(smtp) } })
    const ending = new AbortController()
    const workers: { heartbeat: Heartbeat; done: Promise<void> }[] = []
    return {
      smtp,
      ...acting(t, anyOrgId()),
      addWorker: async () => {
        const heartbeat = await startHeartbeat(t.kit.db, t.kit.log, `test ${workers.length}`)
        workers.push({ heartbeat, done: workJobs(t.kit, heartbeat, ending.signal) })
        return heartbeat
      },
      until: async (isSo: () => Promise<boolean>) => {
        while (!(await isSo())) await t.kit.wake.wait('jobs', 20)
      },
      stop: async () => {
        ending.abort()
        await smtp.close()
        for (const { heartbeat, done } of workers) {
          await done
          await heartbeat.stop()
        }
        await t.close()
      },
    }
  }

  it('takes queued messages to the server of the settings, one copy each, and leaves no job behind', async () => {
    const i = await installation()
    try {
      await Promise.all([i.addWorker(), i.addWorker()])
      const messages = Array.from({ length: 30 }, () => draft())
      await i.act(async ctx => {
        for (const message of messages) await queueMessage(ctx, message)
      })
      await i.until(async () => (await i.jobs()).length === 0)
      const ids = await Promise.all(
        i.smtp.received.map(async received => (await PostalMime.parse(received.raw)).messageId),
      )
      assert.deepEqual(ids.sort(), messages.map(message => `<${message.id}@millrace.localhost>`).sort())
      assert.equal(i.told().length, 30)
      for (const message of messages) assert.equal((await i.read(message.id)).status, 'sent')
    } finally {
      await i.stop()
    }
  })

  it('is taken over from a worker that died while the server had the message, which makes it unknown', async () => {
    const i = await installation()
    try {
      i.smtp.at('answer', 'silence')
      const reached = i.smtp.reached('answer')
      const dying = await i.addWorker()
      const { id } = await i.queue()
      await reached
      await i.addWorker()
      // What a killed process leaves: a lease, and nobody who keeps it alive.
      await dying.stop()
      await i.until(async () => (await i.read(id)).status !== 'sending')
      await i.until(async () => (await i.jobs()).length === 0)
      assert.equal((await i.read(id)).status, 'unknown')
      assert.deepEqual([i.smtp.received.length, i.told()], [1, ['email.unknown']])
    } finally {
      await i.stop()
    }
  })

  it('keeps messages waiting, and says why, when the settings cannot be used', async () => {
    const i = await installation(smtp => `${smtp.url}?tls=maybe`)
    try {
      await i.addWorker()
      const { id } = await i.queue()
      await i.until(async () => (await i.read(id)).lastError !== null)
      const message = await i.read(id)
      assert.equal(message.status, 'queued')
      assert.match(message.lastError ?? '', /SMTP_URL: tls must be one of/)
    } finally {
      await i.stop()
    }
  })
})
