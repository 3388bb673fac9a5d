import type { z } from 'zod'
import type { GlobalContext } from '#platform/context.ts'
import type { RouteReply } from '#platform/contract/route.ts'
import { generalErrors } from '#platform/errors.ts'
import { deviceWords } from './device-words.ts'
import type { Kept } from './sessions.ts'
import type { listSignIns, SignIn } from './sign-ins-api.ts'

/** More than these are not listed; the oldest fall away first. */
const SHOWN_MAX = 200

interface Row {
  id: string
  kind: 'browser' | 'api'
  user_agent: string
  address: string
  created_at: Date
  seen_at: Date
}

const LIVING = `
  select id, 'browser' as kind, user_agent, address, created_at, last_seen_at as seen_at
  from iam.sessions where user_id = $1 and now() < least(idle_expires_at, expires_at)
  union all
  select id, 'api', user_agent, address, created_at, last_used_at
  from iam.token_families where user_id = $1 and now() < expires_at and revoked_at is null
  order by seen_at desc limit ${SHOWN_MAX}`

const COPIED = `
  select id, user_agent, revoked_at from iam.token_families
  where user_id = $1 and revoked_because = 'reused' and reuse_seen_at is null order by revoked_at desc limit 20`

/** Where a person is signed in, the last used first, and what was signed out because a copied token was used. */
export async function signInsOf(
  ctx: GlobalContext,
  userId: string,
  here: Kept,
): Promise<RouteReply<typeof listSignIns>> {
  const living = await ctx.db.query<Row>(LIVING, [userId])
  const copied = await ctx.db.query<{ id: string; user_agent: string; revoked_at: Date }>(COPIED, [userId])
  return {
    items: living.rows.map(row => shown(row, here)),
    copiedTokens: copied.rows.map(row => ({
      id: row.id,
      device: deviceWords(row.user_agent),
      at: row.revoked_at.toISOString(),
    })),
  }
}

function shown(row: Row, here: Kept): z.input<typeof SignIn> {
  return {
    id: row.id,
    kind: row.kind,
    device: deviceWords(row.user_agent),
    address: row.address,
    current: row.id === here.sessionId || row.id === here.familyId,
    createdAt: row.created_at.toISOString(),
    lastSeenAt: row.seen_at.toISOString(),
  }
}

/** Signs a person out in one place. Throws `request.not_found` for a place that is not theirs or is over. */
export async function endSignIn(ctx: GlobalContext, userId: string, signInId: string): Promise<void> {
  const session = await ctx.db.query('delete from iam.sessions where id = $1 and user_id = $2', [
    signInId,
    userId,
  ])
  if (session.rowCount !== 0) return
  const family = await ctx.db.query(
    `update iam.token_families set revoked_at = now(), revoked_because = 'signed_out'
     where id = $1 and user_id = $2 and revoked_at is null`,
    [signInId, userId],
  )
  if (family.rowCount === 0) throw generalErrors.not_found()
}

/** Remembers that the person was told of copied tokens. */
export async function seeCopiedTokens(ctx: GlobalContext, userId: string): Promise<void> {
  await ctx.db.query(
    `update iam.token_families set reuse_seen_at = now()
     where user_id = $1 and revoked_because = 'reused' and reuse_seen_at is null`,
    [userId],
  )
}
