import type { Actor, Context } from '#platform/context.ts'
import { type ListRequest, pageOfRows, readCursor } from '#platform/http/page.ts'
import { openRecords } from '#platform/owned.ts'
import { changeActorOf } from '../history/history.ts'
import type { RecordObject } from '../record-api.ts'
import { RECORD_TABLE } from '../record-tables.ts'
import { type DeletedRecord, KEPT_DAYS } from './deleted-api.ts'

/** What a record is called and what tells it from others, by its object; `r` is the record. */
const WORDS: Readonly<Record<RecordObject, { name: string; hint: string }>> = {
  company: { name: 'r.name', hint: 'r.domain' },
  deal: { name: 'r.name', hint: 'null::text' },
  person: {
    name: `concat_ws(' ', r.first_name, r.last_name)`,
    hint: `(select o.email::text from crm.positions o where o.org_id = $1 and o.person_id = r.id and o.is_primary
      and o.deleted_at = r.deleted_at limit 1)`,
  },
}

interface DeletedRow {
  id: string
  name: string
  hint: string | null
  deleted_at: Date
  purged_at: Date
  place: string
}

const LIST = (object: RecordObject) => `
  select r.id, ${WORDS[object].name} as name, ${WORDS[object].hint} as hint, r.deleted_at, r.deleted_at::text as place,
    r.deleted_at + interval '${KEPT_DAYS} days' as purged_at
  from ${RECORD_TABLE[object]} r
  where r.org_id = $1 and r.deleted_at is not null and r.merged_into is null
    and ($2::timestamptz is null or (r.deleted_at, r.id) < ($2, $3::uuid))
  order by r.deleted_at desc, r.id desc
  limit $4`

/** A page of what was deleted of an object, the last one deleted first. What was merged into another record is not among it. */
export async function listDeleted(
  ctx: Context,
  object: RecordObject,
  request: ListRequest,
): Promise<{ items: DeletedRecord[]; nextCursor: string | null }> {
  const [at, id] = readCursor(request, 2) ?? [null, null]
  const find = () => ctx.db.query<DeletedRow>(LIST(object), [ctx.orgId, at, id, request.limit + 1])
  const ids = (await find()).rows.map(row => row.id)
  // Positions and changes come into sight with their records.
  openRecords(ctx, object, ids)
  const [found, actors] = await Promise.all([find(), deleters(ctx, ids)])
  return pageOfRows(
    request,
    found.rows,
    row => recordOf(object, row, actors.get(row.id)),
    row => [row.place, row.id],
  )
}

function recordOf(object: RecordObject, row: DeletedRow, actor: Actor | undefined): DeletedRecord {
  return {
    id: row.id,
    object,
    name: row.name || (row.hint ?? ''),
    hint: row.hint,
    deletedAt: row.deleted_at.toISOString(),
    deletedBy: actor ? changeActorOf(actor) : null,
    purgedAt: row.purged_at.toISOString(),
  }
}

/** Who deleted each of the records last. */
async function deleters(ctx: Context, ids: readonly string[]): Promise<Map<string, Actor>> {
  const found = await ctx.db.query<{ record_id: string; actor: Actor }>(
    `select distinct on (record_id) record_id, actor from crm.changes
     where org_id = $1 and record_id = any($2::uuid[]) and action = 'deleted'
     order by record_id, id desc`,
    [ctx.orgId, ids],
  )
  return new Map(found.rows.map(row => [row.record_id, row.actor]))
}
