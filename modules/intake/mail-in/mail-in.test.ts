import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { newId } from '#platform/ids.ts'
import { handOver, letter } from '#test/fakes/mail-client.ts'
import { listLeadEvents } from '../lead-events.ts'
import { getLead } from '../leads.ts'
import { decideNamed } from '../spam/senders.ts'
import { mailInstallation } from './factories.ts'
import { saveMailInbox, saveMailTag } from './mail-inbox.ts'
import { blockMailSender, deleteReceivedMail, getReceivedMail, releaseMail } from './mail-log.ts'

describe('e-mail that becomes leads', () => {
  let t: Awaited<ReturnType<typeof mailInstallation>>
  before(async () => {
    t = await mailInstallation()
  })
  after(() => t.stop())

  it('makes the sender a lead, with the text in its history', async () => {
    const { orgId, act, address, workflowId } = await t.organization()
    assert.equal(await handOver(t.port, { to: address, raw: letter({}) }), null)
    const [mail] = await t.decided(orgId)
    assert.deepEqual(
      [mail?.decision, mail?.sender, mail?.senderName],
      ['lead', 'grace@example.com', 'Grace Hopper'],
    )
    const lead = await act(ctx => getLead(ctx, mail?.leadId ?? ''))
    assert.deepEqual(
      [lead.name, lead.email, lead.source, lead.status, lead.workflowId, lead.person?.firstName],
      ['Grace Hopper', 'grace@example.com', 'email', 'NEW', workflowId, 'Grace'],
    )
    const [event] = lead.events
    assert.equal(event?.kind, 'EMAIL_RECEIVED')
    assert.equal(event?.description, 'E-mail received: A question')
    assert.equal(event?.metadata.text, 'What does it cost?')
  })

  it('is one lead for one address, and one entry for one message', async () => {
    const { orgId, act, address } = await t.organization()
    const first = letter({ id: '<once@example.com>' })
    for (const raw of [first, first, letter({ subject: 'And one more' })]) {
      assert.equal(await handOver(t.port, { to: address, raw }), null)
    }
    const mails = await t.decided(orgId)
    assert.deepEqual(mails.map(({ reason }) => reason).sort(), [null, null, 'duplicate'].sort())
    const leads = new Set(mails.map(({ leadId }) => leadId).filter(Boolean))
    assert.equal(leads.size, 1)
    const events = await act(ctx => listLeadEvents(ctx, [...leads][0] ?? '', { limit: 10 }))
    assert.equal(events.items.length, 2)
  })

  it('takes one message that arrives many times at once for one', async () => {
    const { orgId, address } = await t.organization()
    const raw = letter({ id: '<many@example.com>' })
    const answers = await Promise.all(
      Array.from({ length: 12 }, () => handOver(t.port, { to: address, raw })),
    )
    assert.deepEqual(new Set(answers), new Set([null]))
    const mails = await t.decided(orgId)
    assert.equal(mails.length, 12)
    assert.equal(mails.filter(({ decision }) => decision === 'lead').length, 1)
    assert.equal(mails.filter(({ reason }) => reason === 'duplicate').length, 11)
  })

  it('goes to the workflow whose word is in the address, behind a plus or a dot', async () => {
    const { orgId, act, address } = await t.organization()
    const other = newId()
    const { tags } = await act(ctx => saveMailTag(ctx, other, 'support'))
    assert.equal(tags[0]?.address, address.replace('@', '+support@'))
    for (const to of [
      tags[0]?.address,
      tags[0]?.plainAddress?.toUpperCase(),
      address.replace('@', '+else@'),
    ]) {
      assert.equal(await handOver(t.port, { to: to ?? '', raw: letter({}) }), null)
    }
    const mails = await t.decided(orgId)
    const workflows = mails.map(mail => [mail.decision, mail.workflowId === other])
    assert.deepEqual(workflows, [
      ['lead', false],
      ['lead', true],
      ['lead', true],
    ])
  })

  it('refuses what is for nobody here, and passes nothing on', async () => {
    const { orgId, act, address, workflowId } = await t.organization()
    const [, domain] = address.split('@')
    for (const to of [
      `bcdfghjkmnpq@${domain}`,
      `postmaster@${domain}`,
      'ada@example.net',
      address.replace('in.', 'out.'),
    ]) {
      assert.match((await handOver(t.port, { to, raw: letter({}) })) ?? '', /^550 5\.1\.1/)
    }
    await act(ctx => saveMailInbox(ctx, { isOpen: false, workflowId }))
    assert.match((await handOver(t.port, { to: address, raw: letter({}) })) ?? '', /^550 5\.2\.1/)
    assert.deepEqual(await t.decided(orgId), [])
  })

  it('holds what has no place to go until somebody says which', async () => {
    const { orgId, act, address, workflowId } = await t.organization()
    await act(ctx => saveMailInbox(ctx, { isOpen: true, workflowId: null }))
    await handOver(t.port, { to: address, raw: letter({ text: 'Where do I belong?' }) })
    const [mail] = await t.decided(orgId)
    assert.deepEqual([mail?.decision, mail?.reason], ['quarantined', 'no_workflow'])
    const id = mail?.id ?? ''
    const detail = await act(ctx => getReceivedMail(ctx, id))
    assert.match(detail.text, /Where do I belong/)
    await assert.rejects(
      act(ctx => releaseMail(ctx, id, {})),
      { code: 'request.invalid' },
    )
    const released = await Promise.all([1, 2, 3].map(() => act(ctx => releaseMail(ctx, id, { workflowId }))))
    assert.equal(new Set(released.map(({ leadId }) => leadId)).size, 1)
    const lead = await act(ctx => getLead(ctx, released[0]?.leadId ?? ''))
    assert.equal(lead.events.filter(({ kind }) => kind === 'EMAIL_RECEIVED').length, 1)
    await assert.rejects(
      act(ctx => deleteReceivedMail(ctx, id)),
      { code: 'intake.mail_is_lead' },
    )
  })

  it('answers a message of ours that comes back with nothing, and holds what looks like spam', async () => {
    const { orgId, owner, address } = await t.organization()
    const ways: [string, string][] = [
      [letter({ headers: 'X-Millrace-Ref: 1\n' }), 'loop'],
      [letter({ from: address }), 'loop'],
      [letter({ from: 'hello@millrace.localhost' }), 'loop'],
      [letter({ headers: 'Received: from a by b; now\n'.repeat(40) }), 'loop'],
      [letter({ headers: 'Auto-Submitted: auto-replied\n' }), 'auto_reply'],
      [letter({ headers: 'X-Spam-Flag: YES\n' }), 'spam'],
      [letter({ headers: 'Authentication-Results: mx.example.org; dmarc=fail (p=reject)\n' }), 'spam'],
      [letter({ from: 'No Reply <no-reply@example.com>' }), 'auto_reply'],
      [letter({ from: 'nobody at all' }), 'no_sender'],
      [letter({ from: owner.email, subject: 'Re: Our offer' }), 'own_reply'],
      [letter({ from: owner.email, subject: 'Fwd: have a look' }), 'forward_unclear'],
    ]
    for (const [raw] of ways) assert.equal(await handOver(t.port, { to: address, raw }), null)
    const mails = (await t.decided(orgId)).toReversed()
    assert.deepEqual(
      mails.map(({ reason }) => reason),
      ways.map(([, reason]) => reason),
    )
  })

  it('holds whatever comes from a sender that was blocked, and lets in whom a member trusts', async () => {
    const { orgId, address, act } = await t.organization()
    const send = (headers: string) => handOver(t.port, { to: address, raw: letter({ headers }) })
    await send('X-Spam-Flag: YES\n')
    const [first] = await t.decided(orgId)
    await act(ctx => blockMailSender(ctx, first?.id ?? '', 'domain'))
    await send('')
    // It is decided about before the block goes.
    await t.decided(orgId)
    const value = 'grace@example.com'
    await act(async ctx => {
      await ctx.db.query('delete from intake.sender_rules where org_id = $1', [orgId])
      await decideNamed(ctx, { kind: 'email', value, verdict: 'allow' })
    })
    await send('X-Spam-Flag: YES\n')
    const reasons = (await t.decided(orgId)).toReversed().map(({ decision, reason }) => reason ?? decision)
    assert.deepEqual(reasons, ['spam', 'blocked', 'lead'])
  })

  it('answers the visitor and not the website that wrote in their name', async () => {
    const { orgId, owner, address } = await t.organization()
    for (const from of ['no-reply@example.com', owner.email, 'hello@millrace.localhost']) {
      const raw = letter({ from, headers: 'Reply-To: Ada Lovelace <ada@example.net>\n' })
      assert.equal(await handOver(t.port, { to: address, raw }), null)
    }
    const mails = await t.decided(orgId)
    assert.deepEqual(
      mails.map(({ decision, sender }) => [decision, sender]),
      Array.from({ length: 3 }, () => ['lead', 'ada@example.net']),
    )
  })

  it('takes no more from one sender in an hour than a person writes, and loses none of it', async () => {
    const { orgId, address, act } = await t.organization()
    for (let n = 0; n < 33; n++) await handOver(t.port, { to: address, raw: letter({ subject: `No. ${n}` }) })
    const mails = await t.decided(orgId)
    const over = mails.filter(({ reason }) => reason === 'too_many')
    assert.equal(over.length, 3)
    const { leadId } = await act(ctx => releaseMail(ctx, over[0]?.id ?? '', {}))
    assert.equal(leadId, mails.find(({ decision }) => decision === 'lead')?.leadId)
  })

  it('keeps the files that come along, and holds programs', async () => {
    const { orgId, address, act } = await t.organization()
    const withFile = (name: string) =>
      letter({
        headers: 'MIME-Version: 1.0\nContent-Type: multipart/mixed; boundary=b\n',
        text: `--b\nContent-Type: text/plain\n\nSee there.\n--b\nContent-Type: application/octet-stream\nContent-Disposition: attachment; filename="${name}"\nContent-Transfer-Encoding: base64\n\naGVsbG8=\n--b--`,
      })
    for (const name of ['plan.pdf', 'invoice.pdf.exe'])
      await handOver(t.port, { to: address, raw: withFile(name) })
    const [held, mail] = await t.decided(orgId)
    assert.equal(held?.reason, 'dangerous_file')
    const lead = await act(ctx => getLead(ctx, mail?.leadId ?? ''))
    const files = lead.events[0]?.metadata.files as { name: string; size: number }[]
    assert.deepEqual(
      files.map(({ name, size }) => [name, size]),
      [['plan.pdf', 5]],
    )
  })
})
