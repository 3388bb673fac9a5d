import { placeBetween, topPlace } from '#platform/column-order.ts'
import type { Context } from '#platform/context.ts'
import { generalErrors } from '#platform/errors.ts'
import { publish } from '#platform/events/publish.ts'
import { changedMeanwhile, isExpected, rowVersion } from '#platform/http/etags.ts'
import { newId } from '#platform/ids.ts'
import { openRecords } from '#platform/owned.ts'
import type { Lead, LeadMove } from './contract.ts'
import { leadStatusChanged } from './events.ts'
import { recordLeadEvent } from './lead-events.ts'
import { LEAD_COLUMNS, type LeadRow, leadOf } from './leads.ts'

const LOCK = `
  select ${LEAD_COLUMNS}, l.position, ${rowVersion('l.updated_at')} as version,
    (select s.name from intake.lead_statuses s
     where s.org_id = $1 and s.workflow_id = l.workflow_id and s.status = l.status) as from_name,
    (select s.name from intake.lead_statuses s
     where s.org_id = $1 and s.workflow_id = l.workflow_id and s.status = $3) as to_name
  from intake.leads l
  where l.org_id = $1 and l.id = $2 and l.deleted_at is null
  for update of l`

/** Whoever takes the column away holds its row, and so is waited for. */
const HOLD_COLUMN = `
  select 1 from intake.lead_statuses s
  where s.org_id = $1 and s.status = $3
    and s.workflow_id = (select l.workflow_id from intake.leads l where l.org_id = $1 and l.id = $2)
  for key share`

const TOP = `
  select position from intake.leads
  where org_id = $1 and workflow_id = $2 and status = $3 and deleted_at is null and id <> $4
  order by position desc, id desc limit 1`

/** The place of the card above, and of the one that is under it now. */
const NEIGHBOURS = `
  select above.position as above,
    (select under.position from intake.leads under
     where under.org_id = $1 and under.workflow_id = $2 and under.status = $3 and under.deleted_at is null
       and under.id <> $4 and (under.position, under.id) < (above.position, above.id)
     order by under.position desc, under.id desc limit 1) as under
  from intake.leads above
  where above.org_id = $1 and above.workflow_id = $2 and above.status = $3 and above.deleted_at is null
    and above.id = $5 and above.id <> $4`

const MOVE = `
  update intake.leads l
  set status = $3, position = $4, status_changed_at = case when l.status = $3 then l.status_changed_at else now() end
  where l.org_id = $1 and l.id = $2
  returning ${LEAD_COLUMNS}`

type LockedRow = LeadRow & {
  position: string
  version: string
  from_name: string | null
  to_name: string | null
}

/**
 * Moves a lead to a column of its workflow's board, under another lead, to a place that is known, or to the top. Another column is recorded on
 * the lead and published as `lead.status_changed`; another place in the same column only tells open boards. Throws
 * `request.not_found` for the lead, `request.changed_meanwhile` when it is at none of the expected versions, `request.invalid` for a column or neighbour that is not there.
 */
export async function moveLead(
  ctx: Context,
  leadId: string,
  move: LeadMove & { readonly place?: string },
  expected: readonly string[] | null = null,
): Promise<Lead> {
  openRecords(ctx, 'lead', [leadId])
  ctx.db.send(HOLD_COLUMN, [ctx.orgId, leadId, move.status])
  const found = await ctx.db.query<LockedRow>(LOCK, [ctx.orgId, leadId, move.status])
  const lead = found.rows[0]
  if (!lead) throw generalErrors.not_found()
  if (!isExpected(expected, lead.version))
    throw changedMeanwhile(move, { version: lead.version, value: leadOf(lead) })
  if (lead.to_name === null) throw refused('status', 'The board of this workflow has no such column.')
  if (lead.status === move.status && move.below === undefined && move.place === undefined) return leadOf(lead)
  const place = move.place ?? (await placeOf(ctx, lead, move))
  const moved = await ctx.db.query<LeadRow>(MOVE, [ctx.orgId, leadId, move.status, place])
  const row = moved.rows[0]
  if (!row) throw generalErrors.not_found()
  const subjects = [
    { type: 'lead', id: leadId },
    { type: 'workflow', id: lead.workflow_id },
    { type: 'person', id: lead.person_id },
  ]
  if (lead.status === move.status) {
    const message = { id: newId(), orgId: ctx.orgId, type: 'lead.reordered', subjects }
    ctx.db.afterCommit(() => ctx.kit.live.send(message))
    return leadOf(row)
  }
  await recordLeadEvent(ctx, {
    leadId,
    kind: 'STATUS_CHANGED',
    description: `Moved from ${lead.from_name ?? lead.status} to ${lead.to_name}`,
    metadata: { from: lead.status, to: move.status },
  })
  await publish(ctx, leadStatusChanged, {
    subjects,
    payload: { leadId, workflowId: lead.workflow_id, from: lead.status, to: move.status },
  })
  return leadOf(row)
}

async function placeOf(ctx: Context, lead: LockedRow, move: LeadMove): Promise<string> {
  const column = [ctx.orgId, lead.workflow_id, move.status, lead.id]
  if (move.below === undefined) {
    const found = await ctx.db.query<{ position: string }>(TOP, column)
    const top = found.rows[0]?.position ?? null
    const place = topPlace(ctx.clock.now())
    return top === null || top < place ? place : placeBetween(top, null)
  }
  const found = await ctx.db.query<{ above: string; under: string | null }>(NEIGHBOURS, [
    ...column,
    move.below,
  ])
  const neighbours = found.rows[0]
  if (!neighbours) throw refused('below', 'This lead is not in that column.')
  return placeBetween(neighbours.under, neighbours.above)
}

function refused(field: keyof LeadMove, message: string) {
  return generalErrors.invalid({
    errors: [{ in: 'body', pointer: `/${field}`, code: 'not_there', message }],
  })
}
