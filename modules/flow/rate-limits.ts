import { createHash } from 'node:crypto'
import type { Context } from '#platform/context.ts'
import { changedMeanwhile, isExpected } from '#platform/http/etags.ts'
import { Versioned } from '#platform/http/handlers.ts'
import type { RateLimit } from './rate-api.ts'
import { forgetLimits } from './turns.ts'

/** The limits of an organization by kind and connection, the general ones first, with the version of the whole list. */
export async function readRateLimits(ctx: Context): Promise<Versioned<{ items: RateLimit[] }>> {
  const found = await ctx.db.query<RateLimit>(
    `select kind, connection, calls, per_seconds as "perSeconds" from flow.rate_limits
     where org_id = $1 order by kind, connection`,
    [ctx.orgId],
  )
  const text = JSON.stringify(found.rows)
  return new Versioned({ items: found.rows }, createHash('sha256').update(text).digest('hex').slice(0, 16))
}

// A limit that stays as it is keeps what is left of it; one that changes keeps its turns but promises them anew.
const WRITE = `
  with changed as (
    insert into flow.rate_limits as l (org_id, kind, connection, calls, per_seconds)
    select $1, g.kind, g.connection, g.calls, g.per_seconds
    from unnest($2::text[], $3::text[], $4::int[], $5::int[]) as g (kind, connection, calls, per_seconds)
    order by g.kind, g.connection
    on conflict (org_id, kind, connection) do update set calls = excluded.calls, per_seconds = excluded.per_seconds
    where l.calls <> excluded.calls or l.per_seconds <> excluded.per_seconds
    returning kind, connection, calls
  )
  insert into flow.rate_buckets as b (org_id, kind, connection, tokens)
  select $1, kind, connection, calls from changed order by kind, connection
  on conflict (org_id, kind, connection) do update set free_at = now()`

/**
 * Puts these limits in the place of all that the organization had. Throws `request.changed_meanwhile` when that is none of
 * the expected versions.
 */
export async function writeRateLimits(
  ctx: Context,
  limits: readonly RateLimit[],
  expected: readonly string[] | null = null,
): Promise<void> {
  // A list has no row of its own to lock; one writer at a time keeps what was compared true until it is replaced.
  await ctx.db.query(`select pg_advisory_xact_lock(hashtextextended('flow.rate_limits ' || $1, 0))`, [
    ctx.orgId,
  ])
  if (expected !== null) {
    const now = await readRateLimits(ctx)
    if (!isExpected(expected, now.version)) throw changedMeanwhile({ items: limits }, now)
  }
  const kinds = limits.map(limit => limit.kind)
  const connections = limits.map(limit => limit.connection)
  ctx.db.send(
    `delete from flow.rate_limits l where l.org_id = $1 and not exists (
       select 1 from unnest($2::text[], $3::text[]) as g (kind, connection)
       where g.kind = l.kind and g.connection = l.connection)`,
    [ctx.orgId, kinds, connections],
  )
  await ctx.db.query(WRITE, [
    ctx.orgId,
    kinds,
    connections,
    limits.map(limit => limit.calls),
    limits.map(limit => limit.perSeconds),
  ])
  ctx.db.afterCommit(() => forgetLimits(ctx.kit, ctx.orgId))
}
