import type { Context } from '#platform/context.ts'
import type { Subject } from '#platform/contract/event.ts'
import { publish } from '#platform/events/publish.ts'
import type { SmtpOutcome } from '#platform/smtp/outcome.ts'
import {
  emailFailed,
  emailSent,
  emailSuppressed,
  emailUnknown,
  type MailAddress,
  type MailboxKind,
} from './contract.ts'
import { markMailboxFailing, markMailboxWorking } from './mailboxes.ts'

/** RFC 5321, section 4.5.4.1: "the give-up time generally needs to be at least 4-5 days". */
const GIVE_UP = '5 days'

/** What of a message the events of its outcome need. */
export interface Told {
  id: string
  recipients: MailAddress[]
  subject: string
  run_id: string | null
  subjects: Subject[]
}

/** One try to deliver one message. */
export interface Try {
  readonly message: Told & { mailbox_id: string; mailbox_kind: MailboxKind }
  /** Its number, the fence between tries. */
  readonly number: number
}

// The number of the try is the fence: what an earlier try has to say does not touch a later one. An answer
// that arrives after the message was given up as unknown is still the truth, and one that says "taken" also
// stops a second copy that a person asked for meanwhile.
const ACCEPT = `
  update mail.messages set status = 'sent', sent_at = now(), smtp_response = $4, last_error = null
  where org_id = $1 and id = $2 and attempts = $3 and status in ('sending', 'unknown', 'queued')
  returning status`

const REFUSE = `
  update mail.messages set status = 'failed', smtp_response = $4, last_error = $5
  where org_id = $1 and id = $2 and attempts = $3 and status in ('sending', 'unknown')
  returning status`

const LOSE = `
  update mail.messages set status = 'unknown', last_error = $4
  where org_id = $1 and id = $2 and attempts = $3 and status = 'sending'
  returning status`

const DEFER = `
  update mail.messages
  set status = case when queued_at < now() - interval '${GIVE_UP}' then 'failed' else 'queued' end, last_error = $4
  where org_id = $1 and id = $2 and attempts = $3 and status = 'sending'
  returning status`

const SUPPRESS = `
  update mail.messages set status = 'suppressed', last_error = $3
  where org_id = $1 and id = $2 and status = 'queued' returning status`

/** Keeps a queued message from being sent, for good, and tells it. `reason` is a sentence people read. */
export async function suppress(ctx: Context, message: Told, reason: string): Promise<void> {
  const suppressed = await ctx.db.query(SUPPRESS, [ctx.orgId, message.id, reason])
  if (suppressed.rowCount === 1) await tell(ctx, message, 'suppressed', reason)
}

/** Stores the outcome of a try and tells it; returns the new status, or null when this try has no say any more. */
export async function storeOutcome(
  ctx: Context,
  { message, number }: Try,
  outcome: SmtpOutcome,
): Promise<string | null> {
  const key = [ctx.orgId, message.id, number]
  const update = async (text: string, values: unknown[]) =>
    (await ctx.db.query<{ status: string }>(text, [...key, ...values])).rows[0]?.status ?? null
  switch (outcome.kind) {
    case 'accepted': {
      const state = await update(ACCEPT, [outcome.response])
      if (state) await tell(ctx, message, 'sent', '')
      if (state && message.mailbox_kind !== 'development') await markMailboxWorking(ctx, message.mailbox_id)
      return state
    }
    case 'refused': {
      const state = await update(REFUSE, [outcome.response, outcome.reason])
      if (state) await tell(ctx, message, 'failed', outcome.reason)
      return state
    }
    case 'unknown': {
      const state = await update(LOSE, [outcome.reason])
      if (state) await tell(ctx, message, 'unknown', outcome.reason)
      return state
    }
    case 'deferred': {
      const state = await update(DEFER, [outcome.reason])
      if (state && outcome.cause === 'server') {
        await markMailboxFailing(ctx, message.mailbox_id, outcome.reason)
      }
      if (state === 'failed')
        await tell(ctx, message, 'failed', `Given up after ${GIVE_UP}. ${outcome.reason}`)
      return state
    }
  }
}

/** Publishes the outcome of a message to whatever follows it. */
export async function tell(
  ctx: Context,
  message: Told,
  outcome: 'sent' | 'failed' | 'unknown' | 'suppressed',
  reason: string,
): Promise<void> {
  const subjects: Subject[] = [{ type: 'message', id: message.id }, ...message.subjects]
  const lead = message.subjects.find(subject => subject.type === 'lead')
  const payload = {
    messageId: message.id,
    to: message.recipients[0]?.address ?? '',
    subject: message.subject,
    ...(message.run_id === null ? {} : { runId: message.run_id }),
    ...(lead === undefined ? {} : { leadId: lead.id }),
  }
  if (outcome === 'sent') await publish(ctx, emailSent, { subjects, payload })
  else {
    const kind = { failed: emailFailed, unknown: emailUnknown, suppressed: emailSuppressed }[outcome]
    await publish(ctx, kind, { subjects, payload: { ...payload, reason } })
  }
}
