import { z } from 'zod'
import { defineEvent } from '#platform/contract/event.ts'
import { line } from '#platform/contract/fields.ts'
import { defineRoute } from '#platform/contract/route.ts'
import { Organization, Session } from './session-api.ts'

/** How many organizations one person may own. */
export const OWNED_ORGANIZATIONS_MAX = 20

const slug = z
  .string()
  .trim()
  .toLowerCase()
  .regex(/^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/, 'Use letters, digits and hyphens, at most 63.')

const timeZone = z.string().max(64).describe('A name of the IANA database, for example Europe/Paris.')
const language = z.string().max(35).describe('A BCP 47 tag, for example en or fr-CA.')

export const createOrganization = defineRoute({
  id: 'iam.organization.create',
  method: 'POST',
  path: '/v1/organizations',
  summary: 'Create another organization',
  description: `The caller becomes its owner; the session stays where it is. A person owns at most ${OWNED_ORGANIZATIONS_MAX}.`,
  access: 'user',
  body: z.strictObject({
    name: line(),
    slug: slug.optional().describe('Made from the name when absent.'),
    timeZone: timeZone.optional(),
    language: language.optional(),
  }),
  response: Organization,
  status: 201,
  errors: ['iam.slug_taken', 'iam.too_many_organizations', 'iam.too_many_new_organizations'],
  idempotent: false,
})

export const getOrganization = defineRoute({
  id: 'iam.organization.get',
  method: 'GET',
  path: '/v1/organization',
  summary: 'The organization and its settings',
  access: 'organization:read',
  response: Organization,
  versioned: true,
})

export const updateOrganization = defineRoute({
  id: 'iam.organization.update',
  method: 'PATCH',
  path: '/v1/organization',
  summary: 'Change name, address, time zone or language',
  description:
    'What is not named stays as it is. An address that is given up goes on leading here for 90 days; nobody else can take it in that time.',
  access: 'organization:manage',
  body: z.strictObject({
    name: line().optional(),
    slug: slug.optional(),
    timeZone: timeZone.optional(),
    language: language.optional(),
    onboarding: z.enum(['open', 'done']).optional().describe('Where the first steps are.'),
  }),
  response: Organization,
  versioned: true,
  errors: ['iam.slug_taken', 'iam.too_many_slugs'],
})

export const deleteOrganization = defineRoute({
  id: 'iam.organization.delete',
  method: 'POST',
  path: '/v1/organization/deletion',
  summary: 'Delete the organization and everything in it',
  description:
    'For its owner, who has signed in within the last 10 minutes. Everybody is signed out of it at once, forms close, runs stop, and all of its data is removed. It cannot be undone. The answer is the session, which goes on in another organization of the person or in none.',
  access: 'user',
  body: z.strictObject({
    name: z.string().max(200).describe('The name of the organization, typed to confirm.'),
  }),
  response: Session,
  status: 202,
  errors: ['iam.sign_in_again', 'iam.owner_needed', 'iam.name_differs'],
  idempotent: false,
})

const Settings = z.object({
  name: z.string(),
  slug: z.string(),
  timeZone: z.string(),
  language: z.string(),
})

export const organizationChanged = defineEvent({
  type: 'organization.changed',
  version: 1,
  payload: z.object({ before: Settings, after: Settings }),
  summary: 'Name, address, time zone or language of the organization changed.',
})
