import { useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import type { RecordField } from '#modules/crm/contract.ts'
import type { Filter } from '#platform/contract/filter.ts'
import { useMemberNames } from '../../../shell/member-names.ts'
import { sayFailed } from '../../../shell/say-failed.ts'
import { useMay } from '../../../shell/session.ts'
import { Board } from '../../../ui/board/board.tsx'
import type { DotTone } from '../../../ui/dot.tsx'
import { BoardSkeleton } from '../../../ui/skeleton.tsx'
import { toastUndo } from '../../../ui/toast-store.ts'
import { fieldWords, optionLabel } from '../fields/field-words.ts'
import { usePeek } from '../record/peek.ts'
import { changeRecord, recordQuery } from '../record/record-access.ts'
import { type AnyRecord, patchOf, valueIn, withValue } from '../record/record-values.ts'
import classes from './list.module.css'
import { groupFilter, groupKey } from './list-groups.ts'
import type { ListObject } from './list-objects.ts'
import { sourcesOf } from './list-source.ts'
import type { ListFields } from './use-list-fields.ts'
import { useTotals } from './use-list-rows.ts'
import { useSources } from './use-sources.ts'

const TONES: readonly DotTone[] = ['neutral', 'info', 'wait', 'good', 'accent', 'bad']
const LINES = 3

interface ListBoardProps {
  of: ListObject
  fields: ListFields
  field: RecordField
  filter: Filter | null
  sort: string
  /** What a card says below its name. */
  lines: readonly RecordField[]
}

/** The records of a list as cards, in a column for each choice of a field. A card is moved by changing the field. */
export function ListBoard({ of, field, filter, sort, lines }: ListBoardProps) {
  const queryClient = useQueryClient()
  const peek = usePeek()
  const mayMove = useMay(`${of.permission}:write`) && field.isEditable
  const [moves, setMoves] = useState<ReadonlyMap<string, string | null>>(new Map())
  const values = columnValues(field)
  const { parts, sources } = useSources(
    values.map(value => ({ route: of.list, filter: groupFilter(field, value, filter), sort })),
  )
  // The first page of a column is read when it is drawn, the others when their cards come into view.
  for (const [at, part] of parts.entries())
    if (!part.isRead && !part.isReading && !part.error) queueMicrotask(() => void sources[at]?.readMore())
  const { totals } = useTotals(of, { filter, by: field.key })
  const rows = [...new Map(parts.flatMap(part => part.rows).map(row => [row.id, row])).values()]
  const names = useMemberNames(
    lines.some(line => line.kind === 'user')
      ? rows.map(row => valueIn(row, { key: 'ownerUserId', kind: 'user' }) as string)
      : [],
  )
  const shownValue = (row: AnyRecord) =>
    (moves.has(row.id) ? moves.get(row.id) : valueIn(row, field)) as string | null
  const put = async (record: AnyRecord, from: string | null, to: string | null, isUndo = false) => {
    setMoves(before => new Map(before).set(record.id, to))
    try {
      await changeRecord({ object: of.object, id: record.id }, field.key, patchOf(field, from, to), undefined)
      const now = new Map([[record.id, withValue(record, field, to)]])
      for (const source of sourcesOf(of.list)) source.put(now)
      void queryClient.invalidateQueries({ queryKey: [of.totals.id] })
      if (!isUndo)
        toastUndo(`${record.name} moved to ${labelOf(field, to)}.`, () => void put(record, to, from, true))
    } catch (error) {
      sayFailed(error, () => void put(record, from, to, isUndo))
    } finally {
      setMoves(before => new Map([...before].filter(([id]) => id !== record.id)))
    }
  }
  if (parts.every(part => !part.isRead && !part.error)) return <BoardSkeleton />
  const countOf = (value: string | null) => totals?.groups?.find(group => group.value === value)?.count
  const columns = values.map((value, at) => ({
    id: groupKey(value),
    title: labelOf(field, value),
    tone: toneOf(field, value, at),
    cards: rows.filter(row => (shownValue(row) ?? null) === value),
    total: countOf(value) ?? 0,
  }))
  const valueOfKey = (key: string) => values.find(value => groupKey(value) === key) ?? null
  return (
    <div className={classes.board}>
      <Board<AnyRecord>
        label={`${of.title} by ${field.label.toLowerCase()}`}
        columns={columns}
        cardId={record => record.id}
        cardLabel={record => record.name || 'Without a name'}
        renderCard={record => (
          <div className={classes.card}>
            <span className={classes.cardName}>{record.name || 'Without a name'}</span>
            {cardLines(record, lines, names).map(words => (
              <span key={words} className={classes.cardLine}>
                {words}
              </span>
            ))}
          </div>
        )}
        onOpen={record => peek.open({ object: of.object, id: record.id })}
        onIntent={record => void queryClient.prefetchQuery(recordQuery({ object: of.object, id: record.id }))}
        onMove={
          mayMove
            ? (record, from, to) => {
                if (!(field.isRequired && valueOfKey(to) === null))
                  void put(record, valueOfKey(from), valueOfKey(to))
              }
            : undefined
        }
        onEnd={key => void sources[values.findIndex(value => groupKey(value) === key)]?.readMore()}
      />
    </div>
  )
}

function columnValues(field: RecordField): (string | null)[] {
  const values: (string | null)[] = (field.options ?? [])
    .filter(each => !each.isArchived)
    .map(({ value }) => value)
  return field.isRequired ? values : [...values, null]
}

function labelOf(field: RecordField, value: string | null): string {
  return value === null ? `No ${field.label.toLowerCase()}` : optionLabel(field, value)
}

function toneOf(field: RecordField, value: string | null, at: number): DotTone {
  const color = field.options?.find(option => option.value === value)?.color
  return color ?? (value === null ? 'neutral' : (TONES[at % TONES.length] ?? 'neutral'))
}

function cardLines(
  record: AnyRecord,
  lines: readonly RecordField[],
  names: ReadonlyMap<string, string>,
): string[] {
  const words = lines.map(line => fieldWords(line, valueIn(record, line), names)).filter(Boolean)
  return [...new Set(words)].slice(0, LINES)
}

/** The fields whose choices can be the columns of a board. */
export function boardFields(fields: ListFields): readonly RecordField[] {
  return fields.columns.filter(
    field => field.kind === 'select' && field.isFilterable && (field.options ?? []).length > 0,
  )
}
