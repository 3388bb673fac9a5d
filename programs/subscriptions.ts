import { startRunsForForm } from '#modules/flow/index.ts'
import { notifyMembers } from '#modules/iam/index.ts'
import { formSubmitted } from '#modules/intake/contract.ts'
import { recordLeadEvent } from '#modules/intake/index.ts'
import { emailFailed, emailSent, emailUnknown } from '#modules/mail/contract.ts'
import type { Context } from '#platform/context.ts'
import type { PublishedEvent } from '#platform/contract/event.ts'
import { type Reaction, react } from '#platform/events/reactions.ts'

/** Event → reaction, the whole choreography of the product on one page. */
export const subscriptions: readonly Reaction[] = [
  react(formSubmitted, 'with', 'flow.start_runs_for_form', startRunsForForm),
  react(emailSent, 'after', 'intake.note_email_sent', (ctx, event) =>
    noteOnLead(ctx, event, 'EMAIL_SENT', `E-mail sent: ${event.payload.subject}`),
  ),
  react(emailFailed, 'after', 'intake.note_email_failed', (ctx, event) =>
    noteOnLead(ctx, event, 'EMAIL_FAILED', `E-mail failed: ${event.payload.subject}`),
  ),
  react(emailFailed, 'after', 'iam.tell_email_failed', (ctx, event) =>
    tellOwners(ctx, event, `An e-mail to ${event.payload.to} was refused`, event.payload.reason),
  ),
  react(emailUnknown, 'after', 'iam.tell_email_unknown', (ctx, event) =>
    tellOwners(ctx, event, `It is not known whether an e-mail to ${event.payload.to} was sent`, event.payload.reason),
  ),
]

/** Puts what happened to a message on the timeline of the lead it is about. */
async function noteOnLead(
  ctx: Context,
  event: PublishedEvent<{ messageId: string; subject: string; runId?: string | undefined }>,
  kind: string,
  description: string,
): Promise<void> {
  const lead = event.subjects.find(subject => subject.type === 'lead')
  if (!lead) return
  await recordLeadEvent(ctx, {
    leadId: lead.id,
    kind,
    description: description.slice(0, 1000),
    metadata: { messageId: event.payload.messageId },
    ...(event.payload.runId ? { runId: event.payload.runId } : {}),
  })
}

async function tellOwners(
  ctx: Context,
  event: PublishedEvent<{ messageId: string }>,
  title: string,
  body: string,
): Promise<void> {
  const link = `/mailbox/${event.payload.messageId}`
  await notifyMembers(ctx, { key: event.id, roles: ['owner', 'admin'], title, body, link })
}
