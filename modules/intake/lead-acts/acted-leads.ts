import type { Context } from '#platform/context.ts'
import { seenCondition } from '#platform/owned.ts'
import { conditionsOf, leadShape, withAnswersInSight } from '../leads/lead-filters.ts'
import type { LeadActKind } from './lead-acts-api.ts'

/** Which leads an act is done to, and where they shall come to. */
export interface ActedLeads {
  readonly workflow_id: string
  readonly kind: LeadActKind
  readonly of_status: string | null
  readonly of_owner_id: string | null
  readonly filter: string | null
  readonly to_status: string | null
  readonly to_owner_id: string | null
}

/** A lead as it stands before an act, held until the transaction ends. */
export interface HeldLead {
  readonly id: string
  readonly status: string
  readonly position: string
  readonly owner_user_id: string | null
}

/** What stands after `select …`: $1 is the organization. What is where it shall be already is left out. */
async function rowsOf(
  ctx: Context,
  act: ActedLeads,
): Promise<{ sql: string; values: readonly unknown[]; filter: string | undefined }> {
  const filter = act.filter ?? undefined
  const seen = seenCondition(ctx, 'lead', 'l', 8)
  const given = conditionsOf(await leadShape(ctx, act.workflow_id, filter), filter, [
    ctx.orgId,
    act.workflow_id,
    act.of_status,
    act.of_owner_id,
    act.to_status,
    act.to_owner_id,
    act.kind,
    ...seen.values,
  ])
  return {
    sql: `from intake.leads l where l.org_id = $1 and l.workflow_id = $2 and l.deleted_at is null
      and ($3::text is null or l.status = $3) and ($4::uuid is null or l.owner_user_id = $4)
      and ($5::text is null or l.status <> $5)
      and ($7::text <> 'assign' or l.owner_user_id is distinct from $6::uuid)${seen.sql}${given.sql}`,
    values: given.values,
    filter,
  }
}

/** How many leads there are to do. Throws `request.invalid` for the filter. */
export async function countActed(ctx: Context, act: ActedLeads): Promise<number> {
  const { sql, values, filter } = await rowsOf(ctx, act)
  const found = await withAnswersInSight(ctx, filter, () =>
    ctx.db.queryOnce<{ count: number }>(`select count(*)::int as count ${sql}`, values),
  )
  return found.rows[0]?.count ?? 0
}

/**
 * The next leads after one, in order of their ids, held so that what is written down of each is what the act finds. Ids grow with
 * time: a lead with a greater one than the act came in after it began.
 */
export async function holdNext(
  ctx: Context,
  act: ActedLeads & { readonly id: string; readonly after: string | null },
  limit: number,
): Promise<readonly HeldLead[]> {
  const { sql, values, filter } = await rowsOf(ctx, act)
  const [after, until, most] = [1, 2, 3].map(next => `$${values.length + next}`)
  const found = await withAnswersInSight(ctx, filter, () =>
    ctx.db.queryOnce<HeldLead>(
      `select l.id, l.status, l.position, l.owner_user_id ${sql}
         and (${after}::uuid is null or l.id > ${after}) and l.id < ${until}
       order by l.id limit ${most} for update of l`,
      [...values, act.after, act.id, limit],
    ),
  )
  return found.rows
}
