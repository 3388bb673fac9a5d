import type { Context } from '#platform/context.ts'
import type { Tx } from '#platform/db/database.ts'
import { newId } from '#platform/ids.ts'
import { openRecords } from '#platform/owned.ts'
import type { RecordObject } from './record-api.ts'
import { refreshIndexes } from './record-index.ts'
import { indexSearch } from './search/index-search.ts'

/** What was written to one record. `before` and `after` hold the fields that differ, by their names in the API. */
export interface RecordChange {
  readonly recordId: string
  readonly action: 'created' | 'updated' | 'deleted' | 'restored' | 'merged'
  readonly before?: Readonly<Record<string, unknown>>
  readonly after?: Readonly<Record<string, unknown>>
}

const INSERT = `
  insert into crm.changes (org_id, id, object, record_id, action, before, after, actor, source, change_set_id)
  select $1, c.id, $2, c.record_id, c.action, c.before, c.after, c.actor, c.source, $10
  from unnest($3::uuid[], $4::uuid[], $5::text[], $6::jsonb[], $7::jsonb[], $8::jsonb[], $9::text[])
    as c (id, record_id, action, before, after, actor, source)`

/** A change with who made it and where its values came from. */
interface NotedChange extends RecordChange {
  readonly id: string
  readonly actor: string
  readonly source: string | null
}

/** Writes changes of one object down; nothing finds the records by them yet. Waits for no answer. */
function writeChanges(
  tx: Tx,
  { orgId, object }: { orgId: string; object: RecordObject },
  changes: readonly NotedChange[],
  changeSetId: string | null = null,
): void {
  tx.send(INSERT, [
    orgId,
    object,
    changes.map(({ id }) => id),
    idsOf(changes),
    changes.map(({ action }) => action),
    changes.map(({ before = {} }) => JSON.stringify(before)),
    changes.map(({ after = {} }) => JSON.stringify(after)),
    changes.map(({ actor }) => actor),
    changes.map(({ source }) => source),
    changeSetId,
  ])
}

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
  openRecords(ctx, object, idsOf(changes))
  const actor = JSON.stringify(ctx.actor)
  const noted = changes.map(change => ({ ...change, id: newId(), actor, source: source ?? null }))
  writeChanges(ctx.db, { orgId: ctx.orgId, object }, noted, changeSetId)
  const isMade = ({ action }: RecordChange) => action === 'created'
  refreshIndexes(ctx, object, idsOf(changes.filter(isMade)), true)
  refreshIndexes(ctx, object, idsOf(changes.filter(change => !isMade(change))))
}

interface NotedPerson {
  readonly ctx: Context
  readonly change: NotedChange
}

function writeMetPeople(tx: Tx, people: readonly NotedPerson[]): void {
  const ctx = people[0]?.ctx
  if (!ctx) return
  const changes = people.map(({ change }) => change)
  openRecords(ctx, 'person', idsOf(changes))
  writeChanges(tx, { orgId: ctx.orgId, object: 'person' }, changes)
  // Somebody who was just met has neither custom fields nor tags.
  indexSearch(ctx, 'person', idsOf(changes), true)
}

/**
 * The same for somebody who was met for the first time and of whom nothing but name, address and phone is known: with all others
 * of the transaction, before its commit.
 */
export function noteMetPerson(ctx: Context, change: RecordChange, source: string): void {
  ctx.db.gather(writeMetPeople, {
    ctx,
    change: { ...change, id: newId(), actor: JSON.stringify(ctx.actor), source },
  })
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
