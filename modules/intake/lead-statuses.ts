import type { Context } from '#platform/context.ts'
import type { LeadStatus } from './columns-api.ts'

/** The columns every new board has, from left to right. Leads come in at the first open one. */
const DEFAULT_STATUSES: readonly LeadStatus[] = [
  { status: 'NEW', name: 'New', color: 'info', kind: 'open' },
  { status: 'QUALIFIED', name: 'Qualified', color: 'accent', kind: 'open' },
  { status: 'BOOKED', name: 'Booked', color: 'wait', kind: 'open' },
  { status: 'WON', name: 'Won', color: 'good', kind: 'won' },
  { status: 'LOST', name: 'Lost', color: 'neutral', kind: 'lost' },
]

/** Gives a workflow the default columns, unless it has them. */
export async function ensureDefaultStatuses(ctx: Context, workflowId: string): Promise<void> {
  await ctx.db.query(
    `insert into intake.lead_statuses (org_id, workflow_id, status, name, color, kind, position)
     select $1, $2, given.status, given.name, given.color, given.kind, given.position
     from unnest($3::text[], $4::text[], $5::text[], $6::text[], $7::int[]) as given (status, name, color, kind, position)
     on conflict do nothing`,
    [
      ctx.orgId,
      workflowId,
      DEFAULT_STATUSES.map(column => column.status),
      DEFAULT_STATUSES.map(column => column.name),
      DEFAULT_STATUSES.map(column => column.color),
      DEFAULT_STATUSES.map(column => column.kind),
      DEFAULT_STATUSES.map((_, position) => position),
    ],
  )
}

/** The columns of a workflow's board in their order; none when it has no board. */
export async function listStatuses(ctx: Context, workflowId: string): Promise<LeadStatus[]> {
  const found = await ctx.db.query<LeadStatus>(
    `select status, name, color, kind from intake.lead_statuses
     where org_id = $1 and workflow_id = $2 order by position, status`,
    [ctx.orgId, workflowId],
  )
  return found.rows
}

/**
 * The status of a column of the board a lead is on, by its status or its name, whatever the case of letters; null
 * when the board has no such column or there is no such lead. A status goes before a name.
 */
export async function findStatusOfLead(ctx: Context, leadId: string, called: string): Promise<string | null> {
  const found = await ctx.db.query<{ status: string; name: string }>(
    `select s.status, s.name from intake.lead_statuses s
     join intake.leads l on l.org_id = $1 and l.workflow_id = s.workflow_id
     where s.org_id = $1 and l.id = $2 and l.deleted_at is null order by s.position, s.status`,
    [ctx.orgId, leadId],
  )
  const wanted = called.trim().toLowerCase()
  const column =
    found.rows.find(each => each.status.toLowerCase() === wanted) ??
    found.rows.find(each => each.name.toLowerCase() === wanted)
  return column?.status ?? null
}
