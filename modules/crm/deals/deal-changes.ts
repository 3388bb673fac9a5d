import type { Context } from '#platform/context.ts'
import { generalErrors } from '#platform/errors.ts'
import { changedMeanwhile, isExpected } from '#platform/http/etags.ts'
import { newId } from '#platform/ids.ts'
import { openRecords, requireWritable, sightOf } from '#platform/owned.ts'
import { differenceOf, noteChanges } from '../changes.ts'
import type { WriteOptions } from '../record-kind.ts'
import { ownerOfNew, sourceOfNew, startOf, wrong } from '../record-values.ts'
import type { DealMove, DealPatch, NewDeal } from './deal-api.ts'
import { announceDeal, announcePlace } from './deal-news.ts'
import { placeBelow, placeOnTop } from './deal-places.ts'
import {
  type DealState,
  type EnteredStage,
  flatState,
  lockDeal,
  readStage,
  stageToEnter,
} from './deal-state.ts'
import { insertDeal, updateDeal } from './deal-store.ts'
import { changedDeal, checkReferences } from './deal-values.ts'
import { pipelineOrFirst } from './pipelines.ts'
import { requireForStage } from './required-fields.ts'
import { recordRevenue } from './revenue.ts'

/** What puts back what stood there is not asked for anything. */
function putsBack(options: WriteOptions): boolean {
  return options.source === 'undo' || options.source === 'merge'
}

/**
 * Makes a deal and gives its id: in the stage that is named, or in the first open one of its pipeline, on top of the column. Publishes
 * `deal.created`, and `deal.won` or `deal.lost` for one that is made in such a stage. Throws `request.invalid`, `request.read_only` for
 * an owner whose deals the one who acts does not see, and `crm.stage_asks`.
 */
export async function createDeal(ctx: Context, input: NewDeal, options: WriteOptions = {}): Promise<string> {
  const { pipelineId, source, ownerUserId, ...values } = input
  const stage = await stageOfNew(ctx, pipelineId, input.stageId)
  const dealId = options.id ?? newId()
  const empty: DealState = {
    name: input.name,
    companyId: null,
    personId: null,
    peopleIds: [],
    value: null,
    pipelineId: stage.pipelineId,
    stageId: stage.id,
    probability: null,
    expectedCloseOn: null,
    ownerUserId: ownerOfNew(ctx, ownerUserId),
    lostReasonId: null,
    lostNote: null,
    source: sourceOfNew(ctx, source, options.source),
    externalId: null,
    tags: [],
    custom: {},
  }
  requireOwnSight(ctx, empty.ownerUserId)
  const state = await changedDeal(ctx, empty, values, { stage, isNew: true, source: options.source })
  await checkReferences(ctx, null, state)
  if (!putsBack(options)) await requireForStage(ctx, flatState(state), stage)
  const position = await placeOnTop(ctx, state, dealId)
  const wonAt = await insertDeal(ctx, dealId, { state, status: stage.type, position })
  await recordRevenue(ctx, [{ before: null, after: { state, wonAt } }])
  const after = startOf(flatState(state))
  noteChanges(ctx, 'deal', [{ recordId: dealId, action: 'created', after }], options)
  await announceDeal(ctx, dealId, {
    before: null,
    after: { state, status: stage.type },
    stageName: stage.name,
    changed: [],
  })
  return dealId
}

/** Whoever sees a part of the deals makes none that they would not see. Throws `request.read_only`. */
function requireOwnSight(ctx: Context, ownerUserId: string | null): void {
  const sight = sightOf(ctx, 'deal')
  if (sight && (ownerUserId === null || !sight.owners.includes(ownerUserId))) throw generalErrors.read_only()
}

async function stageOfNew(
  ctx: Context,
  pipelineId: string | undefined,
  stageId: string | undefined,
): Promise<EnteredStage> {
  let wanted = stageId
  if (wanted === undefined) {
    const pipeline = await pipelineOrFirst(ctx, pipelineId).catch(() => null)
    wanted = pipeline?.stages.find(({ type }) => type === 'open')?.id
    if (wanted === undefined) throw wrong('/pipelineId', 'not_there', 'There is no such pipeline.')
  }
  const stage = await stageToEnter(ctx, wanted)
  if (!stage || (pipelineId !== undefined && stage.pipelineId !== pipelineId))
    throw wrong('/stageId', 'not_there', 'There is no such stage in this pipeline.')
  if (stage.isArchived) throw wrong('/pipelineId', 'archived', 'This pipeline is archived.')
  return stage
}

/** Where in its column a changed deal goes; left out, on top of the column when it enters one. */
interface Placing {
  readonly below?: string | undefined
  /** It goes on top also of the column it is in. */
  readonly onTop?: boolean | undefined
  /** Where in the body fields stand, for what a stage asks for. */
  readonly prefix?: '' | '/fields' | undefined
}

/**
 * Changes a deal and says which fields are different now; another stage puts it on top of that column, or below a deal that is
 * named. Two at once change it one after the other. Publishes `deal.updated`, and `deal.stage_changed`, `deal.won` and `deal.lost`
 * where they apply. Throws `request.not_found` and `request.read_only` for the deal, `request.changed_meanwhile`, `request.invalid`
 * and `crm.stage_asks`.
 */
export async function changeDeal(
  ctx: Context,
  dealId: string,
  patch: DealPatch,
  options: WriteOptions = {},
  placing: Placing = {},
): Promise<{ changed: string[] }> {
  openRecords(ctx, 'deal', [dealId])
  const entered = patch.stageId === undefined ? null : await stageToEnter(ctx, patch.stageId)
  const deal = await lockDeal(ctx, dealId)
  if (!deal || deal.deletedAt !== null) throw generalErrors.not_found()
  // The policy would let through what becomes one's own by this.
  if (sightOf(ctx, 'deal')) await requireWritable(ctx, 'deal', dealId)
  const before = deal.state
  if (!isExpected(options.expected ?? null, deal.version))
    throw changedMeanwhile(patch, { version: deal.version, value: before })
  const stage = entered ?? (patch.stageId === undefined ? await readStage(ctx, before.stageId) : null)
  if (!stage) throw wrong('/stageId', 'not_there', 'There is no such stage.')
  const state = await changedDeal(ctx, before, patch, { stage, source: options.source })
  await checkReferences(ctx, before, state)
  const enters = state.stageId !== before.stageId
  if (enters && !putsBack(options)) await requireForStage(ctx, flatState(state), stage, placing.prefix)
  const position = await placeOf(ctx, dealId, { state, enters, position: deal.position }, placing)
  const difference = differenceOf(flatState(before), allOf(before, state))
  if (!difference && position === deal.position) return { changed: [] }
  const wonAt = await updateDeal(ctx, dealId, before, { state, status: stage.type, position })
  if (!difference) {
    announcePlace(ctx, dealId, state)
    return { changed: [] }
  }
  await recordRevenue(ctx, [{ before: deal, after: { state, wonAt } }])
  noteChanges(ctx, 'deal', [{ recordId: dealId, action: 'updated', ...difference }], options)
  const after = { state, status: stage.type }
  const { changed } = difference
  await announceDeal(ctx, dealId, { before: deal, after, stageName: stage.name, changed })
  return { changed }
}

/** The state after a change with null for each custom field that is gone. */
function allOf(before: DealState, after: DealState): Record<string, unknown> {
  const gone = Object.keys(before.custom).filter(key => !(key in after.custom))
  return { ...flatState(after), ...Object.fromEntries(gone.map(key => [`custom.${key}`, null])) }
}

async function placeOf(
  ctx: Context,
  dealId: string,
  { state, enters, position }: { state: DealState; enters: boolean; position: string },
  { below, onTop = false }: Placing,
): Promise<string> {
  if (below !== undefined) return placeBelow(ctx, state, dealId, below)
  return enters || onTop ? placeOnTop(ctx, state, dealId) : position
}

/**
 * Moves a deal to a stage, on top of its column or below another deal, with the changes the stage asks for, in one act. Throws what
 * `changeDeal` throws.
 */
export async function moveDeal(
  ctx: Context,
  dealId: string,
  { stageId, below, lostReasonId, lostNote, fields = {} }: DealMove,
  options: WriteOptions = {},
): Promise<void> {
  const patch: DealPatch = { ...fields, stageId, lostReasonId, lostNote }
  await changeDeal(ctx, dealId, patch, options, { below, onTop: true, prefix: '/fields' })
}
