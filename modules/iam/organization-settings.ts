import type { z } from 'zod'
import { audit } from '#platform/audit/audit.ts'
import type { Context } from '#platform/context.ts'
import { generalErrors } from '#platform/errors.ts'
import { publish } from '#platform/events/publish.ts'
import { changedMeanwhile, isExpected, rowVersion } from '#platform/http/etags.ts'
import { Versioned } from '#platform/http/handlers.ts'
import type { Organization } from './contract.ts'
import { checkLanguage, checkTimeZone } from './locale-checks.ts'
import { ORGANIZATION_COLUMNS, type OrganizationRow, organizationOf } from './organization-shape.ts'
import { organizationChanged } from './organizations-api.ts'
import { changeSlug } from './slugs.ts'

type Shown = z.input<typeof Organization>

/** The organization of the context with its version. Throws `request.not_found` when it is gone. */
export async function readOrganization(
  ctx: Context,
  lock: '' | 'for update' = '',
): Promise<Versioned<Shown>> {
  const found = await ctx.db.query<OrganizationRow & { version: string }>(
    `select ${ORGANIZATION_COLUMNS}, ${rowVersion('o.updated_at')} as version from iam.organizations o where o.org_id = $1 ${lock}`,
    [ctx.orgId],
  )
  const row = found.rows[0]
  if (!row) throw generalErrors.not_found()
  return new Versioned(organizationOf(ctx.orgId, row), row.version)
}

export interface OrganizationChange {
  readonly name?: string | undefined
  readonly slug?: string | undefined
  readonly timeZone?: string | undefined
  readonly language?: string | undefined
  readonly onboarding?: 'open' | 'done' | undefined
}

/**
 * Changes what is named and leaves the rest. Publishes `organization.changed` and audits it when anything people see
 * differs afterwards. Throws `request.invalid` for a time zone or a language that is none, `iam.slug_taken`,
 * `iam.too_many_slugs`, and `request.changed_meanwhile` when the organization is at none of the expected versions.
 */
export async function updateOrganization(
  ctx: Context,
  change: OrganizationChange,
  expected: readonly string[] | null = null,
): Promise<Versioned<Shown>> {
  // The lock puts two changes in order; each then says truly what was before it.
  const stored = await readOrganization(ctx, 'for update')
  if (!isExpected(expected, stored.version)) throw changedMeanwhile(change, stored)
  const before = stored.value
  const after = {
    name: change.name ?? before.name,
    slug: change.slug ?? before.slug,
    timeZone: change.timeZone === undefined ? before.timeZone : checkTimeZone(change.timeZone),
    language: change.language === undefined ? before.language : checkLanguage(change.language),
  }
  if (after.slug !== before.slug) await changeSlug(ctx, before.slug, after.slug)
  await ctx.db.query(
    `update iam.organizations set name = $2, slug = $3, time_zone = $4, language = $5, onboarding = coalesce($6, onboarding)
     where org_id = $1`,
    [ctx.orgId, after.name, after.slug, after.timeZone, after.language, change.onboarding ?? null],
  )
  const { name, slug, timeZone, language } = before
  const was = { name, slug, timeZone, language }
  if (JSON.stringify(was) !== JSON.stringify(after)) {
    await publish(ctx, organizationChanged, {
      subjects: [{ type: 'organization', id: ctx.orgId }],
      payload: { before: was, after },
    })
    await audit(ctx, {
      action: 'organization.changed',
      object: { type: 'organization', id: ctx.orgId, name: after.name },
      before: was,
      after,
    })
  }
  return readOrganization(ctx)
}
