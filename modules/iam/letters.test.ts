import assert from 'node:assert/strict'
import { readdirSync, readFileSync, rmSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { after, afterEach, before, beforeEach, describe, it } from 'node:test'
import PostalMime from 'postal-mime'
import { inOrganization } from '#platform/context.ts'
import { newId } from '#platform/ids.ts'
import { createSmtpSender, type SmtpSender } from '#platform/smtp/sender.ts'
import { type TestKit, testKit } from '#test/database.ts'
import { type FakeSmtp, startFakeSmtp } from '#test/fakes/smtp.ts'
import { lettersTo, makeOwner } from './factories.ts'
import { iamModule } from './index.ts'
import { forgetLetters, letterLoop, startNextLetter } from './letter-delivery.ts'
import { queueLetter, type SystemLetter } from './letters.ts'

const never = new AbortController().signal
const link = 'https://millrace.example/invitation/secret-of-the-letter'

let t: TestKit
let smtp: FakeSmtp
let sender: SmtpSender

before(async () => {
  t = await testKit({ modules: [iamModule] })
})
after(() => t.close())
beforeEach(async () => {
  smtp = await startFakeSmtp()
  sender = createSmtpSender(smtp.url)
})
afterEach(async () => {
  await smtp.close()
  await t.asOwner('delete from iam.letters')
})

interface Row extends Record<string, unknown> {
  id: string
  state: string
  content: string | null
  attempts: number
  last_error: string | null
  due: boolean
}

const rows = () =>
  t.asSuperuser<Row>(
    `select id, state, content, attempts, last_error, next_try_at <= now() as due from iam.letters order by id`,
  )
const row = async () => (await rows())[0] as Row

function queue(change: Partial<SystemLetter> = {}): Promise<void> {
  const letter: SystemLetter = {
    to: 'Ada@example.com',
    subject: 'Your invitation',
    text: `Hello Ada,\n\nAccept the invitation:\n${link}`,
    expiresAt: null,
    ...change,
  }
  return t.kit.db.withGlobal(tx => queueLetter(tx, t.kit, letter))
}

async function sendNext(abort = never): Promise<boolean> {
  const started = await startNextLetter(t.kit, sender, abort)
  await started?.sent
  return started !== null
}

const makeDue = () => t.asOwner('update iam.letters set next_try_at = now()')

describe('a letter of the installation', () => {
  it('is sealed while it waits, sent with its own Message-ID, and then erased', async () => {
    await queue({ organizationName: 'Acme <Corp>' })
    const { id } = await row()
    const stored = JSON.stringify(await rows())
    assert.ok(!stored.includes('secret-of-the-letter') && !/ada@/i.test(stored))
    assert.ok(await sendNext())
    assert.equal(smtp.received.length, 1)
    assert.deepEqual(smtp.received[0]?.to, ['Ada@example.com'])
    const mail = await PostalMime.parse(smtp.received[0]?.raw ?? '')
    assert.equal(mail.messageId, `<${id}@millrace.localhost>`)
    assert.equal(mail.from?.name, 'Acme <Corp>')
    assert.equal(mail.subject, 'Your invitation')
    assert.ok(mail.text?.includes(link))
    assert.ok(mail.html?.includes(`<a href="${link}"`) && mail.html.includes('>Accept the invitation</a>'))
    assert.ok(mail.html?.includes('Acme &lt;Corp&gt;') && !mail.html.includes('<Corp>'))
    assert.deepEqual(
      mail.headers.filter(header => header.key === 'auto-submitted').map(header => header.value),
      ['auto-generated'],
    )
    const sent = await row()
    assert.equal(sent.state, 'sent')
    assert.equal(sent.content, null)
    assert.equal(await sendNext(), false)
  })

  it('goes with the transaction that writes it, also in an organization, and never into its mailbox', async () => {
    const owner = await makeOwner(t.kit)
    const actor = { type: 'user', userId: owner.userId } as const
    const letter = { to: 'b@example.com', subject: 'Hi', text: 'Hello', expiresAt: null }
    await assert.rejects(
      inOrganization(t.kit, { orgId: owner.orgId, actor }, async ctx => {
        await queueLetter(ctx.db, t.kit, letter)
        throw new Error('no')
      }),
    )
    assert.deepEqual(await rows(), [])
    await inOrganization(t.kit, { orgId: owner.orgId, actor }, ctx => queueLetter(ctx.db, t.kit, letter))
    assert.equal((await lettersTo(t.kit, 'B@EXAMPLE.com')).length, 1)
  })

  it('escapes whatever people wrote', async () => {
    const text = `<script>alert("1")</script> & 'more'\n\n<b>x</b>:\nhttps://e.example/"><img src=x>`
    await queue({ subject: '</title><script>', text, organizationName: '"><script>' })
    await sendNext()
    const mail = await PostalMime.parse(smtp.received[0]?.raw ?? '')
    assert.ok(!/<script|<b>|<img/i.test(mail.html ?? '<script'))
    assert.ok(mail.html?.includes('&lt;script&gt;alert(&quot;1&quot;)&lt;/script&gt; &amp; &#39;more&#39;'))
  })

  it('is not sent after it has expired, and what it said is erased', async () => {
    await queue({ expiresAt: new Date(Date.now() - 1000) })
    assert.equal(await sendNext(), false)
    await forgetLetters(t.kit)
    const { state, content } = await row()
    assert.deepEqual({ state, content }, { state: 'failed', content: null })
  })
})

describe('a letter whose delivery does not go well', () => {
  it('waits and comes back with the same Message-ID when it provably was not taken', async () => {
    await queue()
    smtp.at('rcpt', { reply: 450 })
    await sendNext()
    const waiting = await row()
    assert.equal(waiting.state, 'queued')
    assert.equal(waiting.due, false)
    assert.equal(waiting.attempts, 1)
    assert.equal(await sendNext(), false)
    smtp.at('rcpt', null)
    await makeDue()
    await sendNext()
    assert.equal((await row()).state, 'sent')
    assert.ok(smtp.received[0]?.raw.toString().includes(`<${waiting.id}@millrace.localhost>`))
  })

  it('waits while no server can be reached', async () => {
    await queue()
    await smtp.close()
    await sendNext()
    const { state, due } = await row()
    assert.deepEqual({ state, due }, { state: 'queued', due: false })
  })

  it('is unknown and never sent again when the server may have taken it', async () => {
    await queue()
    smtp.at('answer', 'hang-up')
    await sendNext()
    const { state, content } = await row()
    assert.deepEqual({ state, content }, { state: 'unknown', content: null })
    await makeDue()
    assert.equal(await sendNext(), false)
  })

  it('has failed when the server refuses it for good', async () => {
    await queue()
    smtp.at('rcpt', { reply: 550 })
    await sendNext()
    const { state, content } = await row()
    assert.deepEqual({ state, content }, { state: 'failed', content: null })
  })

  it('is unknown when the process ended while it was sent, and free again when it ended before', async () => {
    await queue()
    await t.asOwner(
      `update iam.letters set state = 'sending', claim = $1, sending_at = now() - interval '6 minutes'`,
      [newId()],
    )
    await forgetLetters(t.kit)
    const { state, content } = await row()
    assert.deepEqual({ state, content }, { state: 'unknown', content: null })
    assert.equal(await sendNext(), false)
  })

  it('is not sent by a process whose claim another one has taken over', async () => {
    await queue()
    const { promise, resolve } = Promise.withResolvers<void>()
    smtp.at('connect', { after: promise })
    const connected = smtp.reached('connect')
    const started = await startNextLetter(t.kit, sender, never)
    await connected
    await t.asOwner('update iam.letters set claim = $1', [newId()])
    resolve()
    await started?.sent
    assert.equal(smtp.received.length, 0)
    assert.equal((await row()).state, 'queued')
  })

  it('is taken by one of two that look for it at the same time', async () => {
    await queue()
    const started = await Promise.all([
      startNextLetter(t.kit, sender, never),
      startNextLetter(t.kit, sender, never),
    ])
    assert.equal(started.filter(Boolean).length, 1)
    await Promise.all(started.map(each => each?.sent))
    assert.equal(smtp.received.length, 1)
  })
})

describe('a person', () => {
  it('gets at most ten letters an hour, however the address is written and however many are sent at once', async () => {
    await Promise.all(
      Array.from({ length: 14 }, (_, index) =>
        queue({ to: index % 2 === 0 ? 'ada@example.com' : 'ADA@Example.com' }),
      ),
    )
    await queue({ to: 'bob@example.com' })
    const states = (await rows()).map(({ state }) => state)
    assert.equal(states.filter(state => state === 'queued').length, 11)
    assert.equal(states.filter(state => state === 'failed').length, 4)
    await t.asOwner(`update iam.letters set created_at = now() - interval '61 minutes'`)
    await queue()
    assert.equal((await rows()).at(-1)?.state, 'queued')
  })
})

describe('without an SMTP server', () => {
  it('a letter becomes a file that only its owner can read', async () => {
    await queue()
    const { id } = await row()
    const abort = new AbortController()
    // The loop waits for nothing else once the letter is written, so the signal can come from the log line.
    const log = { ...t.kit.log, warn: () => abort.abort() }
    await letterLoop.run({ ...t.kit, log }, { workerId: newId(), isAlive: () => true }, abort.signal)
    const file = join(t.kit.config.dataDir, 'letters', `${id}.eml`)
    assert.ok(readFileSync(file, 'utf8').includes('Your invitation'))
    assert.equal(statSync(file).mode & 0o777, 0o600)
    assert.ok(!readdirSync(join(t.kit.config.dataDir, 'letters')).includes(`${id}.eml.part`))
    assert.equal((await row()).state, 'sent')
    rmSync(file)
  })
})
