import { isDeepStrictEqual } from 'node:util'
import { settingText } from '#platform/db/visibility.ts'
import { newId } from '#platform/ids.ts'
import type { Narrowed, Relation } from './relations.ts'
import type { Row } from './rows.ts'
import { insertText, type Seeds } from './seeding.ts'
import type { Leak, Probe, Twins } from './sql-probe.ts'
import type { Attempt, Outcome } from './sql-session.ts'
import type { Catalogue } from './table-rules.ts'

/** What a transaction may see of the objects, in words: owners, records to change, records to look at. */
interface Sight {
  readonly owners: readonly string[]
  readonly writable: readonly string[]
  readonly readable: readonly string[]
  /** A pattern that the transaction looks for. */
  readonly search?: string
}

const NOTHING: Sight = { owners: [], writable: [], readable: [] }

/** Statements on a table of which a part is seen, and what they do to the rows that are seen and may be changed. */
interface Verb {
  readonly name: string
  readonly text: string
  readonly values: readonly unknown[]
  readonly expected: (rows: { seen: number; changeable: number }) => Outcome
  readonly orRefusedBy?: readonly string[]
}

const refused = (why: string): Outcome => ({ refused: why })
const text = (value: unknown) => (typeof value === 'string' ? value : '')

/**
 * Tries everything on a table with a narrowed policy in its own organization, in transactions that see nothing of it, the
 * rows of one owner, and one record for changing or for looking only.
 */
export async function probeSight(
  attempt: Attempt,
  relation: Relation,
  all: Catalogue,
  seeds: Seeds,
  { own }: Twins,
): Promise<Probe> {
  const table = all.narrowedTables.get(relation.name)
  if (!table) return { cells: 0, leaks: [] }
  const rows = seeds.rowsOf(relation.name, own)
  const first = rows[0] ?? {}
  const record = text(first[table.record])
  const object = objectOf(first, table)
  const contexts: Record<string, Sight> = {
    nothing: NOTHING,
    'somebody without records': { ...NOTHING, owners: [newId()] },
    'one owner': { ...NOTHING, owners: table.owner ? [text(first[table.owner])] : [newId()] },
    'one record to change': { ...NOTHING, writable: [record] },
    'one record to look at': { ...NOTHING, readable: [record] },
    ...(table.search && {
      'one record to change and looking for another': { ...NOTHING, writable: [record], search: '%nowhere%' },
    }),
  }
  const leaks: Leak[] = []
  let cells = 0
  for (const [name, sight] of Object.entries(contexts)) {
    const setting = { organization: own, sight: { object, text: settingText(sight) }, search: sight.search }
    // What is looked for in these probes stands in no row.
    const found = sight.search ? [] : rows
    const seen = found.filter(row => isSeen(row, table, object, sight)).length
    const changeable = found.filter(row => isSeen(row, table, object, { ...sight, readable: [] })).length
    for (const verb of verbsOf(relation, table, object, seeds, own, sight)) {
      cells += 1
      const expected = verb.expected({ seen, changeable })
      const actual = await attempt(setting, verb.text, verb.values)
      const isReferred =
        'rows' in expected && 'refused' in actual && verb.orRefusedBy?.includes(actual.refused)
      if (!isDeepStrictEqual(actual, expected) && !isReferred) {
        leaks.push({ cell: `${relation.name}: ${verb.name}, seeing ${name}`, expected, actual })
      }
    }
  }
  return { cells, leaks }
}

/** The object a row belongs to: the table's, or the one the row names. */
function objectOf(row: Row, { object, objectColumn }: Narrowed): string {
  return object ?? text(row[objectColumn ?? ''])
}

/** The rule of `iam.record_access`, written down a second time. */
function isSeen(row: Row, table: Narrowed, object: string, { owners, writable, readable }: Sight): boolean {
  const { owner, record } = table
  // What is seen of one object says nothing about another.
  if (objectOf(row, table) !== object) return true
  const isOwn = owner !== null && owners.includes(text(row[owner]))
  return isOwn || [...writable, ...readable].includes(text(row[record]))
}

function verbsOf(
  relation: Relation,
  table: Narrowed,
  object: string,
  seeds: Seeds,
  own: string,
  sight: Sight,
): Verb[] {
  const { name } = relation
  const isAppendOnly = !relation.grants.some(({ privilege }) => privilege === 'UPDATE')
  const unlessAppendOnly = (expected: Verb['expected']): Verb['expected'] =>
    isAppendOnly ? () => refused('privilege') : expected
  const found: Verb['expected'] = ({ seen }) => ({ rows: seen })
  const changed: Verb['expected'] = ({ seen, changeable }) =>
    seen === changeable ? { rows: seen } : refused('policy')
  const where = 'where org_id = $1'
  const fresh = seeds.freshRow(name, own)
  const stored = seeds.rowsOf(name, own)[0] ?? {}
  const insert =
    (row: Row): Verb['expected'] =>
    () =>
      isSeen(row, table, object, { ...sight, readable: [] }) ? { rows: 1 } : refused('policy')
  const given = table.owner === null ? [] : [giveAway(relation, table.owner, seeds, own, sight)]
  return [
    { name: 'select', text: `select * from ${name} ${where}`, values: [own], expected: found },
    {
      name: 'count',
      text: `select from generate_series(1, (select count(*) from ${name})::int)`,
      values: [],
      expected: found,
    },
    {
      name: 'select for update',
      text: `select * from ${name} ${where} for update`,
      values: [own],
      expected: unlessAppendOnly(found),
    },
    {
      name: 'update',
      text: `update ${name} set org_id = org_id ${where} returning *`,
      values: [own],
      expected: unlessAppendOnly(changed),
    },
    {
      name: 'delete',
      text: `delete from ${name} ${where} returning *`,
      values: [own],
      expected: unlessAppendOnly(found),
      orRefusedBy: ['23503', '23001'],
    },
    {
      name: 'insert one of somebody else',
      text: insertText(relation, fresh),
      values: [JSON.stringify(fresh)],
      expected: insert(fresh),
    },
    {
      name: 'insert where there is one',
      text: insertText(relation, stored, 'on conflict do nothing'),
      values: [JSON.stringify(stored)],
      expected: row => {
        const outcome = insert(stored)(row)
        return 'rows' in outcome ? { rows: 0 } : outcome
      },
    },
    ...given,
  ]
}

/** A record moved to another owner stays in sight, or the statement is refused. */
function giveAway(
  relation: Relation,
  owner: string,
  seeds: Seeds,
  own: string,
  { owners, readable }: Sight,
): Verb {
  const other = seeds
    .rowsOf(relation.name, own)
    .map(row => text(row[owner]))
    .find(id => !owners.includes(id))
  return {
    name: 'give away',
    text: `update ${relation.name} set ${owner} = $2 where org_id = $1 returning *`,
    values: [own, other],
    expected: ({ seen }) =>
      seen > 0 && (owners.length > 0 || readable.length > 0) ? refused('policy') : { rows: seen },
  }
}
