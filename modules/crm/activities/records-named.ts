import type { Context } from '#platform/context.ts'
import type { RecordObject } from '../record-api.ts'

/** A record that something is about. */
export interface RecordReference {
  readonly object: RecordObject
  readonly id: string
}

/** A record with what people call it. */
export interface NamedRecord extends RecordReference {
  readonly name: string
}

const PEOPLE = `
  select p.id, coalesce(nullif(concat_ws(' ', p.first_name, p.last_name), ''), o.email::text, '') as name
  from crm.people p
  left join crm.positions o on o.org_id = $1 and o.person_id = p.id and o.is_primary and o.deleted_at is null
  where p.org_id = $1 and p.id = any($2) and p.deleted_at is null`

const NAMES: Readonly<Record<RecordObject, string>> = {
  person: PEOPLE,
  company:
    'select c.id, c.name from crm.companies c where c.org_id = $1 and c.id = any($2) and c.deleted_at is null',
  deal: 'select d.id, d.name from crm.deals d where d.org_id = $1 and d.id = any($2) and d.deleted_at is null',
}

/** Those of the records that are there and seen, with their names, by id; each table's own policy decides. */
export async function nameRecords(
  ctx: Context,
  records: readonly RecordReference[],
): Promise<ReadonlyMap<string, NamedRecord>> {
  const named = new Map<string, NamedRecord>()
  const objects = [...Map.groupBy(records, ({ object }) => object)]
  await Promise.all(
    objects.map(async ([object, of]) => {
      const ids = [...new Set(of.map(({ id }) => id))]
      const found = await ctx.db.query<{ id: string; name: string }>(NAMES[object], [ctx.orgId, ids])
      for (const { id, name } of found.rows) named.set(id, { object, id, name })
    }),
  )
  return named
}
