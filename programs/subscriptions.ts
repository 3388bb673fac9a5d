import { eventReactions, startRunsForForm } from '#modules/flow/index.ts'
import { notifyMembers } from '#modules/iam/index.ts'
import { formSubmitted } from '#modules/intake/contract.ts'
import { recordEmailOnLead } from '#modules/intake/index.ts'
import { emailFailed, emailSent, emailUnknown } from '#modules/mail/contract.ts'
import type { Context } from '#platform/context.ts'
import type { PublishedEvent } from '#platform/contract/event.ts'
import { type Reaction, react } from '#platform/events/reactions.ts'

/** Event → reaction, the whole choreography of the product on one page. */
export const subscriptions: readonly Reaction[] = [
  react(formSubmitted, 'with', 'flow.start_runs_for_form', startRunsForForm),
  ...eventReactions,
  react(emailSent, 'after', 'intake.record_email_sent', recordEmailOnLead),
  react(emailFailed, 'after', 'intake.record_email_failed', recordEmailOnLead),
  react(emailUnknown, 'after', 'intake.record_email_unknown', recordEmailOnLead),
  react(emailFailed, 'after', 'iam.tell_email_failed', (ctx, event) =>
    tellOwners(ctx, event, `An e-mail to ${event.payload.to} was refused`),
  ),
  react(emailUnknown, 'after', 'iam.tell_email_unknown', (ctx, event) =>
    tellOwners(ctx, event, `It is not known whether an e-mail to ${event.payload.to} was sent`),
  ),
]

async function tellOwners(
  ctx: Context,
  event: PublishedEvent<{ messageId: string; reason: string }>,
  title: string,
): Promise<void> {
  const { messageId, reason } = event.payload
  await notifyMembers(ctx, {
    kind: 'mail_failures',
    key: event.id,
    roles: ['owner', 'admin'],
    title,
    body: reason,
    link: `/mailbox/${messageId}`,
  })
}
