import { isDeepStrictEqual } from 'node:util'
import { type Class, columnOf, isTenantClass, primaryKeyOf, type Relation } from './relations.ts'
import type { Row } from './rows.ts'
import { insertText, type Seeds } from './seeding.ts'
import type { Attempt, Outcome, Setting } from './sql-session.ts'
import type { Catalogue } from './table-rules.ts'

/** The two organizations of the probe: `own` is the one the caller may be, `other` the one it must not reach. */
export interface Twins {
  readonly own: string
  readonly other: string
}

/** How a transaction may present itself, and whose rows it may then see: the whole rule of tenancy. */
interface Context extends Setting {
  readonly sees: (kind: Class) => readonly string[]
  /** What every look at a policy ends with. */
  readonly fails?: string
}

/** The contexts, by name. */
export function contextsOf({ own, other }: Twins): Readonly<Record<string, Context>> {
  const nobody = () => []
  return {
    own: { organization: own, sees: () => [own] },
    'own in upper case': { organization: own.toUpperCase(), sees: () => [own] },
    'the other': { organization: other, sees: () => [other] },
    'never set': { organization: null, sees: nobody },
    empty: { organization: '', sees: nobody },
    junk: { organization: `${own}' or true --`, sees: nobody, fails: '22P02' },
    'a reading worker': {
      organization: null,
      worker: true,
      readOnly: true,
      sees: kind => (kind === 'dispatch' ? [own, other] : []),
    },
    'a writing worker': { organization: null, worker: true, sees: nobody },
  }
}

/** A statement to try on a table, and what it may find or do. */
interface Verb {
  readonly name: string
  readonly text: string
  readonly values?: readonly unknown[]
  /** Needs the right to change or delete rows, which append-only tables give to nobody. */
  readonly changes?: boolean
  readonly writes?: boolean
  /** The answer when these organizations are visible and nothing else stands in the way. */
  readonly expected: (sees: readonly string[]) => Outcome
  /** Also acceptable where the rows are visible: other rows refer to them. */
  readonly orRefusedBy?: readonly string[]
  /** Refused like this by everybody, whatever the context. */
  readonly never?: string
}

const refused = (why: string): Outcome => ({ refused: why })
const REFERENCED = ['23503', '23001']

/** Everything a caller could try on one table with rows of both organizations. */
function verbsOf(relation: Relation, seeds: Seeds, twins: Twins, all: Catalogue): Verb[] {
  const table = relation.name
  const count = (orgIds: readonly string[]) =>
    orgIds.reduce((sum, orgId) => sum + seeds.rowsOf(table, orgId).length, 0)
  return [
    { name: 'select', text: `select * from ${table}`, expected: sees => ({ rows: count(sees) }) },
    {
      name: 'count',
      text: `select from generate_series(1, (select count(*) from ${table})::int)`,
      expected: sees => ({ rows: count(sees) }),
    },
    {
      name: 'copy to',
      // A partitioned table has no rows of its own to copy, but a query on it has.
      text: `copy ${relation.kind === 'p' ? `(select * from ${table})` : table} to stdout`,
      expected: sees => ({ rows: count(sees) }),
    },
    { name: 'copy from', text: `copy ${table} from stdin`, never: '0A000', expected: () => refused('0A000') },
    {
      name: 'truncate',
      text: `truncate ${table}`,
      writes: true,
      never: 'privilege',
      expected: () => refused('privilege'),
    },
    ...[twins.own, twins.other].flatMap(target => [
      ...rowVerbs(relation, seeds, target, target === twins.own ? 'own' : 'foreign'),
      ...insertVerbs(relation, seeds, target, twins, all),
    ]),
  ]
}

/** Statements that look for the rows of one organization. */
function rowVerbs(relation: Relation, seeds: Seeds, target: string, whose: string): Verb[] {
  const table = relation.name
  const values = [target]
  const all = seeds.rowsOf(table, target).length
  const found = (sees: readonly string[]): Outcome => ({ rows: sees.includes(target) ? all : 0 })
  const where = 'where org_id = $1'
  return [
    { name: `select ${whose}`, text: `select * from ${table} ${where}`, values, expected: found },
    {
      name: `select ${whose} for update`,
      text: `select * from ${table} ${where} for update`,
      values,
      changes: true,
      writes: true,
      expected: found,
    },
    {
      name: `update ${whose}`,
      text: `update ${table} set org_id = org_id ${where} returning *`,
      values,
      changes: true,
      writes: true,
      expected: found,
    },
    {
      name: `delete ${whose}`,
      text: `delete from ${table} ${where} returning *`,
      values,
      changes: true,
      writes: true,
      expected: found,
      orRefusedBy: REFERENCED,
    },
    {
      name: `merge into ${whose}`,
      text: `merge into ${table} t using (select $1::uuid as org_id) s on t.org_id = s.org_id when matched then update set org_id = s.org_id`,
      values,
      changes: true,
      writes: true,
      expected: found,
    },
  ]
}

/** Statements that write a row for one organization. */
function insertVerbs(relation: Relation, seeds: Seeds, target: string, twins: Twins, all: Catalogue): Verb[] {
  const table = relation.name
  const whose = target === twins.own ? 'own' : 'foreign'
  const away = target === twins.own ? twins.other : twins.own
  const fresh = seeds.freshRow(table, target)
  const stored = seeds.rowsOf(table, target)[0] ?? {}
  const key = primaryKeyOf(relation)
  const ifSeen = (outcome: Outcome) => (sees: readonly string[]) =>
    sees.includes(target) ? outcome : refused('policy')
  const insert = (name: string, row: Row, outcome: Outcome, tail = ''): Verb => ({
    name: `${name} ${whose}`,
    text: insertText(relation, row, tail),
    values: [JSON.stringify(row)],
    writes: true,
    expected: ifSeen(outcome),
  })
  // A table with one row for each organization has it already.
  const isSingle = key.join() === 'org_id'
  const upsert = `on conflict (${key.join(', ')}) do`
  return [
    isSingle ? insert('insert', stored, refused('23505')) : insert('insert', fresh, { rows: 1 }),
    insert('insert or nothing', stored, { rows: 0 }, `${upsert} nothing`),
    {
      ...insert('upsert', stored, { rows: 1 }, `${upsert} update set org_id = excluded.org_id`),
      changes: true,
    },
    {
      name: `move ${whose} away`,
      text: `update ${table} set org_id = $2 where org_id = $1`,
      values: [target, away],
      changes: true,
      writes: true,
      expected: sees => (sees.includes(target) ? refused('policy') : { rows: 0 }),
    },
    ...referenceVerbs(relation, seeds, target, away, all),
  ]
}

/** A row that refers to a row of the other organization: foreign keys look past the policies. */
function referenceVerbs(
  relation: Relation,
  seeds: Seeds,
  target: string,
  away: string,
  all: Catalogue,
): Verb[] {
  const table = relation.name
  const isSingle = primaryKeyOf(relation).join() === 'org_id'
  return relation.foreignKeys.flatMap(({ name, columns, target: parent, targetColumns }): Verb[] => {
    const [theirs] = seeds.rowsOf(parent, away)
    const crossing = columns.filter(column => column !== 'org_id')
    if (!theirs || crossing.length === 0 || !isTenantClass(all.classOf.get(parent))) return []
    const row: Record<string, unknown> = { ...seeds.freshRow(table, target) }
    // Of several references a row may have room for one only, so those that may be absent are.
    for (const other of relation.foreignKeys
      .filter(other => other.name !== name)
      .flatMap(key => key.columns)) {
      if (other !== 'org_id' && columnOf(relation, other)?.isNullable) row[other] = null
    }
    for (const column of crossing) row[column] = theirs[targetColumns[columns.indexOf(column)] ?? '']
    const sets = crossing.map(column => `${column} = (jsonb_populate_record(null::${table}, $2)).${column}`)
    return [
      {
        name: `refer across (${name})`,
        text: isSingle
          ? `update ${table} set ${sets.join(', ')} where org_id = $1`
          : insertText(relation, row),
        values: isSingle ? [target, JSON.stringify(row)] : [JSON.stringify(row)],
        changes: isSingle,
        writes: true,
        expected: sees =>
          sees.includes(target) ? refused('23503') : isSingle ? { rows: 0 } : refused('policy'),
      },
    ]
  })
}

/** What must happen; the whole table of rules. */
function expectedOf(verb: Verb, context: Context, kind: Class): Outcome {
  if (verb.writes && context.readOnly) return refused('25006')
  if (verb.never) return refused(verb.never)
  if (verb.changes && kind === 'append-only') return refused('privilege')
  if (context.fails) return refused(context.fails)
  return verb.expected(context.sees(kind))
}

/** One thing that happened and should not have. */
export interface Leak {
  readonly cell: string
  readonly expected: Outcome
  readonly actual: Outcome
}

export interface Probe {
  readonly cells: number
  readonly leaks: readonly Leak[]
}

/** Tries everything on one tenant table in every context; with `untilFirst`, until something is found. */
export async function probeTable(
  attempt: (context: string) => Attempt,
  relation: Relation,
  all: Catalogue,
  seeds: Seeds,
  twins: Twins,
  { untilFirst = false } = {},
): Promise<Probe> {
  const kind = all.classOf.get(relation.name)
  if (!kind) throw new Error(`${relation.name} is of no class.`)
  const verbs = verbsOf(relation, seeds, twins, all)
  const leaks: Leak[] = []
  const contexts = Object.entries(contextsOf(twins))
  for (const [name, context] of contexts) {
    for (const verb of verbs) {
      if (untilFirst && leaks.length > 0) break
      const expected = expectedOf(verb, context, kind)
      const actual = await attempt(name)(context, verb.text, verb.values)
      const isVisible = 'rows' in expected && expected.rows > 0
      const isReferred = isVisible && 'refused' in actual && verb.orRefusedBy?.includes(actual.refused)
      if (!isDeepStrictEqual(actual, expected) && !isReferred) {
        leaks.push({ cell: `${relation.name}: ${verb.name}, organization ${name}`, expected, actual })
      }
    }
  }
  return { cells: contexts.length * verbs.length, leaks }
}

/** Tries to reach a partition under its own name, which nobody may. */
export async function probePartition(
  attempt: (context: string) => Attempt,
  partition: Relation,
  seeds: Seeds,
  twins: Twins,
): Promise<Probe> {
  const row = seeds.rowsOf(partition.parent ?? '', twins.own)[0] ?? {}
  const verbs: Pick<Verb, 'name' | 'text' | 'values' | 'writes'>[] = [
    { name: 'select', text: `select * from ${partition.name}` },
    { name: 'insert', text: insertText(partition, row), values: [JSON.stringify(row)], writes: true },
    { name: 'update', text: `update ${partition.name} set org_id = org_id`, writes: true },
    { name: 'delete', text: `delete from ${partition.name}`, writes: true },
    { name: 'truncate', text: `truncate ${partition.name}`, writes: true },
  ]
  const leaks: Leak[] = []
  const contexts = Object.entries(contextsOf(twins))
  for (const [name, context] of contexts) {
    for (const verb of verbs) {
      const expected = refused(verb.writes && context.readOnly ? '25006' : 'privilege')
      const actual = await attempt(name)(context, verb.text, verb.values)
      if (!isDeepStrictEqual(actual, expected)) {
        leaks.push({
          cell: `${partition.name}: ${verb.name} directly, organization ${name}`,
          expected,
          actual,
        })
      }
    }
  }
  return { cells: contexts.length * verbs.length, leaks }
}

/** What the owner of the tables may do: see one organization at a time, and change nothing that is written once. */
export async function probeOwner(
  attempt: Attempt,
  relation: Relation,
  all: Catalogue,
  seeds: Seeds,
  twins: Twins,
): Promise<Probe> {
  const kind = all.classOf.get(relation.name)
  const own: Setting = { organization: twins.own }
  const none: Setting = { organization: '' }
  const count = seeds.rowsOf(relation.parent ?? relation.name, twins.own).length
  const select = `select * from ${relation.name}`
  const update = `update ${relation.name} set org_id = org_id`
  const shown = kind === 'partition' ? 0 : count
  const immutable = refused('23001')
  const cells: [string, Setting, string, Outcome][] = [
    ['select without an organization', none, select, { rows: 0 }],
    ['select in its own', own, select, { rows: shown }],
    ...(kind === 'append-only'
      ? ([
          ['update in its own', own, update, immutable],
          ['delete in its own', own, `delete from ${relation.name}`, immutable],
          ['truncate', own, `truncate ${relation.name} cascade`, immutable],
        ] satisfies [string, Setting, string, Outcome][])
      : []),
    ...(kind === 'partition' && all.classOf.get(relation.parent ?? '') === 'append-only'
      ? ([['truncate', own, `truncate ${relation.name}`, immutable]] satisfies [
          string,
          Setting,
          string,
          Outcome,
        ][])
      : []),
  ]
  const leaks: Leak[] = []
  for (const [name, setting, text, expected] of cells) {
    const actual = await attempt(setting, text)
    if (!isDeepStrictEqual(actual, expected))
      leaks.push({ cell: `${relation.name}: ${name}, as the owner`, expected, actual })
  }
  return { cells: cells.length, leaks }
}

/** One line for each leak. */
export function shownLeaks(leaks: readonly Leak[]): string {
  return leaks
    .map(
      ({ cell, expected, actual }) =>
        `  ${cell}: ${JSON.stringify(actual)} instead of ${JSON.stringify(expected)}`,
    )
    .join('\n')
}
