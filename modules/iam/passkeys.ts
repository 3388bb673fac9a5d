import { verifyAuthenticationResponse, verifyRegistrationResponse } from '@simplewebauthn/server'
import type { z } from 'zod'
import type { GlobalContext, Kit } from '#platform/context.ts'
import type { Tx } from '#platform/db/database.ts'
import { generalErrors } from '#platform/errors.ts'
import { newId } from '#platform/ids.ts'
import { messageOf } from '#platform/log.ts'
import {
  challengeIn,
  makeChallenge,
  PASSKEY_TIMEOUT_MS,
  type PasskeyPurpose,
  passkeyDescriptors,
  passkeySite,
  takeChallenge,
} from './passkey-challenges.ts'
import type { NewPasskey, PasskeyAnswer, PasskeyOffer } from './passkey-shapes.ts'
import type { Passkey } from './security-api.ts'

/** EdDSA, ES256 and RS256 (COSE), which together all authenticators know. */
const ALGORITHMS = [-8, -7, -257]
const PASSKEYS_MAX = 20

interface Row {
  id: string
  name: string
  created_at: Date
  last_used_at: Date | null
}

function shown(row: Row): z.input<typeof Passkey> {
  return {
    id: row.id,
    name: row.name,
    createdAt: row.created_at.toISOString(),
    lastUsedAt: row.last_used_at?.toISOString() ?? null,
  }
}

/** A person's passkeys, the oldest first. */
export async function listPasskeys(tx: Tx, userId: string): Promise<z.input<typeof Passkey>[]> {
  const found = await tx.query<Row>(
    'select id, name, created_at, last_used_at from iam.passkeys where user_id = $1 order by id',
    [userId],
  )
  return found.rows.map(shown)
}

/** What an authenticator needs to make a passkey for a person; one that holds one already is told to refuse. */
export async function offerPasskey(
  ctx: GlobalContext,
  user: { id: string; email: string; name: string },
): Promise<PasskeyOffer> {
  return {
    challenge: await makeChallenge(ctx.db, 'register', user.id),
    rp: { id: passkeySite(ctx.kit).rpId, name: 'Millrace' },
    user: { id: userHandleOf(user.id), name: user.email, displayName: user.name },
    pubKeyCredParams: ALGORITHMS.map(alg => ({ alg, type: 'public-key' })),
    excludeCredentials: await passkeyDescriptors(ctx.db, user.id),
    authenticatorSelection: {
      residentKey: 'required',
      requireResidentKey: true,
      userVerification: 'required',
    },
    attestation: 'none',
    timeout: PASSKEY_TIMEOUT_MS,
  }
}

function userHandleOf(userId: string): string {
  return Buffer.from(userId, 'utf8').toString('base64url')
}

/** Stores a passkey that an authenticator made; null for one that answers no challenge of this person. */
export async function storePasskey(
  ctx: GlobalContext,
  userId: string,
  name: string,
  made: NewPasskey,
): Promise<z.input<typeof Passkey> | null> {
  const challenge = challengeIn(made.response.clientDataJSON)
  if (challenge === null || !(await takeChallenge(ctx.db, challenge, 'register', userId))) return null
  const credential = await verifiedCredential(ctx.kit, made, challenge)
  if (!credential) return null
  const result = await ctx.db.query<Row>(
    `insert into iam.passkeys (id, user_id, credential_id, public_key, counter, transports, name)
     select $1, $2, $3, $4, $5, $6, $7
     where (select count(*) from iam.passkeys where user_id = $2) < ${PASSKEYS_MAX}
     on conflict (credential_id) do nothing returning id, name, created_at, last_used_at`,
    [
      newId(),
      userId,
      credential.id,
      Buffer.from(credential.publicKey),
      credential.counter,
      (made.response.transports ?? []).join(' ').slice(0, 200),
      name,
    ],
  )
  const row = result.rows[0]
  return row ? shown(row) : null
}

async function verifiedCredential(kit: Kit, made: NewPasskey, challenge: string) {
  const { rpId, origin } = passkeySite(kit)
  try {
    const { registrationInfo } = await verifyRegistrationResponse({
      response: { ...made, response: definedOnly(made.response), clientExtensionResults: {} } as never,
      expectedChallenge: challenge,
      expectedOrigin: origin,
      expectedRPID: rpId,
      supportedAlgorithmIDs: ALGORITHMS,
    })
    return registrationInfo?.credential
  } catch (error) {
    kit.log.info({ error: messageOf(error) }, 'iam.passkey_refused')
    return undefined
  }
}

interface Stored {
  id: string
  user_id: string
  public_key: Buffer
  counter: string
}

/**
 * Which active person's passkey signed the challenge of this purpose and person, or null. The challenge is used up, right or
 * wrong.
 * Signing in has no person yet. A counter that does not grow refuses: two authenticators hold the same key.
 */
export async function acceptPasskey(
  tx: Tx,
  kit: Kit,
  asked: { purpose: PasskeyPurpose; userId: string | null },
  answer: PasskeyAnswer,
): Promise<string | null> {
  const challenge = challengeIn(answer.response.clientDataJSON)
  if (challenge === null || !(await takeChallenge(tx, challenge, asked.purpose, asked.userId))) return null
  const found = await tx.query<Stored>(
    `select p.id, p.user_id, p.public_key, p.counter
     from iam.passkeys p join iam.users u on u.id = p.user_id and u.status = 'active'
     where p.credential_id = $1 and ($2::uuid is null or p.user_id = $2) for update of p`,
    [answer.id, asked.userId],
  )
  const stored = found.rows[0]
  const { userHandle } = answer.response
  if (!stored || (userHandle !== undefined && userHandle !== userHandleOf(stored.user_id))) return null
  const counter = await verifiedCounter(kit, stored, answer, challenge)
  if (counter === null) return null
  await tx.query('update iam.passkeys set counter = $2, last_used_at = now() where id = $1', [
    stored.id,
    counter,
  ])
  return stored.user_id
}

async function verifiedCounter(
  kit: Kit,
  stored: Stored,
  answer: PasskeyAnswer,
  challenge: string,
): Promise<number | null> {
  const { rpId, origin } = passkeySite(kit)
  try {
    const { verified, authenticationInfo } = await verifyAuthenticationResponse({
      response: { ...answer, response: definedOnly(answer.response), clientExtensionResults: {} } as never,
      expectedChallenge: challenge,
      expectedOrigin: origin,
      expectedRPID: rpId,
      credential: {
        id: answer.id,
        publicKey: new Uint8Array(stored.public_key),
        counter: Number(stored.counter),
      },
    })
    return verified ? authenticationInfo.newCounter : null
  } catch (error) {
    kit.log.warn({ passkeyId: stored.id, error: messageOf(error) }, 'iam.passkey_refused')
    return null
  }
}

function definedOnly<T extends object>(value: T): T {
  return Object.fromEntries(Object.entries(value).filter(([, each]) => each !== undefined)) as T
}

/** Renames a passkey. Throws `request.not_found` for one that is not the person's. */
export async function renamePasskey(ctx: GlobalContext, userId: string, passkeyId: string, name: string) {
  const renamed = await ctx.db.query<Row>(
    `update iam.passkeys set name = $3 where id = $1 and user_id = $2
     returning id, name, created_at, last_used_at`,
    [passkeyId, userId, name],
  )
  const row = renamed.rows[0]
  if (!row) throw generalErrors.not_found()
  return shown(row)
}

/** Removes a passkey and returns its name. Throws `request.not_found` for one that is not the person's. */
export async function removePasskey(ctx: GlobalContext, userId: string, passkeyId: string): Promise<string> {
  const gone = await ctx.db.query<{ name: string }>(
    'delete from iam.passkeys where id = $1 and user_id = $2 returning name',
    [passkeyId, userId],
  )
  const row = gone.rows[0]
  if (!row) throw generalErrors.not_found()
  return row.name
}
