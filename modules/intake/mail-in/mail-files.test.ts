import assert from 'node:assert/strict'
import { existsSync, readdirSync, readlinkSync } from 'node:fs'
import { after, before, beforeEach, describe, it } from 'node:test'
import { newId } from '#platform/ids.ts'
import { RetryLater } from '#platform/jobs/kinds.ts'
import { type FakeClamd, startFakeClamd } from '#test/fakes/clamd.ts'
import { handOver, letter } from '#test/fakes/mail-client.ts'
import { getLead } from '../leads.ts'
import { mailInstallation } from './factories.ts'
import { listLeadMailFiles, readMailFile, scanMailFile } from './mail-files.ts'
import { giveMailSource, loadMailSource, releaseMail } from './mail-log.ts'

const GOOD = 'A drawing of the kitchen'
const BAD = 'X5O EICAR-STANDARD-ANTIVIRUS-TEST-FILE'

/** A message with files, by their names. */
function withFiles(files: Record<string, string>, change: Parameters<typeof letter>[0] = {}): string {
  const parts = Object.entries(files).map(
    ([name, content]) =>
      `--part\nContent-Type: application/octet-stream; name="${name}"\nContent-Disposition: attachment; filename="${name}"\nContent-Transfer-Encoding: base64\n\n${Buffer.from(content).toString('base64')}\n`,
  )
  const headers = 'MIME-Version: 1.0\nContent-Type: multipart/mixed; boundary=part\n'
  const text = `--part\nContent-Type: text/plain\n\nHere they are.\n${parts.join('')}--part--`
  return letter({ headers, text, ...change })
}

describe('files of e-mails where a scanner is set', () => {
  let t: Awaited<ReturnType<typeof mailInstallation>>
  let clamd: FakeClamd
  before(async () => {
    clamd = await startFakeClamd()
    t = await mailInstallation({ FILE_SCANNER: `clamd://127.0.0.1:${clamd.port}` })
  })
  after(async () => {
    await t.stop()
    await clamd.stop()
  })

  type Organization = Awaited<ReturnType<typeof t.organization>>
  let org: Organization
  beforeEach(async () => {
    org = await t.organization()
  })

  /** The lead that a message became. */
  async function leadOf(raw: string) {
    assert.equal(await handOver(t.port, { to: org.address, raw }), null)
    const [mail] = await t.decided(org.orgId)
    assert.equal(mail?.decision, 'lead')
    return { mailId: mail?.id ?? '', leadId: mail?.leadId ?? '' }
  }

  const stateOf = async (leadId: string) =>
    (await org.act(ctx => listLeadMailFiles(ctx, leadId))).items.toReversed()

  /** The files of a lead once the scanner has looked at each. */
  async function settled(leadId: string) {
    for (;;) {
      const files = await stateOf(leadId)
      if (files.every(({ state }) => state !== 'waiting')) return files
      await t.kit.wake.wait('jobs', 20)
    }
  }

  const read = (leadId: string, fileId: string) =>
    org.act(ctx => readMailFile(ctx, { leadId, fileId }, false))
  const source = async (mailId: string) =>
    giveMailSource(t.kit, await org.act(ctx => loadMailSource(ctx, mailId)))

  it('are given out when nothing is found in them', async () => {
    const { leadId, mailId } = await leadOf(withFiles({ 'kitchen.pdf': GOOD }))
    const [file] = await settled(leadId)
    assert.deepEqual([file?.state, file?.mailId], ['ready', mailId])
    const { body } = await read(leadId, file?.id ?? '')
    assert.equal(Buffer.concat(await Array.fromAsync(body as ReadableStream<Uint8Array>)).toString(), GOOD)
    assert.equal((await source(mailId)).status, 200)
  })

  it('are taken away when something is, and the lead is made all the same', async () => {
    const { leadId, mailId } = await leadOf(withFiles({ 'kitchen.pdf': GOOD, 'offer.pdf': BAD }))
    assert.deepEqual(
      (await settled(leadId)).map(({ state }) => state),
      ['ready', 'refused'],
    )
    const lead = await org.act(ctx => getLead(ctx, leadId))
    assert.deepEqual(
      lead.events.map(({ kind, description }) => [kind, description]),
      [
        ['FILE_REFUSED', 'Took away offer.pdf: the scanner found something harmful in it'],
        ['EMAIL_RECEIVED', 'E-mail received: A question'],
      ],
    )
    const [, bad] = await stateOf(leadId)
    await assert.rejects(read(leadId, bad?.id ?? ''), { code: 'request.not_found' })
    // Nor is it given out inside the message that it came with.
    await assert.rejects(source(mailId), { code: 'intake.mail_harmful' })
    const kept = await t.asSuperuser('select 1 from files.files where id = $1', [bad?.id ?? ''])
    assert.equal(kept.length, 0)
  })

  it('are held back while it is away, and looked at when it is there again', async () => {
    await clamd.stop()
    const { leadId, mailId } = await leadOf(withFiles({ 'kitchen.pdf': GOOD, 'offer.pdf': BAD }))
    const files = await stateOf(leadId)
    assert.deepEqual(
      files.map(({ state }) => state),
      ['waiting', 'waiting'],
    )
    await assert.rejects(read(leadId, files[0]?.id ?? ''), { code: 'intake.file_held_back' })
    await assert.rejects(source(mailId), { code: 'intake.file_held_back' })
    const scan = (fileId: string) =>
      scanMailFile.run({
        kit: t.kit,
        orgId: org.orgId,
        jobId: newId(),
        attempt: 1,
        payload: { fileId },
        signal: AbortSignal.timeout(60_000),
      })
    for (const { id } of files) await assert.rejects(scan(id), RetryLater)
    assert.deepEqual(openFiles(), [])
    await clamd.start()
    // Two at once take it away once.
    await Promise.all(files.flatMap(({ id }) => [scan(id), scan(id)]))
    assert.deepEqual(
      (await stateOf(leadId)).map(({ state }) => state),
      ['ready', 'refused'],
    )
    const { events } = await org.act(ctx => getLead(ctx, leadId))
    assert.equal(events.filter(({ kind }) => kind === 'FILE_REFUSED').length, 1)
  })

  /** Files of the installation that nobody closed; none where the system does not say. */
  function openFiles(): string[] {
    if (!existsSync('/proc/self/fd')) return []
    return readdirSync('/proc/self/fd').flatMap(each => {
      try {
        const path = readlinkSync(`/proc/self/fd/${each}`)
        return path.includes(org.orgId) ? [path] : []
      } catch {
        return []
      }
    })
  }

  it('are scanned alike when somebody makes a lead of a message by hand', async () => {
    const raw = withFiles({ 'offer.pdf': BAD }, { subject: 'Held' })
    const held = raw.replace('Subject: Held', 'Subject: Held\nAuto-Submitted: auto-replied')
    assert.equal(await handOver(t.port, { to: org.address, raw: held }), null)
    const [mail] = await t.decided(org.orgId)
    assert.equal(mail?.decision, 'ignored')
    await assert.rejects(source(mail?.id ?? ''), { code: 'intake.mail_harmful' })
    const { leadId } = await org.act(ctx => releaseMail(ctx, mail?.id ?? '', {}))
    assert.deepEqual(
      (await settled(leadId)).map(({ state }) => state),
      ['refused'],
    )
  })

  it('of another organization answer as if there were none', async () => {
    const { leadId, mailId } = await leadOf(withFiles({ 'kitchen.pdf': GOOD }))
    const [file] = await settled(leadId)
    org = await t.organization()
    const foreign = { code: 'request.not_found' }
    await assert.rejects(stateOf(leadId), foreign)
    await assert.rejects(read(leadId, file?.id ?? ''), foreign)
    await assert.rejects(source(mailId), foreign)
  })
})
