import type { AuthenticatorTransport } from '@simplewebauthn/server'
import type { Kit } from '#platform/context.ts'
import { randomToken, sha256 } from '#platform/crypto/tokens.ts'
import type { Tx } from '#platform/db/database.ts'
import type { PasskeyQuestion } from './passkey-shapes.ts'

const LIFE = '5 minutes'
/** How long a browser waits for its authenticator, in milliseconds; no longer than the challenge lives. */
export const PASSKEY_TIMEOUT_MS = 5 * 60_000

/** What a challenge is signed for. An answer to one is worth nothing for another. */
export type PasskeyPurpose = 'register' | 'sign_in' | 'second_factor' | 'confirm'

/** The site a passkey belongs to: the host of PUBLIC_URL. `origin` is where the browser must have been. */
export function passkeySite(kit: Kit): { rpId: string; origin: string } {
  const { hostname, origin } = new URL(kit.config.publicUrl)
  return { rpId: hostname, origin }
}

/** A new challenge for one purpose and, except for signing in, one person. Returns what the authenticator signs. */
export async function makeChallenge(tx: Tx, purpose: PasskeyPurpose, userId: string | null): Promise<string> {
  const challenge = randomToken()
  await tx.query(
    `insert into iam.passkey_challenges (challenge_hash, purpose, user_id, expires_at)
     values ($1, $2, $3, now() + interval '${LIFE}')`,
    [sha256(challenge), purpose, userId],
  )
  return challenge
}

/** Uses a challenge up. Whether it was made for this purpose and person and is not too old. */
export async function takeChallenge(
  tx: Tx,
  challenge: string,
  purpose: PasskeyPurpose,
  userId: string | null,
): Promise<boolean> {
  const taken = await tx.query<{ good: boolean }>(
    `delete from iam.passkey_challenges where challenge_hash = $1
     returning purpose = $2 and user_id is not distinct from $3::uuid and expires_at > now() as good`,
    [sha256(challenge), purpose, userId],
  )
  return taken.rows[0]?.good === true
}

/** The challenge that a browser says was signed, or null for what cannot be read. */
export function challengeIn(clientDataJSON: string): string | null {
  try {
    const { challenge } = JSON.parse(Buffer.from(clientDataJSON, 'base64url').toString('utf8'))
    return typeof challenge === 'string' && challenge.length <= 200 ? challenge : null
  } catch {
    return null
  }
}

/** Asks an authenticator to sign: any passkey of this site, or those of one person. */
export async function askForPasskey(
  tx: Tx,
  kit: Kit,
  purpose: Exclude<PasskeyPurpose, 'register'>,
  userId: string | null,
): Promise<PasskeyQuestion> {
  const challenge = await makeChallenge(tx, purpose, userId)
  return {
    challenge,
    rpId: passkeySite(kit).rpId,
    allowCredentials: userId === null ? [] : await passkeyDescriptors(tx, userId),
    userVerification: 'required',
    timeout: PASSKEY_TIMEOUT_MS,
  }
}

/** A person's passkeys as browsers name them. */
export async function passkeyDescriptors(
  tx: Tx,
  userId: string,
): Promise<{ id: string; type: 'public-key'; transports: AuthenticatorTransport[] }[]> {
  const found = await tx.query<{ credential_id: string; transports: string }>(
    'select credential_id, transports from iam.passkeys where user_id = $1 order by id',
    [userId],
  )
  return found.rows.map(row => ({
    id: row.credential_id,
    type: 'public-key',
    transports: row.transports.split(' ').filter(Boolean) as AuthenticatorTransport[],
  }))
}
