import type { Context } from '#platform/context.ts'
import { generalErrors } from '#platform/errors.ts'
import { type ListRequest, pageOfRows, readIdCursor } from '#platform/http/page.ts'
import { newId } from '#platform/ids.ts'
import { isNarrowed } from '#platform/owned.ts'
import { intakeErrors } from '../errors.ts'
import { listStatuses } from '../lead-statuses.ts'
import type { LeadAct, LeadActKind, LeadActProblem, LeadActStatus } from './lead-acts-api.ts'

interface ActRow {
  id: string
  workflow_id: string
  kind: LeadActKind
  title: string
  status: LeadActStatus
  total: number
  done: number
  failed: number
  actor: { type: string; userId?: string }
  reason: string | null
  may_undo: boolean
  undo_until: Date
  undone_by: string | null
  created_at: Date
  finished_at: Date | null
}

// What cannot be taken back: what goes on, what was taken back, taking back itself, what did nothing, and what is too old.
const UNDOABLE = `status in ('done', 'failed', 'cancelled') and kind <> 'undo' and undone_by is null and done > 0
  and undo_until > now()`

const SELECT = `
  select id, workflow_id, kind, title, status, total, done, failed, actor, reason, ${UNDOABLE} as may_undo, undo_until,
    undone_by, created_at, finished_at
  from intake.lead_acts where org_id = $1`

/** Whoever sees a part of the leads sees their own acts: how many another one reached may say what is hidden from them. */
function ownOnly(ctx: Context, parameter: string): string {
  return ` and (not ${String(isNarrowed(ctx))} or actor = ${parameter}::jsonb)`
}

const actorText = (ctx: Context) => JSON.stringify(ctx.actor)

/** A page of the acts over many leads of a workflow, the newest first. Throws `request.not_found` for one without a board. */
export async function listLeadActs(
  ctx: Context,
  workflowId: string,
  query: ListRequest,
): Promise<{ items: LeadAct[]; nextCursor: string | null }> {
  if ((await listStatuses(ctx, workflowId)).length === 0) throw generalErrors.not_found()
  const found = await ctx.db.query<ActRow>(
    `${SELECT}${ownOnly(ctx, '$2')} and workflow_id = $3 and ($4::uuid is null or id < $4) order by id desc limit $5`,
    [ctx.orgId, actorText(ctx), workflowId, readIdCursor(query), query.limit + 1],
  )
  return pageOfRows(query, found.rows, actOf)
}

/** One act over many leads. Throws `request.not_found`. */
export async function getLeadAct(ctx: Context, actId: string): Promise<LeadAct> {
  const found = await ctx.db.query<ActRow>(`${SELECT}${ownOnly(ctx, '$2')} and id = $3`, [
    ctx.orgId,
    actorText(ctx),
    actId,
  ])
  const row = found.rows[0]
  if (!row) throw generalErrors.not_found()
  return actOf(row)
}

/** The leads that an act left as they are, in the order in which it met them. Throws `request.not_found`. */
export async function listLeadActProblems(
  ctx: Context,
  actId: string,
  query: ListRequest,
): Promise<{ items: LeadActProblem[]; nextCursor: string | null }> {
  await getLeadAct(ctx, actId)
  // What is known of a lead comes into sight with it, and here is only that it was met.
  const found = await ctx.db.unnarrowed(() =>
    ctx.db.query<{ id: string; problem: string }>(
      `select lead_id as id, problem from intake.lead_act_items
       where org_id = $1 and act_id = $2 and problem is not null and ($3::uuid is null or lead_id > $3)
       order by lead_id limit $4`,
      [ctx.orgId, actId, readIdCursor(query), query.limit + 1],
    ),
  )
  const named = await ctx.db.query<{ id: string; name: string }>(
    'select id, name from intake.leads where org_id = $1 and id = any($2) and deleted_at is null',
    [ctx.orgId, found.rows.map(({ id }) => id)],
  )
  const names = new Map(named.rows.map(({ id, name }) => [id, name]))
  return pageOfRows(query, found.rows, ({ id, problem }) => ({
    leadId: id,
    leadName: names.get(id) ?? null,
    message: problem,
  }))
}

/** What begins an act; what is left out says nothing. */
export interface NewAct {
  readonly workflowId: string
  readonly kind: LeadActKind
  readonly title: string
  readonly total: number
  readonly ofStatus?: string | undefined
  readonly ofOwnerId?: string | undefined
  readonly filter?: string | undefined
  readonly toStatus?: string | undefined
  readonly toPlace?: string | undefined
  readonly toOwnerId?: string | null | undefined
  readonly undoes?: string | undefined
}

/** Writes down that an act over many leads begins, and gives its id. */
export async function beginAct(ctx: Context, act: NewAct): Promise<string> {
  const id = newId()
  await ctx.db.query(
    `insert into intake.lead_acts (org_id, id, workflow_id, kind, title, total, actor, of_status, of_owner_id, filter, to_status,
       to_place, to_owner_id, undoes)
     values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)`,
    [
      ctx.orgId,
      id,
      act.workflowId,
      act.kind,
      [...act.title].slice(0, 300).join(''),
      act.total,
      actorText(ctx),
      act.ofStatus ?? null,
      act.ofOwnerId ?? null,
      act.filter || null,
      act.toStatus ?? null,
      act.toPlace ?? null,
      act.toOwnerId ?? null,
      act.undoes ?? null,
    ],
  )
  tellOpenPages(ctx, id)
  return id
}

/** Ends an act that is running; whoever comes second changes nothing. What it took back is marked as taken back. */
export async function endAct(
  ctx: Context,
  actId: string,
  status: 'done' | 'failed' | 'cancelled',
  reason?: string,
): Promise<void> {
  const ended = await ctx.db.query<{ undoes: string | null }>(
    `update intake.lead_acts set status = $3, finished_at = now(), reason = $4, filter = null,
       total = case when $3 = 'done' then done + failed else total end
     where org_id = $1 and id = $2 and status = 'running' returning undoes`,
    [ctx.orgId, actId, status, reason === undefined ? null : [...reason].slice(0, 300).join('')],
  )
  const [row] = ended.rows
  if (!row) return
  if (row.undoes !== null) {
    // Stopped half-way it can be begun anew: what was put back already is found as it should be.
    await ctx.db.query(
      `update intake.lead_acts set status = case when $3 then 'undone' else coalesce(ended_as, 'done') end,
         undone_by = case when $3 then undone_by end
       where org_id = $1 and id = $2 and status = 'undoing'`,
      [ctx.orgId, row.undoes, status === 'done'],
    )
    tellOpenPages(ctx, row.undoes)
  }
  tellOpenPages(ctx, actId)
}

/** Stops an act that is running. Throws `request.not_found`, `intake.lead_act_not_running`. */
export async function cancelLeadAct(ctx: Context, actId: string): Promise<LeadAct> {
  await lockAct(ctx, actId)
  const { status } = await getLeadAct(ctx, actId)
  if (status !== 'running') throw intakeErrors.lead_act_not_running()
  await endAct(ctx, actId, 'cancelled')
  return getLeadAct(ctx, actId)
}

/** Makes everybody else who works on the act wait until this transaction ends. */
export async function lockAct(ctx: Context, actId: string): Promise<void> {
  await ctx.db.query('select 1 from intake.lead_acts where org_id = $1 and id = $2 for update', [
    ctx.orgId,
    actId,
  ])
}

/** Forgets acts that can no longer be taken back, and what they came to; `limit` at once. Gives how many went. */
export async function forgetLeadActs(ctx: Context, limit: number): Promise<number> {
  const gone = await ctx.db.query(
    `delete from intake.lead_acts where org_id = $1 and id in (
       select id from intake.lead_acts where org_id = $1 and undo_until < now() and status <> 'running'
       order by undo_until limit $2)`,
    [ctx.orgId, limit],
  )
  return gone.rowCount ?? 0
}

/** Pages that show how far an act is read it again once this is durable. */
export function tellOpenPages(ctx: Context, actId: string): void {
  const subjects = [{ type: 'lead_act', id: actId }]
  ctx.db.afterCommit(() =>
    ctx.kit.live.send({ id: newId(), orgId: ctx.orgId, type: 'lead_act.progressed', subjects }),
  )
}

function actOf(row: ActRow): LeadAct {
  return {
    id: row.id,
    workflowId: row.workflow_id,
    kind: row.kind,
    title: row.title,
    status: row.status,
    total: row.total,
    done: row.done,
    failed: row.failed,
    byUserId: row.actor.type === 'user' ? (row.actor.userId ?? null) : null,
    mayUndo: row.may_undo,
    undoUntil: row.undo_until.toISOString(),
    undoneBy: row.undone_by,
    reason: row.reason,
    createdAt: row.created_at.toISOString(),
    finishedAt: row.finished_at?.toISOString() ?? null,
  }
}
