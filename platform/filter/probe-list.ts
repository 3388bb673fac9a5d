import type { FilterFields, Money } from '../contract/filter.ts'
import type { SqlField } from './compile.ts'
import type { ListShape } from './list.ts'

/** A record of the list that the property tests read. */
export interface Row {
  id: string
  name: string | null
  mail: string | null
  score: number | null
  seats: number
  amount: number | null
  currency: string | null
  day: string | null
  at: Date
  seen: Date | null
  ok: boolean | null
  kind: string
  ref: string | null
  tags: string[]
  parent: Row | null
  /** Values that stand in the record and, for an index, once more in rows of their own. */
  custom: Custom
}

export interface Custom {
  note: string | null
  size: number | null
  worth: Money | null
  due: string | null
  met: string | null
  ok: boolean | null
  pick: string | null
  ref: string | null
  marks: string[] | null
}

export const FIELDS: FilterFields = {
  name: { type: 'text', sort: true },
  mail: { type: 'text' },
  score: { type: 'number', sort: true },
  seats: { type: 'number', isWhole: true, sort: true },
  price: { type: 'money' },
  day: { type: 'date', sort: true },
  at: { type: 'time', sort: true },
  seen: { type: 'time', sort: true },
  ok: { type: 'boolean' },
  kind: { type: 'enum', values: ['a', 'b', 'c'], sort: true },
  ref: { type: 'id' },
  tags: { type: 'list' },
  'parent.name': { type: 'text' },
  'parent.score': { type: 'number' },
  'parent.tags': { type: 'list' },
  'custom.note': { type: 'text', sort: true },
  'custom.size': { type: 'number', sort: true },
  'custom.worth': { type: 'money' },
  'custom.due': { type: 'date', sort: true },
  'custom.met': { type: 'time', sort: true },
  'custom.ok': { type: 'boolean' },
  'custom.pick': { type: 'enum', values: ['a', 'b', 'c'] },
  'custom.ref': { type: 'id' },
  'custom.marks': { type: 'list' },
}
const via = { from: 'probe.records p', on: 'p.org_id = $1 and p.id = r.parent_id' }
const SQL: Record<string, SqlField> = {
  name: { sql: 'r.name' },
  mail: { sql: 'r.mail', isFolded: true },
  score: { sql: 'r.score' },
  seats: { sql: 'r.seats', isNeverNull: true },
  price: { sql: 'r.amount', currency: 'r.currency' },
  day: { sql: 'r.day' },
  at: { sql: 'r.at', isNeverNull: true },
  seen: { sql: 'r.seen' },
  ok: { sql: 'r.ok' },
  kind: { sql: 'r.kind', isNeverNull: true },
  ref: { sql: 'r.ref' },
  tags: { sql: 'r.tags' },
  'parent.name': { sql: 'p.name', via },
  'parent.score': { sql: 'p.score', via },
  'parent.tags': { sql: 'p.tags', via },
}
/** Keys of texts are so short here that most of what they find is something else. */
export const KEY_CHARS = 2
for (const [name, column] of Object.entries({
  note: 'word',
  size: 'number',
  worth: 'number',
  due: 'day',
  met: 'at',
  ok: 'word',
  pick: 'word',
  ref: 'word',
  marks: 'word',
})) {
  const rows = (alias: string) => ({
    from: `probe.held ${alias}`,
    on: `${alias}.org_id = $1 and ${alias}.field = '${name}' and ${alias}.record_id = r.id`,
  })
  const [one, along] = [rows('v'), rows('w')]
  const held = `(r.custom->>'${name}')`
  const isText = column === 'word' && name !== 'marks'
  const of = (value: string) => (name === 'note' ? `left(lower(${value}), ${KEY_CHARS})` : value)
  const cast = { word: 'text', number: 'double precision', day: 'date', at: 'timestamptz' }[column] ?? ''
  Object.assign(SQL, {
    [`custom.${name}`]: {
      sql: isText ? held : `v.${column}`,
      held,
      cast,
      ...(isText ? { key: { sql: 'v.word', via: one, of } } : { via: one }),
      ...(name === 'worth' ? { currency: 'v.word' } : {}),
      ...(name === 'marks' ? { isItem: true } : {}),
      order: { sql: `(select w.${column} from ${along.from} where ${along.on})`, cast },
      walk: {
        from: along.from,
        on: `${along.on} and w.${column} is not null`,
        sql: `w.${column}`,
        id: 'w.record_id',
      },
    },
  })
}
/** The list with every type of field: in columns, in another table, and in rows that serve as an index. */
export const SHAPE: ListShape = { fields: FIELDS, sql: SQL, id: 'r.id' }

/** Makes the tables of the list. */
export const TABLE = `
  create schema probe;
  grant usage on schema probe to millrace_runtime;
  create table probe.records (
    org_id uuid not null, id uuid not null, name text collate "C", mail text collate "C", score numeric,
    seats integer not null, amount bigint, currency text, day date, at timestamptz not null, seen timestamptz, ok boolean,
    kind text collate "C" not null, ref uuid, tags text[] not null, parent_id uuid, custom jsonb not null,
    created_at timestamptz not null default now(), updated_at timestamptz not null default now(),
    primary key (org_id, id)
  );
  create index records_at on probe.records (org_id, at, id);
  create index records_kind on probe.records (org_id, kind, id);
  select platform.tenant_table('probe.records');
  create table probe.held (
    org_id uuid not null, record_id uuid not null, field text not null, place integer not null, word text collate "C",
    number double precision, day date, at timestamptz, created_at timestamptz not null default now(),
    primary key (org_id, record_id, field, place)
  );
  create index held_number on probe.held (org_id, field, number, record_id) where number is not null;
  create index held_word on probe.held (org_id, field, word, record_id) where word is not null;
  select platform.tenant_table('probe.held')`

/** Makes the rows of the custom values of an organization ($1), with keys of texts of so many characters ($2). */
export const HOLD = `
  insert into probe.held (org_id, record_id, field, place, word, number, day, at)
  select $1, r.id, c.key, item.place,
    case c.key when 'note' then left(lower(item.value), $2) when 'worth' then c.value->>'currency'
      when 'ok' then item.value when 'pick' then item.value when 'ref' then item.value when 'marks' then item.value end,
    case c.key when 'size' then item.value::double precision when 'worth' then (c.value->>'amount')::double precision end,
    case when c.key = 'due' then item.value::date end,
    case when c.key = 'met' then item.value::timestamptz end
  from probe.records r, jsonb_each(r.custom) c, jsonb_array_elements_text(
    case when c.key = 'marks' then c.value else jsonb_build_array(c.value) end) with ordinality item (value, place)
  where r.org_id = $1`
