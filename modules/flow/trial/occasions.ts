import { type FormField, formSubmitted } from '#modules/intake/contract.ts'
import { getForm, type LeadForTemplates } from '#modules/intake/index.ts'
import type { Context } from '#platform/context.ts'
import type { PublishedEvent } from '#platform/contract/event.ts'
import { isPlainObject, type Json, type JsonObject } from '#platform/contract/plain-data.ts'
import { AppError, generalErrors } from '#platform/errors.ts'
import { subjectsSeen } from '#platform/owned.ts'
import { flowErrors } from '../errors.ts'
import { eventTitle, leadOfEvent } from '../event-kinds.ts'
import { causeOf, inputOfEvent, leadIfThere, startsBy } from '../event-triggers.ts'
import { inputOfSubmission } from '../form-trigger.ts'
import type { Graph, GraphNode } from '../graph.ts'
import { nodeTypes } from '../nodes/catalogue.ts'
import { eventConfig } from '../nodes/event.ts'
import { runSeen } from '../run-sight.ts'
import { madeUpInput } from './made-up.ts'
import type { SampleOrigin } from './trial-api.ts'

/** Something that would start the draft, or did start a run of the workflow. */
export interface Occasion {
  readonly input: JsonObject
  readonly origin: SampleOrigin
  readonly at: Date
  readonly title: string
  readonly leadId: string | null
  readonly leadName: string | null
  readonly eventId: string | null
  /** The run it started, when it is known. */
  readonly runId: string | null
}

/** The trigger of a draft, or undefined while it has none. */
export function triggerOf({ nodes }: Graph): GraphNode | undefined {
  return nodes.find(({ type }) => nodeTypes.get(type)?.kind === 'trigger')
}

export interface RunRow {
  id: string
  input: JsonObject
  trigger_type: string
  lead_id: string | null
  created_at: Date
}

/** A run as the occasion of another one. */
export function occasionOfRun(run: RunRow): Occasion {
  return {
    input: run.input,
    origin: 'run',
    at: run.created_at,
    title: titleOf(run.trigger_type, run.input),
    leadId: run.lead_id,
    leadName: nameIn(run.input),
    eventId: null,
    runId: run.id,
  }
}

const RUN = 'r.id, r.input, r.trigger_type, r.lead_id, r.created_at'

/** What a run of the workflow was started with. Throws `request.not_found`. */
export async function occasionByRun(ctx: Context, workflowId: string, runId: string): Promise<Occasion> {
  const found = await ctx.db.query<RunRow>(
    `select ${RUN} from flow.runs r where r.org_id = $1 and r.id = $3 and r.workflow_id = $2${runSeen(ctx, 'r')}`,
    [ctx.orgId, workflowId, runId],
  )
  const [row] = found.rows
  if (!row) throw generalErrors.not_found()
  return occasionOfRun(row)
}

/** The last run of the workflow, or null. */
export async function lastRun(ctx: Context, workflowId: string): Promise<Occasion | null> {
  const found = await ctx.db.query<RunRow>(
    `select ${RUN} from flow.runs r where r.org_id = $1 and r.workflow_id = $2${runSeen(ctx, 'r')}
     order by r.id desc limit 1`,
    [ctx.orgId, workflowId],
  )
  return found.rows[0] ? occasionOfRun(found.rows[0]) : null
}

/** What the draft is tried with when nothing is said: the pinned trigger, else the last run, else something made up. */
export async function usualOccasion(
  ctx: Context,
  workflowId: string,
  draft: Graph,
  { pins, seesRuns }: { pins: ReadonlyMap<string, Json>; seesRuns: boolean },
): Promise<Occasion> {
  const trigger = triggerOf(draft)
  const pinned = trigger && pins.get(trigger.id)
  if (isPlainObject(pinned)) return occasionOf(pinned as JsonObject, 'pin', ctx.clock.now())
  const last = seesRuns ? await lastRun(ctx, workflowId) : null
  if (last !== null && isOfKind(last.input, trigger)) return last
  const now = ctx.clock.now()
  return occasionOf(madeUpInput(trigger, await fieldsOfForm(ctx, workflowId), now), 'made_up', now)
}

/** Whether a run was started with what this trigger brings. A run started by hand may be about anything. */
function isOfKind(input: JsonObject, trigger: GraphNode | undefined): boolean {
  const member = { form_submitted: 'lead', event: 'event', schedule: 'schedule', webhook: 'webhook' }[
    trigger?.type ?? ''
  ]
  return member === undefined || Object.hasOwn(input, member)
}

/** An input as it was given or pinned. */
export function occasionOf(input: JsonObject, origin: SampleOrigin, at: Date): Occasion {
  return {
    input,
    origin,
    at,
    title: titleOf('manual', input),
    leadId: null,
    leadName: nameIn(input),
    eventId: null,
    runId: null,
  }
}

/** The fields of the workflow's form; none when it has no form. */
export async function fieldsOfForm(ctx: Context, workflowId: string): Promise<readonly FormField[]> {
  try {
    return (await getForm(ctx, workflowId)).fields
  } catch (error) {
    if (error instanceof AppError && error.status === 404) return []
    throw error
  }
}

export interface EventRow {
  id: string
  type: string
  version: number
  actor: PublishedEvent['actor']
  subjects: PublishedEvent['subjects']
  payload: unknown
  created_at: Date
  /** The run that it started, and with what. */
  run_id: string | null
  input: JsonObject | null
}

/** Joins the run of workflow $2 that an event has started, when there is one that may be seen. */
export const STARTED = (event: string, seen: string) => `
    left join flow.run_keys k on k.org_id = $1 and k.workflow_id = $2
      and k.key in ('event:' || ${event}.id::text, 'form:' || ${event}.id::text)
    left join flow.runs r on r.org_id = $1 and r.id = k.run_id${seen}`

/** What the draft would be started with by one event. Throws `request.not_found` and `flow.not_startable_by`. */
export async function occasionByEvent(
  ctx: Context,
  workflowId: string,
  trigger: GraphNode | undefined,
  eventId: string,
): Promise<Occasion> {
  const found = await ctx.db.query<EventRow>(
    `select e.id, e.type, e.version, e.actor, e.subjects, e.payload, e.created_at, r.id as run_id, r.input
     from events.events e ${STARTED('e', runSeen(ctx, 'r'))}
     where e.org_id = $1 and e.id = $3${subjectsSeen(ctx, 'e.subjects')}`,
    [ctx.orgId, workflowId, eventId],
  )
  const [row] = found.rows
  if (!row) throw generalErrors.not_found()
  const occasion = await occasionOfEvent(ctx, workflowId, trigger, row)
  if (occasion === null) throw flowErrors.not_startable_by()
  return occasion
}

/** What an event would start the draft with; null when it would not start it. */
export async function occasionOfEvent(
  ctx: Context,
  workflowId: string,
  trigger: GraphNode | undefined,
  row: EventRow,
): Promise<Occasion | null> {
  const event = publishedOf(ctx, row)
  const leadId = leadOfEvent(event)
  if (trigger?.type === 'form_submitted') {
    const sent = formSubmitted.payload.safeParse(row.payload)
    if (row.type !== formSubmitted.type || !sent.success) return null
    if (!sent.data.isNew || sent.data.workflowId !== workflowId) return null
    const lead = row.input === null ? await leadIfThere(ctx, leadId) : null
    if (row.input === null && lead === null) return null
    return asOccasion(row, row.input ?? inputOfSubmission(sent.data, lead as LeadForTemplates), leadId)
  }
  if (trigger?.type !== 'event') return null
  const { event: wanted, condition = null, allowOwn } = eventConfig.parse(trigger.config)
  if (row.type !== wanted) return null
  const lead = await leadIfThere(ctx, leadId)
  const isOfRun = row.actor.type === 'run' || row.subjects.some(({ type }) => type === 'run')
  const cause = isOfRun ? await causeOf(ctx, event) : { workflowId: null, depth: 0 }
  if (!allowOwn && cause.workflowId === workflowId) return null
  if (!startsBy(event, lead, condition, row.created_at.getTime())) return null
  return asOccasion(row, row.input ?? inputOfEvent(event, lead, cause.depth + 1), lead ? leadId : null)
}

function publishedOf({ orgId }: Context, row: EventRow): PublishedEvent {
  const { id, type, version, actor, subjects, payload, created_at: at } = row
  return { id, orgId, type, version, actor, subjects, payload, at }
}

function asOccasion(row: EventRow, input: JsonObject, leadId: string | null): Occasion {
  const leadName = nameIn(input)
  return {
    input,
    origin: 'run',
    at: row.created_at,
    title: [eventTitle(row.type), ...(leadName === null ? [] : [leadName])].join(': '),
    leadId,
    leadName,
    eventId: row.id,
    runId: row.run_id,
  }
}

function titleOf(trigger: string, input: JsonObject): string {
  const { event, schedule } = input
  if (isPlainObject(event) && typeof event.type === 'string') return eventTitle(event.type)
  if (isPlainObject(schedule) && typeof schedule.slot === 'string')
    return `Scheduled for ${schedule.slot.slice(0, 16).replace('T', ' ')} UTC`
  if (trigger === 'webhook') return 'Delivery to the webhook'
  return nameIn(input) ?? 'Started by hand'
}

function nameIn({ lead }: JsonObject): string | null {
  return isPlainObject(lead) && typeof lead.name === 'string' ? lead.name : null
}
