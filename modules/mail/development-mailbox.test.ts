import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { newId } from '#platform/ids.ts'
import { anyOrgId, type TestKit } from '#test/database.ts'
import { deliver } from './delivery.ts'
import { acting, lastTold, mailKit, messageDraft, never, senderThat } from './factories.ts'
import { type MessageDraft, queueMessage } from './index.ts'

describe('a message in the development mailbox', () => {
  let t: TestKit
  before(async () => {
    t = await mailKit()
  })
  after(() => t.close())

  it('is stored with its Message-ID and the intention to send it, or not at all', async () => {
    const orgId = anyOrgId()
    const { act, jobs } = acting(t, orgId)
    const message = messageDraft()
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
    const message = messageDraft()
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
        act(ctx => queueMessage(ctx, messageDraft({ to }))),
        { code: 'mail.content_invalid' },
        to,
      )
    }
    await assert.rejects(
      act(ctx => queueMessage(ctx, messageDraft({ text: 'x'.repeat(200_001) }))),
      { code: 'mail.content_invalid' },
    )
    const rows = await t.asSuperuser('select 1 from mail.mailboxes where org_id = $1', [orgId])
    assert.equal(rows.length, 0)
  })

  it('keeps its subject on one line and its text storable', async () => {
    const { queue, read } = acting(t, anyOrgId())
    const { id } = await queue(
      messageDraft({ subject: 'a\r\nBcc: b\u0000 \ud800', text: 'x\u0000y', html: '<p>\u0000</p>' }),
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
    const { id } = await queue(messageDraft({ runId, subjects: [{ type: 'lead', id: lead }] }))
    const run = (attempt: number) =>
      deliver({ kit: t.kit, orgId, jobId: newId(), attempt, messageId: id, signal: never }, null)
    await Promise.all([run(1), run(1), run(2), run(3)])
    await run(4)
    const message = await read(id)
    assert.deepEqual([message.status, message.attempts, message.mailbox], ['sent', 0, 'development'])
    assert.ok(message.sentAt)
    assert.deepEqual(told(), ['email.sent'])
    const event = lastTold(orgId)
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
    assert.ok((await names(await queue(messageDraft({ runId: newId() })))).includes('Auto-Submitted'))
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
