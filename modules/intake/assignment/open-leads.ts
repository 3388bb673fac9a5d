import type { Context } from '#platform/context.ts'

const COUNT = `
  select l.owner_user_id, count(*)::int as count from intake.leads l
  where l.org_id = $1 and l.owner_user_id = any($3::uuid[]) and l.workflow_id = $2 and l.deleted_at is null
    and l.status in (select s.status from intake.lead_statuses s
      where s.org_id = $1 and s.workflow_id = $2 and s.kind = 'open')
  group by l.owner_user_id`

/** How many leads of a workflow some users have in its open columns; who has none is missing. */
export async function countOpenLeads(
  ctx: Context,
  workflowId: string,
  userIds: readonly string[],
): Promise<ReadonlyMap<string, number>> {
  if (userIds.length === 0) return new Map()
  const found = await ctx.db.query<{ owner_user_id: string; count: number }>(COUNT, [
    ctx.orgId,
    workflowId,
    userIds,
  ])
  return new Map(found.rows.map(row => [row.owner_user_id, row.count]))
}
