import { useSyncExternalStore } from 'react'
import type { RecordField, RecordObject } from '#modules/crm/contract.ts'
import { type AnyRecord, isMerged, isSame, patchOf, valueIn, withValue } from './record-values.ts'

/** A record by its object and id. */
export interface RecordTarget {
  readonly object: RecordObject
  readonly id: string
}

/** What one person did to one value, from the moment they left it until the server has answered and nothing is open any more. */
export interface FieldEdit {
  readonly number: number
  readonly field: RecordField
  /** What stood there when the editing began. */
  readonly base: unknown
  readonly value: unknown
  /** What is sent along with it, because it is asked for by the value: what a stage wants to know of a deal. */
  readonly along?: Readonly<Record<string, unknown>> | undefined
  readonly state: EditState
}

export type EditState =
  | { readonly kind: 'saving' }
  /** The server did not take it: the old value is shown, what was typed is kept here. */
  | {
      readonly kind: 'failed'
      readonly message: string
      /** What is wrong is the value itself, so sending it once more would be in vain. */
      readonly isRefused: boolean
      readonly code?: string | undefined
      /** Keys of the fields that have to be filled in with it. */
      readonly asks?: readonly string[] | undefined
      readonly requestId: string | undefined
    }
  /** Somebody else wrote another value meanwhile. */
  | { readonly kind: 'conflict'; readonly theirs: unknown }

const none: readonly FieldEdit[] = []
const edits = new Map<string, readonly FieldEdit[]>()
const listeners = new Set<() => void>()
let lastNumber = 0

const nameOf = ({ object, id }: RecordTarget) => `${object}:${id}`

function change(target: RecordTarget, next: readonly FieldEdit[]): void {
  if (next.length === 0) edits.delete(nameOf(target))
  else edits.set(nameOf(target), next)
  for (const listener of listeners) listener()
}

/** The edits of a record that are under way or wait for a decision, in their order. */
export function editsOf(target: RecordTarget): readonly FieldEdit[] {
  return edits.get(nameOf(target)) ?? none
}

/** Begins an edit; what was still open about this field is settled by it. */
export function beginEdit(
  target: RecordTarget,
  edit: Pick<FieldEdit, 'field' | 'base' | 'value' | 'along'>,
): FieldEdit {
  const begun: FieldEdit = { ...edit, number: ++lastNumber, state: { kind: 'saving' } }
  const others = editsOf(target).filter(
    each => each.field.key !== edit.field.key || each.state.kind === 'saving',
  )
  change(target, [...others, begun])
  return begun
}

/** Says what has become of an edit. */
export function turnEdit(target: RecordTarget, number: number, state: EditState): void {
  change(
    target,
    editsOf(target).map(each => (each.number === number ? { ...each, state } : each)),
  )
}

/** Ends an edit: it is saved, or given up. */
export function endEdit(target: RecordTarget, number: number): void {
  change(
    target,
    editsOf(target).filter(each => each.number !== number),
  )
}

/**
 * Later edits of the same field were made on top of this one. They go on from what the server holds now: it may have written the
 * value another way, or not at all.
 */
export function rebaseEdits(target: RecordTarget, from: FieldEdit, now: unknown): void {
  change(
    target,
    editsOf(target).map(each =>
      each.number > from.number && each.field.key === from.field.key && isSame(each.base, from.value)
        ? { ...each, base: now }
        : each,
    ),
  )
}

/** The edit as it stands now; undefined when it is over. */
export function currentEdit(target: RecordTarget, number: number): FieldEdit | undefined {
  return editsOf(target).find(each => each.number === number)
}

/** A record as the person who edits it sees it: with everything that is being saved. */
export function withEdits(record: AnyRecord, all: readonly FieldEdit[]): AnyRecord {
  return all
    .filter(({ state }) => state.kind === 'saving')
    .reduce((shown, { field, value }) => withValue(shown, field, value), record)
}

export type Decision =
  | { readonly kind: 'done' }
  | { readonly kind: 'send'; readonly body: Readonly<Record<string, unknown>> }
  | { readonly kind: 'conflict'; readonly theirs: unknown }

/** What to do with an edit, given the record as the server holds it. Other fields of it are of no account. */
export function decide(record: AnyRecord, { field, base, value, along }: FieldEdit): Decision {
  const now = valueIn(record, field)
  if (isSame(now, value)) return { kind: 'done' }
  if (!isMerged(field) && !isSame(now, base)) return { kind: 'conflict', theirs: now }
  return { kind: 'send', body: { ...patchOf(field, base, value), ...along } }
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener)
  return () => listeners.delete(listener)
}

/** The open edits of a record. */
export function useEdits(target: RecordTarget): readonly FieldEdit[] {
  return useSyncExternalStore(subscribe, () => editsOf(target))
}
