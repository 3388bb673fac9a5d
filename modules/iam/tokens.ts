import type { Kit } from '#platform/context.ts'
import { hmacSign } from '#platform/crypto/tokens.ts'
import type { Tx } from '#platform/db/database.ts'
import { newId } from '#platform/ids.ts'
import type { Tokens } from './contract.ts'
import { type Credential, inOrganizationOf, mintCredential, readCredential } from './credentials.ts'
import { iamErrors } from './errors.ts'

const ACCESS = '10 minutes'
const REFRESH = '30 days'
const FAMILY = '90 days'
/** A client whose answer was lost asks again; later it is somebody else with a copy. */
const GRACE = '10 seconds'

/** Starts a family of tokens: one sign-in of one API client, in one organization. */
export async function issueTokens(
  tx: Tx,
  client: {
    userId: string
    orgId: string | null
    userAgent: string
    address: string
    /** The session that asks, whose proof of who the person is goes on; null when it was just given. */
    sessionId: string | null
  },
): Promise<Tokens> {
  const familyId = newId()
  await tx.query(
    `insert into iam.token_families (id, user_id, org_id, user_agent, address, confined_to, proved_at, expires_at)
     values ($1, $2, $3, $4, $5, (select confined_to from iam.sessions where id = $6),
       coalesce((select proved_at from iam.sessions where id = $6), now()), now() + interval '${FAMILY}')`,
    [familyId, client.userId, client.orgId, client.userAgent, client.address, client.sessionId],
  )
  const refresh = mintCredential('refresh', client.orgId)
  const expiresAt = await insertRefreshToken(tx, familyId, refresh, null)
  return handOut(tx, familyId, refresh, expiresAt)
}

async function insertRefreshToken(
  tx: Tx,
  familyId: string,
  token: Credential,
  parent: Credential | null,
): Promise<Date> {
  const result = await tx.query<{ expires_at: Date }>(
    `insert into iam.refresh_tokens (token_hash, family_id, parent_hash, expires_at)
     select $1, id, $3, least(expires_at, now() + interval '${REFRESH}') from iam.token_families where id = $2
     returning expires_at`,
    [token.hash, familyId, parent?.hash ?? null],
  )
  return result.rows[0]?.expires_at ?? new Date(0)
}

/** A fresh access token beside a refresh token that is already stored. */
async function handOut(tx: Tx, familyId: string, refresh: Credential, refreshEnd: Date): Promise<Tokens> {
  const access = mintCredential('access', refresh.orgId)
  const result = await tx.query<{ expires_at: Date }>(
    `insert into iam.access_tokens (token_hash, family_id, expires_at)
     values ($1, $2, now() + interval '${ACCESS}') returning expires_at`,
    [access.hash, familyId],
  )
  return {
    tokenType: 'Bearer',
    accessToken: access.text,
    accessTokenExpiresAt: (result.rows[0]?.expires_at ?? new Date(0)).toISOString(),
    refreshToken: refresh.text,
    refreshTokenExpiresAt: refreshEnd.toISOString(),
  }
}

interface RefreshRow {
  family_id: string
  user_id: string
  in_force: boolean
  used: boolean
  within_grace: boolean
  replaced_by: Buffer | null
}

// Locks the family, so that two refreshes, or a refresh and a revocation, happen one after the other.
const LOCK_FAMILY = `
  select f.id from iam.token_families f
  where f.id = (select family_id from iam.refresh_tokens where token_hash = $1)
    and f.org_id is not distinct from $2::uuid
  for update`

const READ_REFRESH = `
  select r.family_id, f.user_id, r.replaced_by, r.used_at is not null as used,
         coalesce(r.used_at > clock_timestamp() - interval '${GRACE}', false) as within_grace,
         f.revoked_at is null and now() < least(r.expires_at, f.expires_at)
           and u.status = 'active' and ($2::uuid is null or m.id is not null) as in_force
  from iam.refresh_tokens r
  join iam.token_families f on f.id = r.family_id
  join iam.users u on u.id = f.user_id
  left join iam.members m on m.org_id = $2 and m.user_id = f.user_id and m.status = 'active'
  where r.token_hash = $1`

/**
 * Exchanges a refresh token for new tokens; each works once. A used one that comes back within 10 seconds is
 * a retry and gets the same successor, as long as that was not used itself; later it means that two hold a
 * copy, and the whole family is revoked. Throws `iam.token_refused`.
 */
export async function refresh(kit: Kit, text: string, address: string): Promise<Tokens> {
  const token = readCredential('refresh', text)
  if (!token) throw iamErrors.token_refused()
  // The verdict leaves the transaction as a value: an error would roll the revocation back.
  const tokens = await inOrganizationOf(kit, token, async tx => {
    const locked = await tx.query(LOCK_FAMILY, [token.hash, token.orgId])
    if (locked.rowCount === 0) return null
    const row = (await tx.query<RefreshRow>(READ_REFRESH, [token.hash, token.orgId])).rows[0]
    if (!row?.in_force) return null
    const successor = successorOf(kit, token)
    if (!row.used) return rotate(tx, { id: row.family_id, address }, token, successor)
    const again = row.within_grace ? await unusedEnd(tx, successor) : null
    if (again) return handOut(tx, row.family_id, successor, again)
    await revokeFamily(tx, row.family_id, 'reused')
    kit.log.warn({ familyId: row.family_id, userId: row.user_id }, 'iam.refresh_token_reused')
    return null
  })
  if (!tokens) throw iamErrors.token_refused()
  return tokens
}

/**
 * The successor follows from the token and a key of the installation (HMAC as a pseudo-random function), so
 * that a retry can be answered with the same one although only its hash is stored.
 */
function successorOf(kit: Kit, token: Credential): Credential {
  return mintCredential('refresh', token.orgId, hmacSign(kit.keyFor('iam.refresh-successor'), token.text))
}

async function rotate(
  tx: Tx,
  family: { id: string; address: string },
  token: Credential,
  successor: Credential,
): Promise<Tokens> {
  await tx.query('update iam.refresh_tokens set used_at = now(), replaced_by = $2 where token_hash = $1', [
    token.hash,
    successor.hash,
  ])
  await tx.query('update iam.token_families set last_used_at = now(), address = $2 where id = $1', [
    family.id,
    family.address,
  ])
  const expiresAt = await insertRefreshToken(tx, family.id, successor, token)
  return handOut(tx, family.id, successor, expiresAt)
}

async function unusedEnd(tx: Tx, successor: Credential): Promise<Date | null> {
  const result = await tx.query<{ expires_at: Date }>(
    'select expires_at from iam.refresh_tokens where token_hash = $1 and used_at is null',
    [successor.hash],
  )
  return result.rows[0]?.expires_at ?? null
}

/** Revokes the family of a refresh token, used or not; a token nobody knows is no error (RFC 7009, 2.2). */
export async function revoke(kit: Kit, text: string): Promise<void> {
  const token = readCredential('refresh', text)
  if (!token) return
  await inOrganizationOf(kit, token, async tx => {
    const locked = await tx.query<{ id: string }>(LOCK_FAMILY, [token.hash, token.orgId])
    const familyId = locked.rows[0]?.id
    if (familyId !== undefined) await revokeFamily(tx, familyId, 'revoked')
  })
}

async function revokeFamily(tx: Tx, familyId: string, because: 'revoked' | 'reused'): Promise<void> {
  await tx.query(
    `update iam.token_families set revoked_at = now(), revoked_because = $2
     where id = $1 and revoked_at is null`,
    [familyId, because],
  )
}
