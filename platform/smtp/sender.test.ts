import assert from 'node:assert/strict'
import { afterEach, beforeEach, describe, it } from 'node:test'
import {
  type Behaviour,
  type FakeSmtp,
  type FakeSmtpOptions,
  type Stage,
  startFakeSmtp,
} from '#test/fakes/smtp.ts'
import { SMTP_LIMITS } from './connection.ts'
import type { SmtpOutcome } from './outcome.ts'
import { createSmtpSender, type SmtpSender } from './sender.ts'

const parcel = {
  from: 'hello@example.com',
  to: 'ada@example.com',
  mime: Buffer.from('Subject: hi\r\n\r\nA first line\r\n.a line with a dot\r\nthe last line'),
}
/** Short enough for a test that waits for one of them to run out, long enough for a busy machine otherwise. */
const SOON = { ...SMTP_LIMITS, contentMs: 250, answerMs: 250 }
const never = new AbortController().signal

/** Sends one parcel over a line of its own. */
async function sendThrough(sender: SmtpSender, message = parcel, signal = never): Promise<SmtpOutcome> {
  const line = await sender.open(signal)
  if (line.kind === 'deferred') return line
  const outcome = await line.send(message, signal)
  line.release()
  return outcome
}

for (const pipelining of [true, false]) {
  describe(`what is known after a conversation ${pipelining ? 'with' : 'without'} pipelining`, () => {
    let smtp: FakeSmtp
    beforeEach(async () => {
      smtp = await startFakeSmtp({ pipelining })
    })
    afterEach(() => smtp.close())

    const send = (stage: Stage, behaviour: Behaviour, limits = SMTP_LIMITS, message = parcel) => {
      smtp.at(stage, behaviour)
      return sendThrough(createSmtpSender(smtp.url, limits), message)
    }

    it('is that the server has it when it says so', async () => {
      const outcome = await sendThrough(createSmtpSender(smtp.url))
      assert.equal(outcome.kind, 'accepted')
      assert.match(outcome.kind === 'accepted' ? (outcome.response ?? '') : '', /^250 /)
      assert.equal(smtp.received.length, 1)
      assert.equal(smtp.received[0]?.raw.toString().trimEnd(), parcel.mime.toString())
      assert.deepEqual(smtp.received[0]?.to, ['ada@example.com'])
      assert.equal(smtp.received[0]?.from, 'hello@example.com')
    })

    for (const [stage, reply] of [
      ['mail', 550],
      ['rcpt', 550],
      ['answer', 554],
    ] as const) {
      it(`is a refusal for good after ${reply} at ${stage}`, async () => {
        const outcome = await send(stage, { reply, text: '5.1.1 no such person' })
        assert.equal(outcome.kind, 'refused')
        assert.match(outcome.kind === 'refused' ? (outcome.response ?? '') : '', /no such person/)
        assert.equal(smtp.received.length, 0)
      })
    }

    for (const [stage, reply] of [
      ['mail', 451],
      ['rcpt', 451],
      ['answer', 451],
      ['rcpt', 421],
      ['answer', 421],
      ['answer', 503],
    ] as const) {
      it(`is that it may be tried again after ${reply} at ${stage}`, async () => {
        const outcome = await send(stage, { reply, text: '4.7.1 come back later' })
        assert.equal(outcome.kind, 'deferred')
        assert.match(outcome.kind === 'deferred' ? outcome.reason : '', /come back later/)
        assert.equal(smtp.received.length, 0)
      })
    }

    for (const stage of ['mail', 'rcpt'] as const) {
      for (const behaviour of ['reset', 'hang-up'] as const) {
        it(`is that nothing was taken when the connection is lost (${behaviour}) at ${stage}`, async () => {
          const outcome = await send(stage, behaviour)
          assert.deepEqual(
            [outcome.kind, outcome.kind === 'deferred' && outcome.cause],
            ['deferred', 'connection'],
          )
          assert.equal(smtp.received.length, 0)
        })
      }
    }

    for (const behaviour of ['reset', 'hang-up'] as const) {
      it(`is nothing when the connection is lost (${behaviour}) after the end of the data`, async () => {
        const outcome = await send('answer', behaviour)
        assert.equal(outcome.kind, 'unknown')
        assert.equal(smtp.received.length, 1)
      })
    }

    it('is that nothing was taken when the server stops talking before the content', async () => {
      const outcome = await send('rcpt', 'silence', SOON)
      assert.equal(outcome.kind, 'deferred')
    })

    it('is nothing when the server takes everything and never answers', async () => {
      const outcome = await send('answer', 'silence', SOON)
      assert.equal(outcome.kind, 'unknown')
      assert.equal(smtp.received.length, 1)
    })

    it('is nothing when the answer to the data is no answer', async () => {
      const outcome = await send('answer', { reply: 354, text: 'go on' })
      assert.equal(outcome.kind, 'unknown')
    })

    it('is that nothing was taken when the connection is lost in the middle of a long content', async () => {
      const long = { ...parcel, mime: Buffer.alloc(20_000_000, 'x\r\n') }
      const outcome = await send('content', 'reset', SMTP_LIMITS, long)
      assert.equal(outcome.kind, 'deferred')
      assert.equal(smtp.received.length, 0)
    })

    it('is that nothing was taken when the server is busy, sends nonsense or is not there', async () => {
      assert.equal((await send('connect', { reply: 554, text: 'no service here' })).kind, 'deferred')
      assert.equal((await send('connect', 'reset')).kind, 'deferred')
      assert.equal((await send('connect', 'silence', { ...SMTP_LIMITS, connectMs: 250 })).kind, 'deferred')
      await smtp.close()
      const gone = await sendThrough(createSmtpSender(smtp.url))
      assert.deepEqual([gone.kind, gone.kind === 'deferred' && gone.cause], ['deferred', 'server'])
    })

    it('stays known while the program stops: before the content nothing was taken, after it nothing is known', async () => {
      for (const [stage, expected] of [
        ['rcpt', 'deferred'],
        ['answer', 'unknown'],
      ] as const) {
        const stop = new AbortController()
        smtp.at(stage, 'silence')
        const reached = smtp.reached(stage)
        const outcome = sendThrough(
          createSmtpSender(smtp.url, { ...SMTP_LIMITS, stopMs: 50 }),
          parcel,
          stop.signal,
        )
        await reached
        stop.abort()
        assert.equal((await outcome).kind, expected)
        smtp.at(stage, null)
      }
    })

    it('is the answer when it comes within the grace of a program that stops', async () => {
      const stop = new AbortController()
      const { promise, resolve } = Promise.withResolvers<void>()
      smtp.at('answer', { after: promise })
      const reached = smtp.reached('answer')
      const outcome = sendThrough(createSmtpSender(smtp.url), parcel, stop.signal)
      await reached
      stop.abort()
      resolve()
      assert.equal((await outcome).kind, 'accepted')
    })
  })
}

describe('connections', () => {
  const withServer = async (options: FakeSmtpOptions, work: (smtp: FakeSmtp) => Promise<void>) => {
    const smtp = await startFakeSmtp(options)
    try {
      await work(smtp)
    } finally {
      await smtp.close()
    }
  }

  it('do not carry a message that is larger than the server takes', () =>
    withServer({ sizeMax: 50 }, async smtp => {
      assert.equal((await sendThrough(createSmtpSender(smtp.url))).kind, 'refused')
      assert.equal(smtp.received.length, 0)
    }))

  it('are used for the next message', () =>
    withServer({}, async smtp => {
      const sender = createSmtpSender(smtp.url)
      for (let i = 0; i < 5; i++) assert.equal((await sendThrough(sender)).kind, 'accepted')
      assert.equal(smtp.received.length, 5)
      assert.equal(smtp.connections(), 1)
    }))

  it('are replaced when the server has closed one that was kept, and the message goes out once', () =>
    withServer({}, async smtp => {
      const sender = createSmtpSender(smtp.url)
      assert.equal((await sendThrough(sender)).kind, 'accepted')
      smtp.hangUp()
      assert.equal((await sendThrough(sender)).kind, 'accepted')
      assert.equal(smtp.received.length, 2)
      assert.equal(smtp.connections(), 2)
    }))

  it('are at most eight at a time; the other messages wait for one of them', () =>
    withServer({}, async smtp => {
      const sender = createSmtpSender(smtp.url)
      const outcomes = await Promise.all(Array.from({ length: 30 }, () => sendThrough(sender)))
      assert.ok(outcomes.every(outcome => outcome.kind === 'accepted'))
      assert.equal(smtp.received.length, 30)
      assert.equal(smtp.connections(), 8)
    }))

  it('are not waited for long, so that a server that hangs does not hold up other work', () =>
    withServer({}, async smtp => {
      const sender = createSmtpSender(smtp.url)
      smtp.at('rcpt', 'silence')
      const stop = new AbortController()
      const stuck = Array.from({ length: 8 }, () => sendThrough(sender, parcel, stop.signal))
      const outcome = await sendThrough(sender)
      assert.deepEqual([outcome.kind, outcome.kind === 'deferred' && outcome.cause], ['deferred', 'busy'])
      stop.abort()
      await Promise.all(stuck)
    }))

  it('are not waited for by a program that stops', () =>
    withServer({}, async smtp => {
      const sender = createSmtpSender(smtp.url)
      smtp.at('connect', 'silence')
      const stop = new AbortController()
      const outcomes = Promise.all(Array.from({ length: 10 }, () => sendThrough(sender, parcel, stop.signal)))
      await smtp.reached('connect')
      stop.abort()
      // Not the server's fault, so the mailbox is not called broken.
      assert.ok((await outcomes).every(outcome => outcome.kind === 'deferred' && outcome.cause === 'busy'))
      smtp.at('connect', null)
      assert.equal((await sendThrough(sender)).kind, 'accepted')
    }))

  it('are not replaced for a message that may have been taken', () =>
    withServer({}, async smtp => {
      const sender = createSmtpSender(smtp.url)
      assert.equal((await sendThrough(sender)).kind, 'accepted')
      smtp.at('answer', 'reset')
      assert.equal((await sendThrough(sender)).kind, 'unknown')
      assert.equal(smtp.received.length, 2)
      assert.equal(smtp.connections(), 1)
    }))

  it('log in with the user and password of the URL', () =>
    withServer({ login: { user: 'app', password: 'p@ss word' } }, async smtp => {
      const url = smtp.url.replace('//', '//app:p%40ss%20word@')
      assert.equal((await sendThrough(createSmtpSender(url))).kind, 'accepted')
      assert.equal(smtp.received[0]?.user, 'app')
    }))

  it('with a wrong password, or none where one is asked for, leave the message waiting', () =>
    withServer({ login: { user: 'app', password: 'right' } }, async smtp => {
      for (const url of [smtp.url, smtp.url.replace('//', '//app:wrong@')]) {
        const outcome = await sendThrough(createSmtpSender(url))
        assert.deepEqual([outcome.kind, outcome.kind === 'deferred' && outcome.cause], ['deferred', 'server'])
        assert.doesNotMatch(outcome.kind === 'deferred' ? outcome.reason : '', /wrong@|:wrong/)
      }
      assert.equal(smtp.received.length, 0)
    }))

  it('send neither password nor message in clear when TLS is required and not to be had', () =>
    withServer({ login: { user: 'app', password: 'right' } }, async smtp => {
      const url = `${smtp.url.replace('//', '//app:right@')}?tls=required`
      assert.equal((await sendThrough(createSmtpSender(url))).kind, 'deferred')
      assert.equal(smtp.received.length, 0)
    }))

  it('do not trust a certificate that nobody vouches for', () =>
    withServer({ startTls: true }, async smtp => {
      const outcome = await sendThrough(createSmtpSender(`${smtp.url}?tls=offered`))
      assert.equal(outcome.kind, 'deferred')
      assert.match(outcome.kind === 'deferred' ? outcome.reason : '', /certificate/)
      assert.equal(smtp.received.length, 0)
    }))
})
