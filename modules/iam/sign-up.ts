import { type Context, inOrganization, type Kit } from '#platform/context.ts'
import { publish } from '#platform/events/publish.ts'
import { newId } from '#platform/ids.ts'
import { memberJoined } from './contract.ts'
import { iamErrors } from './errors.ts'
import { takeSlug } from './organizations.ts'
import { checkNewPassword } from './password-rules.ts'
import { hashNewPassword } from './passwords.ts'

export interface SignUp {
  readonly name: string
  readonly email: string
  readonly password: string
  readonly organizationName: string
  /** The organization's address; made from its name when absent. */
  readonly slug?: string
}

/**
 * Creates a user and an organization that they own, in one transaction. An e-mail address that is in use is
 * refused with `iam.sign_up_refused` after the same work, and its user stays as it is. Throws
 * `request.invalid` for a password that is easy to guess, `iam.slug_taken` for a wanted address that is taken.
 */
export async function signUpOrganization(
  kit: Kit,
  input: SignUp,
): Promise<{ userId: string; orgId: string }> {
  checkNewPassword(input.password, input)
  const passwordHash = await hashNewPassword(input.password)
  const userId = newId()
  const orgId = newId()
  const actor = { type: 'user', userId } as const
  await inOrganization(kit, { orgId, actor }, async ctx => {
    await insertUser(ctx, userId, input, passwordHash)
    await insertOrganization(ctx, userId, input)
  })
  return { userId, orgId }
}

async function insertUser(ctx: Context, userId: string, input: SignUp, passwordHash: string): Promise<void> {
  const result = await ctx.db.query(
    `insert into iam.users (id, email, name, password_hash, password_changed_at)
     values ($1, $2, $3, $4, now()) on conflict (email) do nothing`,
    [userId, input.email, input.name, passwordHash],
  )
  if (result.rowCount === 0) throw iamErrors.sign_up_refused()
}

async function insertOrganization(ctx: Context, userId: string, input: SignUp): Promise<void> {
  const memberId = newId()
  const slug = await takeSlug(ctx, { slug: input.slug, name: input.organizationName })
  await ctx.db.query(
    `insert into iam.organizations (org_id, name, slug, trial_ends_at, owner_member_id)
     values ($1, $2, $3, now() + interval '14 days', $4)`,
    [ctx.orgId, input.organizationName, slug, memberId],
  )
  await ctx.db.query(
    `insert into iam.members (org_id, id, user_id, role, status, joined_at)
     values ($1, $2, $3, 'owner', 'active', now())`,
    [ctx.orgId, memberId, userId],
  )
  await ctx.db.query('insert into iam.user_organizations (user_id, org_id) values ($1, $2)', [
    userId,
    ctx.orgId,
  ])
  await publish(ctx, memberJoined, {
    subjects: [
      { type: 'member', id: memberId },
      { type: 'user', id: userId },
    ],
    payload: { memberId, userId, role: 'owner' },
  })
}
