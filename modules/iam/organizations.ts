import type { z } from 'zod'
import type { Context, Kit } from '#platform/context.ts'
import type { GlobalTx, Tx } from '#platform/db/database.ts'
import { generalErrors } from '#platform/errors.ts'
import type { Organization, Role, Session } from './contract.ts'
import { iamErrors } from './errors.ts'
import { ORGANIZATION_COLUMNS, type OrganizationRow, organizationOf } from './organization-shape.ts'
import type { PermissionOverrides } from './permissions.ts'
import { HAS_SECOND_FACTOR } from './second-factors.ts'

/** Sorts before every organization's id. */
const NO_ORGANIZATION = '00000000-0000-0000-0000-000000000000'

/** A person's place in one organization. */
export interface Membership {
  readonly role: Role
  readonly overrides: PermissionOverrides
  readonly organization: z.input<typeof Organization>
  /** Whether the organization wants its members to have a second factor. */
  readonly asksSecondFactor: boolean
  /** Whether the organization wants this member to come by its own provider. */
  readonly asksProvider: boolean
}

interface MembershipRow extends OrganizationRow {
  role: Role
  permissions: Record<string, unknown>
  second_factor_required: boolean
  provider_required: boolean
}

/**
 * The active membership of a person, in a transaction of that organization; null when there is none, and in an
 * organization that is being deleted there is none.
 */
export async function findMembership(tx: Tx, orgId: string, userId: string): Promise<Membership | null> {
  const result = await tx.query<MembershipRow>(
    `select ${ORGANIZATION_COLUMNS}, m.role, m.permissions, o.second_factor_required,
       exists (select 1 from iam.identity_providers p where p.org_id = $1 and p.required) as provider_required
     from iam.members m join iam.organizations o on o.org_id = m.org_id
     where m.org_id = $1 and m.user_id = $2 and m.status = 'active' and o.status <> 'deleting'`,
    [orgId, userId],
  )
  const row = result.rows[0]
  return row
    ? {
        role: row.role,
        overrides: row.permissions,
        organization: organizationOf(orgId, row),
        asksSecondFactor: row.second_factor_required,
        asksProvider: row.provider_required && row.role !== 'owner',
      }
    : null
}

/**
 * Whether the organization takes nothing from strangers: it is suspended, cancelled or being deleted. Forms and
 * other doors to the outside ask.
 */
export async function isOrganizationClosed(ctx: Context): Promise<boolean> {
  const found = await ctx.db.query(
    `select 1 from iam.organizations where org_id = $1 and status in ('suspended', 'cancelled', 'deleting')`,
    [ctx.orgId],
  )
  return found.rowCount !== 0
}

/** The name of the organization of a context, or null when there is no such organization any more. */
export async function organizationName(ctx: Context): Promise<string | null> {
  const result = await ctx.db.query<{ name: string }>(
    'select name from iam.organizations where org_id = $1',
    [ctx.orgId],
  )
  return result.rows[0]?.name ?? null
}

/** The time zone of the organization of a context, UTC when there is no such organization any more. */
export async function organizationTimeZone(ctx: Context): Promise<string> {
  const result = await ctx.db.query<{ time_zone: string }>(
    'select time_zone from iam.organizations where org_id = $1',
    [ctx.orgId],
  )
  return result.rows[0]?.time_zone ?? 'UTC'
}

/** Does something for every organization, one after the other; for the schedule. */
export async function forEachOrganization(kit: Kit, work: (orgId: string) => Promise<void>): Promise<void> {
  for (let after = NO_ORGANIZATION; ; ) {
    const page = await kit.db.withGlobal(tx =>
      tx.query<{ org_id: string }>(
        'select distinct org_id from iam.organization_slugs where org_id > $1 order by org_id limit 500',
        [after],
      ),
    )
    for (const row of page.rows) await work(row.org_id)
    const last = page.rows.at(-1)
    if (!last) return
    after = last.org_id
  }
}

/** The ids of a person's organizations, the one used last first. Whether they may enter one is not said here. */
export async function organizationIdsOf(tx: Tx, userId: string): Promise<string[]> {
  const result = await tx.query<{ org_id: string }>(
    `select org_id from iam.user_organizations where user_id = $1
     order by last_used_at desc, org_id limit 200`,
    [userId],
  )
  return result.rows.map(row => row.org_id)
}

/**
 * The organization a person enters: the wanted one, or the one used last in which they are an active member, or null
 * when there is none. A sign-in that is confined enters its organization only. Throws `request.not_found` when the
 * wanted one is not theirs, `request.confined`, and `iam.provider_required` when there is one to enter, by its own
 * provider alone.
 */
export async function enterOrganization(
  tx: GlobalTx,
  userId: string,
  wanted?: string,
  confinedTo: string | null = null,
): Promise<string | null> {
  if (confinedTo !== null && wanted !== undefined && wanted !== confinedTo) throw generalErrors.confined()
  const asked = wanted ?? confinedTo
  let asksProvider = false
  for (const orgId of asked === null ? await organizationIdsOf(tx, userId) : [asked]) {
    const membership = await tx.inOrg(orgId, inner => findMembership(inner, orgId, userId))
    if (!membership) continue
    if (membership.asksProvider && confinedTo === null) {
      asksProvider = true
      continue
    }
    await tx.query(
      'update iam.user_organizations set last_used_at = now() where user_id = $1 and org_id = $2',
      [userId, orgId],
    )
    return orgId
  }
  if (asksProvider) throw iamErrors.provider_required()
  if (asked !== null) throw generalErrors.not_found()
  return null
}

/** What a client needs to know about who is signed in. The person exists: their credential was just accepted. */
export async function describeSession(
  tx: GlobalTx,
  userId: string,
  orgId: string | null,
  confinedTo: string | null = null,
): Promise<z.input<typeof Session>> {
  const users = await tx.query<{
    email: string
    emailVerified: boolean
    name: string
    locale: string
    isPlatformAdmin: boolean
    hasSecondFactor: boolean
  }>(
    `select email, email_verified_at is not null as "emailVerified", name, locale,
       exists (select 1 from iam.platform_admins a where a.user_id = u.id) as "isPlatformAdmin",
       ${HAS_SECOND_FACTOR} as "hasSecondFactor"
     from iam.users u where id = $1`,
    [userId],
  )
  const row = users.rows[0]
  if (!row) throw generalErrors.not_signed_in()
  const { hasSecondFactor, ...user } = row
  const memberships: Membership[] = []
  for (const id of confinedTo === null ? await organizationIdsOf(tx, userId) : [confinedTo]) {
    const membership = await tx.inOrg(id, inner => findMembership(inner, id, userId))
    if (membership) memberships.push(membership)
  }
  const current = memberships.find(membership => membership.organization.id === orgId)
  return {
    user: { id: userId, ...user },
    organization: current?.organization ?? null,
    role: current?.role ?? null,
    secondFactorNeeded: confinedTo === null && current?.asksSecondFactor === true && !hasSecondFactor,
    permissionOverrides: booleansOf(current?.overrides ?? {}),
    organizations: memberships.map(({ role, organization }) => ({
      id: organization.id,
      name: organization.name,
      slug: organization.slug,
      role,
    })),
  }
}

/** The overrides that say something, for whoever shows them. */
export function booleansOf(overrides: PermissionOverrides): Record<string, boolean> {
  const entries = Object.entries(overrides).filter(
    (entry): entry is [string, boolean] => typeof entry[1] === 'boolean',
  )
  return Object.fromEntries(entries)
}
