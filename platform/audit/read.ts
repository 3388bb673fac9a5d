import type { Tx } from '../db/database.ts'

/** An entry as people read it. */
export interface StoredEntry {
  readonly number: number
  /** RFC 3339 with microseconds, as the hash covers it. */
  readonly at: string
  readonly actor: { readonly type: string; readonly id: string | null; readonly name: string }
  readonly action: string
  readonly object: { readonly type: string; readonly id: string; readonly name: string | null }
  readonly before: Record<string, unknown> | null
  readonly after: Record<string, unknown> | null
  readonly address: string | null
  readonly userAgent: string | null
  readonly requestId: string
  /** SHA-256 in hex. */
  readonly previousHash: string
  readonly hash: string
}

/** What entries are looked for; what is left out is not asked for. */
export interface EntryFilter {
  readonly actorId?: string | undefined
  /** How the action begins: `api_key` finds `api_key.created`. */
  readonly action?: string | undefined
  readonly objectType?: string | undefined
  readonly objectId?: string | undefined
  /** RFC 3339; the first instant that counts. */
  readonly from?: string | undefined
  /** RFC 3339; the first instant that counts no more. */
  readonly to?: string | undefined
}

interface Row {
  number: string
  at: string
  actor_type: string
  actor_id: string | null
  actor_name: string
  action: string
  object_type: string
  object_id: string
  object_name: string | null
  before: Record<string, unknown> | null
  after: Record<string, unknown> | null
  address: string | null
  user_agent: string | null
  request_id: string
  previous_hash: string
  hash: string
}

const COLUMNS = `
  number::text, to_char(created_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') as at, actor_type, actor_id,
  actor_name, action, object_type, object_id, object_name, before, after, address, user_agent, request_id,
  encode(previous_hash, 'hex') as previous_hash, encode(hash, 'hex') as hash`

/** Sorts after every text that begins like the one before it. */
const LAST = '\u{10ffff}'

/**
 * A page of an organization's log: `before` a number newest first, or `after` a number oldest first. Comparisons are such
 * that reach an index under row-level security.
 */
export async function readEntries(
  tx: Tx,
  orgId: string,
  filter: EntryFilter,
  page: { readonly limit: number; readonly before?: number; readonly after?: number; readonly to?: number },
): Promise<StoredEntry[]> {
  const values: unknown[] = [orgId]
  const conditions = ['org_id = $1']
  const where = (value: unknown, condition: (place: string) => string) => {
    if (value === undefined) return
    values.push(value)
    conditions.push(condition(`$${values.length}`))
  }
  where(page.before, place => `number < ${place}`)
  where(page.after, place => `number > ${place}`)
  where(page.to, place => `number <= ${place}`)
  where(filter.actorId, place => `actor_id = ${place}`)
  where(filter.action, place => `action collate "C" >= ${place}`)
  where(filter.action && filter.action + LAST, place => `action collate "C" < ${place}`)
  where(filter.objectType, place => `object_type = ${place}`)
  where(filter.objectId, place => `object_id = ${place}`)
  where(filter.from, place => `created_at >= ${place}::timestamptz`)
  where(filter.to, place => `created_at < ${place}::timestamptz`)
  values.push(page.limit)
  const result = await tx.query<Row>(
    `select ${COLUMNS} from audit.entries e where ${conditions.join(' and ')}
     order by e.number ${page.after === undefined ? 'desc' : 'asc'} limit $${values.length}`,
    values,
  )
  return result.rows.map(shown)
}

/** The number of the last entry of an organization's log; 0 when it is empty. */
export async function lastEntryNumber(tx: Tx, orgId: string): Promise<number> {
  const result = await tx.query<{ number: string }>(
    'select number::text from audit.heads where org_id = $1',
    [orgId],
  )
  return Number(result.rows[0]?.number ?? 0)
}

function shown(row: Row): StoredEntry {
  return {
    number: Number(row.number),
    at: row.at,
    actor: { type: row.actor_type, id: row.actor_id, name: row.actor_name },
    action: row.action,
    object: { type: row.object_type, id: row.object_id, name: row.object_name },
    before: row.before,
    after: row.after,
    address: row.address,
    userAgent: row.user_agent,
    requestId: row.request_id,
    previousHash: row.previous_hash,
    hash: row.hash,
  }
}
