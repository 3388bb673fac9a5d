import { z } from 'zod'
import { Id, PageQuery, pageOf, Timestamp } from '#platform/contract/fields.ts'
import { defineRoute } from '#platform/contract/route.ts'
import { ChangeSetKind } from './change-sets-api.ts'

/** Who wrote something, with what leads there. */
export const ChangeActor = z
  .object({
    type: z.enum(['user', 'apiKey', 'plugin', 'run', 'system', 'visitor']),
    userId: Id.nullable().describe('A member, also one who has left.'),
    apiKeyId: Id.nullable(),
    runId: Id.nullable().describe('The run of a workflow.'),
    workflowId: Id.nullable(),
  })
  .meta({ id: 'ChangeActor' })

const Origin = z.object({
  at: Timestamp,
  actor: ChangeActor,
  source: z
    .string()
    .nullable()
    .describe(
      'What made the actor write it, such as `form`, `import`, `merge`, `bulk`, `undo`, `enrichment`; null for a change by hand or by the API.',
    ),
  sourceId: z
    .string()
    .nullable()
    .describe('Which one it was, such as the id of the form, where it is known.'),
  changeSet: z
    .object({
      id: Id,
      kind: ChangeSetKind,
      title: z.string().nullable().describe('Null where it may say what the reader does not see.'),
    })
    .nullable()
    .describe('The act over many records it was part of: an import, a merge, an edit of a selection.'),
})

/** What was written to a record at once. */
export const HistoryEntry = Origin.extend({
  id: Id,
  action: z.enum(['created', 'updated', 'deleted', 'restored', 'merged']),
  fields: z.array(
    z.object({
      field: z.string().describe('By its name in the API; those of the organization are `custom.<key>`.'),
      before: z.unknown(),
      after: z.unknown(),
    }),
  ),
}).meta({ id: 'HistoryEntry' })
export type HistoryEntry = z.output<typeof HistoryEntry>

/** Where the value comes from that a field holds now. */
export const Provenance = Origin.extend({
  field: z.string(),
  changeId: Id.describe('The entry of the history that wrote it.'),
}).meta({ id: 'Provenance' })
export type Provenance = z.output<typeof Provenance>

const query = PageQuery.extend({
  field: z.string().max(100).optional().describe('Only changes of this field.'),
})
const provenance = z.object({ items: z.array(Provenance) })

const HISTORY = 'A text that is longer than 2,000 characters is answered cut.'
const ORIGINS = 'Fields that were never written since the record is kept track of are left out.'

export const personHistory = defineRoute({
  id: 'crm.person.history',
  method: 'GET',
  path: '/v1/people/:personId/history',
  summary: 'List what was changed about a person, the newest first',
  description: HISTORY,
  access: 'people:read',
  params: z.strictObject({ personId: Id }),
  query,
  response: pageOf(HistoryEntry),
})

export const companyHistory = defineRoute({
  id: 'crm.company.history',
  method: 'GET',
  path: '/v1/companies/:companyId/history',
  summary: 'List what was changed about a company, the newest first',
  description: HISTORY,
  access: 'companies:read',
  params: z.strictObject({ companyId: Id }),
  query,
  response: pageOf(HistoryEntry),
})

export const dealHistory = defineRoute({
  id: 'crm.deal.history',
  method: 'GET',
  path: '/v1/deals/:dealId/history',
  summary: 'List what was changed about a deal, the newest first',
  description: HISTORY,
  access: 'deals:read',
  params: z.strictObject({ dealId: Id }),
  query,
  response: pageOf(HistoryEntry),
})

export const personProvenance = defineRoute({
  id: 'crm.person.provenance',
  method: 'GET',
  path: '/v1/people/:personId/provenance',
  summary: 'Say of each field of a person where its value comes from',
  description: ORIGINS,
  access: 'people:read',
  params: z.strictObject({ personId: Id }),
  response: provenance,
})

export const companyProvenance = defineRoute({
  id: 'crm.company.provenance',
  method: 'GET',
  path: '/v1/companies/:companyId/provenance',
  summary: 'Say of each field of a company where its value comes from',
  description: ORIGINS,
  access: 'companies:read',
  params: z.strictObject({ companyId: Id }),
  response: provenance,
})

export const dealProvenance = defineRoute({
  id: 'crm.deal.provenance',
  method: 'GET',
  path: '/v1/deals/:dealId/provenance',
  summary: 'Say of each field of a deal where its value comes from',
  description: ORIGINS,
  access: 'deals:read',
  params: z.strictObject({ dealId: Id }),
  response: provenance,
})
