import type { Context } from '#platform/context.ts'
import { generalErrors } from '#platform/errors.ts'
import { eachItem } from '#platform/http/bulk.ts'
import { openRecords } from '#platform/owned.ts'
import { advanceChangeSet, type Failure } from '../change-sets.ts'
import type { RecordChange } from '../changes.ts'
import type { RecordObject } from '../record-api.ts'
import type { AnyRecord, RecordKind, WriteOptions } from '../record-kind.ts'
import { recordKinds } from '../record-kinds.ts'
import { putBack } from './put-back.ts'

interface StoredChange {
  id: string
  object: RecordObject
  record_id: string
  action: RecordChange['action']
  before: Readonly<Record<string, unknown>>
  after: Readonly<Record<string, unknown>>
}

/** Which part of an undo is next: the changes of the act `undoes` before the change `after`, the newest first. */
export interface UndoStep {
  readonly changeSetId: string
  readonly undoes: string
  readonly after: string | null
  readonly limit: number
}

const NEXT = `
  select id, object, record_id, action, before, after from crm.changes
  where org_id = $1 and change_set_id = $2 and ($3::uuid is null or id < $3)
  order by id desc limit $4`

/** Takes the next changes of an act back, the newest first, and answers the last one; null when there are none left. */
export async function undoPart(ctx: Context, step: UndoStep): Promise<string | null> {
  // Changes come into sight with their records, which are not known before the changes are.
  const found = await ctx.db.unnarrowed(() =>
    ctx.db.query<StoredChange>(NEXT, [ctx.orgId, step.undoes, step.after, step.limit]),
  )
  const last = found.rows.at(-1)
  if (!last) return null
  const options = { changeSetId: step.changeSetId, source: 'undo' }
  const left: Failure[] = []
  const outcomes = await eachItem(ctx, found.rows, async change => {
    const reason = await takeBack(ctx, change, options)
    if (reason !== null) left.push({ recordId: change.record_id, code: 'crm.changed_since', message: reason })
  })
  const failed = outcomes.flatMap((outcome, index): Failure[] => {
    const recordId = found.rows[index]?.record_id
    if ('value' in outcome || recordId === undefined) return []
    const { code, title, errors } = outcome.problem
    return [{ recordId, code, message: errors?.[0]?.message ?? title }]
  })
  const failures = [...left, ...failed]
  await advanceChangeSet(ctx, step.changeSetId, { done: found.rows.length - failures.length, failures })
  return last.id
}

/** Takes one change back. Answers what had to stay as it is, in words; null when all of it was taken back. */
async function takeBack(ctx: Context, change: StoredChange, options: WriteOptions): Promise<string | null> {
  const kind = recordKinds[change.object]
  const id = change.record_id
  openRecords(ctx, change.object, [id])
  switch (change.action) {
    case 'created':
    case 'restored':
      // Gone already is as it was before.
      await kind.remove(ctx, [id], options)
      return null
    case 'deleted': {
      const back = await kind.restore(ctx, [id], options)
      return back.length > 0
        ? null
        : 'It could not be brought back: it is not deleted any more, or it is gone for good.'
    }
    default:
      return takeValuesBack(ctx, kind, change, options)
  }
}

async function takeValuesBack(
  ctx: Context,
  kind: RecordKind,
  change: StoredChange,
  options: WriteOptions,
): Promise<string | null> {
  const current: AnyRecord | undefined = (await kind.read(ctx, [change.record_id])).get(change.record_id)
  if (!current) throw generalErrors.not_found()
  const { patch, left } = putBack(current, change)
  if (Object.keys(patch).length > 0) await kind.change(ctx, change.record_id, patch, options)
  if (left.length === 0) return null
  const labels = left.map(key => kind.fields.find(field => field.key === key)?.label ?? key)
  return `Changed since, so it stays as it is: ${labels.join(', ')}.`
}
