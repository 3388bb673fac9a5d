import { createHash, randomBytes } from 'node:crypto'
import type pg from 'pg'
import { newId } from '#platform/ids.ts'
import {
  type Column,
  columnOf,
  type ForeignKey,
  isTenantClass,
  primaryKeyOf,
  type Relation,
} from './relations.ts'
import { type Making, type Row, rowBuilders } from './rows.ts'
import type { Catalogue } from './table-rules.ts'

const ROWS_MIN = 3
const TRIES_MAX = 300

/** Rows of two organizations of the same shape in every table. */
export interface Seeds {
  /** The rows of one organization in a table, as they are stored. */
  rowsOf(table: string, orgId: string): readonly Row[]
  /** A valid row of the organization that is not stored. */
  freshRow(table: string, orgId: string): Row
}

/** The text that puts a row, given as one JSON value, into a table; what the table generates is left to it. */
export function insertText({ name: table, columns: known }: Relation, row: Row, tail = ''): string {
  const columns = known
    .filter(({ name, isGenerated }) => name in row && !isGenerated)
    .map(({ name }) => `"${name}"`)
    .join(', ')
  return `insert into ${table} as stored (${columns}) select ${columns} from jsonb_populate_record(null::${table}, $1::jsonb) ${tail}`
}

/**
 * Fills every table with rows of each organization: tenant tables with their own, global tables with what
 * those refer to. The client must be a superuser's. A table with more foreign keys on it gets more rows, so
 * that each row, also a fresh one, can refer to a row of its own.
 */
export async function seedTwins(
  client: pg.ClientBase,
  all: Catalogue,
  organizations: readonly string[],
): Promise<Seeds> {
  const tables = inOrderOfReferences(all)
  const stored = new Map<string, Row[]>()
  const keyOf = (table: string, orgId: string) => `${table} ${orgId}`
  const rowsOf = (table: string, orgId: string) => stored.get(keyOf(table, orgId)) ?? []
  const choices = new Map<string, Choices>()
  const makingOf = (orgId: string, n: number): Making => ({
    n,
    id: word => stableId(`${orgId} ${word}`),
    parent: (table, at) => {
      const rows = rowsOf(table, orgId)
      const row = rows[Math.min(at, rows.length - 1)]
      if (!row) throw new Error(`${table} has no row yet.`)
      return row
    },
  })
  await client.query('begin')
  for (const relation of tables) {
    const wanted = primaryKeyOf(relation).join() === 'org_id' ? 1 : ROWS_MIN + heightOf(relation, tables)
    const choice = new Choices(relation)
    choices.set(relation.name, choice)
    for (const orgId of organizations) {
      const rows: Row[] = []
      stored.set(keyOf(relation.name, orgId), rows)
      for (let n = 0; n < wanted; n++)
        rows.push(await store(client, relation, choice, makingOf(orgId, n), orgId, rowsOf))
    }
  }
  await client.query('commit')
  return {
    rowsOf,
    freshRow(table, orgId) {
      const relation = all.relations.get(table)
      const choice = choices.get(table)
      if (!relation || !choice) throw new Error(`${table} was not filled.`)
      return rowOf(relation, choice, makingOf(orgId, rowsOf(table, orgId).length), orgId, rowsOf)
    },
  }
}

/** Tables with rows, each after those it refers to; of a circle, whatever may be null or comes later is left out. */
function inOrderOfReferences(all: Catalogue): Relation[] {
  const ordered: Relation[] = []
  const seen = new Set<string>()
  const visit = (relation: Relation) => {
    if (seen.has(relation.name)) return
    seen.add(relation.name)
    for (const foreignKey of relation.foreignKeys) {
      const parent = all.relations.get(foreignKey.target)
      if (!parent) continue
      if (isRequired(relation, foreignKey) || !standsOn(parent, relation, all)) visit(parent)
    }
    ordered.push(relation)
  }
  for (const relation of all.relations.values()) {
    const kind = all.classOf.get(relation.name)
    if (isTenantClass(kind) || (kind === 'global' && !relation.name.startsWith('platform.'))) visit(relation)
  }
  return ordered
}

function isRequired(relation: Relation, { columns, isDeferred }: ForeignKey): boolean {
  return !isDeferred && columns.every(column => columnOf(relation, column)?.isNullable === false)
}

/** Whether rows of one table need rows of another, directly or over others. */
function standsOn(
  relation: Relation,
  other: Relation,
  all: Catalogue,
  path: readonly string[] = [],
): boolean {
  if (relation.name === other.name) return true
  if (path.includes(relation.name)) return false
  return relation.foreignKeys
    .filter(foreignKey => isRequired(relation, foreignKey))
    .flatMap(({ target }) => all.relations.get(target) ?? [])
    .some(parent => standsOn(parent, other, all, [...path, relation.name]))
}

/** How many tables stand on each other above this one. */
function heightOf(relation: Relation, tables: readonly Relation[], below: readonly string[] = []): number {
  if (below.includes(relation.name)) return 0
  const children = tables.filter(({ name, foreignKeys }) =>
    foreignKeys.some(({ target }) => target === relation.name && target !== name),
  )
  return Math.max(0, ...children.map(child => 1 + heightOf(child, tables, [...below, relation.name])))
}

type Rows = (table: string, orgId: string) => readonly Row[]

async function store(
  client: pg.ClientBase,
  relation: Relation,
  choice: Choices,
  making: Making,
  orgId: string,
  rowsOf: Rows,
): Promise<Row> {
  for (let attempt = 0; ; attempt++) {
    const row = rowOf(relation, choice, making, orgId, rowsOf)
    await client.query('savepoint row')
    try {
      const text = insertText(relation, row, 'returning to_jsonb(stored) as row')
      const result = await client.query<{ row: Row }>(text, [JSON.stringify(row)])
      await client.query('release savepoint row')
      return result.rows[0]?.row ?? row
    } catch (error) {
      await client.query('rollback to savepoint row')
      const constraint = (error as pg.DatabaseError).constraint
      if (attempt < TRIES_MAX && constraint && choice.advance(constraint)) continue
      throw new Error(
        `No row for ${relation.name} could be guessed: ${error instanceof Error ? error.message : error}. ` +
          'Say in test/tenancy/rows.ts what its columns need.',
        { cause: error },
      )
    }
  }
}

function rowOf(relation: Relation, choice: Choices, making: Making, orgId: string, rowsOf: Rows): Row {
  const row: Record<string, unknown> = {}
  for (const column of relation.columns) {
    const value = choice.valueOf(column)
    if (value !== undefined) row[column.name] = value
  }
  for (const { columns, target, targetColumns } of relation.foreignKeys) {
    const parents = rowsOf(target, orgId)
    const parent = target === relation.name ? undefined : parents[Math.min(making.n, parents.length - 1)]
    columns.forEach((column, at) => {
      if (parent) row[column] = parent[targetColumns[at] ?? '']
      else if (relation.columns.find(({ name }) => name === column)?.isNullable) row[column] = null
    })
  }
  Object.assign(row, rowBuilders[relation.name]?.(making))
  if (relation.columns.some(({ name }) => name === 'org_id')) row.org_id = orgId
  return row
}

/** Which of the possible values each column of a table takes; changed until the checks are content. */
class Choices {
  readonly #relation: Relation
  readonly #at = new Map<string, number>()

  constructor(relation: Relation) {
    this.#relation = relation
  }

  /** A value, or undefined to leave it to the column's default. */
  valueOf(column: Column): unknown {
    if (column.isGenerated) return undefined
    return this.#candidates(column)[this.#at.get(column.name) ?? 0]
  }

  /** Goes on to the next combination of the columns a constraint speaks of; false when there is none. */
  advance(constraint: string): boolean {
    const { checks, indexes, columns } = this.#relation
    const spokenOf =
      checks.find(({ name }) => name === constraint)?.columns ??
      indexes.find(({ name }) => name === constraint)?.uses ??
      []
    // Leaving a column empty is the likeliest cure, so those that may be null are changed first.
    const changed = columns
      .filter(({ name }) => spokenOf.includes(name))
      .sort((a, b) => Number(b.isNullable) - Number(a.isNullable))
    for (const column of changed) {
      const next = (this.#at.get(column.name) ?? 0) + 1
      const isOver = next >= this.#candidates(column).length
      this.#at.set(column.name, isOver ? 0 : next)
      if (!isOver) return true
    }
    return false
  }

  #candidates(column: Column): unknown[] {
    const listed = this.#relation.checks
      .filter(({ columns, text }) => columns.join() === column.name && / = (ANY \(|')/.test(text))
      .flatMap(({ text }) => [...text.matchAll(/'((?:[^']|'')*)'::(?:text|citext|character varying)/g)])
      .map(match => (match[1] ?? '').replaceAll("''", "'"))
    // What a check says about JSON are kinds of values and none itself.
    const named = column.type === 'jsonb' ? [] : [...column.labels, ...listed]
    const values = named.length > 0 ? named : valuesOf(column.type)
    return [...(column.hasDefault ? [undefined] : []), ...values, ...(column.isNullable ? [null] : [])]
  }
}

let counted = 0

/** Values of a type, the likeliest first. Ids and texts are new each time, so that unique keys are content. */
function valuesOf(type: string): unknown[] {
  const token = `cnry-${randomBytes(6).toString('hex')}`
  const hex = (bytes: number) => `\\x${randomBytes(bytes).toString('hex')}`
  if (type.startsWith('_')) return [valuesOf(type.slice(1)).slice(0, 1), []]
  switch (type) {
    case 'uuid':
      return [newId()]
    case 'text':
    case 'citext':
    case 'varchar':
      return [
        token,
        token.replace('-', '').padEnd(24, '0'),
        token.replace('-', '_').toUpperCase(),
        `/${token}`,
        `${token}@example.com`,
        `https://example.com/${token}`,
        'en',
        'EUR',
        '#336699',
      ]
    case 'bool':
      return [false, true]
    case 'int2':
    case 'int4':
    case 'int8':
      counted += 1
      return [counted % 30_000, 0, 1, 100]
    case 'numeric':
    case 'float4':
    case 'float8':
      return [0.5, 0, 1, 100]
    case 'timestamptz':
      return [new Date().toISOString()]
    case 'date':
      return [new Date().toISOString().slice(0, 10)]
    case 'time':
      return ['09:30:00']
    case 'interval':
      return ['1 hour']
    case 'json':
    case 'jsonb':
      return [{ canary: token }, [], [token], token, 1]
    case 'bytea':
      return [hex(32), hex(16), hex(12)]
    case 'inet':
      return ['192.0.2.1']
    default:
      return []
  }
}

function stableId(text: string): string {
  const hex = createHash('sha256').update(text).digest('hex')
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20, 32)].join(
    '-',
  )
}
