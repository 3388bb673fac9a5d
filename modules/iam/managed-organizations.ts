import type { OutsideContext } from '#platform/context.ts'
import type { GlobalTx } from '#platform/db/database.ts'
import { generalErrors } from '#platform/errors.ts'
import { type ListRequest, pageOfRows, readCursor } from '#platform/http/page.ts'
import { iamErrors } from './errors.ts'
import { notePlatformAct } from './platform-acts.ts'
import type { ManagedOrganization } from './platform-admins-api.ts'

interface Row {
  name: string
  slug: string
  status: ManagedOrganization['status']
  created_at: Date
  members: number
  owner_email: string | null
}

// Names, counts and times: nothing that an organization works with.
const READ = `
  select o.name, o.slug, o.status, o.created_at,
    (select count(*)::int from iam.members m where m.org_id = $1 and m.status = 'active') as members,
    (select u.email from iam.members m join iam.users u on u.id = m.user_id
     where m.org_id = $1 and m.role = 'owner') as owner_email
  from iam.organizations o where o.org_id = $1`

/** A page of the organizations by their addresses, those that begin with `search` when it is given. */
export async function listManagedOrganizations(
  tx: GlobalTx,
  query: ListRequest & { readonly search?: string | undefined },
): Promise<{ items: ManagedOrganization[]; nextCursor: string | null }> {
  const found = await tx.query<{ slug: string; id: string }>(
    `select slug::text as slug, org_id as id from iam.organization_slugs
     where reserved_until is null and slug > $1 and starts_with(slug::text, $2) order by slug limit $3`,
    [readCursor(query)?.[0] ?? '', query.search ?? '', query.limit + 1],
  )
  const page = pageOfRows(
    query,
    found.rows,
    ({ id }) => id,
    ({ slug }) => [slug],
  )
  const items: ManagedOrganization[] = []
  for (const orgId of page.items) {
    const organization = await read(tx, orgId)
    if (organization) items.push(organization)
  }
  return { ...page, items }
}

async function read(tx: GlobalTx, orgId: string): Promise<ManagedOrganization | null> {
  const found = await tx.inOrg(orgId, inner => inner.query<Row>(READ, [orgId]))
  const row = found.rows[0]
  if (!row) return null
  return {
    id: orgId,
    name: row.name,
    slug: row.slug,
    status: row.status,
    members: row.members,
    ownerEmail: row.owner_email,
    createdAt: row.created_at.toISOString(),
  }
}

// Lifting a suspension restores what was before it.
const SUSPEND = `
  update iam.organizations set status = 'suspended', status_before = status
  where org_id = $1 and status not in ('suspended', 'deleting')`
const REACTIVATE = `
  update iam.organizations set status = coalesce(status_before, 'active'), status_before = null
  where org_id = $1 and status = 'suspended'`

/**
 * Suspends an organization, in which everything can then be read and nothing changed, or lifts it. Asking for what is so
 * already changes nothing. Throws `request.not_found`, `iam.being_deleted`.
 */
export async function setOrganizationSuspended(
  ctx: OutsideContext,
  change: { orgId: string; isSuspended: boolean; reason: string; address: string },
): Promise<ManagedOrganization> {
  const { orgId, isSuspended, reason, address } = change
  const changed = await ctx.db.inOrg(orgId, tx => tx.query(isSuspended ? SUSPEND : REACTIVATE, [orgId]))
  if (changed.rowCount === 1) {
    const action = isSuspended ? 'organization.suspended' : 'organization.reactivated'
    await notePlatformAct(ctx, { action, subjectType: 'organization', subjectId: orgId, reason, address })
  }
  const organization = await read(ctx.db, orgId)
  if (!organization) throw generalErrors.not_found()
  if (organization.status === 'deleting') throw iamErrors.being_deleted()
  return organization
}
