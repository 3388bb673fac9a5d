import { z } from 'zod'
import { Id, line, Timestamp } from '#platform/contract/fields.ts'
import { defineRoute } from '#platform/contract/route.ts'

/** The domain of an address, in small letters; one with other characters in its punycode form. */
const Domain = z
  .string()
  .trim()
  .toLowerCase()
  .max(253)
  .regex(
    /^(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z](?:[a-z0-9-]{0,61}[a-z0-9])?$/,
    'Enter a domain like example.com.',
  )

/** The roles in which somebody may join by signing in; the others are given by hand. */
export const joinRoles = ['manager', 'member', 'viewer', 'guest'] as const

export const IdentityProvider = z
  .object({
    id: Id,
    name: z.string(),
    issuer: z.string(),
    clientId: z.string(),
    scopes: z.array(z.string()),
    vouchesForAddresses: z
      .boolean()
      .describe('Its word for an address counts although it does not send `email_verified`.'),
    admitsNewPeople: z.boolean().describe('People who are no members become members by signing in.'),
    roleOfNewPeople: z.enum(joinRoles),
    enabled: z.boolean(),
    required: z.boolean().describe('Members other than the owner enter by it and in no other way.'),
    redirectUrl: z.string().describe('What the provider has to know as the redirect URL.'),
    domains: z.array(
      z.object({
        domain: z.string(),
        proof: z
          .object({ name: z.string(), value: z.string() })
          .describe('The TXT record that shows whose domain it is.'),
        provedAt: Timestamp.nullable(),
      }),
    ),
    people: z.number().int().describe('How many members have signed in by it.'),
    createdAt: Timestamp,
  })
  .meta({ id: 'IdentityProvider' })
export type IdentityProvider = z.output<typeof IdentityProvider>

const settings = {
  name: line(100),
  issuer: z
    .url({ protocol: /^https?$/, message: 'Enter a URL like https://login.example.com.' })
    .trim()
    .max(500)
    .refine(text => !/[?#]/.test(text), 'An issuer has no ? and no #.')
    .refine(text => !text.includes('/.well-known/'), 'Leave out /.well-known and what follows.'),
  clientId: line(500),
  clientSecret: line(2000).describe('Stored encrypted and never shown again.'),
  scopes: z
    .array(z.string().regex(/^[\x21\x23-\x5b\x5d-\x7e]{1,100}$/, 'A scope is one word.'))
    .min(1)
    .max(20)
    .refine(scopes => scopes.includes('openid'), 'The scope openid is needed.'),
  domains: z.array(Domain).max(50),
  vouchesForAddresses: z.boolean(),
  admitsNewPeople: z.boolean(),
  roleOfNewPeople: z.enum(joinRoles),
}

const identityProviderId = z.object({ identityProviderId: Id })

export const listIdentityProviders = defineRoute({
  id: 'iam.identity-provider.list',
  method: 'GET',
  path: '/v1/identity-providers',
  summary: 'The OpenID providers of the organization',
  access: 'organization:manage',
  response: z.object({
    items: z.array(IdentityProvider),
    next: z
      .object({ id: Id, redirectUrl: z.string() })
      .describe('For a provider to come: its redirect URL has to be registered before there is a client id.'),
  }),
})

export const createIdentityProvider = defineRoute({
  id: 'iam.identity-provider.create',
  method: 'POST',
  path: '/v1/identity-providers',
  summary: 'Add an OpenID provider',
  description:
    'It speaks for nobody until a domain is proved. Test it and sign in by it once before you require it.',
  access: 'organization:manage',
  body: z.strictObject({
    proposedId: Id.optional().describe('The one of `next`, whose redirect URL is registered already.'),
    ...settings,
    scopes: settings.scopes.default(['openid', 'email', 'profile']),
    domains: settings.domains.default([]),
    vouchesForAddresses: settings.vouchesForAddresses.default(false),
    admitsNewPeople: settings.admitsNewPeople.default(false),
    roleOfNewPeople: settings.roleOfNewPeople.default('member'),
  }),
  response: IdentityProvider,
  status: 201,
  errors: ['iam.sign_in_again', 'iam.too_many_providers'],
})

export const changeIdentityProvider = defineRoute({
  id: 'iam.identity-provider.update',
  method: 'PATCH',
  path: '/v1/identity-providers/:identityProviderId',
  summary: 'Change an OpenID provider',
  description:
    'What is not named stays as it is; domains are replaced as a whole. Another issuer or client, and switching it off, ends the sessions that began by it.',
  access: 'organization:manage',
  params: identityProviderId,
  body: z.strictObject(settings).extend({ enabled: z.boolean(), required: z.boolean() }).partial(),
  response: IdentityProvider,
  errors: ['iam.sign_in_again', 'iam.provider_unproved'],
  example: { body: { enabled: true, required: false } },
})

export const deleteIdentityProvider = defineRoute({
  id: 'iam.identity-provider.delete',
  method: 'DELETE',
  path: '/v1/identity-providers/:identityProviderId',
  summary: 'Remove an OpenID provider',
  description: 'Ends the sessions that began by it and forgets whom it meant. Members stay members.',
  access: 'organization:manage',
  params: identityProviderId,
  errors: ['iam.sign_in_again'],
})

export const testIdentityProvider = defineRoute({
  id: 'iam.identity-provider.test',
  method: 'POST',
  path: '/v1/identity-providers/:identityProviderId/test',
  summary: 'See whether a provider can be reached and is set up right',
  description: 'Reads what it publishes and its keys, and tries the client id and secret. Changes nothing.',
  access: 'organization:manage',
  params: identityProviderId,
  response: z.object({
    checks: z.array(
      z.object({
        what: z.enum(['address', 'keys', 'methods', 'client']),
        ok: z.boolean(),
        words: z.string(),
      }),
    ),
  }),
  idempotent: false,
})

export const proveDomains = defineRoute({
  id: 'iam.identity-provider.prove-domains',
  method: 'POST',
  path: '/v1/identity-providers/:identityProviderId/domains/prove',
  summary: 'Look for the TXT records that prove the domains',
  description: 'Domains whose record is found are proved; the others stay as they are.',
  access: 'organization:manage',
  params: identityProviderId,
  response: IdentityProvider,
  errors: ['iam.domain_taken', 'iam.names_unreachable'],
})
