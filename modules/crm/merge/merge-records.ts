import type { Context } from '#platform/context.ts'
import { generalErrors } from '#platform/errors.ts'
import { publish } from '#platform/events/publish.ts'
import { openRecords, requireWritable } from '#platform/owned.ts'
import { advanceChangeSet, beginChangeSet, endChangeSet } from '../change-sets.ts'
import { differenceOf, noteChanges } from '../changes.ts'
import { type LockedDeal, lockDeal } from '../deals/deal-state.ts'
import { recordRevenue } from '../deals/revenue.ts'
import type { RecordObject } from '../record-api.ts'
import { refreshIndexes } from '../record-index.ts'
import type { AnyRecord } from '../record-kind.ts'
import { recordKinds } from '../record-kinds.ts'
import { RECORD_TABLE } from '../record-tables.ts'
import { flatCustom } from '../record-values.ts'
import { readChoices } from './choices.ts'
import { companyMerged, dealMerged, personMerged } from './merge-api.ts'
import type { Choice } from './mergeable.ts'
import { moveRelations } from './move-relations.ts'
import { dropDoubledPeople, settlePrimaryPosition } from './special-rows.ts'
import { type Merging, moveReference, Steps } from './steps.ts'
import { writeRecords } from './write-records.ts'

export interface MergeOrder {
  /** The record that stays. */
  readonly keepId: string
  /** The record that goes. */
  readonly otherId: string
  /** By field, whose value stays; what is not said is that of the one that stays, unless it is empty. */
  readonly choices: Readonly<Record<string, Choice>>
}

/**
 * Makes two records one: everything that names the one that goes names the other afterwards, whoever may see it, and what is chosen of
 * its values too. All in this transaction, and written down so that it can be taken back. Publishes `<object>.merged`. Throws
 * `request.not_found` and `request.read_only` for either record, `request.invalid` for a record with itself and an unknown field.
 * Gives the id of the change set.
 */
export async function mergeRecords(ctx: Context, object: RecordObject, order: MergeOrder): Promise<string> {
  const { keepId, otherId } = order
  if (keepId === otherId) throw sameRecord()
  openRecords(ctx, object, [keepId, otherId])
  await requireWritable(ctx, object, keepId)
  await lockBoth(ctx, object, keepId, otherId)
  await requireWritable(ctx, object, otherId)
  return ctx.db.unnarrowed(() => merge(ctx, object, order))
}

function sameRecord() {
  return generalErrors.invalid({
    errors: [{ in: 'body', pointer: '/otherId', code: 'same_record', message: 'Choose another record.' }],
  })
}

/** Locks both records, the smaller id first, so that of two merges at once one waits. Throws `request.not_found`. */
export async function lockBoth(
  ctx: Context,
  object: RecordObject,
  keepId: string,
  otherId: string,
): Promise<void> {
  const found = await ctx.db.query(
    `select id from ${RECORD_TABLE[object]} where org_id = $1 and id = any($2::uuid[]) and deleted_at is null order by id for update`,
    [ctx.orgId, [keepId, otherId]],
  )
  if (found.rowCount !== 2) throw generalErrors.not_found()
}

async function merge(
  ctx: Context,
  object: RecordObject,
  { keepId, otherId, choices }: MergeOrder,
): Promise<string> {
  const kind = recordKinds[object]
  const records = await kind.read(ctx, [keepId, otherId])
  const [keep, other] = [records.get(keepId), records.get(otherId)]
  if (!keep || !other) throw generalErrors.not_found()
  const chosen = await readChoices(ctx, object, keepId, otherId, choices)
  const deals = object === 'deal' ? await lockDeals(ctx, keepId, otherId) : null
  const changeSetId = await beginChangeSet(ctx, {
    kind: 'merge',
    object,
    title: `Merged ${other.name} into ${keep.name}`,
    total: 1,
  })
  const merging: Merging = { object, keepId, otherId, changeSetId }
  const steps = new Steps(ctx, merging)
  if (object === 'person') await settlePrimaryPosition(steps, chosen.primaryPosition)
  for (const reference of ctx.kit.references) {
    const isOfObject = typeof reference.object !== 'string' || reference.object === object
    if (isOfObject && reference.stays === undefined) await moveReference(steps, object, reference)
  }
  await writeRecords(steps, object, chosen)
  await dropDoubledPeople(steps, object)
  const related = await moveRelations(ctx, steps, merging)
  const after = (await kind.read(ctx, [keepId])).get(keepId)
  if (!after) throw new Error('The record that stays is gone.')
  noteMerge(ctx, merging, keep, after)
  for (const { object: of, ids } of related) refreshIndexes(ctx, of, ids)
  if (deals) {
    const left = await lockDeal(ctx, keepId)
    await recordRevenue(ctx, [
      { before: deals.keep, after: left },
      { before: deals.other, after: null },
    ])
  }
  await advanceChangeSet(ctx, changeSetId, { done: 1, failures: [] })
  await endChangeSet(ctx, changeSetId, 'done')
  await tellMerged(ctx, merging)
  return changeSetId
}

async function lockDeals(
  ctx: Context,
  keepId: string,
  otherId: string,
): Promise<{ keep: LockedDeal | null; other: LockedDeal | null }> {
  return { keep: await lockDeal(ctx, keepId), other: await lockDeal(ctx, otherId) }
}

function noteMerge(
  ctx: Context,
  { object, keepId, otherId, changeSetId }: Merging,
  before: AnyRecord,
  after: AnyRecord,
): void {
  const difference = differenceOf(valuesOf(before), valuesOf(after))
  noteChanges(
    ctx,
    object,
    [
      {
        recordId: keepId,
        action: 'merged',
        before: difference?.before ?? {},
        after: difference?.after ?? {},
      },
      { recordId: otherId, action: 'merged', after: { mergedInto: keepId } },
    ],
    { changeSetId, source: 'merge' },
  )
}

/** The values of a record by the names of its history. */
function valuesOf({ custom, ...record }: AnyRecord): Record<string, unknown> {
  const { updatedAt: _, lastActivityAt: __, ...values } = record
  return { ...values, ...flatCustom((custom ?? {}) as Record<string, unknown>) }
}

async function tellMerged(ctx: Context, { object, keepId, otherId }: Merging): Promise<void> {
  const subjects = [
    { type: object, id: keepId },
    { type: object, id: otherId },
  ]
  if (object === 'person')
    await publish(ctx, personMerged, { subjects, payload: { personId: keepId, mergedId: otherId } })
  else if (object === 'company')
    await publish(ctx, companyMerged, { subjects, payload: { companyId: keepId, mergedId: otherId } })
  else await publish(ctx, dealMerged, { subjects, payload: { dealId: keepId, mergedId: otherId } })
}
