import type { GlobalContext, Kit, OutsideContext } from '#platform/context.ts'
import { outsideOrganizations } from '#platform/context.ts'
import type { Tx } from '#platform/db/database.ts'
import { generalErrors } from '#platform/errors.ts'
import type { Http } from '#platform/http/handlers.ts'
import { iamErrors } from './errors.ts'
import { notePlatformAct } from './platform-acts.ts'
import type { ManagedUser } from './platform-admins-api.ts'
import { requireRecentSignIn } from './recent-sign-in.ts'
import { HAS_SECOND_FACTOR } from './second-factors.ts'
import { tellUser } from './security-letters.ts'
import { endEverySession } from './sessions.ts'
import { signedIn } from './signed-in.ts'

/** One at a time, so that of two who take it away from each other one is left. */
const LOCK = `select pg_advisory_xact_lock(hashtextextended('iam.platform_admins', 0))`

/**
 * Throws `request.not_found` unless the person looks after the installation, as if nothing were there, and
 * `iam.sign_in_again` unless they proved within the last 10 minutes who they are.
 */
export async function requirePlatformAdmin(ctx: GlobalContext, http: Http): Promise<void> {
  const { userId } = signedIn(http)
  const found = await ctx.db.query('select 1 from iam.platform_admins where user_id = $1', [userId])
  if (found.rowCount === 0) throw generalErrors.not_found()
  await requireRecentSignIn(ctx, http)
}

/**
 * Lets the person whom the environment names look after the installation. For every start; it changes nothing when
 * that is so already. An address that nobody has, or that nobody confirmed, is passed over with a warning: whoever
 * signs up with it later must not become an admin by that.
 */
export async function grantNamedAdmin(kit: Kit, email: string): Promise<void> {
  const actor = { type: 'system', name: 'environment' } as const
  await outsideOrganizations(kit, { actor }, async ctx => {
    const found = await ctx.db.query<{ id: string }>(
      `select id from iam.users where email = $1 and email_verified_at is not null and status = 'active'`,
      [email],
    )
    const userId = found.rows[0]?.id
    if (userId === undefined) {
      kit.log.warn({}, 'iam.named_admin_unknown_or_unconfirmed')
      return
    }
    await grant(ctx, { userId, grantedBy: null, reason: 'Named by MILLRACE_ADMIN_EMAIL.', address: '' })
  })
}

async function grant(
  ctx: GlobalContext,
  { userId, grantedBy, reason, address }: { userId: string; grantedBy: string | null } & Why,
): Promise<void> {
  const stored = await ctx.db.query(
    'insert into iam.platform_admins (user_id, granted_by) values ($1, $2) on conflict do nothing',
    [userId, grantedBy],
  )
  if (stored.rowCount === 0) return
  const subject = { subjectType: 'user', subjectId: userId } as const
  await notePlatformAct(ctx, { action: 'user.admin_granted', ...subject, reason, address })
}

interface Why {
  /** In the words of the one who does it. */
  readonly reason: string
  readonly address: string
}

/**
 * Lets a user look after the installation, or no longer. Throws `request.not_found`, `iam.address_not_confirmed`,
 * and `iam.last_admin` for the last one.
 */
export async function setPlatformAdmin(
  ctx: OutsideContext,
  change: { userId: string; isPlatformAdmin: boolean; by: string } & Why,
): Promise<ManagedUser> {
  const { userId, isPlatformAdmin, by, reason, address } = change
  await ctx.db.query(LOCK)
  const user = await lockUser(ctx.db, userId)
  if (isPlatformAdmin) {
    if (!user.isConfirmed) throw iamErrors.address_not_confirmed()
    await grant(ctx, { userId, grantedBy: by, reason, address })
  } else if (user.isPlatformAdmin) {
    const others = await ctx.db.query('select 1 from iam.platform_admins where user_id <> $1 limit 1', [
      userId,
    ])
    if (others.rowCount === 0) throw iamErrors.last_admin()
    await ctx.db.query('delete from iam.platform_admins where user_id = $1', [userId])
    const subject = { subjectType: 'user', subjectId: userId } as const
    await notePlatformAct(ctx, { action: 'user.admin_revoked', ...subject, reason, address })
  }
  return readUser(ctx.db, userId)
}

/**
 * Suspends a user, who is signed out everywhere at once, or lifts it. Throws `request.not_found`, and
 * `iam.admin_protected` for one who looks after the installation.
 */
export async function setUserStatus(
  ctx: OutsideContext,
  change: { userId: string; status: 'active' | 'suspended' } & Why,
): Promise<ManagedUser> {
  const { userId, status, reason, address } = change
  await ctx.db.query(LOCK)
  const user = await lockUser(ctx.db, userId)
  if (status === 'suspended' && user.isPlatformAdmin) throw iamErrors.admin_protected()
  if (user.status !== status) {
    await ctx.db.query('update iam.users set status = $2 where id = $1', [userId, status])
    if (status === 'suspended') await endEverySession(ctx.db, userId)
    const action = status === 'suspended' ? 'user.suspended' : 'user.reactivated'
    await notePlatformAct(ctx, { action, subjectType: 'user', subjectId: userId, reason, address })
  }
  return readUser(ctx.db, userId)
}

/**
 * Takes every second factor of a user away, ends their sessions and tells them: they sign in with the password alone and set
 * up new ones. Nothing happens to a user without any. Throws `request.not_found`, and `iam.admin_protected` for one who looks
 * after the installation, whose factors must not hang on the word of another.
 */
export async function resetSecondFactors(
  ctx: OutsideContext,
  { userId, reason, address }: { userId: string } & Why,
): Promise<ManagedUser> {
  await ctx.db.query(LOCK)
  const user = await lockUser(ctx.db, userId)
  if (user.isPlatformAdmin) throw iamErrors.admin_protected()
  if ((await readUser(ctx.db, userId)).hasSecondFactor) {
    for (const table of ['totp_secrets', 'passkeys', 'recovery_codes'])
      await ctx.db.query(`delete from iam.${table} where user_id = $1`, [userId])
    await endEverySession(ctx.db, userId)
    const subject = { subjectType: 'user', subjectId: userId } as const
    await notePlatformAct(ctx, { action: 'user.second_factors_reset', ...subject, reason, address })
    await tellUser(ctx.db, ctx.kit, userId, { what: 'second_factors_reset' })
  }
  return readUser(ctx.db, userId)
}

async function lockUser(
  tx: Tx,
  userId: string,
): Promise<{ status: string; isConfirmed: boolean; isPlatformAdmin: boolean }> {
  const found = await tx.query<{ status: string; isConfirmed: boolean; isPlatformAdmin: boolean }>(
    `select u.status, u.email_verified_at is not null as "isConfirmed",
       exists (select 1 from iam.platform_admins a where a.user_id = u.id) as "isPlatformAdmin"
     from iam.users u where u.id = $1 for update of u`,
    [userId],
  )
  const row = found.rows[0]
  if (!row) throw generalErrors.not_found()
  return row
}

interface UserRow {
  id: string
  name: string
  email: string
  status: ManagedUser['status']
  organizations: number
  is_admin: boolean
  has_second_factor: boolean
  created_at: Date
  last_signed_in_at: Date | null
}

const USERS = `
  select u.id, u.name, u.email, u.status, u.created_at, u.last_signed_in_at, a.user_id is not null as is_admin,
    ${HAS_SECOND_FACTOR} as has_second_factor,
    (select count(*)::int from iam.user_organizations o where o.user_id = u.id) as organizations
  from iam.users u left join iam.platform_admins a on a.user_id = u.id`

/** The user with an e-mail address, as a list of one or none; without one all who look after the installation. */
export async function findManagedUsers(tx: Tx, email: string | undefined): Promise<ManagedUser[]> {
  const found =
    email === undefined
      ? await tx.query<UserRow>(`${USERS} where a.user_id is not null order by u.name, u.id limit 200`)
      : await tx.query<UserRow>(`${USERS} where u.email = $1`, [email])
  return found.rows.map(userOf)
}

async function readUser(tx: Tx, userId: string): Promise<ManagedUser> {
  const row = (await tx.query<UserRow>(`${USERS} where u.id = $1`, [userId])).rows[0]
  if (!row) throw generalErrors.not_found()
  return userOf(row)
}

function userOf(row: UserRow): ManagedUser {
  return {
    id: row.id,
    name: row.name,
    email: row.email,
    status: row.status,
    organizations: row.organizations,
    isPlatformAdmin: row.is_admin,
    hasSecondFactor: row.has_second_factor,
    createdAt: row.created_at.toISOString(),
    lastSignedInAt: row.last_signed_in_at?.toISOString() ?? null,
  }
}
