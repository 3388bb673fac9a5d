import { createHash } from 'node:crypto'
import type { Kit } from '../context.ts'
import type { Tx } from '../db/database.ts'

// Few enough that those who verify at the same time leave the event loop to others between two pages.
const PAGE = 100

/** What a walk over an organization's log found. */
export interface Verification {
  /** The last entry up to which numbers, hashes and contents agree; 0 when there is none. */
  readonly verifiedTo: number
  /** The number in the head of the log: how many entries there should be. */
  readonly entries: number
  /** Hash of the last entry, in hex. Kept elsewhere, it proves later that nothing before it was changed. */
  readonly headHash: string
  /** The first place where something is wrong, or null when all is well. */
  readonly firstBreak: Break | null
}

export interface Break {
  readonly number: number
  readonly reason: 'missing' | 'changed' | 'chain_broken' | 'beyond_head' | 'head_changed'
}

/** An entry as text, in the order in which the canonical form lists its parts. */
interface Row {
  readonly number: string
  readonly previous_hash: string
  readonly hash: string
  readonly parts: readonly (string | null)[]
}

// The head and the last entry in one statement, which sees one moment; what is written meanwhile is not looked at.
const HEAD = `
  select coalesce(h.number, 0)::text as number, coalesce(encode(h.hash, 'hex'), repeat('0', 64)) as hash,
         coalesce(e.number, 0)::text as last
  from (select max(number) as number from audit.entries where org_id = $1) e
  left join audit.heads h on h.org_id = $1`

const ENTRIES = `
  select e.number::text, encode(e.previous_hash, 'hex') as previous_hash, encode(e.hash, 'hex') as hash,
         json_build_array(to_char(e.created_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'), e.actor_type, e.actor_id,
               e.actor_name, e.action, e.object_type, e.object_id, e.object_name, e.before::text, e.after::text,
               e.address, e.user_agent, e.request_id) as parts
  from audit.entries e where e.org_id = $1 and e.number > $2 and e.number <= $3 order by e.number limit ${PAGE}`

/**
 * Recomputes the hash chain of an organization's log and names the first break. The computation is a second one, not
 * the database's own, so that an error in either shows.
 */
export function verifyAudit(kit: Kit, orgId: string): Promise<Verification> {
  return kit.db.withOrg(orgId, tx => verifyAuditIn(tx, orgId))
}

/** As `verifyAudit`, in a transaction of the organization that is open already. */
export async function verifyAuditIn(tx: Tx, orgId: string): Promise<Verification> {
  const heads = await tx.query<{ number: string; hash: string; last: string }>(HEAD, [orgId])
  const head = heads.rows[0] ?? { number: '0', hash: NO_HASH, last: '0' }
  const entries = Number(head.number)
  const found = (verifiedTo: number, firstBreak: Break | null): Verification => ({
    verifiedTo,
    entries,
    headHash: head.hash,
    firstBreak,
  })
  let last = { number: 0, hash: NO_HASH }
  for (;;) {
    const page = await tx.query<Row>(ENTRIES, [orgId, last.number, entries])
    for (const row of page.rows) {
      const reason = breakOf(orgId, row, last)
      if (reason) return found(last.number, { number: last.number + 1, reason })
      last = { number: Number(row.number), hash: row.hash }
    }
    if (page.rows.length < PAGE) break
  }
  if (last.number < entries) return found(last.number, { number: last.number + 1, reason: 'missing' })
  if (last.hash !== head.hash) return found(last.number, { number: last.number, reason: 'head_changed' })
  if (Number(head.last) > entries) return found(entries, { number: entries + 1, reason: 'beyond_head' })
  return found(entries, null)
}

const NO_HASH = '0'.repeat(64)

function breakOf(orgId: string, row: Row, last: { number: number; hash: string }): Break['reason'] | null {
  if (Number(row.number) !== last.number + 1) return 'missing'
  if (row.previous_hash !== last.hash) return 'chain_broken'
  return hashOf([orgId, row.number, row.previous_hash, ...row.parts]) === row.hash ? null : 'changed'
}

/** SHA-256 in hex over the canonical form: each part with its length in bytes, nothing as a hyphen. */
function hashOf(parts: readonly (string | null)[]): string {
  const hash = createHash('sha256').update('millrace audit 1,')
  for (const part of parts) hash.update(part === null ? '-' : `${Buffer.byteLength(part)}:${part}`)
  return hash.digest('hex')
}
