/** What of the events of all modules people read on the timelines of records: one line for each kind of event. */

import * as crm from '#modules/crm/contract.ts'
import { type TimelineDraft, tellOnTimeline } from '#modules/crm/index.ts'
import { workflowCompleted, workflowFailed, workflowStarted } from '#modules/flow/contract.ts'
import { nameWorkflows } from '#modules/flow/index.ts'
import {
  bookingCanceled,
  bookingCreated,
  formSubmitted,
  leadAssigned,
  leadEmailReceived,
  leadStatusChanged,
} from '#modules/intake/contract.ts'
import { nameStatuses, personsOfLeads } from '#modules/intake/index.ts'
import { emailFailed, emailSent, emailSuppressed, emailUnknown } from '#modules/mail/contract.ts'
import type { Context } from '#platform/context.ts'
import type { EventKind, PublishedEvent } from '#platform/contract/event.ts'
import { type Reaction, react } from '#platform/events/reactions.ts'

type Payload = Readonly<Record<string, unknown>>
/** Null for an event that another one tells of already. */
type Say = (
  ctx: Context,
  event: PublishedEvent<Payload>,
) => TimelineDraft | null | Promise<TimelineDraft | null>

interface Told {
  readonly kind: EventKind
  readonly say: Say
}

/** Picks what people read out of a payload. */
const pick = (payload: Payload, names: readonly string[]) =>
  Object.fromEntries(names.flatMap(name => (payload[name] == null ? [] : [[name, payload[name]]])))

const change =
  (...names: string[]): Say =>
  (_ctx, { payload }) => ({ topic: 'change', data: pick(payload, names) })

const edit: Say = (_ctx, { payload }) => ({
  topic: 'change',
  data: pick(payload, ['changed']),
  isMerged: true,
})

const deal =
  (...names: string[]): Say =>
  (_ctx, { payload }) => ({ topic: 'deal', data: pick(payload, [...names, 'dealId']), isSignOfLife: true })

/** What moving, winning and losing change of a deal is told by their own events. */
const MOVED: ReadonlySet<unknown> = new Set([
  'stageId',
  'stage',
  'status',
  'position',
  'probability',
  'stageEnteredAt',
  'wonAt',
  'lostAt',
  'closedAt',
  'lostReasonId',
  'lostNote',
])

const dealEdit: Say = (_ctx, { payload }) => {
  const changed = (payload.changed as readonly string[]).filter(field => !MOVED.has(field))
  return changed.length === 0
    ? null
    : { topic: 'change', data: { changed, dealId: payload.dealId }, isMerged: true }
}

const activity: Say = (_ctx, { type, payload }) => ({
  topic: 'activity',
  data: pick(payload, ['title', 'kind']),
  activityId: String(payload.activityId),
  isSignOfLife: type === crm.activityCompleted.type || payload.isDone === true,
})

const email: Say = async (ctx, { type, payload }) => ({
  topic: 'email',
  data: pick(payload, ['messageId', 'to', 'subject', 'reason', 'runId', 'leadId']),
  records: await peopleOf(ctx, payload.leadId),
  isSignOfLife: type === emailSent.type,
})

const run: Say = async (ctx, { payload }) => ({
  topic: 'run',
  data: {
    ...pick(payload, ['runId', 'workflowId', 'leadId', 'trigger', 'reason']),
    workflow: await workflowName(ctx, payload.workflowId),
  },
  records: await peopleOf(ctx, payload.leadId),
})

const form: Say = async (ctx, { payload }) => ({
  topic: 'form',
  data: {
    ...pick(payload, ['leadId', 'workflowId', 'formId', 'isNew']),
    workflow: await workflowName(ctx, payload.workflowId),
  },
  isSignOfLife: true,
})

const leadMoved: Say = async (ctx, { payload }) => {
  const { workflowId, from, to } = payload
  const names = await nameStatuses(ctx, String(workflowId), [String(from), String(to)])
  return {
    topic: 'lead',
    data: {
      ...pick(payload, ['leadId', 'workflowId']),
      from: names.get(String(from)) ?? from,
      to: names.get(String(to)) ?? to,
    },
  }
}

const leadGiven: Say = (_ctx, { payload }) => ({
  topic: 'lead',
  data: pick(payload, ['leadId', 'workflowId', 'from', 'to']),
})

const letter: Say = (_ctx, { payload }) => ({
  topic: 'lead',
  data: pick(payload, ['leadId', 'workflowId', 'subject', 'isNew']),
  isSignOfLife: true,
})

const booking: Say = (_ctx, { payload }) => ({
  topic: 'lead',
  data: pick(payload, ['leadId', 'workflowId', 'title', 'startsAt', 'isMove']),
  isSignOfLife: true,
})

interface Asked {
  readonly ctx: Context
  readonly id: string
}

/** The answers to what is asked side by side, each id looked up once. */
const lookingUp =
  (find: (ctx: Context, ids: readonly string[]) => Promise<ReadonlyMap<string, string>>) =>
  async (_tx: unknown, asked: readonly Asked[]): Promise<(string | undefined)[]> => {
    const ctx = asked[0]?.ctx
    const found = ctx && (await find(ctx, [...new Set(asked.map(({ id }) => id))]))
    return asked.map(({ id }) => found?.get(id))
  }

const findPersons = lookingUp(personsOfLeads)
const findWorkflowNames = lookingUp(nameWorkflows)

/** A lead is one person's; what is about the lead alone is told at them. */
async function peopleOf(ctx: Context, leadId: unknown): Promise<{ object: 'person'; id: string }[]> {
  if (typeof leadId !== 'string') return []
  const id = await ctx.db.ask(findPersons, { ctx, id: leadId })
  return id === undefined ? [] : [{ object: 'person', id }]
}

async function workflowName(ctx: Context, workflowId: unknown): Promise<string> {
  return (await ctx.db.ask(findWorkflowNames, { ctx, id: String(workflowId) })) ?? ''
}

const told: readonly Told[] = [
  { kind: crm.personCreated, say: change('source') },
  { kind: crm.personUpdated, say: edit },
  { kind: crm.personDeleted, say: change() },
  { kind: crm.personRestored, say: change() },
  { kind: crm.companyCreated, say: change('source', 'name') },
  { kind: crm.companyUpdated, say: edit },
  { kind: crm.companyDeleted, say: change() },
  { kind: crm.companyRestored, say: change() },
  { kind: crm.dealCreated, say: deal('name') },
  { kind: crm.dealUpdated, say: dealEdit },
  { kind: crm.dealStageChanged, say: deal('stage') },
  { kind: crm.dealWon, say: deal('value') },
  { kind: crm.dealLost, say: deal('value') },
  { kind: crm.dealDeleted, say: change() },
  { kind: crm.dealRestored, say: change() },
  { kind: crm.consentRecorded, say: change('purpose', 'isGiven') },
  { kind: crm.activityCreated, say: activity },
  { kind: crm.activityCompleted, say: activity },
  { kind: crm.attachmentAdded, say: change('name', 'attachmentId') },
  { kind: crm.attachmentRemoved, say: change('name') },
  { kind: formSubmitted, say: form },
  { kind: leadStatusChanged, say: leadMoved },
  { kind: leadAssigned, say: leadGiven },
  { kind: leadEmailReceived, say: letter },
  { kind: bookingCreated, say: booking },
  { kind: bookingCanceled, say: booking },
  { kind: emailSent, say: email },
  { kind: emailFailed, say: email },
  { kind: emailUnknown, say: email },
  { kind: emailSuppressed, say: email },
  { kind: workflowStarted, say: run },
  { kind: workflowCompleted, say: run },
  { kind: workflowFailed, say: run },
]

const byType = new Map(told.map(each => [each.kind.type, each]))

/** The types of events that timelines tell of. */
export const toldTypes: readonly string[] = told.map(({ kind }) => kind.type)

/** Tells an event on the timelines it belongs to; nothing for a kind that is not told. */
export async function tellEvent(ctx: Context, event: PublishedEvent): Promise<void> {
  const found = byType.get(event.type)
  // The registry and the table of events hold payloads that were parsed by the kind of the type.
  const draft = await found?.say(ctx, event as PublishedEvent<Payload>)
  if (draft) tellOnTimeline(ctx, event, draft)
}

/** How timelines hear of what happens. */
export const timelineReactions: readonly Reaction[] = told.map(({ kind }) =>
  react(kind, 'after', `crm.tell_${kind.type.replaceAll('.', '_')}`, tellEvent, { isOrderFree: true }),
)
