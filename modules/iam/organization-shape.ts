import type { z } from 'zod'
import type { Branding } from './branding-api.ts'
import type { Organization } from './session-api.ts'

export interface OrganizationRow {
  name: string
  slug: string
  status: Organization['status']
  trial_ends_at: Date | null
  time_zone: string
  language: string
  branding: Record<string, unknown>
  onboarding: Organization['onboarding']
  created_at: Date
  updated_at: Date
}

/** What a query reads of `iam.organizations o` for `organizationOf`. */
export const ORGANIZATION_COLUMNS =
  'o.name, o.slug, o.status, o.trial_ends_at, o.time_zone, o.language, o.branding, o.onboarding, o.created_at, o.updated_at'

/** An organization as the API shows it. */
export function organizationOf(orgId: string, row: OrganizationRow): z.input<typeof Organization> {
  return {
    id: orgId,
    name: row.name,
    slug: row.slug,
    status: row.status,
    trialEndsAt: row.trial_ends_at?.toISOString() ?? null,
    timeZone: row.time_zone,
    language: row.language,
    branding: brandingOf(row),
    onboarding: row.onboarding,
    createdAt: row.created_at.toISOString(),
    updatedAt: row.updated_at.toISOString(),
  }
}

/** The look that is stored with an organization; what is not there is null. */
export function brandingOf({ slug, branding }: Pick<OrganizationRow, 'slug' | 'branding'>): Branding {
  const { accentColor, logo } = branding
  return {
    accentColor: typeof accentColor === 'string' ? accentColor : null,
    logoUrl: typeof logo === 'string' ? `/v1/public/logos/${slug}/${logo}` : null,
  }
}
