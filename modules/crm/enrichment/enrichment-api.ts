import { z } from 'zod'
import { Id, PageQuery, pageOf, Timestamp } from '#platform/contract/fields.ts'
import { defineRoute } from '#platform/contract/route.ts'

export const EnrichmentProvider = z
  .object({
    provider: z.string(),
    name: z.string(),
    about: z.string().describe('What it knows, and of whom.'),
    finds: z.array(z.enum(['company', 'person'])).describe('Whom it can be asked about.'),
    needsCredential: z.boolean(),
    hasCredential: z.boolean(),
    isEnabled: z.boolean(),
    position: z.number().int().describe('Its place among those that are asked, from 0.'),
    cost: z.number().int().describe('Of a hit, in minor units.'),
    currency: z.string(),
    monthlyLimit: z.number().int().nullable().describe('What a month may cost at most, in minor units.'),
    spent: z.number().int().describe('In this month, in minor units.'),
    asked: z.number().int().describe('Questions of this month.'),
    found: z.number().int().describe('Hits of this month.'),
    lastError: z.string().nullable().describe('Why it was last refused; null when it works.'),
  })
  .meta({ id: 'EnrichmentProvider' })
export type EnrichmentProvider = z.output<typeof EnrichmentProvider>

export const listEnrichmentProviders = defineRoute({
  id: 'crm.enrichment-provider.list',
  method: 'GET',
  path: '/v1/enrichment/providers',
  summary: 'List the services that can be asked for what is not known, in the order they are asked',
  access: 'people:read',
  response: z.object({ items: z.array(EnrichmentProvider) }),
})

export const setEnrichmentProvider = defineRoute({
  id: 'crm.enrichment-provider.set',
  method: 'PATCH',
  path: '/v1/enrichment/providers/:provider',
  summary: 'Set a service up',
  description:
    'What is left out stays. A credential is never answered again; null forgets it and turns the service off.',
  access: 'organization:manage',
  params: z.strictObject({ provider: z.string().max(40) }),
  body: z.strictObject({
    isEnabled: z.boolean().optional(),
    credential: z.string().trim().min(1).max(500).nullable().optional(),
    position: z.int().min(0).max(100).optional(),
    cost: z.int().min(0).max(1_000_000).optional(),
    currency: z
      .string()
      .regex(/^[A-Z]{3}$/)
      .optional(),
    monthlyLimit: z.int().min(0).max(1_000_000_000_000).nullable().optional(),
  }),
  response: EnrichmentProvider,
  errors: ['crm.credential_needed'],
})

export const Enrichment = z
  .object({
    id: Id,
    object: z.enum(['company', 'person']),
    recordId: Id,
    status: z.enum(['queued', 'found', 'nothing', 'failed']),
    filled: z.array(z.string()).describe('The fields that were filled in.'),
    tries: z.array(
      z.object({
        provider: z.string(),
        outcome: z.enum(['asked', 'found', 'nothing', 'busy', 'failed', 'interrupted']),
        reason: z.string().nullable(),
        cost: z.number().int(),
        currency: z.string(),
        at: Timestamp,
      }),
    ),
    createdAt: Timestamp,
    finishedAt: Timestamp.nullable(),
  })
  .meta({ id: 'Enrichment' })
export type Enrichment = z.output<typeof Enrichment>

const about =
  'The services that are turned on are asked one after the other, until one knows something. Only empty fields are filled in, each with the service as its origin, and only hits cost. Asked again while one is under way, the same is answered.'

export const enrichPerson = defineRoute({
  id: 'crm.person.enrich',
  method: 'POST',
  path: '/v1/people/:personId/enrich',
  summary: 'Find out what is not known about a person',
  description: about,
  access: 'people:write',
  params: z.strictObject({ personId: Id }),
  response: Enrichment,
  status: 202,
  errors: ['crm.no_provider', 'crm.nothing_to_ask', 'request.read_only'],
})

export const enrichCompany = defineRoute({
  id: 'crm.company.enrich',
  method: 'POST',
  path: '/v1/companies/:companyId/enrich',
  summary: 'Find out what is not known about a company',
  description: about,
  access: 'companies:write',
  params: z.strictObject({ companyId: Id }),
  response: Enrichment,
  status: 202,
  errors: ['crm.no_provider', 'crm.nothing_to_ask', 'request.read_only'],
})

export const listEnrichments = defineRoute({
  id: 'crm.enrichment.list',
  method: 'GET',
  path: '/v1/enrichments',
  summary: 'List what services were asked about a record, the newest first',
  access: 'people:read',
  query: PageQuery.extend({ recordId: Id }),
  response: pageOf(Enrichment),
})
