import { formSubmitted } from '#modules/intake/contract.ts'
import type { Context } from '#platform/context.ts'
import { subjectsSeen } from '#platform/owned.ts'
import { slotsBetween } from '../cron.ts'
import { parseCron } from '../cron-text.ts'
import { eventTitle } from '../event-kinds.ts'
import type { GraphNode } from '../graph.ts'
import { eventConfig } from '../nodes/event.ts'
import { type ScheduleConfig, scheduleConfig } from '../nodes/schedule.ts'
import { runSeen } from '../run-sight.ts'
import {
  type EventRow,
  type Occasion,
  occasionOf,
  occasionOfEvent,
  occasionOfRun,
  type RunRow,
  STARTED,
} from './occasions.ts'

/** How far back events are looked for, and how many of all kinds. */
const EVENTS_LOOKED_AT = 50_000
/** What is read of past occasions at most, in bytes as the database holds them. */
const BYTES_MAX = 8 * 1024 * 1024
const SLOTS_MAX = 200
const SLOTS_BACK_MS = 366 * 86_400_000
/** Slots that are found between two turns of others. */
const SLOTS_PIECE = 10
const READ_AT_ONCE = 25

/** What happened lately that has to do with a trigger. */
export interface Recent {
  /** What it is, in plural. */
  readonly what: string
  readonly looked: number
  readonly since: Date | null
  /** Those that would have started a run, the newest first. */
  readonly occasions: readonly Occasion[]
}

/** The last occasions of the kind a trigger waits for, and which of them would have started a run. */
export function recentOccasions(
  ctx: Context,
  workflowId: string,
  trigger: GraphNode | undefined,
  last: number,
): Promise<Recent> {
  switch (trigger?.type) {
    case 'form_submitted':
      return ofEvents(ctx, workflowId, trigger, { type: formSubmitted.type, what: 'form submissions', last })
    case 'event': {
      const { event } = eventConfig.parse(trigger.config)
      return ofEvents(ctx, workflowId, trigger, { type: event, what: `events "${eventTitle(event)}"`, last })
    }
    case 'schedule':
      return ofSlots(ctx, workflowId, scheduleConfig.parse(trigger.config), Math.min(last, SLOTS_MAX))
    case 'webhook':
      return ofRuns(ctx, workflowId, { type: 'webhook', what: 'deliveries to the webhook', last })
    default:
      return ofRuns(ctx, workflowId, { type: 'manual', what: 'starts by hand', last })
  }
}

interface Looked {
  readonly type: string
  readonly what: string
  readonly last: number
}

// A form belongs to one workflow, so that what was sent to others is not looked at.
const EVENTS = (seen: string, run: string) => `
  with found as materialized (
    select e.id, e.type, e.version, e.actor, e.subjects, e.payload, e.created_at from (
      select * from events.events where org_id = $1 order by id desc limit ${EVENTS_LOOKED_AT}
    ) e
    where e.type = $3 and ($5::text is null or e.payload->>'workflowId' = $5)${seen}
    order by e.id desc limit $4
  ), started as (
    select f.*, r.id as run_id, r.input,
      sum(pg_column_size(f.payload) + coalesce(pg_column_size(r.input), 0)) over (order by f.id desc) as bytes
    from found f
    ${STARTED('f', run)}
  )
  select * from started where bytes <= ${BYTES_MAX} order by id desc`

async function ofEvents(
  ctx: Context,
  workflowId: string,
  trigger: GraphNode,
  { type, what, last }: Looked,
): Promise<Recent> {
  const formOf = trigger.type === 'form_submitted' ? workflowId : null
  const found = await ctx.db.query<EventRow>(EVENTS(subjectsSeen(ctx, 'e.subjects'), runSeen(ctx, 'r')), [
    ctx.orgId,
    workflowId,
    type,
    last,
    formOf,
  ])
  const occasions: Occasion[] = []
  for (let from = 0; from < found.rows.length; from += READ_AT_ONCE) {
    const piece = found.rows.slice(from, from + READ_AT_ONCE)
    const read = await Promise.all(piece.map(row => occasionOfEvent(ctx, workflowId, trigger, row)))
    occasions.push(...read.filter(occasion => occasion !== null))
  }
  return { what, looked: found.rows.length, since: found.rows.at(-1)?.created_at ?? null, occasions }
}

async function ofRuns(ctx: Context, workflowId: string, { type, what, last }: Looked): Promise<Recent> {
  const found = await ctx.db.query<RunRow>(
    `select * from (
       select r.id, r.input, r.trigger_type, r.lead_id, r.created_at,
         sum(pg_column_size(r.input)) over (order by r.id desc) as bytes
       from (
         select r.* from flow.runs r
         where r.org_id = $1 and r.workflow_id = $2 and r.trigger_type = $3${runSeen(ctx, 'r')}
         order by r.id desc limit $4
       ) r
     ) s where bytes <= ${BYTES_MAX} order by id desc`,
    [ctx.orgId, workflowId, type, last],
  )
  const { rows } = found
  return {
    what,
    looked: rows.length,
    since: rows.at(-1)?.created_at ?? null,
    occasions: rows.map(occasionOfRun),
  }
}

async function ofSlots(
  ctx: Context,
  workflowId: string,
  { cron, timeZone, input }: ScheduleConfig,
  last: number,
): Promise<Recent> {
  const parsed = parseCron(cron)
  const now = ctx.clock.now().getTime()
  const slots: number[] = []
  for (let upTo = now; slots.length < last; upTo = (slots.at(-1) ?? 0) - 1) {
    const most = Math.min(SLOTS_PIECE, last - slots.length)
    const found = slotsBetween(parsed, timeZone, { after: now - SLOTS_BACK_MS, upTo, most })
    slots.push(...found.toReversed())
    if (found.length < most) break
    await new Promise(resolve => setImmediate(resolve))
  }
  const keys = slots.map(slot => `schedule:${new Date(slot).toISOString()}`)
  const started = await ctx.db.query<{ key: string; run_id: string }>(
    `select k.key, k.run_id from flow.run_keys k join flow.runs r on r.org_id = $1 and r.id = k.run_id
     where k.org_id = $1 and k.workflow_id = $2 and k.key = any($3)${runSeen(ctx, 'r')}`,
    [ctx.orgId, workflowId, keys],
  )
  const runs = new Map(started.rows.map(({ key, run_id }) => [key, run_id]))
  const occasions = slots.map((slot, index) => {
    const at = new Date(slot)
    const given = { ...(input as object), schedule: { slot: at.toISOString(), timeZone } }
    return { ...occasionOf(given, 'made_up', at), runId: runs.get(keys[index] ?? '') ?? null }
  })
  return {
    what: 'times of the schedule',
    looked: slots.length,
    since: occasions.at(-1)?.at ?? null,
    occasions,
  }
}
