import type { Context } from '#platform/context.ts'
import { generalErrors } from '#platform/errors.ts'
import { newId } from '#platform/ids.ts'
import type { LeadStatus } from './columns-api.ts'
import { intakeErrors } from './errors.ts'
import { listStatuses } from './lead-statuses.ts'

const COLUMNS_MAX = 30
const STATUS_MAX = 40

export interface ColumnChange {
  readonly name?: string | undefined
  readonly color?: LeadStatus['color'] | undefined
  readonly kind?: LeadStatus['kind'] | undefined
  /** Where it stands among the others, from 0. */
  readonly position?: number | undefined
}

type NewColumn = ColumnChange & Pick<LeadStatus, 'name' | 'color' | 'kind'>

/** The columns of a workflow's board in their order. Throws `request.not_found` when it has none. */
export async function listColumns(ctx: Context, workflowId: string): Promise<{ items: LeadStatus[] }> {
  const items = await listStatuses(ctx, workflowId)
  if (items.length === 0) throw generalErrors.not_found()
  return { items }
}

/**
 * Adds a column, behind the last one of its kind when no place is named. Throws `request.not_found` for a workflow without a board
 * and `intake.too_many_columns`.
 */
export async function createColumn(
  ctx: Context,
  workflowId: string,
  { name, color, kind, position }: NewColumn,
): Promise<{ items: LeadStatus[] }> {
  const columns = await lockedColumns(ctx, workflowId)
  if (columns.length >= COLUMNS_MAX) throw intakeErrors.too_many_columns()
  const column = { status: statusFor(name, new Set(columns.map(({ status }) => status))), name, color, kind }
  await ctx.db.query(
    `insert into intake.lead_statuses (org_id, workflow_id, status, name, color, kind, position)
     values ($1, $2, $3, $4, $5, $6, $7)`,
    [ctx.orgId, workflowId, column.status, name, color, kind, columns.length],
  )
  const last = columns.findLastIndex(each => each.kind === kind)
  const place = position ?? (last < 0 ? columns.length : last + 1)
  return arrange(ctx, workflowId, columns.toSpliced(place, 0, column))
}

/**
 * Changes a column; its status stays. Throws `request.not_found`, and `intake.column_needed` when none would be left where new leads
 * come in.
 */
export async function changeColumn(
  ctx: Context,
  workflowId: string,
  status: string,
  { position, ...change }: ColumnChange,
): Promise<{ items: LeadStatus[] }> {
  const columns = await lockedColumns(ctx, workflowId)
  const before = columnIn(columns, status)
  const after: LeadStatus = {
    status,
    name: change.name ?? before.name,
    color: change.color ?? before.color,
    kind: change.kind ?? before.kind,
  }
  if (after.kind !== 'open') requireAnotherOpen(columns, status)
  await ctx.db.query(
    `update intake.lead_statuses set name = $4, color = $5, kind = $6
     where org_id = $1 and workflow_id = $2 and status = $3`,
    [ctx.orgId, workflowId, status, after.name, after.color, after.kind],
  )
  const place = position ?? columns.indexOf(before)
  const others = columns.filter(each => each !== before)
  return arrange(ctx, workflowId, others.toSpliced(place, 0, after))
}

/**
 * Takes a column away; its leads go to another one, each with an entry in its history. Throws `request.not_found`,
 * `intake.column_needed` for the last open one, `intake.column_has_leads` when there are leads and no column for them is named, and
 * `request.invalid` for a column that is not there.
 */
export async function deleteColumn(
  ctx: Context,
  workflowId: string,
  status: string,
  moveTo: string | undefined,
): Promise<{ items: LeadStatus[] }> {
  const columns = await lockedColumns(ctx, workflowId)
  const column = columnIn(columns, status)
  requireAnotherOpen(columns, status)
  const others = columns.filter(each => each !== column)
  const target = others.find(each => each.status === moveTo)
  if (moveTo !== undefined && !target) {
    const message = 'Choose another column of the same board.'
    throw generalErrors.invalid({ errors: [{ in: 'query', pointer: '/moveTo', code: 'not_there', message }] })
  }
  if (!target && (await hasLeads(ctx, workflowId, status))) throw intakeErrors.column_has_leads()
  // Deleted leads name their column too; without a choice they go to any.
  const taker = target ?? others[0]
  if (taker) await moveAll(ctx, workflowId, column, taker)
  await ctx.db.query(
    'delete from intake.lead_statuses where org_id = $1 and workflow_id = $2 and status = $3',
    [ctx.orgId, workflowId, status],
  )
  return arrange(ctx, workflowId, others)
}

/** Whether any lead is in a column, whatever the one who asks may see. */
async function hasLeads(ctx: Context, workflowId: string, status: string): Promise<boolean> {
  const found = await ctx.db.unnarrowed(() =>
    ctx.db.query(
      `select 1 from intake.leads
       where org_id = $1 and workflow_id = $2 and status = $3 and deleted_at is null limit 1`,
      [ctx.orgId, workflowId, status],
    ),
  )
  return found.rowCount !== 0
}

const MOVE_ALL = `
  update intake.leads set status = $4, status_changed_at = now()
  where org_id = $1 and workflow_id = $2 and status = $3
  returning id`

const NOTE_ALL = `
  insert into intake.lead_events (org_id, id, lead_id, kind, description, metadata, actor_type, user_id)
  select $1, moved.event_id, moved.lead_id, 'STATUS_CHANGED', $4, $5::jsonb, $6, $7::uuid
  from unnest($2::uuid[], $3::uuid[]) as moved (event_id, lead_id)`

/** Nobody sees the board without the column half-way, so leads that the one who acts does not see go along. */
async function moveAll(ctx: Context, workflowId: string, from: LeadStatus, to: LeadStatus): Promise<void> {
  await ctx.db.unnarrowed(async () => {
    const moved = await ctx.db.query<{ id: string }>(MOVE_ALL, [
      ctx.orgId,
      workflowId,
      from.status,
      to.status,
    ])
    const ids = moved.rows.map(({ id }) => id)
    await ctx.db.query(NOTE_ALL, [
      ctx.orgId,
      ids.map(() => newId()),
      ids,
      `Moved from ${from.name} to ${to.name}, because the column was taken away`,
      JSON.stringify({ from: from.status, to: to.status }),
      ctx.actor.type === 'run' ? 'system' : ctx.actor.type,
      ctx.actor.type === 'user' ? ctx.actor.userId : null,
    ])
  })
}

/**
 * The columns, locked: whoever changes them waits for whoever does already. A lead that enters a column holds a share of its lock, so
 * none enters one that is on its way out.
 */
async function lockedColumns(ctx: Context, workflowId: string): Promise<LeadStatus[]> {
  await ctx.db.query(
    `select status from intake.lead_statuses where org_id = $1 and workflow_id = $2
     order by status for update`,
    [ctx.orgId, workflowId],
  )
  return (await listColumns(ctx, workflowId)).items
}

/** Numbers the columns in the order given, and tells open boards. */
async function arrange(
  ctx: Context,
  workflowId: string,
  columns: readonly LeadStatus[],
): Promise<{ items: LeadStatus[] }> {
  await ctx.db.query(
    `update intake.lead_statuses t set position = o.position - 1
     from unnest($3::text[]) with ordinality as o (status, position)
     where t.org_id = $1 and t.workflow_id = $2 and t.status = o.status and t.position <> o.position - 1`,
    [ctx.orgId, workflowId, columns.map(({ status }) => status)],
  )
  const subjects = [{ type: 'workflow', id: workflowId }]
  const message = { id: newId(), orgId: ctx.orgId, type: 'lead.columns_changed', subjects }
  ctx.db.afterCommit(() => ctx.kit.live.send(message))
  return { items: [...columns] }
}

function columnIn(columns: readonly LeadStatus[], status: string): LeadStatus {
  const column = columns.find(each => each.status === status)
  if (!column) throw generalErrors.not_found()
  return column
}

function requireAnotherOpen(columns: readonly LeadStatus[], status: string): void {
  if (!columns.some(each => each.status !== status && each.kind === 'open'))
    throw intakeErrors.column_needed()
}

/** A status out of a name, told apart by a number from those that are there. */
function statusFor(name: string, taken: ReadonlySet<string>): string {
  const plain = name
    .normalize('NFKD')
    .toUpperCase()
    .replace(/\p{Mark}/gu, '')
    .replace(/[^A-Z0-9]+/g, '_')
    .replace(/^[^A-Z]+|_+$/g, '')
    .slice(0, STATUS_MAX - 4)
  const base = plain === '' ? 'COLUMN' : plain
  for (let n = 1; ; n++) {
    const status = n === 1 ? base : `${base}_${n}`
    if (!taken.has(status)) return status
  }
}
