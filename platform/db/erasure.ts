import pg from 'pg'
import type { Database } from './database.ts'
import { type ErasableTable, inErasureOrder, readErasableTables } from './erasure-order.ts'
import { asOwnerRole } from './owner.ts'

const BATCH_ROWS = 2_000
/** How long after the organization itself a process that hung may still write a last row of it. */
const SETTLE = '2 minutes'

/** Any constant will do; with the organization it names the erasure that one process at a time may work on. */
const ERASURE_LOCK = 1_811_202_604

const DUE = `
  select org_id as "orgId", emptied_at as "emptiedAt" from platform.erasures
  where finished_at is null and (emptied_at is null or emptied_at < now() - interval '${SETTLE}')
  order by requested_at`

interface Erasure {
  orgId: string
  emptiedAt: Date | null
}

/** Whether `eraseOrganizations` has anything to do; asked often, so that the owner connects only then. */
export async function isErasureDue(db: Database): Promise<boolean> {
  const due = await db.withGlobal(tx => tx.query(`${DUE} limit 1`))
  return due.rowCount !== 0
}

export interface ErasureOptions {
  /** Rows that one transaction takes away: 2,000 unless said. */
  readonly batchRows?: number
  /** Called after each transaction. */
  readonly onBatch?: (table: string, rows: number) => void
}

/**
 * Goes on with every erasure in `platform.erasures`: empties all tables with an `org_id` of that organization, in batches,
 * the organization last. What a killed process left is taken up where it stopped; another process's erasure is passed
 * over. An organization that is gone is looked at once more two minutes later, and finished when nothing was found.
 * Works as the owner of the tables, because the runtime role may not delete what is written once. Returns how many rows
 * went.
 */
export async function eraseOrganizations(ownerUrl: string, options: ErasureOptions = {}): Promise<number> {
  return asOwnerRole(ownerUrl, 'erasure', async client => {
    const erasures = await client.query<Erasure>(DUE)
    if (erasures.rows.length === 0) return 0
    const groups = inErasureOrder(await readErasableTables(client))
    let gone = 0
    for (const erasure of erasures.rows) {
      if (!(await isLocked(client, erasure.orgId))) continue
      try {
        gone += await erase(client, groups, erasure, options)
      } finally {
        await client.query('select pg_advisory_unlock($1, hashtext($2))', [ERASURE_LOCK, erasure.orgId])
      }
    }
    return gone
  })
}

/** Of two processes one goes on; the lock ends with its connection. */
async function isLocked(client: pg.Client, orgId: string): Promise<boolean> {
  const taken = await client.query<{ taken: boolean }>(
    'select pg_try_advisory_lock($1, hashtext($2)) as taken',
    [ERASURE_LOCK, orgId],
  )
  return taken.rows[0]?.taken === true
}

async function erase(
  client: pg.Client,
  groups: readonly (readonly ErasableTable[])[],
  { orgId, emptiedAt }: Erasure,
  options: ErasureOptions,
): Promise<number> {
  let gone = 0
  for (let found = 1; found > 0; ) {
    found = 0
    for (const group of groups) found += await empty(client, group, orgId, options)
    gone += found
  }
  const step = emptiedAt === null ? 'emptied_at' : 'finished_at'
  // What came late means that somebody was still writing, so the organization is watched for as long again.
  const text =
    emptiedAt !== null && gone > 0
      ? 'update platform.erasures set emptied_at = now() where org_id = $1'
      : `update platform.erasures set ${step} = now() where org_id = $1`
  await client.query(text, [orgId])
  return gone
}

/** One table in batches. Tables that refer to each other in a circle, and rows that refer to rows of their own table, go at once. */
async function empty(
  client: pg.Client,
  group: readonly ErasableTable[],
  orgId: string,
  options: ErasureOptions,
): Promise<number> {
  const [table, ...others] = group
  if (table === undefined) return 0
  if (others.length > 0 || table.key.length === 0) return emptyTogether(client, group, orgId, options)
  const limit = options.batchRows ?? BATCH_ROWS
  const key = table.key.join(', ')
  const text =
    `delete from ${table.name} where org_id = $1 and (${key}) in ` +
    `(select ${key} from ${table.name} where org_id = $1 order by ${table.key.map(name => `${name} desc`).join(', ')} limit $2)`
  let gone = 0
  try {
    for (let rows = limit; rows >= limit; ) {
      rows = await inOrganizationOf(
        client,
        orgId,
        async () => (await client.query(text, [orgId, limit])).rowCount ?? 0,
      )
      gone += rows
      if (rows > 0) options.onBatch?.(table.name, rows)
    }
  } catch (error) {
    if (!isReferredTo(error)) throw error
    return gone + (await emptyTogether(client, group, orgId, options))
  }
  return gone
}

/** Several tables in one transaction, each as soon as nothing in the others refers to it any more. */
async function emptyTogether(
  client: pg.Client,
  group: readonly ErasableTable[],
  orgId: string,
  options: ErasureOptions,
): Promise<number> {
  const rows = await inOrganizationOf(client, orgId, async () => {
    let left = [...group]
    let gone = 0
    while (left.length > 0) {
      const refused: ErasableTable[] = []
      for (const table of left) {
        await client.query('savepoint emptying')
        try {
          gone += (await client.query(`delete from ${table.name} where org_id = $1`, [orgId])).rowCount ?? 0
        } catch (error) {
          await client.query('rollback to savepoint emptying')
          if (!isReferredTo(error)) throw error
          refused.push(table)
          if (refused.length === left.length) throw error
        }
      }
      left = refused
    }
    return gone
  })
  if (rows > 0) options.onBatch?.(group.map(({ name }) => name).join(', '), rows)
  return rows
}

/** A transaction of the owner inside one organization: row-level security shows even the owner no row of another one. */
export async function inOrganizationOf<T>(
  client: pg.Client,
  orgId: string,
  work: () => Promise<T>,
): Promise<T> {
  await client.query('begin')
  try {
    await client.query(`select set_config('app.org_id', $1, true)`, [orgId])
    const result = await work()
    await client.query('commit')
    return result
  } catch (error) {
    await client.query('rollback').catch(() => {})
    throw error
  }
}

function isReferredTo(error: unknown): boolean {
  return error instanceof pg.DatabaseError && error.code === '23503'
}
