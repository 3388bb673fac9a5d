/**
 * Runs that wait for an event. What decides is the row in flow.waits: whoever deletes it, the dispatcher of an event or
 * the look back, tells the run, and nobody else can.
 *
 * No wake-up is lost between the two. A wait becomes visible when its checkpoint commits; only then does the engine look
 * back, once, at what was published since. So an event either is committed before the look back, which finds it, or is
 * committed after the wait, which the dispatcher then finds. An event counts when it was written from
 * `since` to before `until`, and was not published by a step of the waiting run itself.
 */

import { type Context, inOrganization, type Kit } from '#platform/context.ts'
import type { PublishedEvent } from '#platform/contract/event.ts'
import type { Json } from '#platform/contract/plain-data.ts'
import type { Tx } from '#platform/db/database.ts'
import { messageOf } from '#platform/log.ts'
import { keyOfEvent } from './event-kinds.ts'
import { type RunNews, tellRuns } from './news.ts'

/** A place of a run that starts to wait. `since` and `until` are RFC 3339. */
export interface EventWait {
  runId: string
  token: string
  eventType: string
  key: string
  since: string
  until: string | null
}

const REGISTER = `
  insert into flow.waits (org_id, run_id, token, event_type, key, since, expires_at)
  values ($1, $2, $3, $4, $5, $6, $7)
  on conflict (org_id, run_id, token) do nothing`

/**
 * Files a wait in the transaction that parks the run. After its commit the engine owes it one `lookBack`; when the
 * place is left by another way, `forgetWaits`.
 */
export async function registerWait(ctx: Context, wait: EventWait): Promise<void> {
  const { runId, token, eventType, key, since, until } = wait
  await ctx.db.query(REGISTER, [ctx.orgId, runId, token, eventType, key, since, until])
}

/** Takes back waits of places that no longer wait, such as after a time-out; unknown ones are passed over. */
export function forgetWaits(tx: Tx, orgId: string, waits: readonly { runId: string; token: string }[]): void {
  if (waits.length === 0) return
  tx.send(
    `delete from flow.waits w using unnest($2::uuid[], $3::text[]) as left_place (run_id, token)
     where w.org_id = $1 and w.run_id = left_place.run_id and w.token = left_place.token`,
    [orgId, waits.map(({ runId }) => runId), waits.map(({ token }) => token)],
  )
}

interface KeyRow {
  orgId: string
  eventId: string
  eventType: string
  key: string
  byRun: string | null
}

function writeKeys(tx: Tx, rows: readonly KeyRow[]): void {
  tx.send(
    `insert into flow.event_keys (org_id, id, event_type, key, by_run)
     select $1, k.* from unnest($2::uuid[], $3::text[], $4::text[], $5::uuid[]) as k`,
    [
      rows[0]?.orgId,
      rows.map(row => row.eventId),
      rows.map(row => row.eventType),
      rows.map(row => row.key),
      rows.map(row => row.byRun),
    ],
  )
}

/** Files an event under what it can be waited for by, in the transaction that publishes it. */
export async function fileEvent(ctx: Context, event: PublishedEvent): Promise<void> {
  const key = keyOfEvent(event)
  if (key === null) return
  const { orgId, actor } = ctx
  const byRun = actor.type === 'run' ? actor.runId : null
  ctx.db.gather(writeKeys, { orgId, eventId: event.id, eventType: event.type, key, byRun })
}

/** What a run is answered when its event has come. */
function answerOf({ id, type, payload, at }: Pick<PublishedEvent, 'id' | 'type' | 'payload' | 'at'>): Json {
  return { event: { id, type, payload: payload as Json, at: at.toISOString() } }
}

// Locked in one order, so that two dispatchers with events for the same runs do not wait for each other.
const TAKE = `
  with matching as materialized (
    select w.run_id, w.token from flow.waits w
    join flow.event_keys k on k.org_id = $1 and k.key = w.key and k.event_type = w.event_type and k.id = $4
    where w.org_id = $1 and w.event_type = $2 and w.key = $3
      and w.since <= k.created_at and (w.expires_at is null or k.created_at < w.expires_at)
      and w.run_id is distinct from k.by_run
    order by w.run_id, w.token for update of w
  )
  delete from flow.waits w using matching m
  where w.org_id = $1 and w.run_id = m.run_id and w.token = m.token
  returning w.run_id, w.token`

/** Tells every run that waits for this event, each once. */
export async function tellWaiting(ctx: Context, event: PublishedEvent): Promise<void> {
  const key = keyOfEvent(event)
  if (key === null) return
  const taken = await ctx.db.query<{ run_id: string; token: string }>(TAKE, [
    ctx.orgId,
    event.type,
    key,
    event.id,
  ])
  const output = answerOf(event)
  const news = taken.rows.map(
    ({ run_id: runId, token }): RunNews => ({ runId, input: { kind: 'answer', token, output } }),
  )
  await tellRuns(ctx, news)
}

// The id begins with a time of the application's clock, which may differ from the database's: a day is more than any
// difference, and the key leaves few rows to look at.
const EARLIER = `
  select w.run_id, w.token, k.id from flow.waits w
  join flow.event_keys k on k.org_id = $1 and k.key = w.key and k.event_type = w.event_type
    and k.id >= platform.id_floor(w.since - interval '1 day')
    and k.created_at >= w.since and (w.expires_at is null or k.created_at < w.expires_at)
    and k.by_run is distinct from w.run_id
  where w.org_id = $1 and w.run_id = $2 and w.token = $3
  order by k.created_at, k.id limit 1`

const LOOKS_MAX = 6
const LOOK_AGAIN_MS = 100

/**
 * Looks once for the first event since the wait began, and tells the run. Call it after the commit that registered
 * the wait, at least once; repeating it is harmless. Answers whether it told the run. A database that does not answer is
 * asked again for some seconds, because nobody else would look.
 */
export async function lookBack(
  kit: Kit,
  place: { orgId: string; runId: string; token: string },
): Promise<boolean> {
  for (let look = 1; ; look++) {
    try {
      return await lookOnce(kit, place)
    } catch (error) {
      if (look >= LOOKS_MAX) throw error
      kit.log.warn({ ...place, error: messageOf(error) }, 'flow.look_back_failed')
      await kit.wake.wait('calm', LOOK_AGAIN_MS * 2 ** look)
    }
  }
}

async function lookOnce(
  kit: Kit,
  { orgId, runId, token }: { orgId: string; runId: string; token: string },
): Promise<boolean> {
  return inOrganization(kit, { orgId, actor: { type: 'system', name: 'flow' } }, async ctx => {
    const earlier = await ctx.db.query<{ id: string }>(EARLIER, [orgId, runId, token])
    const eventId = earlier.rows[0]?.id
    if (eventId === undefined) return false
    const [found, taken] = await Promise.all([
      ctx.db.query<{ id: string; type: string; payload: unknown; at: Date }>(
        'select id, type, payload, created_at as at from events.events where org_id = $1 and id = $2',
        [orgId, eventId],
      ),
      ctx.db.query('delete from flow.waits where org_id = $1 and run_id = $2 and token = $3', [
        orgId,
        runId,
        token,
      ]),
    ])
    const event = found.rows[0]
    if (!event || taken.rowCount === 0) return false
    await tellRuns(ctx, [{ runId, input: { kind: 'answer', token, output: answerOf(event) } }])
    return true
  })
}
