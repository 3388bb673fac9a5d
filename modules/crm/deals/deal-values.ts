import type { Context } from '#platform/context.ts'
import { checkCustomPatch } from '../custom-fields/values.ts'
import { changedTags, given, mergedCustom, requireOwner, storedText, wrong } from '../record-values.ts'
import type { DealPatch } from './deal-api.ts'
import type { DealState, EnteredStage } from './deal-state.ts'

interface Change {
  /** The stage the deal is in afterwards. */
  readonly stage: Pick<EnteredStage, 'id' | 'pipelineId' | 'type'>
  readonly isNew?: boolean | undefined
  readonly source?: string | undefined
}

/**
 * A deal after changes, as they are stored. Only a lost deal has a reason. Throws `request.invalid` for custom fields that are not taken
 * and for a lost reason of a deal that is not lost.
 */
export async function changedDeal(
  ctx: Context,
  before: DealState,
  patch: DealPatch,
  { stage, isNew, source }: Change,
): Promise<DealState> {
  const { tags, addTags, removeTags, custom, ...values } = patch
  const isLost = stage.type === 'lost'
  if (!isLost && values.lostReasonId)
    throw wrong('/lostReasonId', 'not_lost', 'Only a deal that is lost has a reason.')
  if (!isLost && values.lostNote)
    throw wrong('/lostNote', 'not_lost', 'Only a deal that is lost has a reason.')
  const checked = await checkCustomPatch(ctx, 'deal', custom ?? {}, { isNew, source })
  const after: DealState = {
    ...before,
    ...given(values),
    ...(isLost ? {} : { lostReasonId: null, lostNote: null }),
    pipelineId: stage.pipelineId,
    stageId: stage.id,
    tags: changedTags(before.tags, { tags, addTags, removeTags }),
    custom: mergedCustom(before.custom, checked),
  }
  return {
    ...after,
    lostNote: storedText(after.lostNote, 2_000),
    source: storedText(after.source, 100),
    externalId: storedText(after.externalId, 255),
    peopleIds: [...new Set(after.peopleIds)].filter(id => id !== after.personId),
  }
}

/**
 * Asks for everything a deal newly names: records that are there and in sight, an active member as owner, a reason that is offered. Throws
 * `request.invalid`. What an earlier writer named stays, whether it is in sight or not.
 */
export async function checkReferences(
  ctx: Context,
  before: DealState | null,
  after: DealState,
): Promise<void> {
  const isNew = (field: 'companyId' | 'personId' | 'lostReasonId' | 'ownerUserId') =>
    after[field] !== null && after[field] !== before?.[field]
  const people = after.peopleIds.filter(id => !before?.peopleIds.includes(id))
  if (isNew('companyId')) await requireThere(ctx, 'crm.companies', [after.companyId], '/companyId')
  if (isNew('personId')) await requireThere(ctx, 'crm.people', [after.personId], '/personId')
  if (people.length > 0) await requireThere(ctx, 'crm.people', people, '/peopleIds')
  if (isNew('ownerUserId')) await requireOwner(ctx, after.ownerUserId)
  if (isNew('lostReasonId')) {
    const found = await ctx.db.query('select 1 from crm.lost_reasons where org_id = $1 and id = $2', [
      ctx.orgId,
      after.lostReasonId,
    ])
    if (found.rowCount === 0) throw wrong('/lostReasonId', 'not_there', 'There is no such reason.')
  }
}

/** A foreign key looks past policies, so what a caller names is read first. */
async function requireThere(
  ctx: Context,
  table: 'crm.companies' | 'crm.people',
  ids: readonly (string | null)[],
  pointer: string,
): Promise<void> {
  const found = await ctx.db.query(
    `select id from ${table} where org_id = $1 and id = any($2::uuid[]) and deleted_at is null`,
    [ctx.orgId, ids],
  )
  if (found.rowCount !== ids.length) throw wrong(pointer, 'not_there', 'There is no such record.')
}
