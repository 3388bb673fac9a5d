import type { Context } from '#platform/context.ts'
import type { RecordKind } from './record-kind.ts'

/** What stands after the columns of a statement over all records that a filter lets through, and its values. */
export interface MatchingRows {
  readonly rows: string
  readonly values: readonly unknown[]
}

/** Walking along and counting the records that a filter lets through, from their rows under an alias. */
export function overMatching(
  alias: string,
  matching: (ctx: Context, filter: string | undefined) => Promise<MatchingRows>,
): Pick<RecordKind, 'idsMatching' | 'countMatching'> {
  return {
    async idsMatching(ctx, filter, after, limit) {
      const { rows, values } = await matching(ctx, filter)
      const [place, most] = [`$${values.length + 1}`, `$${values.length + 2}`]
      const found = await ctx.db.queryOnce<{ id: string }>(
        `select ${alias}.id ${rows} and (${place}::uuid is null or ${alias}.id > ${place}) order by ${alias}.id limit ${most}`,
        [...values, after, limit],
      )
      return found.rows.map(({ id }) => id)
    },
    async countMatching(ctx, filter, most) {
      const { rows, values } = await matching(ctx, filter)
      const found = await ctx.db.queryOnce<{ count: number }>(
        `select count(*)::int as count from (select 1 ${rows} limit $${values.length + 1}) found`,
        [...values, most],
      )
      return found.rows[0]?.count ?? 0
    },
  }
}
