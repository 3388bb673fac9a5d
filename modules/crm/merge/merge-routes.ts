import type { Context } from '#platform/context.ts'
import { type Implemented, implement } from '#platform/http/handlers.ts'
import { getChangeSet } from '../change-sets.ts'
import type { RecordObject } from '../record-api.ts'
import * as api from './merge-api.ts'
import { type MergeOrder, mergeRecords } from './merge-records.ts'
import { previewMerge } from './preview.ts'

async function merged(
  ctx: Context,
  object: RecordObject,
  keepId: string,
  { otherId, choices }: Pick<MergeOrder, 'otherId' | 'choices'>,
): Promise<api.Merged> {
  const changeSetId = await mergeRecords(ctx, object, { keepId, otherId, choices })
  const { undoUntil } = await getChangeSet(ctx, changeSetId)
  return { object, id: keepId, changeSetId, undoUntil }
}

/** What is answered about making two records one. */
export const mergeRoutes: readonly Implemented[] = [
  implement(api.mergePeople, (ctx, { params, body }) => merged(ctx, 'person', params.personId, body)),
  implement(api.mergeCompanies, (ctx, { params, body }) => merged(ctx, 'company', params.companyId, body)),
  implement(api.mergeDeals, (ctx, { params, body }) => merged(ctx, 'deal', params.dealId, body)),
  implement(api.previewPersonMerge, (ctx, { params, query }) =>
    previewMerge(ctx, 'person', params.personId, query.otherId),
  ),
  implement(api.previewCompanyMerge, (ctx, { params, query }) =>
    previewMerge(ctx, 'company', params.companyId, query.otherId),
  ),
  implement(api.previewDealMerge, (ctx, { params, query }) =>
    previewMerge(ctx, 'deal', params.dealId, query.otherId),
  ),
]
