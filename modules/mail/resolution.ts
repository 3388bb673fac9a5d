import type { Context } from '#platform/context.ts'
import { enqueue } from '#platform/jobs/kinds.ts'
import type { Message } from './contract.ts'
import { mailErrors } from './errors.ts'
import { deliverMessage } from './jobs.ts'
import { getMessage } from './messages.ts'
import { type Told, tell } from './outcomes.ts'

const TOLD = 'returning id, recipients, subject, run_id, subjects, attempts'

const RESOLVE = {
  // It left, if at all, when it was being sent.
  sent: `
    update mail.messages set status = 'sent', sent_at = coalesce(sending_at, now())
    where org_id = $1 and id = $2 and status = 'unknown' ${TOLD}`,
  failed: `
    update mail.messages set status = 'failed'
    where org_id = $1 and id = $2 and status = 'unknown' ${TOLD}`,
  // The time to give up starts anew; Message-ID, Date and all other bytes stay the same.
  resend: `
    update mail.messages set status = 'queued', queued_at = now()
    where org_id = $1 and id = $2 and status = 'unknown' ${TOLD}`,
}

/**
 * Stores what a person found out about a message whose outcome is unknown, or sends the same message once
 * more on their word. Throws `request.not_found`, and `mail.not_unknown` when there is nothing to decide.
 */
export async function resolveUnknown(
  ctx: Context,
  messageId: string,
  as: 'sent' | 'failed' | 'resend',
): Promise<Message> {
  // Whoever does not see what it is about does not see the message.
  await getMessage(ctx, messageId)
  const resolved = await ctx.db.query<Told & { attempts: number }>(RESOLVE[as], [ctx.orgId, messageId])
  const row = resolved.rows[0]
  if (!row) throw mailErrors.not_unknown()
  if (as === 'resend') {
    // The job that gave up may still be there under its own key; this decision is another intention.
    const key = `${row.id}:${row.attempts}`
    await enqueue(ctx, deliverMessage, { key, payload: { messageId: row.id } })
  } else {
    await tell(ctx, row, as, as === 'failed' ? 'A person found that it was not received.' : '')
  }
  return getMessage(ctx, messageId)
}
