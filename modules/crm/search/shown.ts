import type { Context } from '#platform/context.ts'
import { openRecords } from '#platform/owned.ts'
import type { RecordObject } from '../record-api.ts'

/** A record in one line, as people tell it from others. */
export interface ShownRecord {
  readonly object: RecordObject
  readonly id: string
  readonly name: string
  readonly detail: string | null
  readonly lastActivityAt: string | null
}

interface Row {
  id: string
  name: string
  detail: string | null
  at: Date | null
}

const READ: Readonly<Record<RecordObject, string>> = {
  person: `
    select p.id, coalesce(nullif(concat_ws(' ', p.first_name, p.last_name), ''), o.email::text, '') as name,
      nullif(concat_ws(' · ', o.title, c.name,
        case when concat_ws('', p.first_name, p.last_name) <> '' and o.title is null and c.name is null then o.email::text end), '') as detail,
      p.last_activity_at as at
    from crm.people p
    left join crm.positions o on o.org_id = $1 and o.person_id = p.id and o.is_primary and o.deleted_at is null
    left join crm.companies c on c.org_id = $1 and c.id = o.company_id and c.deleted_at is null
    where p.org_id = $1 and p.id = any($2::uuid[]) and p.deleted_at is null`,
  company: `
    select c.id, c.name, nullif(concat_ws(' · ', c.domain, c.address->>'city'), '') as detail, c.last_activity_at as at
    from crm.companies c where c.org_id = $1 and c.id = any($2::uuid[]) and c.deleted_at is null`,
  deal: `
    select d.id, d.name, concat_ws(' · ', c.name, nullif(concat_ws(' ', p.first_name, p.last_name), ''), s.name) as detail,
      d.updated_at as at
    from crm.deals d
    join crm.stages s on s.org_id = $1 and s.id = d.stage_id
    left join crm.companies c on c.org_id = $1 and c.id = d.company_id and c.deleted_at is null
    left join crm.people p on p.org_id = $1 and p.id = d.person_id and p.deleted_at is null
    where d.org_id = $1 and d.id = any($2::uuid[]) and d.deleted_at is null`,
}

/** Those of the records that are there and seen, each in one line, by id. */
export async function readShown(
  ctx: Context,
  records: readonly { readonly object: RecordObject; readonly id: string }[],
): Promise<ReadonlyMap<string, ShownRecord>> {
  const groups = [...Map.groupBy(records, ({ object }) => object)]
  const found = await Promise.all(
    groups.map(async ([object, named]) => {
      const ids = named.map(({ id }) => id)
      openRecords(ctx, object, ids)
      const { rows } = await ctx.db.query<Row>(READ[object], [ctx.orgId, ids])
      return rows.map(({ id, name, detail, at }): [string, ShownRecord] => [
        id,
        { object, id, name, detail: detail || null, lastActivityAt: at?.toISOString() ?? null },
      ])
    }),
  )
  return new Map(found.flat())
}
