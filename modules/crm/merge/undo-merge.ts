import type { Context } from '#platform/context.ts'
import { publish } from '#platform/events/publish.ts'
import { openRecords, requireWritable } from '#platform/owned.ts'
import type { OwnUndo } from '../bulk/own-undo.ts'
import { advanceChangeSet, type Failure } from '../change-sets.ts'
import { noteChanges } from '../changes.ts'
import { lockDeal } from '../deals/deal-state.ts'
import { recordRevenue } from '../deals/revenue.ts'
import { crmErrors } from '../errors.ts'
import type { RecordObject } from '../record-api.ts'
import { refreshIndexes } from '../record-index.ts'
import { RECORD_TABLE } from '../record-tables.ts'
import { companyUnmerged, dealUnmerged, personUnmerged } from './merge-api.ts'
import { MERGE_FIELDS } from './mergeable.ts'
import { putRowsBack, type StoredBlock } from './put-rows-back.ts'

interface Merge {
  readonly object: RecordObject
  readonly keepId: string
  readonly otherId: string
}

/**
 * Takes a merge back: every row it touched stands again as it was, byte for byte, where nobody changed it since. What somebody
 * changed stays as they left it and is listed. Throws `request.not_found`, `request.read_only`, and `crm.not_undoable` when one of
 * the records went elsewhere since.
 */
export const undoMerge: OwnUndo = async (ctx, act, undoId) => {
  const merge = await ctx.db.unnarrowed(() => readMerge(ctx, act.id))
  if (!merge) throw crmErrors.not_undoable()
  openRecords(ctx, merge.object, [merge.keepId])
  await requireStanding(ctx, merge)
  await requireWritable(ctx, merge.object, merge.keepId)
  await ctx.db.unnarrowed(() => takeBack(ctx, act.id, merge, undoId))
}

async function readMerge(ctx: Context, changeSetId: string): Promise<Merge | null> {
  const found = await ctx.db.query<Merge>(
    `select m.object, m.record_id as "keepId", (m.row_key->>'id')::uuid as "otherId" from crm.merge_rows m
     where m.org_id = $1 and m.change_set_id = $2 and m.after->>'merged_into' = m.record_id::text limit 1`,
    [ctx.orgId, changeSetId],
  )
  return found.rows[0] ?? null
}

/** Both records have to be where the merge left them. Locks them, the smaller id first. */
async function requireStanding(ctx: Context, { object, keepId, otherId }: Merge): Promise<void> {
  const found = await ctx.db.unnarrowed(() =>
    ctx.db.query<{ id: string; is_there: boolean; merged_into: string | null }>(
      `select id, deleted_at is null as is_there, merged_into from ${RECORD_TABLE[object]}
       where org_id = $1 and id = any($2::uuid[]) order by id for update`,
      [ctx.orgId, [keepId, otherId]],
    ),
  )
  const [keep, other] = [keepId, otherId].map(id => found.rows.find(row => row.id === id))
  if (!keep || !other) throw crmErrors.not_undoable({ detail: 'One of the records is gone for good.' })
  if (keep.merged_into)
    throw crmErrors.not_undoable({ detail: 'The record was merged again since. Take that back first.' })
  if (!keep.is_there)
    throw crmErrors.not_undoable({ detail: 'The record that stayed was deleted since. Restore it first.' })
  if (other.is_there || other.merged_into !== keepId)
    throw crmErrors.not_undoable({ detail: 'The record that went is no longer where the merge left it.' })
}

const BLOCKS = `
  select table_name as "table", after is null as "isGone",
    array(select jsonb_object_keys(before) order by 1) as columns, array(select jsonb_object_keys(row_key) order by 1) as key,
    min(number) as first, max(number) as last
  from crm.merge_rows where org_id = $1 and change_set_id = $2
  group by 1, 2, 3, 4 order by max(number) desc`

async function takeBack(ctx: Context, changeSetId: string, merge: Merge, undoId: string): Promise<void> {
  const { object, keepId, otherId } = merge
  const was = object === 'deal' ? await lockDeal(ctx, keepId) : null
  const blocks = await ctx.db.query<StoredBlock>(BLOCKS, [ctx.orgId, changeSetId])
  const failures: Failure[] = []
  await ctx.db.query(`select set_config('app.keeps_updated_at', 'on', true)`)
  for (const block of blocks.rows) failures.push(...(await putBlockBack(ctx, changeSetId, block, merge)))
  await ctx.db.query(`select set_config('app.keeps_updated_at', '', true)`)
  noteChanges(
    ctx,
    object,
    [
      { recordId: keepId, action: 'updated' },
      { recordId: otherId, action: 'restored' },
    ],
    { changeSetId: undoId, source: 'undo' },
  )
  await refreshRelated(ctx, changeSetId)
  if (object === 'deal') {
    const [keep, other] = [await lockDeal(ctx, keepId), await lockDeal(ctx, otherId)]
    await recordRevenue(ctx, [
      { before: was, after: keep },
      { before: null, after: other },
    ])
  }
  await advanceChangeSet(ctx, undoId, { done: 1, failures })
  await tellUnmerged(ctx, merge)
}

async function putBlockBack(
  ctx: Context,
  changeSetId: string,
  block: StoredBlock,
  { object, keepId }: Merge,
): Promise<Failure[]> {
  const { changed, rows } = await putRowsBack(ctx, changeSetId, block)
  if (changed.length > 0 && block.table === RECORD_TABLE[object]) {
    const fields = MERGE_FIELDS[object].filter(({ columns }) => columns.some(name => changed.includes(name)))
    const names = [...fields.map(({ key }) => key), ...(changed.includes('custom') ? ['custom'] : [])]
    return names.map(name => failure(keepId, `${name} was changed since, so it stays as it is.`))
  }
  return rows > 0
    ? [
        failure(
          keepId,
          `${rows} rows of ${block.table.replace('.', ' ')} were changed since and stay where they are.`,
        ),
      ]
    : []
}

function failure(recordId: string, message: string): Failure {
  return { recordId, code: 'crm.changed_since', message }
}

/** Records of other objects whose own fields led to the one that went are found by these anew. */
async function refreshRelated(ctx: Context, changeSetId: string): Promise<void> {
  for (const [object, table] of Object.entries(RECORD_TABLE)) {
    const found = await ctx.db.query<{ id: string }>(
      `select distinct (row_key->>'id')::uuid as id from crm.merge_rows
       where org_id = $1 and change_set_id = $2 and table_name = $3 and before ? 'custom'`,
      [ctx.orgId, changeSetId, table],
    )
    if (found.rows.length > 0)
      refreshIndexes(
        ctx,
        object as RecordObject,
        found.rows.map(({ id }) => id),
      )
  }
}

async function tellUnmerged(ctx: Context, { object, keepId, otherId }: Merge): Promise<void> {
  const subjects = [
    { type: object, id: keepId },
    { type: object, id: otherId },
  ]
  if (object === 'person')
    await publish(ctx, personUnmerged, { subjects, payload: { personId: keepId, restoredId: otherId } })
  else if (object === 'company')
    await publish(ctx, companyUnmerged, { subjects, payload: { companyId: keepId, restoredId: otherId } })
  else await publish(ctx, dealUnmerged, { subjects, payload: { dealId: keepId, restoredId: otherId } })
}
