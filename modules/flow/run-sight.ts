import type { Context } from '#platform/context.ts'
import { aboutSeen, isNarrowed } from '#platform/owned.ts'

/**
 * A condition on `flow.runs` under an alias: those who see a part of the records only see runs about leads they see, and no
 * others, because a run without a lead may still have a person's data in its steps. Empty for everybody else.
 */
export function runSeen(ctx: Context, alias: string): string {
  return aboutSeen(ctx, 'lead', `${alias}.lead_id`)
}

/** Those of the runs that may be seen, for statements that do not read `flow.runs` themselves. */
export async function seenRuns(ctx: Context, runIds: readonly string[]): Promise<readonly string[]> {
  if (!isNarrowed(ctx) || runIds.length === 0) return runIds
  const found = await ctx.db.query<{ id: string }>(
    `select r.id from flow.runs r where r.org_id = $1 and r.id = any($2)${runSeen(ctx, 'r')}`,
    [ctx.orgId, runIds],
  )
  return found.rows.map(row => row.id)
}
