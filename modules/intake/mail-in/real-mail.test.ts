import assert from 'node:assert/strict'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { after, before, describe, it } from 'node:test'
import { handOver, letter } from '#test/fakes/mail-client.ts'
import { getLead } from '../leads.ts'
import { mailInstallation } from './factories.ts'

const ROOT = new URL('../../../test/fixtures/email/', import.meta.url).pathname
const filesOf = (folder: string, ending: string) =>
  (readdirSync(join(ROOT, folder), { recursive: true }) as string[])
    .filter(file => file.endsWith(ending))
    .sort()
const read = (folder: string, file: string) => readFileSync(join(ROOT, folder, file))

/** What becomes of the awkward messages that are no leads of whoever sent them. */
const MIME: Readonly<Record<string, string>> = {
  // Its mail server took it for spam, and it is.
  'error_emails__empty_group_lists.eml': 'spam',
  'error_emails__empty_in_reply_to.eml': 'mailing_list',
  'mime_emails__raw_email_with_mimepart_without_content_type.eml': 'bounce',
  'multipart_report_emails__multi_address_bounce2.eml': 'bounce',
  'multipart_report_emails__report_422.eml': 'bounce',
  // A Message-ID of the same sender that was there before.
  'mime_emails__raw_email12.eml': 'duplicate',
  'mime_emails__raw_email_with_quoted_illegal_boundary.eml': 'duplicate',
  'plain_emails__basic_email_lf.eml': 'duplicate',
  'rfc2822__example02.eml': 'duplicate',
  'rfc2822__example05.eml': 'duplicate',
  'rfc2822__example08.eml': 'duplicate',
  'rfc2822__example09.eml': 'duplicate',
  'rfc2822__example12.eml': 'duplicate',
  // They name nobody who could be answered.
  'rfc6532__utf8_headers.eml': 'no_sender',
  'mixed.eml': 'no_sender',
  'arf.eml': 'complaint',
  'bounce.eml': 'bounce',
}

describe('real e-mails through the SMTP receiver', () => {
  let t: Awaited<ReturnType<typeof mailInstallation>>
  before(async () => {
    t = await mailInstallation()
  })
  after(() => t.stop())

  /** Sends messages one after the other and gives what became of each, in their order. */
  async function outcomes(raws: readonly (string | Uint8Array)[], from?: string) {
    const organization = await t.organization()
    for (const raw of raws) {
      assert.equal(
        await handOver(t.port, { to: organization.address, raw, ...(from === undefined ? {} : { from }) }),
        null,
      )
      // In their order, so that it is the second of two that is the second.
      await t.decided(organization.orgId)
    }
    const mails = (await t.decided(organization.orgId)).toReversed()
    assert.equal(mails.length, raws.length, 'none is lost')
    return { ...organization, mails }
  }

  const expected = JSON.parse(read('bounces', 'expected.json').toString()) as Record<
    string,
    { reason: string }[]
  >
  const BOUNCES = filesOf('bounces', '.eml')
  const wanted = (file: string) => {
    if (file === 'is-not-bounce-01.eml') return null
    const reason = expected[file]?.[0]?.reason
    return reason === 'feedback' ? 'complaint' : reason === 'vacation' ? 'auto_reply' : 'bounce'
  }

  for (const from of ['bounces@relay.example', '']) {
    it(`knows what came back, complaints and holiday notices${from === '' ? ' that nobody answers for' : ''}`, async () => {
      assert.ok(BOUNCES.length >= 85)
      const { mails } = await outcomes(
        BOUNCES.map(file => read('bounces', file)),
        from,
      )
      const found = BOUNCES.map((file, at) => `${file} ${mails[at]?.reason}`)
      const isNone = from === '' ? 'auto_reply' : null
      assert.deepEqual(
        found,
        BOUNCES.map(file => `${file} ${wanted(file) ?? isNone}`),
      )
    })
  }

  it('decides about awkward MIME and reads what it says', async () => {
    const files = filesOf('mime', '.eml')
    assert.ok(files.length >= 41)
    const { mails, act } = await outcomes(files.map(file => read('mime', file)))
    const found = files.map((file, at) => `${file} ${mails[at]?.reason}`)
    assert.deepEqual(
      found,
      files.map(file => `${file} ${MIME[file.split('/').at(-1) ?? ''] ?? null}`),
    )
    const at = (name: string) => mails[files.findIndex(file => file.endsWith(name))]
    assert.equal(at('multi_charset__japanese.eml')?.subject, 'まみむめも')
    assert.match(at('plain_emails__raw_email.eml')?.preview ?? '', /^대부분의 마찬가지로/)
    // What Google's letter box sent is of the person it names to answer.
    assert.equal(at('encoded_stack_level_too_deep.eml')?.sender, 'x.y@gmail.com')
    const lead = await act(ctx =>
      getLead(ctx, at('multi_charset__japanese_attachment_long_name.eml')?.leadId ?? ''),
    )
    const attached = lead.events.flatMap(({ metadata }) => metadata.files as { name: string; size: number }[])
    assert.deepEqual(attached, [
      { ...attached[0], name: 'かきくけこかきくけこかきくけこかきくけこかきくけこ.txt', size: 18 },
    ])
  })

  it('makes whoever wrote what a member passes on the lead, in any language', async () => {
    const cases = (JSON.parse(read('forwards', 'expected.json').toString()) as { cases: { body: string }[] })
      .cases
    const bodies = cases.map(each => each.body).filter(file => file.endsWith('_body.txt'))
    assert.ok(bodies.length >= 22)
    const { act, orgId, owner, address } = await t.organization()
    for (const [n, file] of bodies.entries()) {
      const raw = letter({
        from: owner.email,
        subject: `Integer ${n}`,
        headers:
          'MIME-Version: 1.0\nContent-Type: text/plain; charset=utf-8\nContent-Transfer-Encoding: 8bit\n',
        text: `Please call them.\n\n${read('forwards', file)}`,
      })
      assert.equal(await handOver(t.port, { to: address, raw }), null)
    }
    const mails = await t.decided(orgId)
    assert.deepEqual(
      mails.map(mail => [mail.decision, mail.sender, mail.senderName, mail.forwardedBy, mail.subject]),
      bodies.map(() => ['lead', 'john.doe@acme.com', 'John Doe', owner.email, 'Integer consequat non purus']),
    )
    const lead = await act(ctx => getLead(ctx, mails[0]?.leadId ?? ''))
    for (const { metadata } of lead.events.filter(({ kind }) => kind === 'EMAIL_RECEIVED')) {
      assert.match(metadata.text as string, /^(> )?Aenean quis diam urna\./)
      assert.match(metadata.note as string, /^Please call them\./)
    }
  })

  it('makes a stranger who passes something on the lead, and reads a message inside a message', async () => {
    const { orgId, owner, address } = await t.organization()
    const body = read('forwards', 'gmail_fr_body.txt').toString()
    const inside = (from: string) =>
      letter({
        from,
        subject: 'Fwd: A question',
        headers: 'MIME-Version: 1.0\nContent-Type: multipart/mixed; boundary=b\n',
        text: `--b\n\nSee there.\n--b\nContent-Type: message/rfc822\n\n${letter({ from: 'Ada <ada@example.net>', text: 'Hello?' })}\n--b--`,
      })
    for (const raw of [
      letter({ from: 'stranger@example.net', subject: 'Fwd: x', text: body }),
      inside(owner.email),
      // Only its subject says that it is one, and who wrote it nothing.
      letter({
        from: owner.email,
        subject: read('forwards', 'outlook_live_cs_subject.txt').toString().trim(),
      }),
    ]) {
      assert.equal(await handOver(t.port, { to: address, raw }), null)
    }
    const mails = (await t.decided(orgId)).toReversed()
    assert.deepEqual(
      mails.map(({ decision, sender, preview }) => [decision, sender, preview.slice(0, 6)]),
      [
        ['lead', 'stranger@example.net', '------'],
        ['lead', 'ada@example.net', 'Hello?'],
        ['quarantined', owner.email, 'What d'],
      ],
    )
  })
})
