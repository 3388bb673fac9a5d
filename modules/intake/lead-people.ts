import type { Context } from '#platform/context.ts'

/** The person of each of the leads that is there, deleted ones too. */
export async function personsOfLeads(
  ctx: Context,
  leadIds: readonly string[],
): Promise<ReadonlyMap<string, string>> {
  const found = await ctx.db.query<{ id: string; person_id: string }>(
    'select id, person_id from intake.leads where org_id = $1 and id = any($2)',
    [ctx.orgId, leadIds],
  )
  return new Map(found.rows.map(row => [row.id, row.person_id]))
}

const LEADS_MAX = 1_000

/** The leads of people that are seen, the newest first, at most 1,000. */
export async function leadsOfPeople(ctx: Context, personIds: readonly string[]): Promise<string[]> {
  const found = await ctx.db.query<{ id: string }>(
    `select id from intake.leads where org_id = $1 and person_id = any($2) and deleted_at is null
     order by id desc limit ${LEADS_MAX}`,
    [ctx.orgId, personIds],
  )
  return found.rows.map(row => row.id)
}

/** What columns of a board are called, by their status. */
export async function nameStatuses(
  ctx: Context,
  workflowId: string,
  statuses: readonly string[],
): Promise<ReadonlyMap<string, string>> {
  const found = await ctx.db.query<{ status: string; name: string }>(
    'select status, name from intake.lead_statuses where org_id = $1 and workflow_id = $2 and status = any($3)',
    [ctx.orgId, workflowId, statuses],
  )
  return new Map(found.rows.map(({ status, name }) => [status, name]))
}
