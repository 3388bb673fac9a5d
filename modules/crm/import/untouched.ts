import type { Context } from '#platform/context.ts'

/** What of a record is somebody else's doing than that of the act which made it. $2 are the ids, $3 the act, $4 the object. */
const TOUCHES = {
  any: `
    select c.record_id as id from crm.changes c
    where c.org_id = $1 and c.record_id = any($2::uuid[]) and c.change_set_id is distinct from $3::uuid
    union select l.record_id from crm.activity_links l
    where l.org_id = $1 and l.object = $4 and l.record_id = any($2::uuid[])
    union select a.record_id from crm.attachments a
    where a.org_id = $1 and a.object = $4 and a.record_id = any($2::uuid[])
    union select t.record_id from crm.timeline_entries t
    where t.org_id = $1 and t.record_id = any($2::uuid[]) and t.kind <> 'person.created'`,
  person: `
    union select d.person_id from crm.deals d where d.org_id = $1 and d.person_id = any($2::uuid[])
    union select d.person_id from crm.deal_people d where d.org_id = $1 and d.person_id = any($2::uuid[])
    union select s.person_id from crm.consents s where s.org_id = $1 and s.person_id = any($2::uuid[])`,
  company: `
    union select d.company_id from crm.deals d where d.org_id = $1 and d.company_id = any($2::uuid[])
    union select o.company_id from crm.positions o where o.org_id = $1 and o.company_id = any($2::uuid[])`,
} as const

/** Those of the records that an act made which nobody and nothing else has touched since. */
export async function untouched(
  ctx: Context,
  object: 'person' | 'company',
  ids: readonly string[],
  changeSetId: string,
): Promise<string[]> {
  const found = await ctx.db.query<{ id: string }>(TOUCHES.any + TOUCHES[object], [
    ctx.orgId,
    ids,
    changeSetId,
    object,
  ])
  const touched = new Set(found.rows.map(row => row.id))
  return ids.filter(id => !touched.has(id))
}
