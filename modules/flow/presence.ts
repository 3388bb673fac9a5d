import type { z } from 'zod'
import { nameMembers } from '#modules/iam/index.ts'
import type { Context } from '#platform/context.ts'
import { newId } from '#platform/ids.ts'
import { PRESENCE_SECONDS, type WorkflowPresence } from './draft-api.ts'
import { requireWorkflow } from './workflows.ts'

type Presence = z.input<typeof WorkflowPresence>

const IS_FRESH = `seen_at > now() - interval '${PRESENCE_SECONDS} seconds'`

/** Who has the workflow open, but for whoever asks. Throws `request.not_found`. */
export async function readPresence(ctx: Context, workflowId: string): Promise<Presence> {
  await requireWorkflow(ctx, workflowId)
  return others(ctx, workflowId)
}

/**
 * Notes that the member has the workflow open and which node is selected there, and tells who else has. Live streams
 * hear of it when that is news. For a program nothing is noted. Throws `request.not_found`.
 */
export async function notePresence(
  ctx: Context,
  workflowId: string,
  nodeId: string | null,
): Promise<Presence> {
  await requireWorkflow(ctx, workflowId)
  const userId = ctx.actor.type === 'user' ? ctx.actor.userId : null
  if (userId !== null) {
    const before = await ctx.db.query<{ node_id: string | null; is_fresh: boolean }>(
      `select node_id, ${IS_FRESH} as is_fresh from flow.presence where org_id = $1 and workflow_id = $2 and user_id = $3`,
      [ctx.orgId, workflowId, userId],
    )
    await ctx.db.query(
      `insert into flow.presence (org_id, workflow_id, user_id, node_id) values ($1, $2, $3, $4)
       on conflict (org_id, workflow_id, user_id) do update set node_id = excluded.node_id, seen_at = now()`,
      [ctx.orgId, workflowId, userId, nodeId],
    )
    const isGone = await forgetGone(ctx)
    const [was] = before.rows
    if (isGone.has(workflowId) || !was?.is_fresh || was.node_id !== nodeId) isGone.add(workflowId)
    tell(ctx, isGone)
  }
  return others(ctx, workflowId)
}

/** Notes that the member has closed the workflow. Throws `request.not_found`. */
export async function endPresence(ctx: Context, workflowId: string): Promise<void> {
  await requireWorkflow(ctx, workflowId)
  if (ctx.actor.type !== 'user') return
  const ended = await ctx.db.query(
    'delete from flow.presence where org_id = $1 and workflow_id = $2 and user_id = $3',
    [ctx.orgId, workflowId, ctx.actor.userId],
  )
  if (ended.rowCount !== 0) tell(ctx, new Set([workflowId]))
}

/** Removes who is gone from every workflow of the organization, so that rows never gather. Returns the workflows. */
async function forgetGone(ctx: Context): Promise<Set<string>> {
  // Rows that others are removing or renewing now are theirs: nobody waits for anybody, and two cannot wait in a circle.
  const gone = await ctx.db.query<{ workflow_id: string }>(
    `delete from flow.presence where org_id = $1 and (workflow_id, user_id) in (
       select workflow_id, user_id from flow.presence where org_id = $1 and not ${IS_FRESH}
       order by seen_at limit 100 for update skip locked)
     returning workflow_id`,
    [ctx.orgId],
  )
  return new Set(gone.rows.map(row => row.workflow_id))
}

async function others(ctx: Context, workflowId: string): Promise<Presence> {
  const found = await ctx.db.query<{ user_id: string; node_id: string | null; seen_at: Date }>(
    `select user_id, node_id, seen_at from flow.presence
     where org_id = $1 and workflow_id = $2 and ${IS_FRESH} order by created_at, user_id limit 100`,
    [ctx.orgId, workflowId],
  )
  const own = ctx.actor.type === 'user' ? ctx.actor.userId : null
  const rows = found.rows.filter(row => row.user_id !== own)
  if (rows.length === 0) return { others: [] }
  const members = await nameMembers(
    ctx,
    rows.map(row => row.user_id),
  )
  const names = new Map(
    members.filter(({ status }) => status === 'active').map(({ userId, name }) => [userId, name]),
  )
  return {
    others: rows.flatMap(row => {
      const name = names.get(row.user_id)
      if (name === undefined) return []
      return { userId: row.user_id, name, nodeId: row.node_id, seenAt: row.seen_at.toISOString() }
    }),
  }
}

function tell(ctx: Context, workflowIds: ReadonlySet<string>): void {
  ctx.db.afterCommit(() => {
    for (const id of workflowIds) {
      const subjects = [{ type: 'workflow', id }]
      ctx.kit.live.send({ id: newId(), orgId: ctx.orgId, type: 'draft.presence', subjects })
    }
  })
}
