import type { Context } from '#platform/context.ts'
import { generalErrors } from '#platform/errors.ts'
import { tellRuns } from './news.ts'

const RUNS_MAX = 1_000

/**
 * Asks the runs of one version that are under way to go on with the published one; each decides for itself when it is
 * next taken up, and says in its log why it stays when it does. At most a thousand at a time. Returns how many.
 */
export async function migrateRuns(
  ctx: Context,
  workflowId: string,
  { fromVersion, nodes }: { fromVersion: number; nodes: Record<string, string> },
): Promise<number> {
  const found = await ctx.db.query<{ latest_id: string | null; old_id: string | null }>(
    `select w.published_version_id as latest_id, v.id as old_id
     from flow.workflows w left join flow.versions v on v.org_id = $1 and v.workflow_id = w.id and v.number = $3
     where w.org_id = $1 and w.id = $2 and w.deleted_at is null`,
    [ctx.orgId, workflowId, fromVersion],
  )
  const row = found.rows[0]
  if (!row || row.old_id === null || row.latest_id === null) throw generalErrors.not_found()
  if (row.old_id === row.latest_id) return 0
  const versionId = row.latest_id
  const runs = await ctx.db.query<{ id: string }>(
    `select id from flow.runs where org_id = $1 and workflow_id = $2 and version_id = $3
       and status not in ('completed', 'failed', 'cancelled')
     order by id limit ${RUNS_MAX}`,
    [ctx.orgId, workflowId, row.old_id],
  )
  await tellRuns(
    ctx,
    runs.rows.map(({ id }) => ({ runId: id, input: { kind: 'migrate', versionId, nodes } })),
  )
  return runs.rows.length
}
