import type { Kit } from '#platform/context.ts'
import { hmacSign } from '#platform/crypto/tokens.ts'
import { callerKey } from '#platform/http/caller.ts'
import type { Http } from '#platform/http/handlers.ts'
import { createRateLimit, type RateLimit } from '#platform/http/rate.ts'
import { newId } from '#platform/ids.ts'
import { iamErrors } from './errors.ts'

/** What is tried, each with its own count. */
type AttemptKind = 'sign_in' | 'sign_up' | 'second_factor' | 'reset' | 'verify'

/**
 * How often in which time. Six digits are few, so codes are counted over an hour, wherever they are entered. Whoever
 * asks for letters fills somebody's mailbox.
 */
const LIMITS: Readonly<Record<AttemptKind, { window: string; account: number; address: number }>> = {
  sign_in: { window: '15 minutes', account: 10, address: 50 },
  sign_up: { window: '15 minutes', account: 10, address: 50 },
  second_factor: { window: '1 hour', account: 10, address: 50 },
  reset: { window: '1 hour', account: 3, address: 30 },
  verify: { window: '1 hour', account: 5, address: 30 },
}

/** Enough for a company behind one address at nine in the morning; one sign-in asks up to three times. */
const DOOR_PER_MINUTE = 300

const doors = new WeakMap<Kit['db'], RateLimit>()

/**
 * Seconds until an address may ask again for what begins a sign-in and proves nothing yet: every such request writes a row
 * or asks somebody else's server, whoever it comes from.
 */
export function waitAtDoor(http: Http): number {
  const limit = doors.get(http.kit.db) ?? createRateLimit(DOOR_PER_MINUTE)
  doors.set(http.kit.db, limit)
  return limit.take(callerKey(http.address))
}

/** A try that is under way. It counts against both limits until it is taken back. */
export interface Attempt {
  /** The try was rightful, or nothing was learned from it: it counts no longer. */
  takeBack(): Promise<void>
}

/**
 * Registers a try before anything secret is looked at. Throws `iam.too_many_tries` with Retry-After when the
 * account or the address has used up its tries: for passwords 10 and 50 in 15 minutes. The try is committed before the
 * others are counted, so of many at the same time never more than the limit get through. The account is what
 * was typed, whether it exists or not.
 */
export async function beginAttempt(
  kit: Kit,
  kind: AttemptKind,
  who: { email: string; address: string },
): Promise<Attempt> {
  const id = newId()
  const account = accountKey(kit, who.email)
  const address = callerKey(who.address)
  await kit.db.withGlobal(tx =>
    tx.query('insert into iam.sign_in_attempts (id, kind, account, address) values ($1, $2, $3, $4)', [
      id,
      kind,
      account,
      address,
    ]),
  )
  const limits = LIMITS[kind]
  const takeBack = async () => {
    await kit.db.withGlobal(tx =>
      tx.query('update iam.sign_in_attempts set counts = false where id = $1', [id]),
    )
  }
  const waitS = await kit.db.withGlobal(async tx => {
    const result = await tx.query<{ wait_s: number | null }>(WAIT, [
      kind,
      account,
      address,
      id,
      limits.account,
      limits.address,
      limits.window,
    ])
    return result.rows[0]?.wait_s ?? 0
  })
  if (waitS <= 0) return { takeBack }
  // A refused try is not held against anybody, or a client that keeps asking would never get in again.
  await takeBack()
  throw iamErrors.too_many_tries({ retryAfterS: waitS })
}

/** The limit is full while its n-th newest try is inside the window; when that one leaves, there is room. */
const WAIT = `
  select ceil(extract(epoch from max(at) + $7::interval - now()))::int as wait_s
  from (
    (select at from iam.sign_in_attempts
     where kind = $1 and account = $2 and id <> $4 and counts and at > now() - $7::interval
     order by at desc offset $5 - 1 limit 1)
    union all
    (select at from iam.sign_in_attempts
     where kind = $1 and address = $3 and id <> $4 and counts and at > now() - $7::interval
     order by at desc offset $6 - 1 limit 1)
  ) full_limits`

function accountKey(kit: Kit, email: string): Buffer {
  return Buffer.from(hmacSign(kit.keyFor('iam.sign-in-attempts'), email.toLowerCase()), 'base64url')
}
