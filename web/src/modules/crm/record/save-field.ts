import type { RecordField } from '#modules/crm/contract.ts'
import { etagOf } from '#platform/contract/client.ts'
import { ProblemError } from '#platform/contract/problem.ts'
import { fieldErrors, fieldOfPointer, isConflict, isMissing, problemWords } from '../../../shell/problem.ts'
import { queryClient } from '../../../shell/query.ts'
import { dismissToast, toastUndo } from '../../../ui/toast-store.ts'
import {
  beginEdit,
  currentEdit,
  decide,
  endEdit,
  type FieldEdit,
  type RecordTarget,
  rebaseEdits,
  turnEdit,
} from './edits.ts'
import { changeRecord, recordQuery } from './record-access.ts'
import { type AnyRecord, valueIn } from './record-values.ts'

/** Somebody who changes the record each time between our reading and writing would keep us at it for ever. */
const ATTEMPTS_MAX = 5

/** One write at a time for each record: the next is based on the answer to the one before. */
const queues = new Map<string, Promise<void>>()

interface SaveOptions {
  /** Taking something back offers no undo of its own. */
  readonly isUndo?: boolean | undefined
  /** What the value asks for, sent with it. */
  readonly along?: Readonly<Record<string, unknown>> | undefined
}

/**
 * Saves one value: it is shown at once, sent in turn, and offered for undo. What the server refuses is shown no more but kept beside
 * the field, see `FieldEdit`. Goes on when the record is closed meanwhile. `base` is what stood there when the editing began.
 */
export function saveField(
  target: RecordTarget,
  field: RecordField,
  base: unknown,
  value: unknown,
  { isUndo = false, along }: SaveOptions = {},
): void {
  const edit = beginEdit(target, { field, base, value, along })
  const toast = isUndo ? undefined : offerUndo(target, edit)
  const name = `${target.object}:${target.id}`
  const turn = (queues.get(name) ?? Promise.resolve()).then(() => send(target, edit.number, toast))
  queues.set(name, turn)
  void turn.then(() => {
    if (queues.get(name) === turn) queues.delete(name)
  })
}

let shownToast: number | undefined

/** One message at a time: the edits of a form full of fields would otherwise cover it. */
function offerUndo(target: RecordTarget, edit: FieldEdit): number {
  if (shownToast !== undefined) dismissToast(shownToast)
  const { field, base, value } = edit
  const undo = () => {
    const record = queryClient.getQueryData(recordQuery(target).queryKey) as AnyRecord | undefined
    const isUnderWay = currentEdit(target, edit.number)?.state.kind === 'saving'
    saveField(target, field, isUnderWay || !record ? value : (savedValues.get(edit.number) ?? value), base, {
      isUndo: true,
    })
    savedValues.delete(edit.number)
  }
  shownToast = toastUndo(`${field.label} changed.`, undo)
  return shownToast
}

/** What the server made of values it wrote another way, for the undo of the latest edits. */
const savedValues = new Map<number, unknown>()
const SAVED_VALUES_MAX = 50

function rememberSaved(number: number, value: unknown): void {
  savedValues.set(number, value)
  if (savedValues.size > SAVED_VALUES_MAX) savedValues.delete(savedValues.keys().next().value ?? number)
}

async function send(target: RecordTarget, number: number, toast: number | undefined): Promise<void> {
  const { queryKey } = recordQuery(target)
  try {
    for (let attempt = 1; ; attempt++) {
      const edit = currentEdit(target, number)
      if (!edit) return
      const record = await readRecord(target, attempt > 1)
      const decision = decide(record, edit)
      if (decision.kind === 'conflict') {
        rebaseEdits(target, edit, decision.theirs)
        turnEdit(target, number, decision)
        if (toast !== undefined) dismissToast(toast)
        return
      }
      const saved =
        decision.kind === 'done'
          ? record
          : await write(target, record, edit.field.key, decision.body, attempt)
      if (!saved) continue
      // A read that began before the write would put the old value back for a moment.
      if (saved !== record) await queryClient.cancelQueries({ queryKey })
      queryClient.setQueryData(queryKey, saved)
      const now = valueIn(saved, edit.field)
      rememberSaved(number, now)
      rebaseEdits(target, edit, now)
      endEdit(target, number)
      return
    }
  } catch (error) {
    if (toast !== undefined) dismissToast(toast)
    fail(target, number, error)
  }
}

async function readRecord(target: RecordTarget, isAnew: boolean): Promise<AnyRecord> {
  const query = recordQuery(target)
  const known = isAnew ? undefined : queryClient.getQueryData(query.queryKey)
  return (known ?? (await queryClient.fetchQuery({ ...query, staleTime: 0 }))) as AnyRecord
}

/** Undefined when the record has changed since it was read, and is worth another look. */
async function write(
  target: RecordTarget,
  record: AnyRecord,
  fieldKey: string,
  body: Readonly<Record<string, unknown>>,
  attempt: number,
): Promise<AnyRecord | undefined> {
  try {
    return await changeRecord(target, fieldKey, body, etagOf(record))
  } catch (error) {
    if (isConflict(error) && attempt < ATTEMPTS_MAX) return undefined
    throw error
  }
}

function fail(target: RecordTarget, number: number, error: unknown): void {
  const edit = currentEdit(target, number)
  if (!edit) return
  if (isMissing(error)) void queryClient.invalidateQueries({ queryKey: recordQuery(target).queryKey })
  const about = Object.values(fieldErrors(error))[0]
  const { what, requestId } = problemWords(error)
  rebaseEdits(target, edit, edit.base)
  turnEdit(target, number, {
    kind: 'failed',
    message: about ?? what,
    isRefused:
      error instanceof ProblemError && error.status >= 400 && error.status < 500 && error.status !== 429,
    code: error instanceof ProblemError ? error.code : undefined,
    asks: asksOf(error),
    requestId,
  })
}

/** The fields a stage asks for, when that is why it let a deal not in. */
function asksOf(error: unknown): readonly string[] | undefined {
  if (!(error instanceof ProblemError) || error.code !== 'crm.stage_asks') return undefined
  return error.problem.errors?.map(({ pointer }) => fieldOfPointer(pointer))
}

/** Sends an edit once more that could not be saved. */
export function retryEdit(target: RecordTarget, { field, base, value, along }: FieldEdit): void {
  saveField(target, field, base, value, { along })
}
