import type { Context } from '#platform/context.ts'
import { newId } from '#platform/ids.ts'
import { openRecords } from '#platform/owned.ts'
import type { RecordObject } from './record-api.ts'
import { refreshIndexes } from './record-index.ts'

/** What was written to one record. `before` and `after` hold the fields that differ, by their names in the API. */
export interface RecordChange {
  readonly recordId: string
  readonly action: 'created' | 'updated' | 'deleted' | 'restored' | 'merged'
  readonly before?: Readonly<Record<string, unknown>>
  readonly after?: Readonly<Record<string, unknown>>
}

const INSERT = `
  insert into crm.changes (org_id, id, object, record_id, action, before, after, actor, source, change_set_id)
  select $1, c.id, $2, c.record_id, c.action, c.before, c.after, $8::jsonb, $9, $10
  from unnest($3::uuid[], $4::uuid[], $5::text[], $6::jsonb[], $7::jsonb[]) as c (id, record_id, action, before, after)`

/**
 * Writes down what was done to records, in the transaction that did it, and brings what finds them up to date. Every verb that
 * writes records ends here, so that no value is without an origin and no act without an undo. Waits for no answer.
 */
export function noteChanges(
  ctx: Context,
  object: RecordObject,
  changes: readonly RecordChange[],
  { changeSetId, source }: { changeSetId?: string | undefined; source?: string | undefined } = {},
): void {
  if (changes.length === 0) return
  const ids = idsOf(changes)
  openRecords(ctx, object, ids)
  ctx.db.send(INSERT, [
    ctx.orgId,
    object,
    changes.map(() => newId()),
    ids,
    changes.map(({ action }) => action),
    changes.map(({ before = {} }) => JSON.stringify(before)),
    changes.map(({ after = {} }) => JSON.stringify(after)),
    JSON.stringify(ctx.actor),
    source ?? null,
    changeSetId ?? null,
  ])
  const isMade = ({ action }: RecordChange) => action === 'created'
  refreshIndexes(ctx, object, idsOf(changes.filter(isMade)), true)
  refreshIndexes(ctx, object, idsOf(changes.filter(change => !isMade(change))))
}

function idsOf(changes: readonly RecordChange[]): string[] {
  return changes.map(({ recordId }) => recordId)
}

/** The fields of two states that differ, as `before` and `after` of a change; null when nothing does. */
export function differenceOf(
  before: Readonly<Record<string, unknown>>,
  after: Readonly<Record<string, unknown>>,
): { before: Record<string, unknown>; after: Record<string, unknown>; changed: string[] } | null {
  const changed = Object.keys(after).filter(
    key => JSON.stringify(before[key] ?? null) !== JSON.stringify(after[key] ?? null),
  )
  if (changed.length === 0) return null
  const only = (state: Readonly<Record<string, unknown>>) =>
    Object.fromEntries(changed.map(key => [key, state[key] ?? null]))
  return { before: only(before), after: only(after), changed }
}
