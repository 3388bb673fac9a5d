import { nameMembers } from '#modules/iam/index.ts'
import { placeBetween, topPlace } from '#platform/column-order.ts'
import type { Context } from '#platform/context.ts'
import { generalErrors } from '#platform/errors.ts'
import { enqueue } from '#platform/jobs/kinds.ts'
import { intakeErrors } from '../errors.ts'
import { listStatuses } from '../lead-statuses.ts'
import { countActed } from './acted-leads.ts'
import { beginAct, getLeadAct, lockAct, tellOpenPages } from './acts.ts'
import { doPart, PART } from './do-part.ts'
import type { LeadAct, LeadSelection, WhatIsDone } from './lead-acts-api.ts'
import { runLeadAct } from './run-act.ts'

/** More acts under way at once than people begin; a program that begins them in a loop is told to wait. */
const RUNNING_MAX = 5

/**
 * Does one thing to all leads of a workflow that a filter lets through: at once while they are few, by a job otherwise. Throws
 * `request.not_found` for a workflow without a board, `request.invalid` for the filter, column or owner, and
 * `intake.too_many_lead_acts`.
 */
export async function startLeadAct(
  ctx: Context,
  workflowId: string,
  { select, act }: { select: LeadSelection; act: WhatIsDone },
): Promise<LeadAct> {
  const columns = await listStatuses(ctx, workflowId)
  if (columns.length === 0) throw generalErrors.not_found()
  const nameOf = (status: string) => columns.find(column => column.status === status)?.name
  if (select.status !== undefined && nameOf(select.status) === undefined)
    throw refused('/select/status', 'The board of this workflow has no such column.')
  const toStatus = act.type === 'move' ? act.status : undefined
  const toName = toStatus === undefined ? undefined : nameOf(toStatus)
  if (toStatus !== undefined && toName === undefined)
    throw refused('/act/status', 'The board of this workflow has no such column.')
  const toOwnerId = act.type === 'assign' ? act.ownerUserId : undefined
  const ownerName = toOwnerId ? await nameOfActive(ctx, toOwnerId) : undefined
  const total = await countActed(ctx, {
    workflow_id: workflowId,
    kind: act.type,
    of_status: select.status ?? null,
    of_owner_id: select.ownerUserId ?? null,
    filter: select.filter || null,
    to_status: toStatus ?? null,
    to_owner_id: toOwnerId ?? null,
  })
  await requireRoom(ctx)
  const actId = await beginAct(ctx, {
    workflowId,
    kind: act.type,
    title: wordsOf(act, total, toName ?? ownerName ?? ''),
    total,
    ofStatus: select.status,
    ofOwnerId: select.ownerUserId,
    filter: select.filter,
    toStatus,
    toPlace: toStatus === undefined ? undefined : await topOf(ctx, workflowId, toStatus),
    toOwnerId,
  })
  return goOn(ctx, actId, total)
}

/**
 * Begins to take an act back, and ends with it where it was small. Gives the act of taking back. Throws `request.not_found`,
 * `intake.lead_act_not_undoable`, `intake.too_many_lead_acts`.
 */
export async function undoLeadAct(ctx: Context, actId: string): Promise<LeadAct> {
  await lockAct(ctx, actId)
  const act = await getLeadAct(ctx, actId)
  if (!act.mayUndo) throw intakeErrors.lead_act_not_undoable()
  await requireRoom(ctx)
  const undoId = await beginAct(ctx, {
    workflowId: act.workflowId,
    kind: 'undo',
    title: `Took back: ${act.title}`,
    total: act.done,
    undoes: actId,
  })
  await ctx.db.query(
    `update intake.lead_acts set status = 'undoing', ended_as = status, undone_by = $3 where org_id = $1 and id = $2`,
    [ctx.orgId, actId, undoId],
  )
  tellOpenPages(ctx, actId)
  return goOn(ctx, undoId, act.done)
}

async function goOn(ctx: Context, actId: string, total: number): Promise<LeadAct> {
  if (total <= PART) while (await doPart(ctx, actId));
  else await enqueue(ctx, runLeadAct, { key: actId, payload: { actId } })
  return getLeadAct(ctx, actId)
}

/** A place above everything that stands in a column. */
async function topOf(ctx: Context, workflowId: string, status: string): Promise<string> {
  // All leads of the column, also those that whoever moves does not see.
  const found = await ctx.db.unnarrowed(() =>
    ctx.db.query<{ position: string }>(
      `select position from intake.leads where org_id = $1 and workflow_id = $2 and status = $3 and deleted_at is null
       order by position desc, id desc limit 1`,
      [ctx.orgId, workflowId, status],
    ),
  )
  const top = found.rows[0]?.position ?? null
  const place = topPlace(ctx.clock.now())
  return top === null || top < place ? place : placeBetween(top, null)
}

async function requireRoom(ctx: Context): Promise<void> {
  const found = await ctx.db.query<{ running: number }>(
    `select count(*)::int as running from intake.lead_acts where org_id = $1 and status = 'running'`,
    [ctx.orgId],
  )
  if ((found.rows[0]?.running ?? 0) >= RUNNING_MAX) throw intakeErrors.too_many_lead_acts()
}

async function nameOfActive(ctx: Context, userId: string): Promise<string> {
  const [member] = await nameMembers(ctx, [userId])
  if (member?.status === 'active') return member.name
  throw refused('/act/ownerUserId', 'Choose an active member of the organization.')
}

/** What people read in the list of what can be taken back: "Moved 231 leads to Won". */
function wordsOf(act: WhatIsDone, count: number, name: string): string {
  const leads = `${count.toLocaleString('en')} ${count === 1 ? 'lead' : 'leads'}`
  if (act.type === 'move') return `Moved ${leads} to ${name}`
  if (act.type === 'delete') return `Deleted ${leads}`
  return act.ownerUserId === null ? `Took ${leads} from everybody` : `Gave ${leads} to ${name}`
}

function refused(pointer: string, message: string) {
  return generalErrors.invalid({ errors: [{ in: 'body', pointer, code: 'not_there', message }] })
}
