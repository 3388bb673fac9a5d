import { getLeadForTemplates, type LeadForTemplates } from '#modules/intake/index.ts'
import type { Context } from '#platform/context.ts'
import type { PublishedEvent } from '#platform/contract/event.ts'
import type { JsonObject } from '#platform/contract/plain-data.ts'
import type { Tx } from '#platform/db/database.ts'
import { AppError } from '#platform/errors.ts'
import type { Condition } from './condition.ts'
import { compileCondition } from './condition-compile.ts'
import { leadOfEvent } from './event-kinds.ts'
import { tellWaiting } from './event-waits.ts'
import { eventConfig } from './nodes/event.ts'
import { startRun } from './runs.ts'
import type { TriggerState } from './trigger-sync.ts'

/** How many runs may follow from one another through events before it is taken for a circle. */
export const CHAIN_MAX = 8

const KEEP = `
  insert into flow.event_triggers (org_id, workflow_id, version_id, event_type, condition, allow_own, is_active)
  values ($1, $2, $3, $4, $5, $6, $7)
  on conflict (org_id, workflow_id) do update set version_id = excluded.version_id, event_type = excluded.event_type,
    condition = excluded.condition, allow_own = excluded.allow_own, is_active = excluded.is_active`

/** Keeps the row of a workflow that starts by an event; one that starts otherwise has none. */
export async function syncEventTrigger(ctx: Context, state: TriggerState): Promise<void> {
  const { workflowId, versionId, isActive, trigger } = state
  if (trigger?.type !== 'event') {
    await ctx.db.query('delete from flow.event_triggers where org_id = $1 and workflow_id = $2', [
      ctx.orgId,
      workflowId,
    ])
    return
  }
  const { event, condition, allowOwn } = eventConfig.parse(trigger.config)
  const test = condition === undefined ? null : JSON.stringify(condition)
  await ctx.db.query(KEEP, [ctx.orgId, workflowId, versionId, event, test, allowOwn, isActive])
}

interface Trigger {
  workflow_id: string
  condition: Condition | null
  allow_own: boolean
}

interface Listening {
  readonly triggers: readonly Trigger[]
  readonly someWait: boolean
}

/**
 * Who listens to a kind of event, read once in a transaction of the dispatcher: all its events were committed before it
 * began, so a run that registers a wait later looks back at them itself.
 */
const listening = new WeakMap<Tx, Map<string, Promise<Listening>>>()

function whoListens(ctx: Context, eventType: string): Promise<Listening> {
  const known = listening.get(ctx.db) ?? new Map<string, Promise<Listening>>()
  listening.set(ctx.db, known)
  const asked = known.get(eventType) ?? readListening(ctx, eventType)
  known.set(eventType, asked)
  return asked
}

async function readListening(ctx: Context, eventType: string): Promise<Listening> {
  const [triggers, waits] = await Promise.all([
    ctx.db.query<Trigger>(
      `select workflow_id, condition, allow_own from flow.event_triggers
       where org_id = $1 and event_type = $2 and is_active order by workflow_id`,
      [ctx.orgId, eventType],
    ),
    ctx.db.query('select 1 from flow.waits where org_id = $1 and event_type = $2 limit 1', [
      ctx.orgId,
      eventType,
    ]),
  ])
  return { triggers: triggers.rows, someWait: waits.rows.length > 0 }
}

/** What workflows do about an event: those that start by it start, and runs that wait for it go on. */
export async function hearEvent(ctx: Context, event: PublishedEvent): Promise<void> {
  const { triggers, someWait } = await whoListens(ctx, event.type)
  if (someWait) await tellWaiting(ctx, event)
  if (triggers.length > 0) await startByEvent(ctx, event, triggers)
}

async function startByEvent(
  ctx: Context,
  event: PublishedEvent,
  triggers: readonly Trigger[],
): Promise<void> {
  const leadId = leadOfEvent(event)
  const [cause, lead] = await Promise.all([causeOf(ctx, event), leadIfThere(ctx, leadId)])
  const { id, type } = event
  const now = ctx.clock.now().getTime()
  const willing = triggers.filter(
    ({ workflow_id, allow_own, condition }) =>
      (allow_own || workflow_id !== cause.workflowId) && startsBy(event, lead, condition, now),
  )
  if (willing.length === 0) return
  const depth = cause.depth + 1
  if (depth > CHAIN_MAX) {
    const workflowIds = willing.map(({ workflow_id }) => workflow_id)
    const about = { event: id, type, depth, workflows: workflowIds.join(' ') }
    ctx.log.warn(about, 'flow.event_chain_too_long')
    return
  }
  const input = inputOfEvent(event, lead, depth)
  for (const { workflow_id: workflowId } of willing) {
    await startUnlessRefused(ctx, {
      workflowId,
      trigger: 'event',
      input,
      ...(lead ? { leadId: lead.id } : {}),
      idempotencyKey: `event:${id}`,
    })
  }
}

function toldOf({ id, type, payload, at }: PublishedEvent) {
  return { id, type, payload, at: at.toISOString() }
}

/** Whether the condition of a trigger holds for an event, at a time in milliseconds. */
export function startsBy(
  event: PublishedEvent,
  lead: LeadForTemplates | null,
  condition: Condition | null,
  now: number,
): boolean {
  const scope = { ...lead?.fields, event: toldOf(event), ...(lead ? { lead } : {}) }
  return condition === null || compileCondition(condition).test(scope, now)
}

/** What a run that an event starts is given; `depth` is how many runs led to it, itself included. */
export function inputOfEvent(
  event: PublishedEvent,
  lead: LeadForTemplates | null,
  depth: number,
): JsonObject {
  return { event: { ...toldOf(event), depth }, ...(lead ? { lead } : {}) } as unknown as JsonObject
}

/**
 * A workflow that was paused or deleted while the event was on its way, or that refuses more runs, starts none, which is
 * no failure of the event. What a refused start has written by then is taken back, and nothing else of the transaction.
 */
async function startUnlessRefused(ctx: Context, start: Parameters<typeof startRun>[1]): Promise<void> {
  const { db, log } = ctx
  db.flush()
  db.send('savepoint start')
  try {
    await startRun(ctx, start)
    await db.settle()
    db.send('release savepoint start')
  } catch (error) {
    if (!(error instanceof AppError) || error.status >= 500) throw error
    db.discard()
    await db.settle()
    await db.query('rollback to savepoint start')
    const { workflowId, idempotencyKey } = start
    log.info({ workflowId, idempotencyKey, reason: error.code }, 'flow.event_start_refused')
  }
}

/** The lead as it is now; null when there is none, or none that may be seen. */
export async function leadIfThere(ctx: Context, leadId: string | null): Promise<LeadForTemplates | null> {
  if (leadId === null) return null
  try {
    return await getLeadForTemplates(ctx, leadId)
  } catch (error) {
    // A lead that was deleted since is no reason to lose the event.
    if (error instanceof AppError && error.status === 404) return null
    throw error
  }
}

/** The run that made an event happen and how many runs led to it; depth 0 when it was no run. */
interface Cause {
  readonly workflowId: string | null
  readonly depth: number
}

// A child run has an input of its own, so the longest chain is looked for among those that started it.
const CAUSE = `
  with recursive line as (
    select r.workflow_id, r.parent_run_id, r.input #> '{event,depth}' as depth, 0 as up
    from flow.runs r where r.org_id = $1 and r.id = $2
    union all
    select r.workflow_id, r.parent_run_id, r.input #> '{event,depth}', line.up + 1
    from line join flow.runs r on r.org_id = $1 and r.id = line.parent_run_id
    where line.up < 20
  )
  select workflow_id, depth, up from line order by up`

/** Which workflow made an event happen, and how many runs led to it. */
export async function causeOf(ctx: Context, event: PublishedEvent): Promise<Cause> {
  const published = await ctx.db.query<{ run_id: string | null }>(
    `select actor->>'runId' as run_id from events.events where org_id = $1 and id = $2`,
    [ctx.orgId, event.id],
  )
  // What a run left to a job, such as an e-mail, is its doing as well.
  const runId = published.rows[0]?.run_id ?? event.subjects.find(({ type }) => type === 'run')?.id
  if (runId === undefined) return { workflowId: null, depth: 0 }
  const line = await ctx.db.query<{ workflow_id: string; depth: unknown }>(CAUSE, [ctx.orgId, runId])
  const depths = line.rows.map(({ depth }) => (Number.isSafeInteger(depth) ? Number(depth) : 0))
  return { workflowId: line.rows[0]?.workflow_id ?? null, depth: Math.max(0, ...depths) }
}
