import { z } from 'zod'
import { Id, line, PageQuery, pageOf, Timestamp } from '#platform/contract/fields.ts'
import { defineRoute } from '#platform/contract/route.ts'
import { isScope } from './scopes.ts'

const SCOPES_MAX = 50
const NETWORKS_MAX = 50
/** Ten years; what lasts longer lasts forever. */
const DAYS_MAX = 3650

const Scope = z
  .string()
  .max(100)
  .refine(isScope, 'A key cannot have this permission.')
  .meta({ example: 'leads:read' })

const Scopes = z
  .array(Scope)
  .max(SCOPES_MAX)
  .refine(list => new Set(list).size === list.length, 'Name each permission once.')
  .describe('What the key may do; never more than the member it belongs to may do at the time.')

const Networks = z
  .array(
    z.union([z.ipv4(), z.ipv6(), z.cidrv4(), z.cidrv6()], {
      error: 'Write an address such as 203.0.113.7 or a network such as 203.0.113.0/24.',
    }),
  )
  .max(NETWORKS_MAX)
  .describe('Addresses and networks it may be used from; empty for anywhere.')

const ExpiresInDays = z
  .number()
  .int()
  .min(1)
  .max(DAYS_MAX)
  .nullable()
  .describe('Days until it stops working; null for never.')

export const ApiKey = z
  .object({
    id: Id,
    name: z.string(),
    /** Its last four characters, by which people tell two keys apart. */
    ending: z.string(),
    scopes: z.array(z.string()),
    networks: z.array(z.string()),
    state: z
      .enum(['active', 'expired', 'revoked', 'stopped'])
      .describe(
        'Stopped: the member it belongs to has left or is suspended; somebody else can take it over.',
      ),
    owner: z.object({ userId: Id, name: z.string() }).describe('The member whose rights it acts with.'),
    createdAt: Timestamp,
    expiresAt: Timestamp.nullable(),
    revokedAt: Timestamp.nullable(),
    lastUsedAt: Timestamp.nullable().describe('Exact to a minute.'),
    lastUsedFrom: z.string().nullable(),
    replaced: z
      .object({ ending: z.string(), worksUntil: Timestamp, lastUsedAt: Timestamp.nullable() })
      .nullable()
      .describe('The secret it had before, while that still works.'),
  })
  .meta({ id: 'ApiKey' })
export type ApiKey = z.output<typeof ApiKey>

/** A key with its secret, which is never shown again. */
export const NewApiKey = z
  .object({
    key: ApiKey,
    secret: z.string().describe('Goes into the Authorization header as `Bearer`. It is shown this once.'),
  })
  .meta({ id: 'NewApiKey' })
export type NewApiKey = z.output<typeof NewApiKey>

const KeyPath = z.strictObject({ keyId: Id })

export const listApiKeys = defineRoute({
  id: 'iam.api-key.list',
  method: 'GET',
  path: '/v1/api-keys',
  summary: 'List the API keys of the organization, newest first',
  access: 'api-keys:manage',
  query: PageQuery,
  response: pageOf(ApiKey),
})

export const createApiKey = defineRoute({
  id: 'iam.api-key.create',
  method: 'POST',
  path: '/v1/api-keys',
  summary: 'Create an API key',
  description: 'The key belongs to you: it may do what its scopes and your own rights of the moment allow.',
  access: 'api-keys:manage',
  body: z.strictObject({
    name: line(100),
    scopes: Scopes,
    networks: Networks.default([]),
    expiresInDays: ExpiresInDays,
  }),
  response: NewApiKey,
  status: 201,
  errors: ['iam.sign_in_again', 'iam.too_many_keys', 'iam.scope_not_held'],
  // The stored answer of an Idempotency-Key would be a second place for the secret.
  idempotent: false,
})

export const changeApiKey = defineRoute({
  id: 'iam.api-key.change',
  method: 'PATCH',
  path: '/v1/api-keys/:keyId',
  summary: 'Rename an API key, or change what it may do and from where',
  description: 'What is not named stays. Only the member it belongs to can change its scopes.',
  access: 'api-keys:manage',
  params: KeyPath,
  body: z.strictObject({
    name: line(100).optional(),
    scopes: Scopes.optional(),
    networks: Networks.optional(),
    expiresInDays: ExpiresInDays.optional(),
  }),
  response: ApiKey,
  errors: ['iam.sign_in_again', 'iam.key_of_another', 'iam.key_over', 'iam.scope_not_held'],
  example: { body: { name: 'Website', networks: ['203.0.113.0/24'] } },
})

export const rotateApiKey = defineRoute({
  id: 'iam.api-key.rotate',
  method: 'POST',
  path: '/v1/api-keys/:keyId/rotate',
  summary: 'Give an API key a new secret',
  description: 'The old secret goes on working for the hours you choose, so that programs can be moved over.',
  access: 'api-keys:manage',
  params: KeyPath,
  body: z.strictObject({ graceHours: z.number().int().min(0).max(168) }),
  response: NewApiKey,
  errors: ['iam.sign_in_again', 'iam.key_of_another', 'iam.key_over'],
  idempotent: false,
})

export const takeOverApiKey = defineRoute({
  id: 'iam.api-key.take-over',
  method: 'POST',
  path: '/v1/api-keys/:keyId/take-over',
  summary: 'Make an API key your own',
  description:
    'It acts with your rights from now on and loses the scopes that you do not hold. Its secret stays the same.',
  access: 'api-keys:manage',
  params: KeyPath,
  response: ApiKey,
  errors: ['iam.sign_in_again', 'iam.key_over'],
})

export const revokeApiKey = defineRoute({
  id: 'iam.api-key.revoke',
  method: 'DELETE',
  path: '/v1/api-keys/:keyId',
  summary: 'Revoke an API key',
  description: 'It stops working at once and for good. Doing it again changes nothing.',
  access: 'api-keys:manage',
  params: KeyPath,
})
