/**
 * Runs that are started by the clock. A schedule is a row with the time of its next slot; whoever finds it due starts the
 * runs of its slots, each under a key made of the slot, so that none can start twice. All times are the database's.
 */

import { type Context, inOrganization, type Kit } from '#platform/context.ts'
import type { JsonObject } from '#platform/contract/plain-data.ts'
import { sqlState } from '#platform/db/database.ts'
import { messageOf } from '#platform/log.ts'
import type { Loop } from '#platform/module.ts'
import { nextSlot, slotsBetween } from './cron.ts'
import { parseCron } from './cron-text.ts'
import { type ScheduleConfig, scheduleConfig } from './nodes/schedule.ts'
import { startRun } from './runs.ts'
import type { TriggerState } from './trigger-sync.ts'

/** A slot that is started within this time is on time; one that is older was missed. */
const ON_TIME_MS = 60_000
/** Most slots that are started at once; of more missed ones only the latest. */
const SLOTS_MAX = 100
const BATCH_MAX = 20
const POLL_MS = 1_000
const WAIT_MS_MIN = 10
const POSTPONE_MS = 3_600_000

// Locks the next slot first, as those who fire do, so that what is read afterwards is not about to change.
const LOCK = `
  select s.cron, s.time_zone
  from flow.schedule_due d join flow.schedules s on s.org_id = $1 and s.workflow_id = d.workflow_id
  where d.org_id = $1 and d.workflow_id = $2 for update of d`

const KEEP = `
  insert into flow.schedules (org_id, workflow_id, version_id, cron, time_zone, missed, input, is_active)
  values ($1, $2, $3, $4, $5, $6, $7, $8)
  on conflict (org_id, workflow_id) do update set version_id = excluded.version_id, cron = excluded.cron,
    time_zone = excluded.time_zone, missed = excluded.missed, input = excluded.input, is_active = excluded.is_active
  returning now() as now`

const SET_DUE = `
  insert into flow.schedule_due (org_id, workflow_id, due_at) values ($1, $2, $3)
  on conflict (org_id, workflow_id) do update set due_at = excluded.due_at`

/**
 * Keeps the row of a workflow that starts by the clock; one that starts otherwise has none. A schedule that is new,
 * changed or resumed begins with the first slot from now on; one that is published again as it was goes on as it was.
 */
export async function syncSchedule(ctx: Context, state: TriggerState): Promise<void> {
  const { workflowId, versionId, isActive, trigger } = state
  const key = [ctx.orgId, workflowId]
  if (trigger?.type !== 'schedule') {
    await ctx.db.query('delete from flow.schedules where org_id = $1 and workflow_id = $2', key)
    return
  }
  const { cron, timeZone, missed, input } = scheduleConfig.parse(trigger.config)
  const before = await ctx.db.query<{ cron: string; time_zone: string }>(LOCK, key)
  const [known] = before.rows
  const kept = await ctx.db.query<{ now: Date }>(KEEP, [
    ...key,
    versionId,
    cron,
    timeZone,
    missed,
    JSON.stringify(input ?? {}),
    isActive,
  ])
  if (isActive && known?.cron === cron && known.time_zone === timeZone) return
  const now = kept.rows[0]?.now.getTime() ?? 0
  await setDue(ctx, workflowId, isActive ? nextSlot(parseCron(cron), timeZone, now) : null)
  ctx.db.afterCommit(() => ctx.kit.wake.signal('schedules'))
}

async function setDue(ctx: Context, workflowId: string, dueAt: number | null): Promise<void> {
  const key = [ctx.orgId, workflowId]
  if (dueAt !== null) await ctx.db.query(SET_DUE, [...key, new Date(dueAt)])
  else await ctx.db.query('delete from flow.schedule_due where org_id = $1 and workflow_id = $2', key)
}

const FIND_DUE = `
  select org_id from flow.schedule_due where due_at <= now() group by org_id order by min(due_at) limit 64`

// The workflow is locked as starting a run will lock it. One that is just being published is passed over: who
// publishes waits for the slot, so waiting for the workflow here could be for ever.
const CLAIM = `
  select d.workflow_id, d.due_at, s.cron, s.time_zone, s.missed, s.input, now() as now
  from flow.schedule_due d
  join flow.schedules s on s.org_id = $1 and s.workflow_id = d.workflow_id
  join flow.workflows w on w.org_id = $1 and w.id = d.workflow_id
  where d.org_id = $1 and d.due_at <= now()
  order by d.due_at limit ${BATCH_MAX}
  for update of d, s skip locked for key share of w skip locked`

interface Due {
  workflow_id: string
  due_at: Date
  cron: string
  time_zone: string
  missed: ScheduleConfig['missed']
  input: JsonObject
  now: Date
}

/**
 * Starts the runs of all slots that are due, in one transaction for each organization. Any number of workers may do this at
 * once. Returns how many schedules were due.
 */
export async function fireDue(kit: Kit): Promise<number> {
  const found = await kit.db.withDispatch(tx => tx.query<{ org_id: string }>(FIND_DUE))
  let fired = 0
  for (const { org_id: orgId } of found.rows) {
    try {
      fired += await inOrganization(kit, { orgId, actor: { type: 'system', name: 'schedules' } }, fireIn)
    } catch (error) {
      kit.log.error({ org: orgId, error: messageOf(error) }, 'flow.schedules_failed')
    }
  }
  return fired
}

async function fireIn(ctx: Context): Promise<number> {
  const claimed = await ctx.db.query<Due>(CLAIM, [ctx.orgId])
  for (const due of claimed.rows) {
    const { slots, next } = planned(ctx, due)
    let last: number | null = null
    for (const slot of slots) if (await startSlot(ctx, due, slot)) last = slot
    await setDue(ctx, due.workflow_id, next)
    if (last === null) continue
    await ctx.db.query('update flow.schedules set last_slot = $3 where org_id = $1 and workflow_id = $2', [
      ctx.orgId,
      due.workflow_id,
      new Date(last),
    ])
  }
  return claimed.rows.length
}

/** The slots to start now and the one to wait for. */
function planned(ctx: Context, due: Due): { slots: readonly number[]; next: number | null } {
  const now = due.now.getTime()
  try {
    const cron = parseCron(due.cron)
    const passed = { after: due.due_at.getTime() - 1, upTo: now, most: SLOTS_MAX }
    return {
      slots: chosen(due.missed, slotsBetween(cron, due.time_zone, passed), now),
      next: nextSlot(cron, due.time_zone, now),
    }
  } catch (error) {
    // Such as a time zone that an update took away: tried again later, and no other schedule waits for it.
    ctx.log.error({ workflow: due.workflow_id, error: messageOf(error) }, 'flow.schedule_unreadable')
    return { slots: [], next: now + POSTPONE_MS }
  }
}

/** Which of the passed slots are started: those on time always, missed ones by the schedule's policy. */
function chosen(missed: Due['missed'], slots: readonly number[], now: number): readonly number[] {
  if (missed === 'all') return slots
  const onTime = slots.filter(slot => now - slot <= ON_TIME_MS)
  return missed === 'one' && onTime.length === 0 ? slots.slice(-1) : onTime
}

/** Starts the run of a slot. One that is refused is skipped, so that it cannot hold up the slots after it. */
async function startSlot(ctx: Context, due: Due, slot: number): Promise<boolean> {
  const iso = new Date(slot).toISOString()
  await ctx.db.settle()
  ctx.db.send('savepoint slot')
  try {
    await startRun(ctx, {
      workflowId: due.workflow_id,
      trigger: 'schedule',
      input: { ...due.input, schedule: { slot: iso, timeZone: due.time_zone } },
      idempotencyKey: `schedule:${iso}`,
    })
    await ctx.db.settle()
    ctx.db.send('release savepoint slot')
    return true
  } catch (error) {
    // A transaction that the database gave up, or lost, is no refusal: it is done again from its beginning.
    if (/^(08|40|53|57)/.test(sqlState(error) ?? '')) throw error
    ctx.db.discard()
    await ctx.db.settle().catch(() => {})
    await ctx.db.query('rollback to savepoint slot')
    ctx.log.warn({ workflow: due.workflow_id, slot: iso, error: messageOf(error) }, 'flow.slot_refused')
    return false
  }
}

const UNTIL_NEXT = `
  select extract(epoch from min(due_at) - now())::float8 * 1000 as ms from flow.schedule_due where due_at > now()`

/** Looks for due slots about once a second, and when the next one comes up or a schedule is published. */
export const scheduleLoop: Loop = {
  name: 'schedules',
  async run(kit, worker, abort) {
    while (!abort.aborted) {
      let waitMs = POLL_MS
      try {
        if (worker.isAlive() && (await fireDue(kit)) > 0) continue
        const next = await kit.db.withDispatch(tx => tx.query<{ ms: number | null }>(UNTIL_NEXT))
        waitMs = Math.max(WAIT_MS_MIN, Math.min(POLL_MS, next.rows[0]?.ms ?? POLL_MS))
      } catch (error) {
        kit.log.error({ error: messageOf(error) }, 'flow.schedules_failed')
      }
      await kit.wake.wait('schedules', waitMs, abort)
    }
  },
}
