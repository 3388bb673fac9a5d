import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import pg from 'pg'

/** One rule about what is stored, as a query for the rows that break it. */
export interface Invariant {
  readonly name: string
  /** Whether it holds at every instant, or only when everything has come to rest. */
  readonly when: 'always' | 'in the end'
  readonly query: string
}

/** A rule that was broken, with the first of the rows that break it. */
export interface Violation {
  readonly name: string
  readonly rows: number
  readonly first: unknown
}

const HEAD = /^-- name: (\w+) \((always|in the end)\)$/gm

/** All rules, from invariants.sql. */
export function readInvariants(): Invariant[] {
  const text = readFileSync(join(import.meta.dirname, 'invariants.sql'), 'utf8')
  const heads = [...text.matchAll(HEAD)]
  return heads.map((head, index) => ({
    name: head[1] ?? '',
    when: head[2] === 'always' ? 'always' : 'in the end',
    query: text.slice(head.index + head[0].length, heads[index + 1]?.index).trim(),
  }))
}

/** Checks the rules on one connection; each query sees one instant. */
export async function findViolations(
  client: pg.Client,
  invariants: readonly Invariant[],
): Promise<Violation[]> {
  const found: Violation[] = []
  // A young table has no statistics yet, and a nested loop over all steps would take minutes.
  await client.query('set enable_nestloop = off')
  for (const { name, query } of invariants) {
    const { rows } = await client.query(query)
    if (rows.length > 0) found.push({ name, rows: rows.length, first: rows[0] })
  }
  return found
}

/** Runs something on a connection of its own. */
export async function connected<T>(url: string, work: (client: pg.Client) => Promise<T>): Promise<T> {
  const client = new pg.Client({ connectionString: url })
  client.on('error', () => {})
  await client.connect()
  try {
    return await work(client)
  } finally {
    await client.end().catch(() => {})
  }
}
