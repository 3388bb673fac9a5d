import { notifyMembers } from '#modules/iam/index.ts'
import { queueMessage } from '#modules/mail/index.ts'
import type { Context } from '#platform/context.ts'
import type { Subject } from '#platform/contract/event.ts'
import { addActivity, completeTasks } from './activity-effects.ts'
import { askApproval } from './approvals.ts'
import { startChild } from './children.ts'
import { addCompany, changeCompanyOfRun, changeTagsOfRun } from './company-effects.ts'
import { addDeal, changeDealOfRun } from './deal-effects.ts'
import { type EventWait, registerWait } from './event-waits.ts'
import { addPerson, changePersonOfRun, moveLeadOfRun } from './record-effects.ts'
import { memberNamed } from './record-names.ts'
import { inRecordTurn } from './record-turn.ts'
import type { Effect } from './run-state.ts'
import type { ClaimedRun } from './store.ts'

interface EmailPayload {
  to: string
  subject: string
  text: string
  html: string | null
}

interface NotifyPayload {
  roles: ('owner' | 'admin' | 'manager' | 'member')[]
  /** By e-mail address or id; empty texts are nobody. */
  members?: string[]
  title: string
  body: string
}

/**
 * Does what a step asked for inside our own database, in the transaction that stores the run's progress:
 * both happen or neither does. Throws when it cannot be done; the payloads were made by the node's runner.
 */
export async function applyEffect(ctx: Context, run: ClaimedRun, effect: Effect): Promise<void> {
  switch (effect.kind) {
    case 'send_email': {
      const email = effect.payload as unknown as EmailPayload
      await queueMessage(ctx, {
        id: effect.id,
        key: effect.key,
        to: email.to,
        subject: email.subject,
        text: email.text,
        ...(email.html === null ? {} : { html: email.html }),
        subjects: subjectsOf(run),
        runId: run.runId,
      })
      return
    }
    case 'notify': {
      const notice = effect.payload as unknown as NotifyPayload
      await notifyMembers(ctx, {
        key: effect.key,
        roles: notice.roles,
        userIds: await membersNamed(ctx, notice.members ?? []),
        title: notice.title,
        body: notice.body,
        link: run.leadId ? `/leads/${run.leadId}` : `/runs/${run.runId}`,
        ...(run.leadId ? { about: { type: 'lead', id: run.leadId } } : {}),
      })
      return
    }
    case 'start_run':
      return startChild(ctx, run, effect)
    case 'ask_approval':
      return askApproval(ctx, run, effect)
    case 'wait_for_event': {
      const wait = effect.payload as unknown as Omit<EventWait, 'runId' | 'token'>
      return registerWait(ctx, { runId: run.runId, token: effect.token ?? '', ...wait })
    }
    default:
      return inRecordTurn(ctx.db, () => applyRecordEffect(ctx, run, effect))
  }
}

function membersNamed(ctx: Context, named: readonly string[]): Promise<string[]> {
  return Promise.all(named.filter(text => text !== '').map(text => memberNamed(ctx, text)))
}

async function applyRecordEffect(ctx: Context, run: ClaimedRun, effect: Effect): Promise<void> {
  switch (effect.kind) {
    case 'move_lead':
      return moveLeadOfRun(ctx, run, effect)
    case 'create_person':
      return addPerson(ctx, effect)
    case 'update_person':
      return changePersonOfRun(ctx, run, effect)
    case 'create_deal':
      return addDeal(ctx, run, effect)
    case 'update_deal':
      return changeDealOfRun(ctx, run, effect)
    case 'create_company':
      return addCompany(ctx, run, effect)
    case 'update_company':
      return changeCompanyOfRun(ctx, run, effect)
    case 'change_tags':
      return changeTagsOfRun(ctx, run, effect)
    case 'create_activity':
      return addActivity(ctx, run, effect)
    case 'complete_task':
      return completeTasks(ctx, effect)
    default:
      throw new Error(`No local effect is called ${effect.kind}.`)
  }
}

/** What a run's doings are about, for timelines and live views. */
export function subjectsOf(run: Pick<ClaimedRun, 'runId' | 'workflowId' | 'leadId'>): Subject[] {
  return [
    { type: 'run', id: run.runId },
    { type: 'workflow', id: run.workflowId },
    ...(run.leadId ? [{ type: 'lead', id: run.leadId }] : []),
  ]
}
