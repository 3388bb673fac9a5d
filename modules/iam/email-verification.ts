import type { GlobalContext, Kit } from '#platform/context.ts'
import type { Tx } from '#platform/db/database.ts'
import { generalErrors } from '#platform/errors.ts'
import type { Http } from '#platform/http/handlers.ts'
import { iamErrors } from './errors.ts'
import { makeLink, takeLink } from './mailed-links.ts'
import { writeNews, writeToNobody, writeVerification } from './security-letters.ts'

interface Account {
  readonly id: string
  readonly email: string
  readonly name: string
  readonly isVerified: boolean
}

/** The account of a signed-in person. */
export async function accountOf(tx: Tx, userId: string): Promise<Account> {
  const found = await tx.query<{ email: string; name: string; is_verified: boolean }>(
    'select email, name, email_verified_at is not null as is_verified from iam.users where id = $1',
    [userId],
  )
  const row = found.rows[0]
  if (!row) throw generalErrors.not_signed_in()
  return { id: userId, email: row.email, name: row.name, isVerified: row.is_verified }
}

/**
 * Throws `iam.email_not_verified` unless the person behind the request has confirmed their e-mail address. An
 * account works without that inside its own organizations; what makes the installation write to other people in its name,
 * or lets them in, needs it, so that nobody sends from behind an address that is not theirs.
 */
export async function requireVerifiedEmail(ctx: GlobalContext, http: Http): Promise<void> {
  const userId = http.principal?.userId ?? null
  // An API key is nobody's address; who made it could.
  if (userId === null) return
  const account = await accountOf(ctx.db, userId)
  if (!account.isVerified) throw iamErrors.email_not_verified()
}

/** Sends the link that confirms a person's address. Without effect when it is confirmed. */
export async function sendVerification(tx: Tx, kit: Kit, userId: string): Promise<void> {
  const account = await accountOf(tx, userId)
  if (account.isVerified) return
  const link = await makeLink(tx, 'verify_email', { userId, email: account.email })
  await writeVerification(tx, kit, account, { ...link, isChange: false })
}

/**
 * Sends the link that makes a new address the person's own. One that somebody else uses gets no letter, and the caller
 * learns nothing of it.
 */
export async function askToChangeEmail(ctx: GlobalContext, userId: string, email: string): Promise<void> {
  const account = await accountOf(ctx.db, userId)
  const taken = await ctx.db.query('select 1 from iam.users where email = $1', [email])
  const link = await makeLink(ctx.db, 'change_email', { userId, email })
  if (taken.rowCount === 0) {
    await writeVerification(ctx.db, ctx.kit, { email, name: account.name }, { ...link, isChange: true })
  } else {
    await writeToNobody(ctx.db, ctx.kit)
  }
}

/**
 * Confirms the address of a link for the person it was made for. Throws `iam.link_refused`. A new address is told to the
 * old one, and links that were sent there end.
 */
export async function confirmEmail(
  ctx: GlobalContext,
  userId: string,
  token: string,
): Promise<{ email: string; changed: boolean }> {
  const { db: tx, kit } = ctx
  const link = await takeLink(tx, ['verify_email', 'change_email'], userId, token)
  if (!link) throw iamErrors.link_refused()
  const before = await accountOf(tx, userId)
  const changed = link.kind === 'change_email'
  const confirmed = changed
    ? await tx.query(
        `update iam.users set email = $2, email_verified_at = now()
         where id = $1 and not exists (select 1 from iam.users where email = $2 and id <> $1)`,
        [userId, link.email],
      )
    : await tx.query(
        `update iam.users set email_verified_at = coalesce(email_verified_at, now())
         where id = $1 and email = $2`,
        [userId, link.email],
      )
  if (confirmed.rowCount === 0) throw iamErrors.link_refused()
  if (changed) {
    await tx.query('delete from iam.mailed_links where user_id = $1', [userId])
    await writeNews(tx, kit, before, { what: 'email_changed', newEmail: link.email })
  }
  return { email: link.email, changed }
}
