import { audit } from '#platform/audit/audit.ts'
import type { Context } from '#platform/context.ts'
import { generalErrors } from '#platform/errors.ts'
import { publish } from '#platform/events/publish.ts'
import { newId } from '#platform/ids.ts'
import { recordAccess, requireWritable } from '#platform/owned.ts'
import { type NewShare, recordShared, recordUnshared, type Share } from './access-api.ts'
import { iamErrors } from './errors.ts'

const SHARES_MAX = 1_000

interface ShareRow {
  id: string
  object: string
  record_id: string
  access: Share['access']
  user_id: string | null
  user_name: string | null
  user_email: string | null
  team_id: string | null
  team_name: string | null
  created_at: Date
}

const SELECT = `
  select s.id, s.object, s.record_id, s.access, s.user_id, u.name as user_name, u.email as user_email, s.team_id,
    t.name as team_name, s.created_at
  from iam.shares s
  left join iam.users u on u.id = s.user_id
  left join iam.teams t on t.org_id = $1 and t.id = s.team_id
  where s.org_id = $1`

function shareOf(row: ShareRow): Share {
  return {
    id: row.id,
    object: row.object,
    recordId: row.record_id,
    user:
      row.user_id === null
        ? null
        : { id: row.user_id, name: row.user_name ?? '', email: row.user_email ?? '' },
    team: row.team_id === null ? null : { id: row.team_id, name: row.team_name ?? '' },
    access: row.access,
    createdAt: row.created_at.toISOString(),
  }
}

/** Whom a record is shared with, the oldest share first; nobody for a record that is not in sight. */
export async function listShares(ctx: Context, object: string, recordId: string): Promise<Share[]> {
  if ((await recordAccess(ctx, object, recordId)) === null) return []
  const found = await ctx.db.query<ShareRow>(
    `${SELECT} and s.object = $2 and s.record_id = $3 order by s.id limit ${SHARES_MAX}`,
    [ctx.orgId, object, recordId],
  )
  return found.rows.map(shareOf)
}

/**
 * Shares a record with a member or a team; shared already, it changes what they may do. Throws `request.not_found` for the
 * record, the member or the team, `request.read_only`, and `iam.shares_full`.
 */
export async function shareRecord(ctx: Context, share: NewShare): Promise<Share> {
  const { object, recordId, access } = share
  await requireWritable(ctx, object, recordId)
  const withUser = share.userId !== undefined
  const target = share.userId ?? share.teamId
  const column = withUser ? 'user_id' : 'team_id'
  const known = await ctx.db.query(
    withUser
      ? 'select 1 from iam.members where org_id = $1 and user_id = $2'
      : 'select 1 from iam.teams where org_id = $1 and id = $2',
    [ctx.orgId, target],
  )
  if (known.rowCount === 0) throw generalErrors.not_found()
  const userId = ctx.actor.type === 'user' ? ctx.actor.userId : null
  const stored = await ctx.db.query<{ id: string }>(
    `insert into iam.shares (org_id, id, object, record_id, ${column}, access, created_by)
     select $1, $2, $3, $4, $5, $6, $7
     where (select count(*) from (select from iam.shares where org_id = $1 and ${column} = $5 limit ${SHARES_MAX}) s) < ${SHARES_MAX}
     on conflict (org_id, ${column}, object, record_id) where ${column} is not null do update set access = excluded.access
     returning id`,
    [ctx.orgId, newId(), object, recordId, target, access, userId],
  )
  const id = stored.rows[0]?.id
  if (id === undefined) throw iamErrors.shares_full()
  const about = { object, recordId, userId: share.userId ?? null, teamId: share.teamId ?? null, access }
  await audit(ctx, { action: 'record.shared', object: { type: object, id: recordId }, after: about })
  await publish(ctx, recordShared, { subjects: subjectsOf(about), payload: about })
  const found = await ctx.db.query<ShareRow>(`${SELECT} and s.id = $2`, [ctx.orgId, id])
  if (!found.rows[0]) throw generalErrors.not_found()
  return shareOf(found.rows[0])
}

/** Takes a share back. Throws `request.not_found` for the share or its record, and `request.read_only`. */
export async function unshareRecord(ctx: Context, shareId: string): Promise<void> {
  const found = await ctx.db.query<ShareRow>(`${SELECT} and s.id = $2`, [ctx.orgId, shareId])
  const row = found.rows[0]
  if (!row) throw generalErrors.not_found()
  const { object, record_id: recordId } = row
  await requireWritable(ctx, object, recordId)
  await ctx.db.query('delete from iam.shares where org_id = $1 and id = $2', [ctx.orgId, shareId])
  const about = { object, recordId, userId: row.user_id, teamId: row.team_id, access: row.access }
  await audit(ctx, { action: 'record.unshared', object: { type: object, id: recordId }, before: about })
  await publish(ctx, recordUnshared, { subjects: subjectsOf(about), payload: about })
}

/** Forgets whom records were shared with that are gone for good. Waits for no answer. */
export function forgetShares(ctx: Context, object: string, recordIds: readonly string[]): void {
  ctx.db.send('delete from iam.shares where org_id = $1 and object = $2 and record_id = any($3::uuid[])', [
    ctx.orgId,
    object,
    recordIds,
  ])
}

function subjectsOf({
  object,
  recordId,
  userId,
}: {
  object: string
  recordId: string
  userId: string | null
}) {
  const record = { type: object, id: recordId }
  return userId === null ? [record] : [record, { type: 'user', id: userId }]
}
