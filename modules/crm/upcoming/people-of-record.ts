import type { Context } from '#platform/context.ts'
import { isNarrowed, openRecords, seenCondition } from '#platform/owned.ts'
import type { RecordReference } from '../activities/records-named.ts'
import type { RecordObject } from '../record-api.ts'

/** What of somebody's own records is looked through for those of one company: the ones with the newest signs of life. */
const OPENED_MAX = 1_000
const RELATED_MAX = 500

const OF_COMPANY = `
  (select 'person' as object, o.person_id as id from crm.positions o
   join crm.people p on p.org_id = $1 and p.id = o.person_id and p.deleted_at is null
   where o.org_id = $1 and o.company_id = $2 and o.deleted_at is null
   order by o.person_id desc limit ${RELATED_MAX})
  union all
  (select 'deal', d.id from crm.deals d
   where d.org_id = $1 and d.company_id = $2 and d.deleted_at is null
   order by d.id desc limit ${RELATED_MAX})`

const OF_DEAL = `
  select 'person' as object, p.id from crm.people p
  where p.org_id = $1 and p.deleted_at is null and p.id in (
    select d.person_id from crm.deals d where d.org_id = $1 and d.id = $2
    union select o.person_id from crm.deal_people o where o.org_id = $1 and o.deal_id = $2)`

/**
 * The people and deals of a company, the people of a deal, as far as they are seen; the newest of very many. They are opened with
 * it, so that what belongs to them is in sight for the rest of the transaction.
 */
export async function relatedRecords(
  ctx: Context,
  object: RecordObject,
  recordId: string,
): Promise<readonly RecordReference[]> {
  if (object === 'person') return []
  if (object === 'company' && isNarrowed(ctx)) await openOwnPeople(ctx)
  const text = object === 'company' ? OF_COMPANY : OF_DEAL
  const found = await ctx.db.query<{ object: RecordObject; id: string }>(text, [ctx.orgId, recordId])
  const related = [...new Map(found.rows.map(row => [row.id, row])).values()]
  for (const [of, rows] of Map.groupBy(related, row => row.object)) {
    openRecords(
      ctx,
      of,
      rows.map(row => row.id),
    )
  }
  return related
}

/** Positions come into sight with their people, so who sees a part of the people has to bring theirs along first. */
async function openOwnPeople(ctx: Context): Promise<void> {
  const seen = seenCondition(ctx, 'person', 'p', 2)
  const people = await ctx.db.query<{ id: string }>(
    `select p.id from crm.people p where p.org_id = $1 and p.deleted_at is null${seen.sql}
     order by p.last_activity_at desc nulls last, p.id desc limit ${OPENED_MAX}`,
    [ctx.orgId, ...seen.values],
  )
  openRecords(
    ctx,
    'person',
    people.rows.map(row => row.id),
  )
}
