import { z } from 'zod'
import { EmailAddress, Id, Timestamp } from '#platform/contract/fields.ts'
import { defineRoute } from '#platform/contract/route.ts'

const ProviderOffer = z
  .object({ name: z.string(), startPath: z.string().describe('Where a browser goes to sign in by it.') })
  .meta({ id: 'ProviderOffer' })

/** How a sign-in by a provider can end without a session; the sign-in page says each in a sentence. */
export const ssoOutcomes = [
  'denied',
  'expired',
  'unreachable',
  'misconfigured',
  'refused',
  'no_email',
  'email_not_verified',
  'other_domain',
  'not_admitted',
  'suspended',
  'off',
  'other_provider',
  'busy',
] as const
export type SsoOutcome = (typeof ssoOutcomes)[number]

export const LinkedIdentity = z
  .object({
    id: Id,
    providerName: z.string(),
    issuer: z.string(),
    email: z.string().describe('The address the provider named when they were connected.'),
    organizationName: z.string().nullable().describe('Null for the provider of the whole installation.'),
    lastUsedAt: Timestamp,
    createdAt: Timestamp,
  })
  .meta({ id: 'LinkedIdentity' })
export type LinkedIdentity = z.output<typeof LinkedIdentity>

const next = z.string().max(500).optional().describe('The path of the app to go on to.')

export const getInstallationProvider = defineRoute({
  id: 'iam.sso.get',
  method: 'GET',
  path: '/v1/auth/sso',
  summary: 'The provider by which everybody may sign in, if there is one',
  access: 'public',
  response: z.object({ provider: ProviderOffer.nullable() }),
})

export const findProvider = defineRoute({
  id: 'iam.sso.find',
  method: 'POST',
  path: '/v1/auth/sso/find',
  summary: 'The provider that speaks for an address',
  description: 'The answer depends on the domain alone and does not tell whether the account exists.',
  access: 'public',
  body: z.strictObject({ email: EmailAddress }),
  response: z.object({ provider: ProviderOffer.nullable() }),
  errors: ['request.too_many'],
  idempotent: false,
})

export const startSso = defineRoute({
  id: 'iam.sso.start',
  method: 'GET',
  path: '/auth/sso/start',
  summary: 'Go to a provider to sign in',
  description: 'Without a domain it is the provider of the installation. Always answers with a redirect.',
  access: 'public',
  query: z.strictObject({
    domain: z.string().max(253).optional(),
    hint: z.string().max(254).optional(),
    next,
  }),
  produces: 'text/html',
})

const answer = z.object({}).loose()

export const finishSso = defineRoute({
  id: 'iam.sso.finish',
  method: 'GET',
  path: '/auth/sso/callback/:organizationId/:identityProviderId',
  summary: 'Come back from an organization’s provider',
  access: 'public',
  params: z.object({ organizationId: z.string().max(100), identityProviderId: z.string().max(100) }),
  query: answer,
  produces: 'text/html',
})

export const finishInstallationSso = defineRoute({
  id: 'iam.sso.finish-installation',
  method: 'GET',
  path: '/auth/sso/callback',
  summary: 'Come back from the provider of the installation',
  access: 'public',
  query: answer,
  produces: 'text/html',
})

export const listIdentities = defineRoute({
  id: 'iam.identity.list',
  method: 'GET',
  path: '/v1/session/identities',
  summary: 'The providers by which you can sign in',
  access: 'user',
  confined: true,
  response: z.object({ items: z.array(LinkedIdentity) }),
})

export const unlinkIdentity = defineRoute({
  id: 'iam.identity.delete',
  method: 'DELETE',
  path: '/v1/session/identities/:identityId',
  summary: 'Stop signing in by a provider',
  description: 'Ends the sessions that began by it.',
  access: 'user',
  params: z.object({ identityId: Id }),
  errors: ['iam.sign_in_again'],
  idempotent: false,
})

export const getPendingIdentity = defineRoute({
  id: 'iam.identity.get-pending',
  method: 'GET',
  path: '/v1/session/pending-identity',
  summary: 'What a provider said about you and you have not confirmed',
  access: 'user',
  response: z.object({
    providerName: z.string(),
    organizationName: z.string().nullable(),
    issuer: z.string(),
    email: z.string(),
  }),
})

export const confirmPendingIdentity = defineRoute({
  id: 'iam.identity.confirm-pending',
  method: 'POST',
  path: '/v1/session/pending-identity',
  summary: 'Confirm that it is you a provider means',
  description: 'From then on you can sign in by it. Makes you a member where the organization allows that.',
  access: 'user',
  response: z.object({ continueAt: z.string().describe('Where a browser goes on.') }),
  errors: ['iam.sign_in_again', 'iam.not_admitted'],
  idempotent: false,
})
