import { randomToken, sha256 } from '#platform/crypto/tokens.ts'
import type { Tx } from '#platform/db/database.ts'
import type { Http } from '#platform/http/handlers.ts'
import { deviceWords } from './device-words.ts'
import { tellUser } from './security-letters.ts'
import { userAgentOf } from './sessions.ts'

const DEVICE_COOKIE = '__Host-device'
/** The longest that browsers keep a cookie (RFC 6265bis, section 5.5). */
const COOKIE_S = 400 * 24 * 3600

/**
 * Remembers the browser of a sign-in and writes to the person when they have others but never used this one. The cookie
 * only tells known browsers from new ones; it opens nothing.
 */
export async function noteBrowser(tx: Tx, http: Http, userId: string): Promise<void> {
  const held = http.cookie(DEVICE_COOKIE)
  const token = held !== undefined && /^[A-Za-z0-9_-]{43}$/.test(held) ? held : randomToken()
  await note(tx, http, userId, sha256(token))
  tx.afterCommit(() => http.setCookie(DEVICE_COOKIE, token, { maxAgeS: COOKIE_S }))
}

/** As `noteBrowser`, for an API client, which is known by the name it gives itself. */
export function noteApiClient(tx: Tx, http: Http, userId: string): Promise<void> {
  return note(tx, http, userId, sha256(`api ${userAgentOf(http)}`))
}

async function note(tx: Tx, http: Http, userId: string, hash: Buffer): Promise<void> {
  const noted = await tx.query<{ is_new: boolean; has_others: boolean }>(
    `insert into iam.known_devices (user_id, device_hash) values ($1, $2)
     on conflict (user_id, device_hash) do update set last_used_at = now()
     returning created_at = now() as is_new,
       exists (select 1 from iam.known_devices where user_id = $1 and device_hash <> $2) as has_others`,
    [userId, hash],
  )
  const row = noted.rows[0]
  if (!row?.is_new || !row.has_others) return
  const device = deviceWords(userAgentOf(http))
  await tellUser(tx, http.kit, userId, { what: 'signed_in', device, address: http.address })
}
