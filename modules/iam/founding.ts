import type { z } from 'zod'
import { audit } from '#platform/audit/audit.ts'
import { type Context, contextOn, type OutsideContext } from '#platform/context.ts'
import { publish } from '#platform/events/publish.ts'
import { newId } from '#platform/ids.ts'
import { memberJoined, type Organization } from './contract.ts'
import { iamErrors } from './errors.ts'
import { checkLanguage, checkTimeZone } from './locale-checks.ts'
import { findMembership, organizationIdsOf } from './organizations.ts'
import { OWNED_ORGANIZATIONS_MAX } from './organizations-api.ts'
import { takeSlug } from './slugs.ts'

const TRIAL = '14 days'
/** What one person may found in a day, deleted ones included. */
const NEW_IN_A_DAY_MAX = 5
const DAY_S = 86_400

export interface Founding {
  readonly name: string
  /** Made from the name when absent. */
  readonly slug?: string | undefined
  readonly timeZone?: string | undefined
  readonly language?: string | undefined
  /** Whether its owner is to be shown around. */
  readonly isGuided: boolean
}

/**
 * Brings the organization of the context into being, with its owner. Throws `iam.slug_taken` for a wanted address that
 * is taken, `request.invalid` for a time zone or a language that is none.
 */
export async function foundOrganization(ctx: Context, ownerUserId: string, input: Founding): Promise<void> {
  const timeZone = checkTimeZone(input.timeZone ?? 'UTC')
  const language = checkLanguage(input.language ?? 'en')
  const memberId = newId()
  const slug = await takeSlug(ctx, { slug: input.slug, name: input.name })
  await ctx.db.query(
    `insert into iam.organizations (org_id, name, slug, time_zone, language, onboarding, trial_ends_at, owner_member_id)
     values ($1, $2, $3, $4, $5, $6, now() + interval '${TRIAL}', $7)`,
    [ctx.orgId, input.name, slug, timeZone, language, input.isGuided ? 'new' : 'done', memberId],
  )
  await ctx.db.query(
    `insert into iam.members (org_id, id, user_id, role, status, joined_at)
     values ($1, $2, $3, 'owner', 'active', now())`,
    [ctx.orgId, memberId, ownerUserId],
  )
  await ctx.db.query('insert into iam.user_organizations (user_id, org_id) values ($1, $2)', [
    ownerUserId,
    ctx.orgId,
  ])
  await publish(ctx, memberJoined, {
    subjects: [
      { type: 'member', id: memberId },
      { type: 'user', id: ownerUserId },
    ],
    payload: { memberId, userId: ownerUserId, role: 'owner' },
  })
  await audit(ctx, {
    action: 'organization.created',
    object: { type: 'organization', id: ctx.orgId, name: input.name },
    after: { name: input.name, slug, timeZone, language },
  })
}

/**
 * Founds another organization for a person who has an account. Throws `iam.too_many_organizations` when they own as
 * many as one may, `iam.too_many_new_organizations` with Retry-After when they founded as many today, and what
 * `foundOrganization` throws.
 */
export async function createOrganization(
  ctx: OutsideContext,
  userId: string,
  input: Omit<Founding, 'isGuided'>,
): Promise<z.input<typeof Organization>> {
  // Foundings of one person come one after the other, so that many at once do not slip past the limits.
  await ctx.db.query('select 1 from iam.users where id = $1 for update', [userId])
  await refuseTooMany(ctx, userId)
  const orgId = newId()
  return ctx.db.inOrg(orgId, async tx => {
    await foundOrganization(contextOn(ctx.kit, tx, { ...ctx, orgId }), userId, { ...input, isGuided: true })
    const membership = await findMembership(tx, orgId, userId)
    if (!membership) throw new Error('An organization was founded and its owner is not in it.')
    return membership.organization
  })
}

async function refuseTooMany(ctx: OutsideContext, userId: string): Promise<void> {
  let owned = 0
  let recent = 0
  const joined = await ctx.db.query<{ org_id: string }>(
    `select org_id from iam.user_organizations where user_id = $1 and created_at > now() - interval '1 day'`,
    [userId],
  )
  const joinedToday = new Set(joined.rows.map(row => row.org_id))
  for (const id of await organizationIdsOf(ctx.db, userId)) {
    const membership = await ctx.db.inOrg(id, tx => findMembership(tx, id, userId))
    if (membership?.role !== 'owner') continue
    owned += 1
    if (joinedToday.has(id)) recent += 1
  }
  if (owned >= OWNED_ORGANIZATIONS_MAX) throw iamErrors.too_many_organizations()
  const deleted = await ctx.db.query<{ n: number }>(
    `select count(*)::int as n from platform.erasures where requested_by = $1 and requested_at > now() - interval '1 day'`,
    [userId],
  )
  if (recent + (deleted.rows[0]?.n ?? 0) >= NEW_IN_A_DAY_MAX) {
    throw iamErrors.too_many_new_organizations({ retryAfterS: DAY_S })
  }
}
