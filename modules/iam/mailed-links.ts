import { randomToken, sha256 } from '#platform/crypto/tokens.ts'
import type { Tx } from '#platform/db/database.ts'

/** How long a link of each kind works. */
const LIFE = { verify_email: '3 days', change_email: '1 day', reset_password: '30 minutes' } as const

export type LinkKind = keyof typeof LIFE

export interface NewLink {
  readonly token: string
  readonly expiresAt: Date
}

/**
 * Makes a link that proves an address; earlier ones of its kind for the person end. Without a person it opens nothing
 * and costs the same.
 */
export async function makeLink(
  tx: Tx,
  kind: LinkKind,
  to: { userId: string | null; email: string },
): Promise<NewLink> {
  const token = randomToken()
  await tx.query('delete from iam.mailed_links where user_id = $1 and kind = $2', [to.userId, kind])
  const stored = await tx.query<{ expires_at: Date }>(
    `insert into iam.mailed_links (token_hash, kind, user_id, email, expires_at)
     values ($1, $2, $3, $4, now() + interval '${LIFE[kind]}') returning expires_at`,
    [sha256(token), kind, to.userId, to.email],
  )
  return { token, expiresAt: stored.rows[0]?.expires_at ?? new Date(0) }
}

/** Whose password a link lets one choose, without using it up; undefined for one that is not good. */
export async function readResetLink(tx: Tx, token: string): Promise<string | undefined> {
  const found = await tx.query<{ user_id: string }>(
    `select l.user_id from iam.mailed_links l join iam.users u on u.id = l.user_id and u.status = 'active'
     where l.token_hash = $1 and l.kind = 'reset_password' and l.expires_at > now() and u.email = l.email`,
    [sha256(token)],
  )
  return found.rows[0]?.user_id
}

/** Uses a link up that was made for a person. Undefined for one that is not good or was another's. */
export async function takeLink(
  tx: Tx,
  kinds: readonly LinkKind[],
  userId: string,
  token: string,
): Promise<{ kind: LinkKind; email: string } | undefined> {
  const taken = await tx.query<{ kind: LinkKind; email: string }>(
    `delete from iam.mailed_links
     where token_hash = $1 and kind = any($2) and user_id = $3 and expires_at > now() returning kind, email`,
    [sha256(token), kinds, userId],
  )
  return taken.rows[0]
}
