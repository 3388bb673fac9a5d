import { type Context, inOrganization, type Kit } from '#platform/context.ts'
import type { PublishedEvent } from '#platform/contract/event.ts'

const BATCH = 500

/** The first event of an organization that is told as it happens: those before it are told by the backfill. */
const BEGIN = `
  insert into crm.timeline_backfills (org_id, until) values ($1, platform.id_floor(now()))
  on conflict (org_id) do nothing`

const STATE = `
  select told_upto, until from crm.timeline_backfills
  where org_id = $1 and finished_at is null for update skip locked`

const EVENTS = `
  select id, type, version, subjects, payload, actor, created_at as at from events.events
  where org_id = $1 and ($2::uuid is null or id > $2) and id < $3 and type = any($4) order by id limit ${BATCH}`

/**
 * Tells the events of an organization from before it had timelines, batch by batch, each in a transaction of its own; whoever is
 * interrupted goes on there, and of two processes one works. Told again, an event changes nothing. Returns how many were told.
 */
export async function backfillTimeline(
  kit: Kit,
  orgId: string,
  types: readonly string[],
  tell: (ctx: Context, event: PublishedEvent) => Promise<void>,
): Promise<number> {
  let told = 0
  for (let count = BATCH; count === BATCH; told += count) {
    count = await inOrganization(kit, { orgId, actor: { type: 'system', name: 'timeline' } }, ctx =>
      tellBatch(ctx, types, tell),
    )
  }
  return told
}

async function tellBatch(
  ctx: Context,
  types: readonly string[],
  tell: (ctx: Context, event: PublishedEvent) => Promise<void>,
): Promise<number> {
  ctx.db.send(BEGIN, [ctx.orgId])
  const state = await ctx.db.query<{ told_upto: string | null; until: string }>(STATE, [ctx.orgId])
  const row = state.rows[0]
  if (!row) return 0
  const found = await ctx.db.query<Omit<PublishedEvent, 'orgId'> & { id: string }>(EVENTS, [
    ctx.orgId,
    row.told_upto,
    row.until,
    types,
  ])
  for (const event of found.rows) await tell(ctx, { ...event, orgId: ctx.orgId })
  const isOver = found.rows.length < BATCH
  ctx.db.send(
    `update crm.timeline_backfills set told_upto = coalesce($2, told_upto), finished_at = case when $3 then now() end
     where org_id = $1`,
    [ctx.orgId, found.rows.at(-1)?.id ?? null, isOver],
  )
  return found.rows.length
}
