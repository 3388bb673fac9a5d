import { workflowFailed } from '#modules/flow/contract.ts'
import { eventReactions, startRunsForForm } from '#modules/flow/index.ts'
import { memberJoined } from '#modules/iam/contract.ts'
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
  react(workflowFailed, 'after', 'iam.tell_run_failed', tellRunFailed),
  react(memberJoined, 'after', 'iam.tell_member_joined', tellMemberJoined),
  react(emailFailed, 'after', 'iam.tell_email_failed', (ctx, event) =>
    tellOwners(ctx, event, `An e-mail to ${event.payload.to} was refused`),
  ),
  react(emailUnknown, 'after', 'iam.tell_email_unknown', (ctx, event) =>
    tellOwners(ctx, event, `It is not known whether an e-mail to ${event.payload.to} was sent`),
  ),
]

/** Once a day for each workflow: what goes wrong in one run goes wrong in a thousand. */
async function tellRunFailed(
  ctx: Context,
  event: PublishedEvent<{ workflowId: string; runId: string; reason: string }>,
): Promise<void> {
  const { workflowId, runId, reason } = event.payload
  const day = event.at.toISOString().slice(0, 10)
  await notifyMembers(ctx, {
    kind: 'failed_runs',
    key: `failed ${workflowId} ${day}`,
    roles: ['owner', 'admin'],
    title: 'A run failed',
    body: reason,
    link: `/runs/${runId}`,
  })
}

/** The founder of an organization joins nobody. */
async function tellMemberJoined(
  ctx: Context,
  event: PublishedEvent<{ memberId: string; userId: string; role: string }>,
): Promise<void> {
  if (event.payload.role === 'owner') return
  await notifyMembers(ctx, {
    kind: 'member_news',
    key: event.id,
    roles: ['owner', 'admin'],
    title: 'Somebody joined the organization',
    body: '',
    link: '/settings/members',
  })
}

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
