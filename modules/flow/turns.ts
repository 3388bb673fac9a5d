/**
 * Whose turn it is to make a call outside, when an organization limits how many are made. A limit of N calls in P seconds
 * is a bucket in the database that holds a fifth of N and fills with the rest over P, so within any P seconds there are
 * never more than N turns, whichever workers take them.
 */

import type { Kit } from '#platform/context.ts'
import type { Tx } from '#platform/db/database.ts'
import { messageOf } from '#platform/log.ts'
import type { RemoteCall } from './run-state.ts'

/**
 * How long a process believes what it has read about which limits an organization has, so that those without any pay
 * nothing for it. The consequence: a new limit is heeded by other processes only after so long.
 */
const KNOWN_MS = 5_000
const KNOWN_MAX = 10_000
/** Nobody is put off for longer, so that whoever waits notices when a limit is raised. */
const PUT_OFF_MS_MAX = 600_000
/** How long until asking again if the database could not be asked; without it nothing goes on anyway. */
const AWAY_MS = 1_000

/** A call that needs a turn. */
export interface Turn {
  kind: string
  /** What is called, such as a host. */
  connection: string
  /** Whether it was put off before: those who come back are served before those who come new. */
  isBack: boolean
}

/** The connection that a request to this address is counted under. */
export function connectionOf(url: string): string {
  return new URL(url).host
}

/** Whether a call was put off before: its step has been parked more often than by its calls and the waits between attempts. */
export function wasPutOff({ token, attempt }: Pick<RemoteCall, 'token' | 'attempt'>): boolean {
  return Number(token.slice(token.lastIndexOf('#') + 1)) > 2 * attempt - 1
}

/**
 * Null when the call may be made now, which is then counted; else how long until it is worth asking again, in
 * milliseconds: a length of time, so that no clock but the database's decides when that is. The times of several
 * callers lie one turn apart, in the order in which they asked. Never throws.
 */
export async function takeTurn(kit: Kit, orgId: string, turn: Turn): Promise<number | null> {
  try {
    const turns = turnsOf(kit)
    return (await turns.isLimited(orgId, turn)) ? await turns.take(orgId, turn) : null
  } catch (error) {
    kit.log.warn({ error: messageOf(error) }, 'flow.turn_unknown')
    return AWAY_MS
  }
}

/** Reads anew, with the next call, which limits the organization has. */
export function forgetLimits(kit: Kit, orgId: string): void {
  turnsOf(kit).forget(orgId)
}

const turnsByKit = new WeakMap<Kit, Turns>()

function turnsOf(kit: Kit): Turns {
  const known = turnsByKit.get(kit) ?? new Turns(kit)
  turnsByKit.set(kit, known)
  return known
}

interface Asker {
  isBack: boolean
  resolve(waitMs: number | null): void
  reject(error: unknown): void
}

class Turns {
  readonly #kit: Kit
  readonly #known = new Map<string, { limits: Promise<ReadonlySet<string>>; until: number }>()
  /** Who waits for the next statement, by bucket. There is an entry while a statement is under way. */
  readonly #asking = new Map<string, Asker[]>()

  constructor(kit: Kit) {
    this.#kit = kit
  }

  async isLimited(orgId: string, { kind, connection }: Turn): Promise<boolean> {
    const limits = await this.#limitsOf(orgId)
    return limits.size > 0 && (limits.has(`${kind} `) || limits.has(`${kind} ${connection}`))
  }

  forget(orgId: string): void {
    this.#known.delete(orgId)
  }

  /** Joins the next statement for this connection; those who ask while one is under way share the next. */
  take(orgId: string, { kind, connection, isBack }: Turn): Promise<number | null> {
    const key = `${orgId} ${kind} ${connection}`
    return new Promise((resolve, reject) => {
      const asker = { isBack, resolve, reject }
      const asking = this.#asking.get(key)
      if (asking) {
        asking.push(asker)
        return
      }
      this.#asking.set(key, [asker])
      // After this turn of the event loop, so that calls that are given out together ask together.
      setImmediate(() => void this.#serve(key, orgId, { kind, connection }))
    })
  }

  #limitsOf(orgId: string): Promise<ReadonlySet<string>> {
    const known = this.#known.get(orgId)
    if (known && performance.now() < known.until) return known.limits
    if (this.#known.size >= KNOWN_MAX) this.#known.clear()
    const limits = this.#kit.db.withOrg(orgId, tx => readLimits(tx, orgId))
    const entry = { limits, until: performance.now() + KNOWN_MS }
    this.#known.set(orgId, entry)
    limits.catch(() => {
      if (this.#known.get(orgId) === entry) this.#known.delete(orgId)
    })
    return limits
  }

  async #serve(key: string, orgId: string, of: { kind: string; connection: string }): Promise<void> {
    for (;;) {
      const askers = this.#asking.get(key) ?? []
      if (askers.length === 0) break
      this.#asking.set(key, [])
      const [back, fresh] = [askers.filter(asker => asker.isBack), askers.filter(asker => !asker.isBack)]
      try {
        const waits = await this.#kit.db.withOrg(orgId, tx =>
          takeTurns(tx, orgId, { ...of, back: back.length, fresh: fresh.length }),
        )
        for (const [index, asker] of [...back, ...fresh].entries()) asker.resolve(waits[index] ?? null)
      } catch (error) {
        for (const asker of askers) asker.reject(error)
      }
    }
    this.#asking.delete(key)
  }
}

async function readLimits(tx: Tx, orgId: string): Promise<ReadonlySet<string>> {
  const found = await tx.query<{ kind: string; connection: string }>(
    'select kind, connection from flow.rate_limits where org_id = $1',
    [orgId],
  )
  return new Set(found.rows.map(({ kind, connection }) => `${kind} ${connection}`))
}

// A bucket holds a fifth of the calls and fills with what is left of them over the span: then no span ever sees more. Time
// never runs backwards for a bucket, whoever began first. Those who come new take no turn while others are promised one.
const TAKE = `
  with held as materialized (
    select b.connection, b.tokens, b.refreshed_at, b.free_at, l.calls, l.per_seconds
    from flow.rate_buckets b
    join flow.rate_limits l on l.org_id = $1 and l.kind = b.kind and l.connection = b.connection
    where b.org_id = $1 and b.kind = $2 and b.connection in ('', $3)
    order by b.connection for update of b
  ), filled as (
    select connection, free_at, gap, greatest(refreshed_at, now()) as at,
      least(1 + (calls - 1) / 5, tokens + extract(epoch from greatest(now() - refreshed_at, '0'))::float8 / gap) as tokens
    from held, lateral (select per_seconds::float8 / (calls - (calls - 1) / 5) as gap) as pace
  ), judged as (
    select *, least(floor(tokens), case when free_at <= at then $4::int + $5::int else $4::int end)::int as offered from filled
  ), shared as (
    select *, min(offered) over () as granted from judged
  ), decided as (
    select *, $4::int + $5::int - offered as put_off,
      greatest(free_at, at + make_interval(secs => greatest(1 + granted - tokens, 0) * gap)) as slot
    from shared
  )
  update flow.rate_buckets b set tokens = d.tokens - d.granted, refreshed_at = d.at,
    free_at = case when d.put_off > 0 then least(d.slot + make_interval(secs => d.put_off * d.gap), d.at + make_interval(secs => $6::float8))
      else d.free_at end
  from decided d where b.org_id = $1 and b.kind = $2 and b.connection = d.connection
  returning d.granted, d.put_off, d.gap * 1000 as gap, extract(epoch from d.at)::float8 * 1000 as at,
    extract(epoch from d.slot)::float8 * 1000 as slot`

interface Taken {
  granted: number
  put_off: number
  gap: number
  at: number
  slot: number
}

/** Takes turns for so many at once; how long until each may ask again, null for those who have their turn now. */
async function takeTurns(
  tx: Tx,
  orgId: string,
  { kind, connection, back, fresh }: { kind: string; connection: string; back: number; fresh: number },
): Promise<(number | null)[]> {
  // A turn may be forgotten when the server itself crashes; waiting for the disk would make the lock a bottleneck.
  tx.send('set local synchronous_commit = off')
  const { rows } = await tx.query<Taken>(TAKE, [orgId, kind, connection, back, fresh, PUT_OFF_MS_MAX / 1000])
  const granted = rows[0]?.granted ?? back + fresh
  const refusing = rows.filter(row => row.put_off > 0)
  return Array.from({ length: back + fresh }, (_, index) =>
    index < granted ? null : Math.max(...refusing.map(row => waitOf(row, index - granted))),
  )
}

/** How long until the turn of the one who is `place`th in the queue; further off than anybody is put off, nobody knows. */
function waitOf({ at, slot, gap }: Taken, place: number): number {
  const waitMs = slot + place * gap - at
  // A moment longer than that, so that no rounding lets it come too early.
  return Math.ceil(waitMs < PUT_OFF_MS_MAX ? waitMs : PUT_OFF_MS_MAX * (1 - Math.random() / 4)) + 1
}
