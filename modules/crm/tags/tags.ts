import type { Context } from '#platform/context.ts'
import { seenCondition } from '#platform/owned.ts'
import { startBulk } from '../bulk/bulk.ts'
import type { BulkResult } from '../bulk-api.ts'
import type { RecordObject } from '../record-api.ts'
import { RECORD_TABLE } from '../record-tables.ts'
import { TAGGED_MAX, TAGS_MAX, type TagUse } from './tag-api.ts'

/** The newest tagged records in sight; `next` is the number of the first free parameter. */
function tagged(ctx: Context, object: RecordObject, next: number) {
  const seen = seenCondition(ctx, object, 'r', next)
  const sql = `select r.tags from ${RECORD_TABLE[object]} r
    where r.org_id = $1 and r.deleted_at is null and r.tags <> '{}'${seen.sql}
    order by r.id desc limit ${TAGGED_MAX}`
  return { sql, values: seen.values }
}

/** The tags in use of an object, the most used first. */
export async function listTags(ctx: Context, object: RecordObject, search = ''): Promise<TagUse[]> {
  const records = tagged(ctx, object, 3)
  const found = await ctx.db.query<TagUse>(
    `select mode() within group (order by tag) as tag, count(*)::int as count
     from (${records.sql}) r, unnest(r.tags) tag
     where $2 = '' or position(crm.fold($2) in crm.fold(tag)) > 0
     group by lower(tag) order by 2 desc, 1 limit ${TAGS_MAX}`,
    [ctx.orgId, search, ...records.values],
  )
  return found.rows
}

/**
 * Renames a tag wherever it stands, or merges it into one that is there already, as one act over many records. Throws
 * `crm.too_many_acts`.
 */
export async function renameTag(
  ctx: Context,
  { object, from, to }: { object: RecordObject; from: string; to: string },
): Promise<BulkResult> {
  const records = tagged(ctx, object, 3)
  const spelled = await ctx.db.query<{ tag: string }>(
    `select distinct tag from (${records.sql}) r, unnest(r.tags) tag where lower(tag) = lower($2) limit 100`,
    [ctx.orgId, from, ...records.values],
  )
  const spellings = [...new Set([from, ...spelled.rows.map(({ tag }) => tag)])].slice(0, 100)
  return startBulk(ctx, object, {
    select: { filter: JSON.stringify({ field: 'tags', op: 'has_any', value: spellings }) },
    act: { type: 'change', patch: { removeTags: [from], addTags: [to] } },
  })
}
