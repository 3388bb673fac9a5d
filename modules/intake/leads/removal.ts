import type { Context } from '#platform/context.ts'
import type { EventKind } from '#platform/contract/event.ts'
import { constraintOf } from '#platform/db/database.ts'
import { generalErrors } from '#platform/errors.ts'
import { publish } from '#platform/events/publish.ts'
import { type ListShape, readList, readPage } from '#platform/filter/list.ts'
import { changedMeanwhile, isExpected, rowVersion } from '#platform/http/etags.ts'
import type { ListRequest } from '#platform/http/page.ts'
import { openRecords, seenCondition } from '#platform/owned.ts'
import type { Lead } from '../contract.ts'
import { intakeErrors } from '../errors.ts'
import { leadDeleted, leadRestored } from '../events.ts'
import { recordLeadEvent } from '../lead-events.ts'
import { listStatuses } from '../lead-statuses.ts'
import { LEAD_COLUMNS, type LeadRow, leadOf } from '../leads.ts'
import { type DeletedLead, LEAD_KEPT_DAYS } from './removal-api.ts'

// The policy judges the row as it will be, and lets through what one may only look at.
const LOCK = (there: 'is null' | 'is not null') => `
  select ${LEAD_COLUMNS}, ${rowVersion('l.updated_at')} as version,
    iam.record_access('lead', l.owner_user_id, l.id) = 'write' as may_change
  from intake.leads l
  where l.org_id = $1 and l.id = $2 and l.deleted_at ${there}
  for update`

type LockedRow = LeadRow & { version: string; may_change: boolean }

async function locked(ctx: Context, leadId: string, there: 'is null' | 'is not null'): Promise<LockedRow> {
  openRecords(ctx, 'lead', [leadId])
  const found = await ctx.db.query<LockedRow>(LOCK(there), [ctx.orgId, leadId])
  const row = found.rows[0]
  if (!row) throw generalErrors.not_found()
  if (!row.may_change) throw generalErrors.read_only()
  return row
}

/**
 * Deletes a lead; it stays with its answers and can be brought back. Gives it as it was. Throws `request.not_found`,
 * `request.read_only`, and `request.changed_meanwhile` when it is at none of the expected versions.
 */
export async function deleteLead(
  ctx: Context,
  leadId: string,
  expected: readonly string[] | null = null,
): Promise<Lead> {
  const row = await locked(ctx, leadId, 'is null')
  if (!isExpected(expected, row.version))
    throw changedMeanwhile({}, { version: row.version, value: leadOf(row) })
  await ctx.db.query('update intake.leads set deleted_at = now() where org_id = $1 and id = $2', [
    ctx.orgId,
    leadId,
  ])
  await recordLeadEvent(ctx, { leadId, kind: 'DELETED', description: 'Deleted', metadata: {} })
  await tell(ctx, leadDeleted, row)
  return leadOf(row)
}

/**
 * Brings a deleted lead back to its place on the board. Throws `request.not_found` also for one that is not deleted,
 * `request.read_only`, and `intake.lead_came_again` when the address has become another lead of the workflow since.
 */
export async function restoreLead(ctx: Context, leadId: string): Promise<Lead> {
  await locked(ctx, leadId, 'is not null')
  try {
    const stored = await ctx.db.query<LeadRow>(
      `update intake.leads l set deleted_at = null where l.org_id = $1 and l.id = $2 returning ${LEAD_COLUMNS}`,
      [ctx.orgId, leadId],
    )
    const row = stored.rows[0]
    if (!row) throw generalErrors.not_found()
    await recordLeadEvent(ctx, { leadId, kind: 'RESTORED', description: 'Brought back', metadata: {} })
    await tell(ctx, leadRestored, row)
    return leadOf(row)
  } catch (error) {
    if (constraintOf(error) === 'leads_email') throw intakeErrors.lead_came_again({ cause: error })
    throw error
  }
}

async function tell(
  ctx: Context,
  kind: EventKind<typeof leadDeleted.payload>,
  { id, workflow_id: workflowId, person_id: personId }: LeadRow,
): Promise<void> {
  const subjects = [
    { type: 'lead', id },
    { type: 'workflow', id: workflowId },
    { type: 'person', id: personId },
  ]
  await publish(ctx, kind, { subjects, payload: { leadId: id, workflowId } })
}

const DELETED: ListShape = {
  fields: { deletedAt: { type: 'time', sort: true } },
  id: 'l.id',
  sql: { deletedAt: { sql: 'l.deleted_at', isNeverNull: true } },
  sort: '-deletedAt',
}

/** A page of the deleted leads of a workflow, the last one deleted first. Throws `request.not_found` for one without a board. */
export async function listDeletedLeads(
  ctx: Context,
  workflowId: string,
  query: ListRequest,
): Promise<{ items: DeletedLead[]; nextCursor: string | null }> {
  if ((await listStatuses(ctx, workflowId)).length === 0) throw generalErrors.not_found()
  const seen = seenCondition(ctx, 'lead', 'l', 3)
  const list = readList(DELETED, query, [ctx.orgId, workflowId, ...seen.values])
  return readPage<LeadRow & { deleted_at: Date; purged_at: Date }, DeletedLead>(
    ctx.db,
    list,
    `select ${LEAD_COLUMNS}, l.deleted_at, l.deleted_at + interval '${LEAD_KEPT_DAYS} days' as purged_at${list.columns}
     from intake.leads l
     where l.org_id = $1 and l.workflow_id = $2 and l.deleted_at is not null${seen.sql}${list.where} ${list.order}`,
    row => ({
      ...leadOf(row),
      deletedAt: row.deleted_at.toISOString(),
      purgedAt: row.purged_at.toISOString(),
    }),
  )
}
