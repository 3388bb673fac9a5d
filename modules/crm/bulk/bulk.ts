import type { Context } from '#platform/context.ts'
import { enqueue } from '#platform/jobs/kinds.ts'
import { AT_ONCE_MAX, type BulkAct, type BulkResult, type BulkSelection } from '../bulk-api.ts'
import { advanceChangeSet, beginChangeSet, endChangeSet, getChangeSet } from '../change-sets.ts'
import { crmErrors } from '../errors.ts'
import type { RecordObject } from '../record-api.ts'
import type { RecordKind } from '../record-kind.ts'
import { recordKinds } from '../record-kinds.ts'
import { actWords } from './act-words.ts'
import { type Applied, applyAct, applyPatches, type RecordPatch } from './apply.ts'
import { runChangeSet } from './job.ts'

/** More acts under way at once than people begin; a program that begins them in a loop is told to wait. */
const RUNNING_MAX = 20
/** Counted for the progress of a job; a filter that lets more through goes on all the same. */
const COUNT_MAX = 1_000_000

/** What the verbs of an act write beside the records. */
export const BULK_SOURCE = 'bulk'

/**
 * Does one thing to many records: at once while they are few, by a job otherwise. Throws `request.invalid` for a filter that
 * cannot be read, `crm.too_many_acts`.
 */
export async function startBulk(
  ctx: Context,
  object: RecordObject,
  { select, act }: { select: BulkSelection; act: BulkAct },
): Promise<BulkResult> {
  const kind = recordKinds[object]
  const ids = await idsAtOnce(ctx, kind, select)
  if (ids !== null) {
    return record(ctx, kind, act, ids, changeSetId =>
      applyAct(ctx, kind, act, ids, { changeSetId, source: BULK_SOURCE }),
    )
  }
  await requireRoom(ctx)
  const total =
    'ids' in select ? new Set(select.ids).size : await kind.countMatching(ctx, select.filter, COUNT_MAX)
  const changeSetId = await beginChangeSet(ctx, {
    kind: act.type === 'delete' ? 'delete' : 'bulk',
    object,
    title: actWords(kind, act, total),
    total,
  })
  await ctx.db.query(
    `insert into crm.bulk_edits (org_id, change_set_id, object, act, ids, filter) values ($1, $2, $3, $4, $5, $6)`,
    [
      ctx.orgId,
      changeSetId,
      object,
      JSON.stringify(act),
      'ids' in select ? [...new Set(select.ids)].sort() : null,
      'ids' in select ? null : select.filter,
    ],
  )
  await enqueue(ctx, runChangeSet, { key: changeSetId, payload: { changeSetId } })
  return { changeSet: await getChangeSet(ctx, changeSetId), items: [] }
}

/** Changes a few records, each in its own way, as one act. */
export async function changeEach(
  ctx: Context,
  object: RecordObject,
  patches: readonly RecordPatch[],
): Promise<BulkResult> {
  const kind = recordKinds[object]
  const keys = Object.assign({}, ...patches.map(({ patch }) => patch)) as Record<string, unknown>
  const sent = patches.map(({ id }) => id)
  return record(ctx, kind, { type: 'change', patch: keys }, sent, changeSetId =>
    applyPatches(ctx, kind, patches, { changeSetId, source: BULK_SOURCE }),
  )
}

/** Writes an act down that is over when the request is. Records are named by their place: a foreign id is nothing to repeat. */
async function record(
  ctx: Context,
  kind: RecordKind,
  act: BulkAct,
  sent: readonly string[],
  work: (changeSetId: string) => Promise<Applied>,
): Promise<BulkResult> {
  const total = new Set(sent).size
  const changeSetId = await beginChangeSet(ctx, {
    kind: act.type === 'delete' ? 'delete' : 'bulk',
    object: kind.object,
    title: actWords(kind, act, total),
    total,
  })
  const applied = await work(changeSetId)
  await advanceChangeSet(ctx, changeSetId, applied)
  await endChangeSet(ctx, changeSetId, 'done')
  const taken = new Set<number>()
  const items = applied.items.map(({ id, problem }) => {
    const index = sent.findIndex((each, at) => each === id && !taken.has(at))
    taken.add(index)
    return { index, ok: problem === null, problem }
  })
  return {
    changeSet: await getChangeSet(ctx, changeSetId),
    items: items.sort((a, b) => a.index - b.index),
  }
}

/** The records of a selection that is small enough to wait for; null for a larger one. */
async function idsAtOnce(
  ctx: Context,
  kind: RecordKind,
  select: BulkSelection,
): Promise<readonly string[] | null> {
  if ('ids' in select) return select.ids.length <= AT_ONCE_MAX ? select.ids : null
  const ids = await kind.idsMatching(ctx, select.filter, null, AT_ONCE_MAX + 1)
  return ids.length <= AT_ONCE_MAX ? ids : null
}

async function requireRoom(ctx: Context): Promise<void> {
  const found = await ctx.db.query<{ running: number }>(
    `select count(*)::int as running from crm.change_sets c
     join crm.bulk_edits b on b.org_id = $1 and b.change_set_id = c.id
     where c.org_id = $1 and c.status = 'running'`,
    [ctx.orgId],
  )
  if ((found.rows[0]?.running ?? 0) >= RUNNING_MAX) throw crmErrors.too_many_acts()
}
