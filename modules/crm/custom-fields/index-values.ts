import type { Context } from '#platform/context.ts'
import type { RecordObject } from '../record-api.ts'
import { RECORD_TABLE } from '../record-tables.ts'
import { TAGS_FIELD } from './tag-index.ts'

/** Most texts have no accents, and folding those is dear. */
const FOLD = `case when octet_length(item.value #>> '{}') = length(item.value #>> '{}')
          then lower(item.value #>> '{}') else crm.fold(item.value #>> '{}') end`
/** The kinds whose texts are compared as people read them. */
const FOLDED = `'text', 'long_text', 'email', 'phone', 'url'`
/** The longest key of a text; what is longer is told apart by the record itself. */
export const KEY_CHARS = 200

/**
 * Compares what stands in the records with what is indexed of them and writes the difference alone: most changes of a record touch
 * no custom field. Values that are not of their field's kind are left out, so that nothing in a record can stop its change.
 */
function statementFor(object: RecordObject): string {
  return `
  with fields as materialized (
    select id, key, kind from crm.custom_fields where org_id = $1 and object = $2
  ), fresh as materialized (
    select r.id as record_id, f.id as field_id, (item.place - 1)::smallint as ordinal, r.owner_user_id,
      case
        when f.kind in (${FOLDED}) then left(${FOLD}, ${KEY_CHARS})
        when f.kind in ('select', 'multi_select', 'user', 'relation', 'boolean') then left(item.value #>> '{}', ${KEY_CHARS})
        when f.kind = 'money' then item.value ->> 'currency'
      end as text_key,
      case
        when f.kind = 'number' and jsonb_typeof(item.value) = 'number' then (item.value #>> '{}')::double precision
        when f.kind = 'money' and jsonb_typeof(item.value -> 'amount') = 'number' then (item.value ->> 'amount')::double precision
      end as number_key,
      case when f.kind = 'date' and item.value #>> '{}' ~ '^\\d{4}-\\d\\d-\\d\\d$' then (item.value #>> '{}')::date end as day_key,
      case
        when f.kind = 'time' and item.value #>> '{}' ~ '^\\d{4}-\\d\\d-\\d\\dT[0-9:.]+Z$' then (item.value #>> '{}')::timestamptz
      end as time_key
    from ${RECORD_TABLE[object]} r
    cross join lateral jsonb_each(r.custom) held
    join fields f on f.key = held.key
    cross join lateral jsonb_array_elements(
      case when f.kind = 'multi_select' and jsonb_typeof(held.value) = 'array' then held.value else jsonb_build_array(held.value) end
    ) with ordinality item (value, place)
    where r.org_id = $1 and r.id = any($3::uuid[]) and jsonb_typeof(item.value) <> 'null'
    union all
    select r.id, '${TAGS_FIELD}'::uuid, (tag.place - 1)::smallint, r.owner_user_id, left(tag.name, ${KEY_CHARS}), null, null, null
    from ${RECORD_TABLE[object]} r cross join lateral unnest(r.tags) with ordinality tag (name, place)
    where r.org_id = $1 and r.id = any($3::uuid[])
  ), gone as (
    delete from crm.custom_values v
    where v.org_id = $1 and v.record_id = any($3::uuid[]) and not exists (
      select 1 from fresh
      where fresh.record_id = v.record_id and fresh.field_id = v.field_id and fresh.ordinal = v.ordinal
    )
  )
  insert into crm.custom_values as v
    (org_id, object, record_id, field_id, ordinal, owner_user_id, text_key, number_key, day_key, time_key)
  select $1, $2, record_id, field_id, ordinal, owner_user_id, text_key, number_key, day_key, time_key from fresh
  on conflict (org_id, record_id, field_id, ordinal) do update set
    owner_user_id = excluded.owner_user_id, text_key = excluded.text_key, number_key = excluded.number_key,
    day_key = excluded.day_key, time_key = excluded.time_key
  where (v.owner_user_id, v.text_key, v.number_key, v.day_key, v.time_key) is distinct from
    (excluded.owner_user_id, excluded.text_key, excluded.number_key, excluded.day_key, excluded.time_key)`
}

const STATEMENTS: Readonly<Record<RecordObject, string>> = {
  company: statementFor('company'),
  person: statementFor('person'),
  deal: statementFor('deal'),
}

/**
 * Brings what filters and orders find custom fields by in line with what stands in the records; of records that are gone it goes
 * too. Waits for no answer.
 */
export function indexCustomValues(ctx: Context, object: RecordObject, ids: readonly string[]): void {
  ctx.db.send(STATEMENTS[object], [ctx.orgId, object, ids])
}
