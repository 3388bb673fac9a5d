import type { BulkResult, RecordField } from '#modules/crm/contract.ts'
import { AT_ONCE_MAX, undoChangeSet } from '#modules/crm/contract.ts'
import type { CallInput, Route } from '#platform/contract/route.ts'
import { call } from '../../../shell/api.ts'
import { sayFailed } from '../../../shell/say-failed.ts'
import type { CellRange, GridItem } from '../../../ui/table/grid-model.ts'
import { toastDone, toastFailed, toastUndo } from '../../../ui/toast-store.ts'
import { isBlank } from '../fields/field-words.ts'
import { type AnyRecord, isSame, patchOf, valueIn, withValue } from '../record/record-values.ts'
import { cellsOf, valueOfText } from './clipboard.ts'
import type { ListObject } from './list-objects.ts'
import { sourcesOf } from './list-source.ts'
import type { ListColumn } from './list-state.ts'
import type { ListFields } from './use-list-fields.ts'

interface PasteOptions {
  readonly of: ListObject
  readonly fields: ListFields
  readonly rows: readonly GridItem<AnyRecord>[]
  readonly columns: readonly ListColumn[]
  readonly isAllowed: boolean
}

/** One value that is to be written. */
interface CellChange {
  readonly record: AnyRecord
  readonly field: RecordField
  readonly value: unknown
}

/** Writes several values at once: shown before they are saved, taken back as one. */
export function usePaste({ of, fields, rows, columns, isAllowed }: PasteOptions) {
  const fieldAt = (at: number) => fields.byKey.get(columns[at]?.key ?? '')
  const recordsFrom = (top: number) =>
    rows.slice(top).flatMap(item => (item.kind === 'row' ? [item.row] : []))
  const paste = (range: CellRange, text: string) => {
    if (!isAllowed) return
    const cells = cellsOf(text)
    const isOne = cells.length === 1 && cells[0]?.length === 1
    const height = isOne ? range.bottom - range.top + 1 : cells.length
    const width = isOne ? range.right - range.left + 1 : Math.max(...cells.map(row => row.length))
    const changes: CellChange[] = []
    let refused = 0
    for (const [down, record] of recordsFrom(range.top).slice(0, height).entries()) {
      for (let right = 0; right < width; right++) {
        const written = isOne ? cells[0]?.[0] : cells[down]?.[right]
        const field = fieldAt(range.left + right)
        if (written === undefined || !field) continue
        const before = valueIn(record, field)
        const read = range.left + right === 0 ? undefined : valueOfText(field, written, before)
        if (!read) refused++
        else if (!isSame(read.value, before)) changes.push({ record, field, value: read.value })
      }
    }
    void write(of, changes, refused, 'pasted')
  }
  const clear = (range: CellRange) => {
    const changes = recordsFrom(range.top)
      .slice(0, range.bottom - range.top + 1)
      .flatMap(record =>
        Array.from({ length: range.right - range.left + 1 }, (_, at): CellChange[] => {
          const field = fieldAt(range.left + at)
          if (!field?.isEditable || field.isRequired || range.left + at === 0) return []
          const value = field.kind === 'multi_select' ? [] : null
          return isBlank(valueIn(record, field)) ? [] : [{ record, field, value }]
        }).flat(),
      )
    void write(of, changes, 0, 'emptied')
  }
  return { paste, clear }
}

const counted = (count: number) => `${count.toLocaleString()} ${count === 1 ? 'value' : 'values'}`

async function write(
  of: ListObject,
  changes: readonly CellChange[],
  refused: number,
  word: string,
): Promise<void> {
  const left =
    refused > 0 ? ` ${counted(refused)} did not fit and ${refused === 1 ? 'was' : 'were'} left out.` : ''
  const byRecord = Map.groupBy(changes, ({ record }) => record)
  if (byRecord.size > AT_ONCE_MAX) {
    toastFailed({
      message: `At most ${AT_ONCE_MAX} records take what is pasted.`,
      detail: 'Nothing was changed. Paste it in parts, or import it as a file.',
    })
    return
  }
  if (changes.length === 0) {
    if (left) toastDone(`Nothing was ${word}.${left}`)
    return
  }
  const before = new Map([...byRecord.keys()].map(record => [record.id, record]))
  const after = new Map(
    [...byRecord].map(([record, own]) => [
      record.id,
      own.reduce((now, { field, value }) => withValue(now, field, value), record),
    ]),
  )
  const show = (records: ReadonlyMap<string, AnyRecord>) => {
    for (const source of sourcesOf(of.list)) source.put(records)
  }
  const renew = () => {
    for (const source of sourcesOf(of.list)) source.forget()
  }
  show(after)
  const items = [...byRecord].map(([record, own]) => ({
    id: record.id,
    patch: own.reduce(
      (patch, { field, value }) => merged(patch, patchOf(field, valueIn(record, field), value)),
      {},
    ),
  }))
  try {
    const input = { body: { items } } as unknown as CallInput<Route>
    const result = (await call(of.changeEach, input)) as unknown as BulkResult
    const failed = result.items.filter(item => !item.ok)
    const refusedIds = new Set(failed.map(({ index }) => items[index]?.id))
    show(new Map([...before].filter(([id]) => refusedIds.has(id))))
    const undo = async () => {
      show(before)
      try {
        await call(undoChangeSet, { params: { changeSetId: result.changeSet.id } })
      } catch (error) {
        sayFailed(error)
      }
      renew()
    }
    const [first] = failed
    if (first) {
      const why = first.problem?.errors?.[0]?.message ?? first.problem?.title
      toastFailed({
        message: `${failed.length} of ${items.length} records were not changed.`,
        detail: why,
      })
    }
    if (result.changeSet.done > 0) toastUndo(`${counted(changes.length)} ${word}.${left}`, () => void undo())
  } catch (error) {
    show(before)
    sayFailed(error, () => void write(of, changes, refused, word))
  }
}

/** Two changes of one record as one body; fields of the organization are put together. */
function merged(
  one: Readonly<Record<string, unknown>>,
  other: Readonly<Record<string, unknown>>,
): Record<string, unknown> {
  const custom = { ...(one.custom as object | undefined), ...(other.custom as object | undefined) }
  return { ...one, ...other, ...(Object.keys(custom).length > 0 ? { custom } : {}) }
}
