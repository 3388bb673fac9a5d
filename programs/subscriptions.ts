import { dealUpdated, personUpdated } from '#modules/crm/contract.ts'
import { followCompany } from '#modules/crm/index.ts'
import { workflowFailed } from '#modules/flow/contract.ts'
import { eventReactions, startRunsForForm } from '#modules/flow/index.ts'
import { memberJoined, memberRemoved } from '#modules/iam/contract.ts'
import { nameMembers, notifyMembers } from '#modules/iam/index.ts'
import { formSubmitted } from '#modules/intake/contract.ts'
import { recordEmailOnLead } from '#modules/intake/index.ts'
import { emailFailed, emailSent, emailSuppressed, emailUnknown } from '#modules/mail/contract.ts'
import type { Context } from '#platform/context.ts'
import type { PublishedEvent } from '#platform/contract/event.ts'
import { type Reaction, react } from '#platform/events/reactions.ts'
import { timelineReactions } from './timeline.ts'

/** A title of a notification has room for so much of a name. */
const NAME_MAX = 150

/** Event → reaction, the whole choreography of the product on one page. */
export const subscriptions: readonly Reaction[] = [
  react(formSubmitted, 'with', 'flow.start_runs_for_form', startRunsForForm),
  ...eventReactions,
  ...timelineReactions,
  react(personUpdated, 'after', 'crm.follow_company_of_person', followCompany),
  react(dealUpdated, 'after', 'crm.follow_company_of_deal', followCompany),
  react(emailSent, 'after', 'intake.record_email_sent', recordEmailOnLead),
  react(emailFailed, 'after', 'intake.record_email_failed', recordEmailOnLead),
  react(emailUnknown, 'after', 'intake.record_email_unknown', recordEmailOnLead),
  react(emailSuppressed, 'after', 'intake.record_email_suppressed', recordEmailOnLead),
  react(workflowFailed, 'after', 'iam.tell_run_failed', tellRunFailed),
  react(memberJoined, 'after', 'iam.tell_member_joined', tellMemberJoined),
  react(memberRemoved, 'after', 'iam.tell_member_left', tellMemberLeft),
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
  await tellOfMember(ctx, event, 'joined the organization')
}

async function tellMemberLeft(
  ctx: Context,
  event: PublishedEvent<{ userId: string; left: boolean }>,
): Promise<void> {
  const what = event.payload.left ? 'left the organization' : 'was removed from the organization'
  await tellOfMember(ctx, event, what)
}

async function tellOfMember(
  ctx: Context,
  event: PublishedEvent<{ userId: string }>,
  what: string,
): Promise<void> {
  const [member] = await nameMembers(ctx, [event.payload.userId])
  await notifyMembers(ctx, {
    kind: 'member_news',
    key: event.id,
    roles: ['owner', 'admin'],
    title: `${(member?.name ?? 'Somebody').slice(0, NAME_MAX)} ${what}`,
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
