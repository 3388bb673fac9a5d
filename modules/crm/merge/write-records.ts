import type { RecordObject } from '../record-api.ts'
import { RECORD_TABLE } from '../record-tables.ts'
import type { Chosen } from './choices.ts'
import { UNITED } from './mergeable.ts'
import { columnsOf, type Steps } from './steps.ts'

const LIST_MAX = 100

/** Both lists as one, what stands in both once. */
const united = (column: string, type: 'text[]' | 'jsonb') =>
  type === 'jsonb'
    ? `t.${column} || coalesce((select jsonb_agg(item) from jsonb_array_elements(l.${column}) item where not t.${column} @> jsonb_build_array(item)), '[]')`
    : `(t.${column} || array(
        select item from unnest(l.${column}) with ordinality listed (item, place)
        where lower(item) <> all (select lower(known) from unnest(t.${column}) known) order by place))[1:${LIST_MAX}]`

/** Writes what was chosen to the record that stays, and marks the other one as gone into it. */
export async function writeRecords(steps: Steps, object: RecordObject, chosen: Chosen): Promise<void> {
  const table = RECORD_TABLE[object]
  const expressions: Record<string, string> = {
    ...Object.fromEntries(chosen.columns.map(column => [column, `l.${column}`])),
    ...Object.fromEntries(UNITED[object].map(({ column, type }) => [column, united(column, type)])),
    ...(object !== 'deal' && { last_activity_at: 'greatest(t.last_activity_at, l.last_activity_at)' }),
    custom: `(t.custom || coalesce((select jsonb_object_agg(key, value) from jsonb_each(l.custom) where key = any($4::text[])), '{}'))
      - array(select unnest($4::text[]) except select jsonb_object_keys(l.custom))`,
    updated_at: 'now()',
  }
  const columns = Object.keys(expressions)
  const pair = `${table} t join ${table} l on l.org_id = $1 and l.id = $2::uuid where t.org_id = $1 and t.id = $3::uuid`
  const built = columns.map(column => `'${column}', ${expressions[column]}`)
  await steps.store(
    table,
    {
      key: columnsOf(['id']),
      before: columnsOf(columns),
      after: `jsonb_build_object(${built.join(', ')})`,
      rows: pair,
    },
    [chosen.custom],
  )
  await steps.write(
    `update ${table} t set ${columns.map(column => `${column} = ${expressions[column]}`).join(', ')}
     from ${table} l where l.org_id = $1 and l.id = $2::uuid and t.org_id = $1 and t.id = $3::uuid`,
    [chosen.custom],
  )
  const gone = `${table} t where t.org_id = $1 and t.id = $2::uuid`
  await steps.store(table, {
    key: columnsOf(['id']),
    before: columnsOf(['deleted_at', 'merged_into', 'updated_at']),
    after: `jsonb_build_object('deleted_at', now(), 'merged_into', $3::uuid, 'updated_at', now())`,
    rows: gone,
  })
  await steps.write(
    `update ${table} t set deleted_at = now(), merged_into = $3::uuid, updated_at = now() where t.org_id = $1 and t.id = $2::uuid`,
  )
}
