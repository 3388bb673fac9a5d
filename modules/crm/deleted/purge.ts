import { forEachOrganization, forgetShares } from '#modules/iam/index.ts'
import { type Context, inOrganization, type Kit } from '#platform/context.ts'
import { sqlState } from '#platform/db/database.ts'
import { dropAttachmentsOf } from '../attachments/attachments.ts'
import { RecordObject } from '../record-api.ts'
import { refreshIndexes } from '../record-index.ts'
import { RECORD_TABLE } from '../record-tables.ts'
import { KEPT_DAYS } from './deleted-api.ts'

const AT_ONCE = 200

/**
 * What is kept about records beside them and is of nobody without them, in order; $2 is the object and $3 the ids. What belongs to
 * a record by a foreign key goes with its row.
 */
const TRACES: readonly string[] = [
  `delete from crm.activities a where a.org_id = $1 and a.id in (
     select l.activity_id from crm.activity_links l where l.org_id = $1 and l.object = $2 and l.record_id = any($3::uuid[]))
     and not exists (select 1 from crm.activity_links o where o.org_id = $1 and o.activity_id = a.id
       and not (o.object = $2 and o.record_id = any($3::uuid[])))`,
  `delete from crm.enrichment_tries where org_id = $1 and enrichment_id in (
     select id from crm.enrichments where org_id = $1 and object = $2 and record_id = any($3::uuid[]))`,
  ...['activity_links', 'timeline_entries', 'changes', 'enrichments'].map(
    table => `delete from crm.${table} where org_id = $1 and object = $2 and record_id = any($3::uuid[])`,
  ),
  `delete from crm.merge_rows where org_id = $1 and change_set_id in (
     select change_set_id from crm.merge_rows where org_id = $1 and object = $2 and record_id = any($3::uuid[]))`,
]

/** The same for what knows a record by its id alone. */
const TRACES_BY_ID: readonly string[] = [
  'delete from crm.duplicate_pairs where org_id = $1 and (first_id = any($2::uuid[]) or second_id = any($2::uuid[]))',
  'delete from crm.import_writes where org_id = $1 and row_id = any($2::uuid[])',
  'delete from crm.change_set_failures where org_id = $1 and record_id = any($2::uuid[])',
]

/**
 * Takes deleted records away for good, with everything that is kept about them, and gives the ids of those that are gone. One that
 * something outside the CRM still stands on, such as a person whom a lead is about, stays deleted. For a context that
 * sees everything.
 */
export async function purgeRecords(
  ctx: Context,
  object: RecordObject,
  ids: readonly string[],
): Promise<string[]> {
  const purged = await deleteFree(ctx, object, ids)
  if (purged.length === 0) return []
  await dropAttachmentsOf(ctx, purged)
  for (const statement of TRACES) ctx.db.send(statement, [ctx.orgId, object, purged])
  for (const statement of TRACES_BY_ID) ctx.db.send(statement, [ctx.orgId, purged])
  forgetShares(ctx, object, purged)
  refreshIndexes(ctx, object, purged)
  return purged
}

const STILL_USED = '23503'

/** Deletes the rows that nothing stands on: all at once, or one by one where that is refused for one of them. */
async function deleteFree(ctx: Context, object: RecordObject, ids: readonly string[]): Promise<string[]> {
  if (ids.length === 0) return []
  ctx.db.send('savepoint purge')
  try {
    const found = await ctx.db.query<{ id: string }>(
      `delete from ${RECORD_TABLE[object]} where org_id = $1 and id = any($2::uuid[]) and deleted_at is not null returning id`,
      [ctx.orgId, ids],
    )
    ctx.db.send('release savepoint purge')
    return found.rows.map(({ id }) => id)
  } catch (error) {
    if (sqlState(error) !== STILL_USED) throw error
    await ctx.db.query('rollback to savepoint purge')
    if (ids.length === 1) return []
  }
  const half = Math.ceil(ids.length / 2)
  const first = await deleteFree(ctx, object, ids.slice(0, half))
  return [...first, ...(await deleteFree(ctx, object, ids.slice(half)))]
}

/** Takes away what was deleted 90 days ago, of every organization. */
export async function purgeDeleted(kit: Kit): Promise<void> {
  await forEachOrganization(kit, async orgId => {
    for (const object of RecordObject.options) await purgeExpired(kit, orgId, object)
  })
}

interface Place {
  readonly id: string
  readonly at: string
}

async function purgeExpired(kit: Kit, orgId: string, object: RecordObject): Promise<void> {
  const actor = { type: 'system', name: 'purge' } as const
  let after: Place | null = null
  do {
    const place: Place | null = after
    after = await inOrganization(kit, { orgId, actor }, ctx => purgeBatch(ctx, object, place))
  } while (after)
}

/** Purges what is due behind a place, and says where to go on; null at the end. */
async function purgeBatch(ctx: Context, object: RecordObject, after: Place | null): Promise<Place | null> {
  const due = await ctx.db.query<{ id: string; at: string }>(
    `select id, deleted_at::text as at from ${RECORD_TABLE[object]}
     where org_id = $1 and deleted_at < now() - interval '${KEPT_DAYS} days'
       and ($2::timestamptz is null or (deleted_at, id) > ($2, $3::uuid))
     order by deleted_at, id limit ${AT_ONCE}`,
    [ctx.orgId, after?.at ?? null, after?.id ?? null],
  )
  const ids = due.rows.map(({ id }) => id)
  await purgeRecords(ctx, object, ids)
  return ids.length === AT_ONCE ? (due.rows.at(-1) ?? null) : null
}
