import { setTimeout as pause } from 'node:timers/promises'
import type { BlockReason } from '#modules/crm/contract.ts'
import { refusalsOf } from '#modules/crm/index.ts'
import { type Context, inOrganization, type Kit } from '#platform/context.ts'
import { faultPoint } from '#platform/faults.ts'
import { RetryLater } from '#platform/jobs/kinds.ts'
import { messageOf } from '#platform/log.ts'
import { composeMime, type ExtraHeader, type Letter } from '#platform/smtp/letter.ts'
import type { Deferral, SmtpOutcome } from '#platform/smtp/outcome.ts'
import type { SmtpLine, SmtpSender } from '#platform/smtp/sender.ts'
import type { MailAddress } from './contract.ts'
import { storeOutcome, suppress, type Try } from './outcomes.ts'

/** When an outcome cannot be stored, how long until the next try, in milliseconds. */
const STORE_PAUSES_MS = [100, 300, 1000, 3000, 10_000]
/** Until the next conversation after the first, second, … try; the last one stays. */
const RETRY_S = [5, 20, 60, 300, 900, 1800]

/** At most this long until the next look for a free line. */
const BUSY_MS = 2000

/** Which message a job is about, and who runs it. */
export interface Delivery {
  readonly kit: Kit
  readonly orgId: string
  readonly jobId: string
  /** Which run of the job this is; a later one has a higher number. */
  readonly attempt: number
  readonly messageId: string
  readonly signal: AbortSignal
}

const READ = `
  select m.id, m.mailbox_id, b.kind as mailbox_kind, m.status, m.sending_job_id, m.sending_job_attempt, m.attempts,
    m.rfc_message_id, m.in_reply_to, m.reference_ids, m.sender, m.recipients, m.subject, m.text_body, m.html_body, m.headers,
    m.run_id, m.subjects, m.created_at
  from mail.messages m
  join mail.mailboxes b on b.org_id = $1 and b.id = m.mailbox_id
  where m.org_id = $1 and m.id = $2 and m.direction = 'outbound'
  for update of m`

const BEGIN = `
  update mail.messages
  set status = 'sending', attempts = $3, sending_job_id = $4, sending_job_attempt = $5, sending_at = now(),
    last_error = null
  where org_id = $1 and id = $2 and status = 'queued'`

interface OutboundRow extends LetterRow {
  status: string
  sending_job_id: string | null
  sending_job_attempt: number | null
  attempts: number
}

/** The columns a letter is made of. */
export type LetterRow = Try['message'] & {
  rfc_message_id: string
  in_reply_to: string | null
  reference_ids: string[]
  sender: MailAddress
  text_body: string
  html_body: string | null
  headers: ExtraHeader[]
  created_at: Date
}

function context<T>(delivery: Delivery, work: (ctx: Context) => Promise<T>): Promise<T> {
  const actor = { type: 'system', name: 'mail' } as const
  return inOrganization(delivery.kit, { orgId: delivery.orgId, actor, plans: 'kept' }, work)
}

/** What stands in for a line where no server is set. */
const NO_SERVER: Deferral = {
  kind: 'deferred',
  reason: 'No SMTP server is set (SMTP_URL).',
  cause: 'server',
}

/**
 * Sends one queued message, at most once.
 *
 * The line to the server is opened before the message is touched, so that a process that ends while it waits
 * for one leaves the message queued. The first transaction then moves the message from `queued` to `sending`
 * and commits before the server hears of it; the second stores what is known. A job that finds its own message
 * in `sending` is the successor of one that died in between: it cannot know what happened, says `unknown` and
 * sends nothing.
 * Throws `RetryLater` when the message provably was not taken and waits for another try.
 */
export async function deliver(delivery: Delivery, sender: SmtpSender | null): Promise<void> {
  const line = sender ? await sender.open(delivery.signal) : NO_SERVER
  // Nobody was asked anything, so it does not count as a try.
  if (line.kind === 'deferred' && line.cause === 'busy')
    throw new RetryLater(line.reason, BUSY_MS * Math.random())
  try {
    const begun = await context(delivery, ctx => begin(ctx, delivery, line))
    if (begun?.status === 'queued' && line.kind === 'deferred') throw retryLater(begun, line)
    if (begun?.status !== 'sending' || line.kind === 'deferred') return
    faultPoint('mail.before_send')
    const outcome = await converse(delivery, begun.message, line)
    faultPoint('mail.after_send')
    const status = await storePatiently(delivery, begun, outcome)
    if (status === 'queued' && outcome.kind === 'deferred') throw retryLater(begun, outcome)
  } finally {
    if (line.kind === 'line') line.release()
  }
}

/** Later each time, and spread, so that messages that failed together do not come back together. */
function retryLater({ number }: Try, { reason }: Deferral): RetryLater {
  const retryS = RETRY_S[Math.min(number, RETRY_S.length) - 1] ?? 0
  return new RetryLater(reason, retryS * 1000 * (0.8 + 0.4 * Math.random()))
}

interface Begun extends Try {
  readonly message: LetterRow
  readonly status: string | null
}

/** The first transaction. Returns the try when there is one, with the status it has put the message into. */
async function begin(ctx: Context, delivery: Delivery, line: SmtpLine | Deferral): Promise<Begun | null> {
  const found = await ctx.db.query<OutboundRow>(READ, [ctx.orgId, delivery.messageId])
  const message = found.rows[0]
  if (!message) return null
  if (message.status === 'sending' && isPredecessor(message, delivery)) {
    const reason = 'The program ended while the message was being sent.'
    await storeOutcome(ctx, { message, number: message.attempts }, { kind: 'unknown', reason })
    return null
  }
  if (message.status !== 'queued') return null
  // Asked here and not when the message was written: between the two somebody may have had enough.
  const [refusal] = await refusalsOf(
    ctx,
    message.recipients.map(({ address }) => address),
  )
  if (refusal) {
    const day = refusal.createdAt.slice(0, 10)
    await suppress(ctx, message, `On the do-not-contact list since ${day} (${WORDS[refusal.reason]}).`)
    return null
  }
  if (message.mailbox_kind === 'development') {
    // Nothing leaves the database, so keeping the message and saying so is one transaction: exactly once.
    await storeOutcome(ctx, { message, number: message.attempts }, { kind: 'accepted', response: null })
    return null
  }
  const number = message.attempts + 1
  const begun = await ctx.db.query(BEGIN, [ctx.orgId, message.id, number, delivery.jobId, delivery.attempt])
  if (begun.rowCount !== 1) throw new Error('The message changed while it was locked.')
  if (line.kind === 'line') return { message, number, status: 'sending' }
  return { message, number, status: await storeOutcome(ctx, { message, number }, line) }
}

const WORDS: Readonly<Record<BlockReason, string>> = {
  unsubscribed: 'unsubscribed',
  complained: 'reported as spam',
  bounced: 'the address does not work',
  objected: 'objected',
  consent_withdrawn: 'consent withdrawn',
  erased: 'erased at their request',
  manual: 'put there by hand',
}

/** Whether the try that is noted on the message is an earlier run of this job; its worker is dead then. */
function isPredecessor(message: OutboundRow, delivery: Delivery): boolean {
  return (
    message.sending_job_id === delivery.jobId &&
    message.sending_job_attempt !== null &&
    message.sending_job_attempt < delivery.attempt
  )
}

/** The conversation itself, outside any transaction. Never rejects. */
async function converse(delivery: Delivery, message: LetterRow, line: SmtpLine): Promise<SmtpOutcome> {
  const mime = await composeMime(letterOf(message)).catch(messageOf)
  if (typeof mime === 'string') return { kind: 'refused', reason: mime, response: null }
  const parcel = { from: message.sender.address, to: message.recipients[0]?.address ?? '', mime }
  return line.send(parcel, delivery.signal).catch(error => ({ kind: 'unknown', reason: messageOf(error) }))
}

/** The letter of a stored message. */
export function letterOf(row: LetterRow): Letter {
  return {
    messageId: row.rfc_message_id,
    inReplyTo: row.in_reply_to,
    references: row.reference_ids,
    from: row.sender,
    to: row.recipients.map(({ address, name }) => ({ address, name })),
    subject: row.subject,
    text: row.text_body,
    html: row.html_body,
    headers: row.headers,
    date: row.created_at,
  }
}

/** The second transaction, tried again while the database is away: what is known here, nobody else can find out. */
async function storePatiently(delivery: Delivery, done: Try, outcome: SmtpOutcome): Promise<string | null> {
  for (const waitMs of STORE_PAUSES_MS) {
    try {
      return await context(delivery, ctx => storeOutcome(ctx, done, outcome))
    } catch (error) {
      delivery.kit.log.warn({ message: done.message.id, error: messageOf(error) }, 'mail.outcome_not_stored')
      await pause(waitMs)
    }
  }
  return context(delivery, ctx => storeOutcome(ctx, done, outcome))
}
