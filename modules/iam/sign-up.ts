import { type Context, inOrganization, type Kit } from '#platform/context.ts'
import { newId } from '#platform/ids.ts'
import { iamErrors } from './errors.ts'
import { foundOrganization } from './founding.ts'
import { checkNewPassword } from './password-rules.ts'
import { hashNewPassword } from './passwords.ts'

export interface SignUp {
  readonly name: string
  readonly email: string
  readonly password: string
  readonly organizationName: string
  /** The organization's address; made from its name when absent. */
  readonly slug?: string
  /** Whether its owner is to be shown around. */
  readonly isGuided?: boolean
  /** The address is known to be the person's own, so that no letter has to prove it. */
  readonly isVerified?: boolean
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
  const caller = { name: input.name, address: '', userAgent: '' }
  await inOrganization(kit, { orgId, actor, caller }, async ctx => {
    await insertUser(ctx, userId, input, passwordHash)
    await foundOrganization(ctx, userId, {
      name: input.organizationName,
      slug: input.slug,
      isGuided: input.isGuided === true,
    })
  })
  return { userId, orgId }
}

async function insertUser(ctx: Context, userId: string, input: SignUp, passwordHash: string): Promise<void> {
  const result = await ctx.db.query(
    `insert into iam.users (id, email, name, password_hash, password_changed_at, email_verified_at)
     values ($1, $2, $3, $4, now(), case when $5 then now() end) on conflict (email) do nothing`,
    [userId, input.email, input.name, passwordHash, input.isVerified === true],
  )
  if (result.rowCount === 0) throw iamErrors.sign_up_refused()
}
