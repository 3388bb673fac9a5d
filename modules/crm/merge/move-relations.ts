import type { Context } from '#platform/context.ts'
import type { RecordObject } from '../record-api.ts'
import { RECORD_TABLE } from '../record-tables.ts'
import { columnsOf, type Merging, type Steps } from './steps.ts'

interface Named {
  object: RecordObject
  ids: string[]
  keys: string[]
}

const NAMING = `
  select v.object, array_agg(distinct v.record_id) as ids, array_agg(distinct f.key) as keys
  from crm.custom_fields f
  join crm.custom_values v on v.org_id = $1 and v.field_id = f.id and v.text_key = $3
  where f.org_id = $1 and f.kind = 'relation' and f.relates_to = $2
  group by v.object`

/** Lets fields of the organization that lead to the record that goes lead to the one that stays. Gives the records that have them. */
export async function moveRelations(
  ctx: Context,
  steps: Steps,
  { object, otherId }: Merging,
): Promise<readonly Pick<Named, 'object' | 'ids'>[]> {
  const found = await ctx.db.query<Named>(NAMING, [ctx.orgId, object, otherId])
  for (const { object: of, ids, keys } of found.rows) {
    const table = RECORD_TABLE[of]
    const custom = `(select jsonb_object_agg(key, case when key = any($5::text[]) and value = to_jsonb($2::text)
      then to_jsonb($3::text) else value end) from jsonb_each(t.custom))`
    const rows = `${table} t where t.org_id = $1 and t.id = any($4::uuid[]) and t.id <> $2::uuid`
    await steps.store(
      table,
      {
        key: columnsOf(['id']),
        before: columnsOf(['custom', 'updated_at']),
        after: `jsonb_build_object('custom', ${custom}, 'updated_at', now())`,
        rows,
      },
      [ids, keys],
    )
    await steps.write(
      `update ${rows.replace(' where ', ` set custom = ${custom}, updated_at = now() where `)}`,
      [ids, keys],
    )
  }
  return found.rows
}
