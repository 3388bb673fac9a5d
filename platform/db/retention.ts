import pg from 'pg'
import { timeOfId } from '../ids.ts'
import { asOwnerRole } from './owner.ts'

/** A month counts as its longest, so that nothing goes before its time. */
const MONTH_MS = 31 * 86_400_000

const PARTITIONS = `
  select t.name as "table", t.keep_months as "keepMonths", format('%I.%I', n.nspname, c.relname) as name,
    pg_get_expr(c.relpartbound, c.oid) as bound, now() as now
  from platform.partitioned_tables t
  join pg_inherits i on i.inhparent = t.name::regclass
  join pg_class c on c.oid = i.inhrelid join pg_namespace n on n.oid = c.relnamespace
  order by t.name, c.relname`

interface Partition {
  table: string
  keepMonths: number
  name: string
  bound: string
  now: Date
}

/** What is left after old partitions were dropped. */
export interface Retained {
  /** The partitions that are gone. */
  dropped: string[]
  /** By table: the least id that a row of it can have. */
  oldest: ReadonlyMap<string, string>
}

/**
 * Drops the monthly partitions whose youngest row is older than their table is kept, by the database's clock. A partition that
 * is in use for longer than a lock may be waited for stays until the next time. Run daily by the schedule.
 */
export function dropExpiredPartitions(ownerUrl: string): Promise<Retained> {
  return asOwnerRole(ownerUrl, 'retention', async client => {
    // Whoever comes while the lock is waited for waits too, so the wait is short.
    await client.query(`set lock_timeout = '2s'`)
    const dropped: string[] = []
    const oldest = new Map<string, string>()
    for (const partition of (await client.query<Partition>(PARTITIONS)).rows) {
      const [from = '', to = ''] = partition.bound.match(/[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}/g) ?? []
      if (isExpired(to, partition) && (await isDropped(client, partition.name))) {
        dropped.push(partition.name)
        continue
      }
      const least = oldest.get(partition.table)
      if (from !== '' && (least === undefined || from < least)) oldest.set(partition.table, from)
    }
    return { dropped, oldest }
  })
}

function isExpired(to: string, { keepMonths, now }: Partition): boolean {
  return to !== '' && timeOfId(to).getTime() + keepMonths * MONTH_MS <= now.getTime()
}

/** Whether the partition is gone now, because we or another process dropped it. */
async function isDropped(client: pg.Client, name: string): Promise<boolean> {
  try {
    await client.query(`drop table if exists ${name}`)
    return true
  } catch (error) {
    if (error instanceof pg.DatabaseError && error.code === '55P03') return false
    throw error
  }
}
