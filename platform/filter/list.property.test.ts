import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import fc from 'fast-check'
import { type TestKit, testKit } from '#test/database.ts'
import type { Condition, Filter, FilterFields, FilterValue, Money } from '../contract/filter.ts'
import { OPERATORS } from '../contract/filter.ts'
import type { Tx } from '../db/database.ts'
import { newId } from '../ids.ts'
import type { SqlField } from './compile.ts'
import { type FilteredRequest, type ListShape, readList, readPage } from './list.ts'
import { readMoment } from './moment.ts'

interface Row {
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

interface Custom {
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

const FIELDS: FilterFields = {
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
const KEY_CHARS = 2
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
const SHAPE: ListShape = { fields: FIELDS, sql: SQL, id: 'r.id' }

const TABLE = `
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

const HOLD = `
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

const WORDS = [
  '',
  'a',
  'ab',
  'B',
  'Ab%',
  '_',
  "o'hara",
  'x"y',
  'a;b|c',
  '\\',
  '(,)',
  ' b ',
  '1',
  '😀a',
  'null',
]
const IDS = Array.from({ length: 4 }, () => newId())
const word = fc.constantFrom(...WORDS)
const full = fc.constantFrom(...WORDS.filter(text => text !== ''))
const number = fc.oneof(fc.integer({ min: -3, max: 3 }), fc.constantFrom(0.5, -1.25, 1e15))
const HOUR_MS = 3_600_000

describe('filters and orders of lists', () => {
  let t: TestKit
  const orgId = newId()
  const rows: Row[] = []
  before(async () => {
    t = await testKit()
    await t.asOwner(TABLE)
    const [clock] = await t.asSuperuser<{ now: Date }>('select now() as now')
    assert.ok(clock)
    for (const made of fc.sample(rowOf(clock.now), { numRuns: 300, seed: 7 })) {
      const parent = rows.length > 10 && rows.length % 3 ? (rows[(rows.length * 7) % 10] ?? null) : null
      rows.push({ ...made, id: newId(), parent })
    }
    for (const org of [orgId, newId()]) await store(org)
    await t.asOwner('analyze probe.records')
  })
  after(() => t.close())

  function rowOf(now: Date) {
    // Half an hour beside every full hour from now, so that no row stands on the edge of a span counted from now.
    const at = fc.integer({ min: -1500, max: 1500 }).map(hours => new Date(+now + (hours + 0.5) * HOUR_MS))
    const nullable = <T>(of: fc.Arbitrary<T>) => fc.option(of, { freq: 4 })
    return fc.record({
      name: nullable(word),
      mail: nullable(word.map(text => text.toLowerCase())),
      score: nullable(number),
      seats: fc.integer({ min: 0, max: 4 }),
      amount: nullable(fc.integer({ min: -2, max: 2 })),
      currency: nullable(fc.constantFrom('EUR', 'USD')),
      day: nullable(at.map(date => date.toISOString().slice(0, 10))),
      at,
      seen: nullable(at),
      ok: nullable(fc.boolean()),
      kind: fc.constantFrom('a', 'b', 'c'),
      ref: nullable(fc.constantFrom(...IDS)),
      tags: fc.array(full, { maxLength: 3 }),
      custom: fc.record<Custom>({
        note: nullable(full),
        size: nullable(number),
        worth: nullable(
          fc.record({ amount: fc.integer({ min: -2, max: 2 }), currency: fc.constantFrom('EUR', 'USD') }),
        ),
        due: nullable(at.map(date => date.toISOString().slice(0, 10))),
        met: nullable(at.map(date => date.toISOString())),
        ok: nullable(fc.boolean()),
        pick: nullable(fc.constantFrom('a', 'b', 'c')),
        ref: nullable(fc.constantFrom(...IDS)),
        marks: nullable(fc.uniqueArray(full, { minLength: 1, maxLength: 3 })),
      }),
    })
  }

  const store = (org: string) =>
    t.kit.db.withOrg(org, async tx => {
      for (const row of rows)
        await tx.query(
          `insert into probe.records (org_id, id, name, mail, score, seats, amount, currency, day, at, seen, ok, kind, ref,
             tags, parent_id, custom) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17)`,
          [
            org,
            row.id,
            row.name,
            row.mail,
            row.score,
            row.seats,
            row.amount,
            row.currency,
            row.day,
            row.at,
            row.seen,
            row.ok,
            row.kind,
            row.ref,
            row.tags,
            row.parent?.id ?? null,
            JSON.stringify(
              Object.fromEntries(Object.entries(row.custom).filter(([, value]) => value !== null)),
            ),
          ],
        )
      await tx.query(HOLD, [org, KEY_CHARS])
    })

  async function read(tx: Tx, request: FilteredRequest) {
    const list = readList(SHAPE, request, [orgId])
    const source = { columns: 'r.id', from: 'probe.records r', where: 'r.org_id = $1' }
    // Whoever puts the statement together gets the same records in the same order.
    const text = `select r.id${list.columns} from probe.records r where r.org_id = $1${list.where} ${list.order}`
    const [page, plain] = [
      await readPage<{ id: string }, string>(tx, list, source, row => row.id),
      await readPage<{ id: string }, string>(tx, list, text, row => row.id),
    ]
    assert.deepEqual(page, plain)
    return page
  }

  async function readAll(tx: Tx, request: FilteredRequest): Promise<string[]> {
    const ids: string[] = []
    for (let cursor: string | undefined; ; ) {
      const page = await read(tx, { ...request, cursor })
      ids.push(...page.items)
      if (page.nextCursor === null) return ids
      cursor = page.nextCursor
      assert.ok(ids.length <= rows.length)
    }
  }

  const conditionOf: fc.Arbitrary<Condition> = fc.constantFrom(...Object.keys(FIELDS)).chain(field => {
    const type = FIELDS[field]?.type ?? 'text'
    return fc.constantFrom(...Object.entries(OPERATORS[type])).chain(([op, operands]) => {
      const value = operandOf(field)
      if (operands === 'none') return fc.constant({ field, op } as Condition)
      if (operands === 'one') return value.map(one => ({ field, op, value: one }) as Condition)
      const size = operands === 'two' ? { minLength: 2, maxLength: 2 } : { minLength: 1, maxLength: 3 }
      return fc.array(value, size).map(many => ({ field, op, value: many }) as Condition)
    })
  })
  const { filter: anyFilter } = fc.letrec<{ filter: Filter }>(tie => ({
    filter: fc.oneof(
      { maxDepth: 2, withCrossShrink: true },
      conditionOf,
      fc.array(tie('filter'), { maxLength: 3 }).map(all => ({ all })),
      fc.array(tie('filter'), { maxLength: 3 }).map(any => ({ any })),
    ),
  }))
  const filterOf = anyFilter.filter(filter => costOf(filter) <= 100)
  const sortOf = fc
    .uniqueArray(fc.constantFrom(...Object.keys(FIELDS).filter(name => FIELDS[name]?.sort)), { maxLength: 3 })
    .chain(names => fc.tuple(...names.map(name => fc.constantFrom(name, `-${name}`))))

  it('finds what an evaluation in memory finds', async () => {
    await fc.assert(
      fc.asyncProperty(filterOf, async filter => {
        await t.kit.db.withOrg(orgId, async tx => {
          const now = (await tx.query<{ now: Date }>('select now() as now')).rows[0]?.now ?? new Date()
          const found = await readAll(tx, { limit: 100, filter: JSON.stringify({ all: [filter] }) })
          const expected = rows.filter(row => holds(filter, row, now)).map(row => row.id)
          assert.deepEqual([...found].sort(), expected.sort())
        })
      }),
      { numRuns: 400, seed: 3 },
    )
  })

  it('reads the text form as the JSON form', async () => {
    await fc.assert(
      fc.asyncProperty(filterOf, async filter => {
        const text = textOf(filter)
        if (text === null) return
        await t.kit.db.withOrg(orgId, async tx => {
          const [a, b] = [
            await read(tx, { limit: 100, filter: text }),
            await read(tx, { limit: 100, filter: JSON.stringify(filter) }),
          ]
          assert.deepEqual(a.items, b.items, text)
        })
      }),
      { numRuns: 150, seed: 5 },
    )
  })

  it('goes through every row once, in order, page by page', async () => {
    await fc.assert(
      fc.asyncProperty(filterOf, sortOf, fc.integer({ min: 20, max: 90 }), async (filter, sort, limit) => {
        await t.kit.db.withOrg(orgId, async tx => {
          const now = (await tx.query<{ now: Date }>('select now() as now')).rows[0]?.now ?? new Date()
          const request = {
            limit,
            filter: JSON.stringify({ all: [filter] }),
            sort: sort.join(',') || undefined,
          }
          const expected = rows.filter(row => holds(filter, row, now)).sort(byKeys(sort))
          assert.deepEqual(
            await readAll(tx, request),
            expected.map(row => row.id),
          )
        })
      }),
      { numRuns: 200, seed: 11 },
    )
  })

  it('refuses a cursor under another filter, order or list', async () => {
    await t.kit.db.withOrg(orgId, async tx => {
      const first = await read(tx, { limit: 5, filter: 'kind:is:a', sort: 'at' })
      const cursor = first.nextCursor ?? ''
      assert.equal((await read(tx, { limit: 7, filter: 'kind:is:a', sort: 'at', cursor })).items.length, 7)
      for (const other of [
        { filter: 'kind:is:b', sort: 'at' },
        { filter: 'kind:is:a', sort: '-at' },
        { filter: 'kind:is:a' },
        { sort: 'at' },
        { filter: 'kind:is:a', sort: 'at', status: 'x' },
      ])
        await assert.rejects(read(tx, { limit: 5, cursor, ...other }), { code: 'request.invalid' })
      for (const broken of [cursor.slice(1), `${cursor}x`, cursor.split('.')[0] ?? '', '', 'W10.x'])
        await assert.rejects(read(tx, { limit: 5, filter: 'kind:is:a', sort: 'at', cursor: broken }), {
          code: 'request.invalid',
        })
    })
  })

  it('reaches an index under row-level security, for conditions and for order', async () => {
    await t.kit.db.withOrg(orgId, async tx => {
      await tx.query('set local enable_seqscan = off')
      const plan = async (request: Omit<FilteredRequest, 'limit'>) => {
        const list = readList(SHAPE, { limit: 10, ...request }, [orgId])
        const explained = await tx.query<{ 'QUERY PLAN': string }>(
          `explain select r.id${list.columns} from probe.records r where r.org_id = $1${list.where} ${list.order}`,
          list.values,
        )
        return explained.rows.map(row => row['QUERY PLAN']).join('\n')
      }
      assert.match(await plan({ filter: 'at:after:now-1d', sort: 'at' }), /Index Cond: .*\bat > /)
      assert.match(await plan({ filter: 'at:on:today', sort: '-at' }), /Index Cond: .*\bat >= .*\bat < /)
      assert.match(await plan({ filter: 'kind:is:a' }), /Index Cond: .*kind = /)
      const page = await read(tx, { limit: 5, sort: '-at' })
      const next = await plan({ sort: '-at', cursor: page.nextCursor ?? '' })
      assert.match(next, /Index Cond: .*ROW\(r?\.?at, /i)
      assert.doesNotMatch(next, /Sort/)
    })
  })
})

/** What a filter may cost, as docs/filters.md has it. */
function costOf(filter: Filter): number {
  if (!('field' in filter))
    return ('all' in filter ? filter.all : filter.any).reduce((sum, part) => sum + costOf(part), 0)
  const isSearch = ['contains', 'not_contains', 'starts_with', 'ends_with'].includes(filter.op)
  return (isSearch ? 5 : 1) * (filter.field.includes('.') ? 4 : 1)
}

function operandOf(field: string): fc.Arbitrary<FilterValue> {
  const type = FIELDS[field]?.type
  switch (type) {
    case 'number':
      return FIELDS[field]?.isWhole ? fc.integer({ min: -1, max: 5 }) : number
    case 'money':
      return fc.record({
        amount: fc.integer({ min: -2, max: 2 }),
        currency: fc.constantFrom('EUR', 'USD', 'CHF'),
      })
    case 'boolean':
      return fc.boolean()
    case 'enum':
      return fc.constantFrom('a', 'b', 'c')
    case 'id':
      return fc.constantFrom(...IDS, newId())
    case 'date':
    case 'time': {
      const shift = fc
        .tuple(
          fc.constantFrom('+', '-'),
          fc.integer({ min: 0, max: 50 }),
          fc.constantFrom('d', 'w', 'm', 'h'),
        )
        .map(([sign, count, unit]) => `${sign}${unit === 'w' || unit === 'm' ? count % 4 : count}${unit}`)
      const day = fc
        .integer({ min: -60, max: 60 })
        .map(days => new Date(Date.now() + days * 24 * HOUR_MS).toISOString())
      const relativeDay = fc.oneof(
        fc.constant('today'),
        shift.map(by => `today${by}`),
      )
      const days = fc.oneof(
        day.map(at => at.slice(0, 10)),
        relativeDay,
      )
      if (type === 'date') return days.filter(text => !text.endsWith('h'))
      return fc.oneof(
        days.filter(text => !text.endsWith('h')),
        shift.map(by => `now${by}`),
        day,
      )
    }
    default:
      return full
  }
}

type Cell =
  | string
  | number
  | boolean
  | Date
  | string[]
  | { amount: number | null; currency: string | null }
  | null

function cellOf(row: Row, field: string): Cell {
  const [name = '', inner] = field.split('.')
  if (name === 'parent') return row.parent ? cellOf(row.parent, inner ?? '') : null
  if (name === 'price') return { amount: row.amount, currency: row.currency }
  if (name === 'custom') return customCellOf(row.custom, inner as keyof Custom)
  return row[name as Exclude<keyof Row, 'parent' | 'custom'>]
}

function customCellOf(custom: Custom, name: keyof Custom): Cell {
  if (name === 'worth') return custom.worth ?? { amount: null, currency: null }
  if (name === 'met') return custom.met === null ? null : new Date(custom.met)
  if (name === 'marks') return custom.marks ?? []
  return custom[name]
}

/** The filter language once more, over rows in memory. */
function holds(filter: Filter, row: Row, now: Date): boolean {
  if ('all' in filter) return filter.all.every(part => holds(part, row, now))
  if ('any' in filter) return filter.any.some(part => holds(part, row, now))
  const opposites: Record<string, string> = {
    is_not: 'is',
    not_in: 'in',
    not_contains: 'contains',
    empty: 'not_empty',
    has_not: 'has',
    has_none: 'has_any',
  }
  const { field, op, value } = filter
  const opposite = opposites[op]
  const type = FIELDS[field]?.type ?? 'text'
  const values = (value === undefined ? [] : Array.isArray(value) ? value : [value]) as FilterValue[]
  const isFolded = field === 'mail'
  const positive = positively(
    type,
    opposite ?? op,
    cellOf(row, field),
    isFolded ? values.map(fold) : values,
    now,
  )
  return opposite ? !positive : positive
}

const fold = (value: FilterValue) => String(value).toLowerCase()

function positively(type: string, op: string, cell: Cell, values: FilterValue[], now: Date): boolean {
  if (type === 'money')
    return moneyHolds(op, cell as { amount: number | null; currency: string | null }, values)
  if (cell === null) return false
  if (type === 'list') return listHolds(op, cell as string[], values as string[])
  if (op === 'not_empty') return cell !== ''
  if (type === 'date' || type === 'time')
    return momentHolds(op, cell as Date | string, values as string[], now)
  const [first = '', second = ''] = values
  const text = String(cell).toLowerCase()
  switch (op) {
    case 'is':
    case 'in':
      return values.includes(cell as string)
    case 'contains':
      return text.includes(fold(first))
    case 'starts_with':
      return text.startsWith(fold(first))
    case 'ends_with':
      return text.endsWith(fold(first))
    default:
      return ordered(op, cell as number, first as number, second as number)
  }
}

function ordered(op: string, cell: number, first: number, second: number): boolean {
  if (op === 'gt') return cell > first
  if (op === 'gte') return cell >= first
  if (op === 'lt') return cell < first
  if (op === 'lte') return cell <= first
  return cell >= first && cell <= second
}

function listHolds(op: string, cell: string[], values: string[]): boolean {
  if (op === 'not_empty') return cell.length > 0
  if (op === 'has_any') return values.some(value => cell.includes(value))
  return values.every(value => cell.includes(value))
}

function moneyHolds(
  op: string,
  { amount, currency }: { amount: number | null; currency: string | null },
  values: FilterValue[],
): boolean {
  if (amount === null) return false
  if (op === 'not_empty') return true
  const [first, second = first] = values as Money[]
  if (!first || !second || currency !== first.currency || currency !== second.currency) return false
  return op === 'is' ? amount === first.amount : ordered(op, amount, first.amount, second.amount)
}

function momentHolds(op: string, cell: Date | string, values: string[], now: Date): boolean {
  const [first = '', second = first] = values
  const at = typeof cell === 'string' ? Date.parse(`${cell}T00:00:00Z`) : +cell
  const [a, b] = [spanOf(first, now), spanOf(second, now)]
  if (op === 'before') return at < a.from
  if (op === 'on_or_after') return at >= a.from
  const until = (span: { to: number; isDay: boolean }) => (span.isDay ? at < span.to : at <= span.to)
  if (op === 'after') return !until(a)
  if (op === 'on_or_before') return until(a)
  return at >= a.from && until(b)
}

function spanOf(text: string, now: Date): { from: number; to: number; isDay: boolean } {
  const moment = readMoment(text)
  assert.ok(moment)
  if (moment.kind === 'instant')
    return { from: Date.parse(moment.at), to: Date.parse(moment.at), isDay: false }
  const day = 24 * HOUR_MS
  if (moment.kind === 'day') {
    const from = Date.parse(`${moment.day}T00:00:00Z`)
    return { from, to: from + day, isDay: true }
  }
  const [, sign, count, unit] = /^([+-])(\d+) (\w+)$/.exec(moment.shift) ?? []
  const by = Number(`${sign}${count}`)
  const base = new Date(moment.isDay ? Math.floor(+now / day) * day : +now)
  const from = +shifted(base, by, unit ?? '')
  return { from, to: moment.isDay ? from + day : from, isDay: moment.isDay }
}

function shifted(base: Date, by: number, unit: string): Date {
  const hours: Record<string, number> = { hours: 1, days: 24, weeks: 168 }
  if (hours[unit] !== undefined) return new Date(+base + by * hours[unit] * HOUR_MS)
  const months = unit === 'years' ? by * 12 : by
  const [year, month] = [base.getUTCFullYear(), base.getUTCMonth() + months]
  const last = new Date(Date.UTC(year, month + 1, 0)).getUTCDate()
  const time = +base % (24 * HOUR_MS)
  return new Date(Date.UTC(year, month, Math.min(base.getUTCDate(), last)) + time)
}

function sortCellOf(row: Row, name: string): Cell {
  const cell = cellOf(row, name)
  return name === 'custom.note' && cell !== null
    ? [...String(cell).toLowerCase()].slice(0, KEY_CHARS).join('')
    : cell
}

function byKeys(sort: readonly string[]) {
  return (a: Row, b: Row): number => {
    for (const key of sort) {
      const name = key.replace('-', '')
      const [x, y] = [sortCellOf(a, name), sortCellOf(b, name)] as unknown as [number | null, number | null]
      if (x === null && y === null) continue
      if (x === null) return 1
      if (y === null) return -1
      const order = Number(x > y) - Number(x < y)
      if (order !== 0) return key.startsWith('-') ? -order : order
    }
    const isDescending = sort.at(-1)?.startsWith('-') ?? true
    return (a.id < b.id ? -1 : 1) * (isDescending ? -1 : 1)
  }
}

/** The text form, or null where there is none: an empty group. */
function textOf(filter: Filter): string | null {
  if (!('field' in filter)) {
    const parts = ('all' in filter ? filter.all : filter.any).map(textOf)
    if (parts.length === 0 || parts.includes(null)) return null
    return `(${parts.join('all' in filter ? ';' : ' | ')})`
  }
  if (filter.value === undefined) return `${filter.field}:${filter.op}`
  const values = (Array.isArray(filter.value) ? filter.value : [filter.value]) as FilterValue[]
  return `${filter.field}:${filter.op}:${values.map(literal).join(',')}`
}

function literal(value: FilterValue): string {
  if (typeof value === 'object') return `${value.amount} ${value.currency}`
  if (typeof value !== 'string' || /^[\w:.+-]+$/.test(value)) return String(value)
  return `"${value.replace(/["\\]/g, '\\$&')}"`
}
