import assert from 'node:assert/strict'
import { after, afterEach, before, beforeEach, describe, it } from 'node:test'
import { createEgress } from '#platform/egress/egress.ts'
import { fakeCertificate } from '#platform/egress/fake-internet.ts'
import { openImapMailbox } from '#platform/imap/mailbox.ts'
import { type FakeImap, startFakeImap } from '#test/fakes/imap.ts'
import { letter } from '#test/fakes/mail-client.ts'
import { mailInstallation } from './factories.ts'
import { changeMailAccount, createMailAccount, deleteMailAccount, listMailAccounts } from './mail-accounts.ts'

describe('a mailbox elsewhere that is looked into', () => {
  let t: Awaited<ReturnType<typeof mailInstallation>>
  let imap: FakeImap
  before(async () => {
    imap = await startFakeImap()
    t = await mailInstallation({ EGRESS_ALLOW: `localhost:${imap.port}`, INTAKE_MAIL_MEGABYTES: '1' })
  })
  after(async () => {
    await t.stop()
    await imap.close()
  })

  type Organization = Awaited<ReturnType<typeof t.organization>>
  let org: Organization
  let accountId: string
  const place = (change: Record<string, unknown> = {}) => ({
    host: 'localhost',
    port: imap.port,
    security: 'off' as const,
    username: 'leads',
    password: 'kettle',
    folder: 'INBOX',
    workflowId: org.workflowId,
    ...change,
  })
  beforeEach(async () => {
    org = await t.organization()
    imap.password = 'kettle'
    imap.breakAt = 0
    imap.vanishAt = 0
    imap.deliver(letter({ subject: 'Long before' }))
    accountId = (await org.act(ctx => createMailAccount(ctx, place()))).id
    // The first look is over before anything else happens there.
    await looked(2)
  })
  afterEach(() => org.act(ctx => deleteMailAccount(ctx, accountId)).catch(() => {}))

  const looks = async () => {
    const [row] = await t.asSuperuser<{ looks: string }>(
      'select looks from intake.mail_accounts where id = $1',
      [accountId],
    )
    return Number(row?.looks)
  }
  /** What asks for a look counts, and so does its end, which asks for the next one. */
  const looked = async (times: number) => {
    while ((await looks()) < times) await t.kit.wake.wait('jobs', 20)
  }

  /** Looks at once, and waits until the look has ended. */
  async function look(change: Parameters<typeof changeMailAccount>[2] = { isOn: true }) {
    const before = await looks()
    await org.act(ctx => changeMailAccount(ctx, accountId, change))
    await looked(before + 2)
    const { items } = await org.act(ctx => listMailAccounts(ctx))
    return { account: items[0], mails: (await t.decided(org.orgId)).toReversed() }
  }

  it('takes in what comes from now on, once, and changes nothing there', async () => {
    imap.deliver(letter({ subject: 'First' }))
    imap.deliver(letter({ subject: 'Second', from: 'ada@example.net' }))
    assert.deepEqual(
      (await look()).mails.map(({ subject, decision }) => [subject, decision]),
      [
        ['First', 'lead'],
        ['Second', 'lead'],
      ],
    )
    const gone = imap.deliver(letter({ subject: 'Deleted there' }))
    imap.remove(gone)
    imap.deliver(letter({ subject: 'Third' }))
    const { mails, account } = await look()
    assert.deepEqual(
      mails.map(({ subject }) => subject),
      ['First', 'Second', 'Third'],
    )
    assert.equal(account?.lastError, null)
    assert.ok(!imap.commands.some(command => /store|select|expunge|append|move/.test(command)))
  })

  it('goes on where it broke off, without losing or doubling anything', async () => {
    for (let n = 0; n < 6; n++) imap.deliver(letter({ subject: `No. ${n}`, from: `p${n}@example.net` }))
    imap.breakAt = 4
    const broken = await look()
    assert.match(broken.account?.lastError ?? '', /broke off/)
    const { mails, account } = await look()
    assert.deepEqual(
      mails.map(({ subject }) => subject),
      [0, 1, 2, 3, 4, 5].map(n => `No. ${n}`),
    )
    assert.equal(account?.lastError, null)
  })

  it('passes by what is deleted there while it reads, and takes in what comes after', async () => {
    for (let n = 0; n < 3; n++) imap.deliver(letter({ subject: `No. ${n}`, from: `p${n}@example.net` }))
    imap.vanishAt = 2
    const { mails, account } = await look()
    assert.deepEqual(
      mails.map(({ subject }) => subject),
      ['No. 0', 'No. 2'],
    )
    assert.equal(account?.lastError, null)
  })

  it('loses nothing and makes no lead twice when the folder is made anew', async () => {
    imap.deliver(letter({ subject: 'Before' }))
    await look()
    imap.renumber()
    imap.deliver(letter({ subject: 'After' }))
    const { mails } = await look()
    const leads = mails.filter(({ decision }) => decision === 'lead').map(({ subject }) => subject)
    // What lay there before it was looked into is of the last day too; what had become a lead is known.
    assert.equal(leads.filter(subject => subject === 'Before').length, 1)
    assert.equal(leads.filter(subject => subject === 'After').length, 1)
  })

  it('holds what is too large, with what its headers say', async () => {
    imap.deliver(letter({ subject: 'A film', text: 'x'.repeat(1_200_000) }))
    const [mail] = (await look()).mails
    assert.deepEqual(
      [mail?.decision, mail?.reason, mail?.subject, mail?.sender],
      ['quarantined', 'too_big', 'A film', 'grace@example.com'],
    )
  })

  it('says why it cannot look, and asks the server before it believes a password', async () => {
    imap.password = 'another one'
    const { account } = await look()
    assert.equal(account?.lastError, 'The server refused the name or the password.')
    await assert.rejects(
      org.act(ctx => changeMailAccount(ctx, accountId, { password: 'wrong' })),
      { code: 'intake.mailbox_unreachable' },
    )
    assert.equal((await look({ password: 'another one' })).account?.lastError, null)
    const [stored] = await t.asSuperuser<{ password: string }>(
      'select password from intake.mail_accounts where id = $1',
      [accountId],
    )
    assert.match(stored?.password ?? '', /^mv1\./)
  })

  it('refuses a server inside, a line without encryption and a folder that is not there', async () => {
    const refused = (change: Record<string, unknown>, error: Record<string, unknown>) =>
      assert.rejects(
        org.act(ctx => createMailAccount(ctx, place(change))),
        error,
      )
    await refused({ host: '127.0.0.1', port: 993, security: 'tls' }, { code: 'intake.mailbox_unreachable' })
    await refused({ host: 'mail.example.com', port: 143 }, { code: 'request.invalid' })
    await refused({ folder: 'Nowhere' }, { code: 'intake.mailbox_unreachable' })
    await refused({ security: 'tls' }, { code: 'intake.mailbox_unreachable' })
    await refused({ security: 'starttls' }, { code: 'intake.mailbox_unreachable' })
    assert.equal((await org.act(ctx => listMailAccounts(ctx))).items.length, 1)
  })

  it('is checked for its certificate also where the server has an address and no name', async () => {
    const secure = await startFakeImap(undefined, fakeCertificate)
    const egress = createEgress({ allowPrivate: [`127.0.0.1:${secure.port}`] })
    try {
      await assert.rejects(
        openImapMailbox(egress, { ...place(), host: '127.0.0.1', port: secure.port, security: 'tls' }),
        { message: `The certificate of 127.0.0.1, port ${secure.port} is not valid.` },
      )
    } finally {
      await egress.close()
      await secure.close()
    }
  })

  it('is looked into by one at a time, and no longer once it is paused or gone', async () => {
    await Promise.all([1, 2, 3].map(() => org.act(ctx => changeMailAccount(ctx, accountId, { isOn: true }))))
    imap.deliver(letter({ subject: 'Once' }))
    assert.deepEqual(
      (await look()).mails.map(({ subject }) => subject),
      ['Once'],
    )
    // Looks that were planned before come to nothing; one of them all is the next.
    const waiting = () =>
      t.asSuperuser<{ n: number }>(
        `select count(*)::int as n from jobs.ready r join jobs.jobs j on j.id = r.job_id
         join intake.mail_accounts a on a.id = $1 and (j.payload ->> 'look')::bigint = a.looks
         where j.kind = 'intake.look_into_mailbox' and j.payload ->> 'accountId' = a.id::text`,
        [accountId],
      )
    assert.equal((await waiting())[0]?.n, 1)
    await org.act(ctx => changeMailAccount(ctx, accountId, { isOn: false }))
    imap.deliver(letter({ subject: 'While paused' }))
    assert.equal((await t.decided(org.orgId)).length, 1)
    assert.deepEqual(
      (await look()).mails.map(({ subject }) => subject),
      ['Once', 'While paused'],
    )
  })
})
