import { mkdir, rename, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Kit } from '#platform/context.ts'
import { newId } from '#platform/ids.ts'
import { messageOf } from '#platform/log.ts'
import type { Loop } from '#platform/module.ts'
import { bodyText, composeMime, headerLine } from '#platform/smtp/letter.ts'
import type { SmtpOutcome } from '#platform/smtp/outcome.ts'
import { type SmtpSender, smtpSenderOf } from '#platform/smtp/sender.ts'
import { letterPage, letterSender } from './letter-page.ts'
import { openLetter } from './letters.ts'

/** Letters on their way at the same time in one process. */
const CONCURRENCY = 4
const POLL_MS = 2000
const SUBJECT_MAX = 250
/** Longer than any conversation may take: who has not said by then what became of a letter is gone. */
const GONE = '5 minutes'
/** Until the next try after the first, second, … one; the last one stays. */
const RETRY_S = [5, 20, 60, 300, 900, 1800]
const BUSY_S = 2

// Taken for a while and not yet for good: who ends before the server hears of the letter has done nothing.
const CLAIM = `
  update iam.letters set claim = $1, attempts = attempts + 1, next_try_at = now() + interval '${GONE}'
  where id = (
    select id from iam.letters where state = 'queued' and next_try_at <= now() and expires_at > now()
    order by next_try_at limit 1 for update skip locked
  )
  returning id, claim, content, attempts, created_at`

const BEGIN = `
  update iam.letters set state = 'sending', sending_at = now()
  where id = $1 and claim = $2 and state = 'queued' and expires_at > now()`

// An answer that comes after the letter was given up is still the truth.
const FINISH = `
  update iam.letters set state = $3, last_error = $4, content = null
  where id = $1 and claim = $2 and state in ('queued', 'sending', 'unknown')`

const POSTPONE = `
  update iam.letters set state = 'queued', last_error = $3, next_try_at = now() + make_interval(secs => $4), attempts = attempts - $5::int
  where id = $1 and claim = $2 and state in ('queued', 'sending')`

const GIVE_UP = `
  update iam.letters set content = null,
    state = case state when 'sending' then 'unknown' else 'failed' end,
    last_error = case state when 'sending' then 'The program ended while the letter was being sent.'
      else coalesce(last_error, 'It expired before it could be sent.') end
  where (state = 'queued' and expires_at <= now()) or (state = 'sending' and sending_at < now() - interval '${GONE}')`

interface Claimed {
  readonly id: string
  readonly claim: string
  readonly content: string
  readonly attempts: number
  readonly created_at: Date
}

/**
 * Takes up the letter that has been due longest and begins to send it; null when none is due. `sent` settles when what is
 * known of it is stored, and rejects when the database is away: then the letter comes back by itself, or is unknown.
 */
export async function startNextLetter(
  kit: Kit,
  sender: SmtpSender | null,
  abort: AbortSignal,
): Promise<{ readonly sent: Promise<void> } | null> {
  const claimed = await kit.db.withGlobal(tx => tx.query<Claimed>(CLAIM, [newId()]))
  const row = claimed.rows[0]
  if (!row) return null
  const outcome = sender ? send(kit, sender, row, abort) : writeDown(kit, row)
  return { sent: outcome.then(known => store(kit, row, known)) }
}

/** What a letter is made of; the same row always gives the same bytes and the same Message-ID. */
async function compose(kit: Kit, row: Claimed): Promise<{ to: string; mime: Buffer }> {
  const content = await openLetter(kit, row)
  const from = kit.config.mailFrom
  const text = bodyText(content.text)
  const mime = await composeMime({
    messageId: `<${row.id}@${from.slice(from.lastIndexOf('@') + 1)}>`,
    inReplyTo: null,
    references: [],
    from: { address: from, name: headerLine(letterSender(content), SUBJECT_MAX) },
    to: [{ address: content.to, name: '' }],
    subject: headerLine(content.subject, SUBJECT_MAX),
    text,
    html: letterPage({ ...content, text }),
    headers: [{ name: 'Auto-Submitted', value: 'auto-generated' }],
    date: row.created_at,
  })
  return { to: content.to, mime }
}

/**
 * Sends a letter at most once in this try. The line to the server is open before the letter is noted as being sent, and
 * that is committed before the server hears of it; so a letter that is found in that state much later is unknown.
 */
async function send(kit: Kit, sender: SmtpSender, row: Claimed, abort: AbortSignal): Promise<SmtpOutcome> {
  const parcel = await compose(kit, row).catch(messageOf)
  if (typeof parcel === 'string') return { kind: 'refused', reason: parcel, response: null }
  const line = await sender.open(abort)
  if (line.kind === 'deferred') return line
  try {
    const begun = await kit.db.withGlobal(tx => tx.query(BEGIN, [row.id, row.claim]))
    if (begun.rowCount === 0)
      return { kind: 'deferred', reason: 'Another process has taken it.', cause: 'busy' }
    return await line.send({ from: kit.config.mailFrom, ...parcel }, abort)
  } finally {
    line.release()
  }
}

/** Where no server is set, a letter becomes a file that a person on this machine can open. Doing it again changes nothing. */
async function writeDown(kit: Kit, row: Claimed): Promise<SmtpOutcome> {
  try {
    const { to, mime } = await compose(kit, row)
    const folder = join(kit.config.dataDir, 'letters')
    const file = join(folder, `${row.id}.eml`)
    await mkdir(folder, { recursive: true, mode: 0o700 })
    await writeFile(`${file}.part`, mime, { mode: 0o600 })
    await rename(`${file}.part`, file)
    kit.log.warn({ to, file }, 'iam.letter_written_to_file')
    return { kind: 'accepted', response: null }
  } catch (error) {
    return { kind: 'deferred', reason: messageOf(error), cause: 'server' }
  }
}

async function store(kit: Kit, row: Claimed, outcome: SmtpOutcome): Promise<void> {
  await kit.db.withGlobal(async tx => {
    if (outcome.kind === 'deferred') {
      // Nobody was asked anything, so it does not count as a try.
      const isBusy = outcome.cause === 'busy'
      const waitS = isBusy ? BUSY_S : (RETRY_S[Math.min(row.attempts, RETRY_S.length) - 1] ?? 0)
      const spreadS = waitS * (0.8 + 0.4 * Math.random())
      await tx.query(POSTPONE, [row.id, row.claim, outcome.reason, spreadS, isBusy ? 1 : 0])
      return
    }
    const state = { accepted: 'sent', refused: 'failed', unknown: 'unknown' }[outcome.kind]
    await tx.query(FINISH, [row.id, row.claim, state, outcome.kind === 'accepted' ? null : outcome.reason])
  })
  if (outcome.kind !== 'accepted')
    kit.log.warn({ letter: row.id, outcome: outcome.kind, error: outcome.reason }, 'iam.letter_not_sent')
}

/**
 * Gives up letters that have expired and those of processes that ended in the middle, erases what they said, and forgets
 * letters that are 30 days old. For the schedule.
 */
export async function forgetLetters(kit: Kit): Promise<void> {
  await kit.db.withGlobal(tx => tx.query(GIVE_UP))
  await kit.db.withGlobal(tx =>
    tx.query(`delete from iam.letters where created_at < now() - interval '30 days'`),
  )
}

/** Sends the letters of the installation until aborted; one that takes long does not hold up the others. */
export const letterLoop: Loop = {
  name: 'letters',
  async run(kit, _worker, abort) {
    const sender = smtpSenderOf(kit.config.smtpUrl)
    const failed = (error: unknown) => {
      kit.log.error({ error: messageOf(error) }, 'iam.letters_failed')
      return null
    }
    const running = new Set<Promise<unknown>>()
    while (!abort.aborted) {
      const hasRoom = running.size < CONCURRENCY
      const started = hasRoom ? await startNextLetter(kit, sender, abort).catch(failed) : null
      if (!started) {
        await kit.wake.wait('letters', POLL_MS, abort)
        continue
      }
      const work: Promise<unknown> = started.sent.catch(failed).finally(() => {
        running.delete(work)
        kit.wake.signal('letters')
      })
      running.add(work)
    }
    await Promise.all(running)
  },
}
