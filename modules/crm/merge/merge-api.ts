import { z } from 'zod'
import { defineEvent } from '#platform/contract/event.ts'
import { Id, Timestamp } from '#platform/contract/fields.ts'
import { defineRoute } from '#platform/contract/route.ts'
import { RecordObject } from '../record-api.ts'

const Choice = z.enum(['keep', 'other'])

export const MergeBody = z
  .strictObject({
    otherId: Id.describe('The record that goes.'),
    choices: z
      .record(z.string().max(100), Choice)
      .default({})
      .describe(
        'By field, whose value stays; `custom.<key>` for those of the organization, `email` for which primary position stays the first. What is left out stays as it is, unless it is empty.',
      ),
  })
  .meta({ id: 'MergeBody' })

export const Merged = z
  .object({
    object: RecordObject,
    id: Id.describe('The record that stayed.'),
    changeSetId: Id.describe('What takes it back: `POST /v1/change-sets/{id}/undo`.'),
    undoUntil: Timestamp,
  })
  .meta({ id: 'Merged' })
export type Merged = z.output<typeof Merged>

/** One field of two records side by side. */
export const MergeFieldValues = z.object({
  key: z.string(),
  label: z.string(),
  keep: z.unknown(),
  other: z.unknown(),
  choice: Choice.describe('Whose value stays when nobody chooses.'),
})

export const MergePreview = z
  .object({
    object: RecordObject,
    keep: z.object({ id: Id, name: z.string(), createdAt: Timestamp }),
    other: z.object({ id: Id, name: z.string(), createdAt: Timestamp }),
    fields: z.array(MergeFieldValues).describe('What at least one of them has.'),
    moving: z
      .array(z.object({ what: z.string(), count: z.int() }))
      .describe('What goes over to the record that stays, as far as it is in sight.'),
  })
  .meta({ id: 'MergePreview' })
export type MergePreview = z.output<typeof MergePreview>

const MERGE_DESCRIPTION =
  'Everything that names the other record names this one afterwards. It can be taken back for 30 days.'

export const mergePeople = defineRoute({
  id: 'crm.person.merge',
  method: 'POST',
  path: '/v1/people/:personId/merge',
  summary: 'Merge another person into this one',
  description: MERGE_DESCRIPTION,
  access: 'people:write',
  params: z.strictObject({ personId: Id }),
  body: MergeBody,
  response: Merged,
})

export const mergeCompanies = defineRoute({
  id: 'crm.company.merge',
  method: 'POST',
  path: '/v1/companies/:companyId/merge',
  summary: 'Merge another company into this one',
  description: MERGE_DESCRIPTION,
  access: 'companies:write',
  params: z.strictObject({ companyId: Id }),
  body: MergeBody,
  response: Merged,
})

export const mergeDeals = defineRoute({
  id: 'crm.deal.merge',
  method: 'POST',
  path: '/v1/deals/:dealId/merge',
  summary: 'Merge another deal into this one',
  description: `${MERGE_DESCRIPTION} The stage is that of the deal that stays.`,
  access: 'deals:write',
  params: z.strictObject({ dealId: Id }),
  body: MergeBody,
  response: Merged,
})

const previewQuery = z.strictObject({ otherId: Id.describe('The record that would go.') })

export const previewPersonMerge = defineRoute({
  id: 'crm.person.preview_merge',
  method: 'GET',
  path: '/v1/people/:personId/merge',
  summary: 'See two people side by side before merging them',
  access: 'people:read',
  params: z.strictObject({ personId: Id }),
  query: previewQuery,
  response: MergePreview,
})

export const previewCompanyMerge = defineRoute({
  id: 'crm.company.preview_merge',
  method: 'GET',
  path: '/v1/companies/:companyId/merge',
  summary: 'See two companies side by side before merging them',
  access: 'companies:read',
  params: z.strictObject({ companyId: Id }),
  query: previewQuery,
  response: MergePreview,
})

export const previewDealMerge = defineRoute({
  id: 'crm.deal.preview_merge',
  method: 'GET',
  path: '/v1/deals/:dealId/merge',
  summary: 'See two deals side by side before merging them',
  access: 'deals:read',
  params: z.strictObject({ dealId: Id }),
  query: previewQuery,
  response: MergePreview,
})

export const personMerged = defineEvent({
  type: 'person.merged',
  version: 1,
  payload: z.strictObject({ personId: Id, mergedId: Id }),
  summary: 'Two people became one',
})

export const companyMerged = defineEvent({
  type: 'company.merged',
  version: 1,
  payload: z.strictObject({ companyId: Id, mergedId: Id }),
  summary: 'Two companies became one',
})

export const dealMerged = defineEvent({
  type: 'deal.merged',
  version: 1,
  payload: z.strictObject({ dealId: Id, mergedId: Id }),
  summary: 'Two deals became one',
})

export const personUnmerged = defineEvent({
  type: 'person.unmerged',
  version: 1,
  payload: z.strictObject({ personId: Id, restoredId: Id }),
  summary: 'Two people who were merged are two again',
})

export const companyUnmerged = defineEvent({
  type: 'company.unmerged',
  version: 1,
  payload: z.strictObject({ companyId: Id, restoredId: Id }),
  summary: 'Two companies that were merged are two again',
})

export const dealUnmerged = defineEvent({
  type: 'deal.unmerged',
  version: 1,
  payload: z.strictObject({ dealId: Id, restoredId: Id }),
  summary: 'Two deals that were merged are two again',
})
