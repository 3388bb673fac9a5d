import { z } from 'zod'
import { listMemberUserIds, notifyMembers } from '#modules/iam/index.ts'
import type { Context } from '#platform/context.ts'
import { generalErrors } from '#platform/errors.ts'
import { pageOfRows, readIdCursor } from '#platform/http/page.ts'
import type { Approval } from './control-api.ts'
import { flowErrors } from './errors.ts'
import { tellRuns } from './news.ts'
import { runSeen } from './run-sight.ts'
import type { Effect } from './run-state.ts'
import type { ClaimedRun } from './store.ts'

const Roles = z.array(z.enum(['owner', 'admin', 'manager', 'member'])).min(1)
const Asked = z.object({
  title: z.string(),
  body: z.string(),
  roles: Roles,
  until: z.iso.datetime().nullable(),
})

/** Files what a run asks its members to decide, and tells them, in the transaction that parks the run. */
export async function askApproval(ctx: Context, run: ClaimedRun, effect: Effect): Promise<void> {
  const { title, body, roles, until } = Asked.parse(effect.payload)
  ctx.db.send(
    `insert into flow.approvals (org_id, id, run_id, workflow_id, lead_id, node_id, token, title, body, roles, expires_at)
     values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11) on conflict (org_id, id) do nothing`,
    [
      ctx.orgId,
      effect.id,
      run.runId,
      run.workflowId,
      run.leadId,
      effect.nodeId,
      effect.token,
      title,
      body,
      roles,
      until,
    ],
  )
  await notifyMembers(ctx, {
    kind: 'approvals',
    key: effect.key,
    roles,
    title,
    body,
    link: `/approvals/${effect.id}`,
    ...(run.leadId === null ? {} : { about: { type: 'lead', id: run.leadId } }),
  })
}

interface ApprovalRow {
  id: string
  run_id: string
  workflow_id: string
  workflow_name: string
  lead_id: string | null
  title: string
  body: string
  roles: string[]
  status: Approval['status']
  expires_at: Date | null
  comment: string | null
  decided_by: string | null
  decided_at: Date | null
  created_at: Date
}

const SELECT = `
  select a.id, a.run_id, a.workflow_id, w.name as workflow_name, a.lead_id, a.title, a.body, a.roles, a.status, a.expires_at,
    a.comment, a.decided_by, a.decided_at, a.created_at
  from flow.approvals a join flow.workflows w on w.org_id = $1 and w.id = a.workflow_id
  where a.org_id = $1`

function approvalOf(row: ApprovalRow): Approval {
  return {
    id: row.id,
    runId: row.run_id,
    workflowId: row.workflow_id,
    workflowName: row.workflow_name,
    leadId: row.lead_id,
    title: row.title,
    body: row.body,
    roles: row.roles,
    status: row.status,
    expiresAt: row.expires_at?.toISOString() ?? null,
    comment: row.comment,
    decidedBy: row.decided_by,
    decidedAt: row.decided_at?.toISOString() ?? null,
    createdAt: row.created_at.toISOString(),
  }
}

/** A page of approvals, the newest first. */
export async function listApprovals(
  ctx: Context,
  filter: { status?: Approval['status'] | undefined; limit: number; cursor?: string | undefined },
): Promise<{ items: Approval[]; nextCursor: string | null }> {
  const rows = await ctx.db.query<ApprovalRow>(
    `${SELECT}${runSeen(ctx, 'a')} and ($2::text is null or a.status = $2) and ($3::uuid is null or a.id < $3) order by a.id desc limit $4`,
    [ctx.orgId, filter.status ?? null, readIdCursor(filter), filter.limit + 1],
  )
  return pageOfRows(filter, rows.rows, approvalOf)
}

/** One approval. Throws `not_found`. */
export async function getApproval(ctx: Context, approvalId: string): Promise<Approval> {
  const found = await ctx.db.query<ApprovalRow>(`${SELECT}${runSeen(ctx, 'a')} and a.id = $2`, [
    ctx.orgId,
    approvalId,
  ])
  const row = found.rows[0]
  if (!row) throw generalErrors.not_found()
  return approvalOf(row)
}

/**
 * Decides, for a member with one of the roles that were asked, and lets the run go on. The first decision counts.
 * Throws `flow.approval_not_yours`, or `flow.approval_closed` when it is decided or no longer waited for.
 */
export async function decideApproval(
  ctx: Context,
  approvalId: string,
  { decision, comment }: { decision: 'approved' | 'rejected'; comment: string },
): Promise<Approval> {
  const found = await ctx.db.query<{ run_id: string; token: string; roles: string[]; is_open: boolean }>(
    `select run_id, token, roles, status = 'pending' and (expires_at is null or expires_at > now()) as is_open
     from flow.approvals a where a.org_id = $1 and a.id = $2${runSeen(ctx, 'a')} for update of a`,
    [ctx.orgId, approvalId],
  )
  const row = found.rows[0]
  if (!row) throw generalErrors.not_found()
  const userId = ctx.actor.type === 'user' ? ctx.actor.userId : null
  if (userId !== null) {
    const asked = await listMemberUserIds(ctx, Roles.parse(row.roles))
    if (!asked.includes(userId)) throw flowErrors.approval_not_yours()
  }
  if (!row.is_open) throw flowErrors.approval_closed()
  await ctx.db.query(
    `update flow.approvals set status = $3, comment = $4, decided_by = $5, decided_at = now() where org_id = $1 and id = $2`,
    [ctx.orgId, approvalId, decision, comment, userId],
  )
  const output = { approved: decision === 'approved', comment, decidedBy: userId }
  await tellRuns(ctx, [{ runId: row.run_id, input: { kind: 'answer', token: row.token, output } }])
  return getApproval(ctx, approvalId)
}
