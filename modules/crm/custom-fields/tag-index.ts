import type { SqlField } from '#platform/filter/compile.ts'

/**
 * Tags stand in an array, which no index finds under row-level security, because array operators are not leakproof. So they are
 * kept beside the values of custom fields, as the items of a field that no organization has.
 */
export const TAGS_FIELD = '00000000-0000-7000-8000-000000000001'

/** Where the tags of a list of records stand in SQL, for a column such as `p.id`. */
export function tagsPlace(idColumn: string): SqlField {
  const table = idColumn.replace(/\.id$/, '')
  return {
    sql: 'v.text_key',
    via: {
      from: 'crm.custom_values v',
      on: `v.org_id = $1 and v.field_id = '${TAGS_FIELD}' and v.record_id = ${idColumn}`,
    },
    held: `nullif(${table}.tags, '{}')`,
    isItem: true,
  }
}
