import type { GlobalContext } from '#platform/context.ts'
import { type ListRequest, pageOfRows, readIdCursor } from '#platform/http/page.ts'
import { newId } from '#platform/ids.ts'
import type { PlatformAct } from './platform-admins-api.ts'

export interface PlatformDeed {
  readonly action:
    | 'organization.suspended'
    | 'organization.reactivated'
    | 'organization.deleted'
    | 'user.suspended'
    | 'user.reactivated'
    | 'user.second_factors_reset'
    | 'user.admin_granted'
    | 'user.admin_revoked'
  readonly subjectType: PlatformAct['subjectType']
  readonly subjectId: string
  /** In the words of the one who did it. */
  readonly reason: string
  readonly address: string
}

/** Writes down what was done to an organization or a user as a whole, in the transaction that does it; it stays for good. */
export async function notePlatformAct(ctx: GlobalContext, deed: PlatformDeed): Promise<void> {
  const { actor } = ctx
  await ctx.db.query(
    `insert into iam.platform_audit (id, actor_user_id, action, subject_type, subject_id, reason, address, request_id)
     values ($1, $2, $3, $4, $5, $6, $7, $8)`,
    [
      newId(),
      actor.type === 'user' ? actor.userId : null,
      deed.action,
      deed.subjectType,
      deed.subjectId,
      deed.reason,
      deed.address.slice(0, 64),
      ctx.requestId.slice(0, 64),
    ],
  )
}

interface Row {
  id: string
  actor: string | null
  action: string
  subject_type: PlatformAct['subjectType']
  subject_id: string
  reason: string
  address: string
  created_at: Date
}

/** A page of what was done, newest first. */
export async function listPlatformActs(
  ctx: GlobalContext,
  query: ListRequest,
): Promise<{ items: PlatformAct[]; nextCursor: string | null }> {
  const found = await ctx.db.query<Row>(
    `select a.id, u.email as actor, a.action, a.subject_type, a.subject_id, a.reason, a.address, a.created_at
     from iam.platform_audit a left join iam.users u on u.id = a.actor_user_id
     where $1::uuid is null or a.id < $1 order by a.id desc limit $2`,
    [readIdCursor(query), query.limit + 1],
  )
  return pageOfRows(query, found.rows, row => ({
    id: row.id,
    at: row.created_at.toISOString(),
    actor: row.actor,
    action: row.action,
    subjectType: row.subject_type,
    subjectId: row.subject_id,
    reason: row.reason,
    address: row.address,
  }))
}
