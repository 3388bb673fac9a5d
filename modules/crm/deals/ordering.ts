import type { Context } from '#platform/context.ts'

/**
 * Puts one of a short list at a place, from 0, and numbers all of them anew. `ids` are those of the list in the order they have now.
 */
export async function putAt(
  ctx: Context,
  table: 'crm.pipelines' | 'crm.stages' | 'crm.lost_reasons',
  ids: readonly string[],
  id: string,
  place: number,
): Promise<void> {
  const others = ids.filter(each => each !== id)
  const ordered = others.toSpliced(place, 0, id)
  await ctx.db.query(
    `update ${table} t set position = o.position - 1
     from unnest($2::uuid[]) with ordinality as o (id, position)
     where t.org_id = $1 and t.id = o.id and t.position <> o.position - 1`,
    [ctx.orgId, ordered],
  )
}
