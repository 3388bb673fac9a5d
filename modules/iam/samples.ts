import { audit } from '#platform/audit/audit.ts'
import type { Context } from '#platform/context.ts'

/**
 * Remembers everything that is in an organization now as a sample. For whoever has just filled a new one, in the same
 * transaction.
 */
export async function noteSamples(ctx: Context): Promise<void> {
  for (const [object, sql] of ctx.kit.samples.flatMap(({ find }) => Object.entries(find))) {
    await ctx.db.query(
      `insert into iam.sample_records (org_id, object, record_id)
       select $1, '${object}', found.id from (${sql}) found on conflict do nothing`,
      [ctx.orgId],
    )
  }
}

/** How many records of the organization are samples. */
export async function countSamples(ctx: Context): Promise<number> {
  const found = await ctx.db.query<{ records: number }>(
    'select count(*)::int as records from iam.sample_records where org_id = $1',
    [ctx.orgId],
  )
  return found.rows[0]?.records ?? 0
}

/**
 * Takes away what the organization was filled with, and what hangs on it, such as leads that came in through a sample form. What
 * people have made themselves stays. Returns how many samples there were.
 */
export async function removeSamples(ctx: Context): Promise<number> {
  const found = await ctx.db.query<{ object: string; ids: string[] }>(
    `with gone as (delete from iam.sample_records where org_id = $1 returning object, record_id)
     select object, array_agg(record_id) as ids from gone group by object`,
    [ctx.orgId],
  )
  const samples = Object.fromEntries(found.rows.map(({ object, ids }) => [object, ids]))
  const records = found.rows.reduce((sum, { ids }) => sum + ids.length, 0)
  if (records === 0) return 0
  // The last module first: its rows refer to those of the modules it stands on.
  for (const part of ctx.kit.samples.toReversed()) await part.remove(ctx, samples)
  await audit(ctx, {
    action: 'samples.removed',
    object: { type: 'organization', id: ctx.orgId },
    after: { records },
  })
  return records
}
