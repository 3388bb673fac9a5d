import { useQueryClient } from '@tanstack/react-query'
import { useMemo, useRef } from 'react'
import type { RecordField } from '#modules/crm/contract.ts'
import { useMemberNames } from '../../../shell/member-names.ts'
import { useMay } from '../../../shell/session.ts'
import type { Sort } from '../../../ui/table/columns.ts'
import { Grid } from '../../../ui/table/grid.tsx'
import { type CellRange, type GridColumn, moved, sortsAfter } from '../../../ui/table/grid-model.ts'
import { fieldWords } from '../fields/field-words.ts'
import { editsOf, withEdits } from '../record/edits.ts'
import { usePeek } from '../record/peek.ts'
import { recordQuery } from '../record/record-access.ts'
import { type AnyRecord, valueIn } from '../record/record-values.ts'
import { tsvOf } from './clipboard.ts'
import { ColumnMenu } from './column-menu.tsx'
import classes from './list.module.css'
import type { ListObject } from './list-objects.ts'
import type { ListColumn, ListState } from './list-state.ts'
import { CellEditor, NameCell, RecordCell } from './record-cell.tsx'
import { totalKindOf, totalWords } from './totals-words.ts'
import { type ListFields, NAME_KEY } from './use-list-fields.ts'
import type { useListRows } from './use-list-rows.ts'
import { usePaste } from './use-paste.ts'

const NAME_WIDTH = 240
const WIDTHS: Readonly<Partial<Record<RecordField['kind'], number>>> = {
  number: 110,
  money: 140,
  date: 130,
  time: 130,
  boolean: 100,
  select: 140,
  email: 220,
  url: 180,
  long_text: 240,
  user: 160,
  multi_select: 180,
  relation: 180,
}

/** The columns of a list as they are shown: the name, and what was chosen or what the list has by itself. */
export function shownColumns(of: ListObject, fields: ListFields, state: ListState): readonly ListColumn[] {
  const chosen = state.columns ?? [NAME_KEY, ...of.columns].map(key => ({ key }))
  const known = chosen.filter(({ key }) => fields.byKey.has(key))
  const name = known.find(({ key }) => key === NAME_KEY) ?? { key: NAME_KEY }
  return [name, ...known.filter(({ key }) => key !== NAME_KEY)]
}

/** The orders of a list by columns, out of the words the API sorts by. */
export function sortsOf(sort: string, fields: ListFields, columns: readonly ListColumn[]): readonly Sort[] {
  return sort
    .split(',')
    .filter(Boolean)
    .flatMap((written): Sort[] => {
      const word = written.replace(/^-/, '')
      const column = columns.find(({ key }) => fields.sortOf(key) === word)
      return column ? [{ column: column.key, descending: written.startsWith('-') }] : []
    })
}

const SORTS_MAX = 3

interface ListTableProps {
  of: ListObject
  fields: ListFields
  state: ListState
  list: ReturnType<typeof useListRows>
  onChange: (change: Partial<ListState>) => void
  selection: ReadonlySet<string>
  onSelect: ((selection: ReadonlySet<string>) => void) | undefined
}

/** The records of a list as a table whose cells are edited in place. */
export function ListTable({ of, fields, state, list, onChange, selection, onSelect }: ListTableProps) {
  const queryClient = useQueryClient()
  const peek = usePeek()
  const mayWrite = useMay(`${of.permission}:write`)
  const shown = shownColumns(of, fields, state)
  const names = useMemberNames(memberIds(list.rows, shown, fields))
  const sorts = sortsOf(state.sort, fields, shown)
  const put = (columns: readonly ListColumn[]) => onChange({ columns })
  const replace = (key: string, change: Partial<ListColumn>) =>
    put(shown.map(column => (column.key === key ? { ...column, ...change } : column)))
  const sortBy = (key: string, descending: boolean | undefined, isMore = false) => {
    const next = descending === undefined ? sortsAfter(sorts, key, isMore) : [{ column: key, descending }]
    const words = next.flatMap(({ column, descending: down }) => {
      const word = fields.sortOf(column)
      return word ? [`${down ? '-' : ''}${word}`] : []
    })
    onChange({ sort: words.slice(-SORTS_MAX).join(',') })
  }
  const peeked = peek.target?.object === of.object ? peek.target.id : undefined
  const open = (record: AnyRecord) => peek.open({ object: of.object, id: record.id })
  const columns = useColumns({ of, fields, shown, list, names, mayWrite, peeked, open })
  const paste = usePaste({ of, fields, rows: list.items, columns: shown, isAllowed: mayWrite })
  const fieldAt = (at: number) => fields.byKey.get(shown[at]?.key ?? '')
  const textOf = ({ top, bottom, left, right }: CellRange) =>
    tsvOf(
      list.items.slice(top, bottom + 1).flatMap(item => {
        if (item.kind !== 'row') return []
        const cells = Array.from({ length: right - left + 1 }, (_, at) => fieldAt(left + at))
        // What is copied is what is seen, also while it is being saved.
        const seen = withEdits(item.row, editsOf({ object: of.object, id: item.row.id }))
        return [cells.map(field => (field ? cellText(seen, field, names) : ''))]
      }),
    )
  return (
    <Grid<AnyRecord>
      label={of.title}
      columns={columns}
      items={list.items}
      rowLabel={record => record.name || 'Without a name'}
      rowHeight={state.density === 'compact' ? 36 : 44}
      onOpen={open}
      onIntent={record => void queryClient.prefetchQuery(recordQuery({ object: of.object, id: record.id }))}
      onView={list.readAround}
      onToggleHead={id => {
        const key = id.slice('group:'.length)
        const isShut = state.collapsed.includes(key)
        onChange({
          collapsed: isShut ? state.collapsed.filter(each => each !== key) : [...state.collapsed, key],
        })
      }}
      selection={selection}
      onSelect={onSelect}
      sorts={sorts}
      onSort={(key, isMore) => sortBy(key, undefined, isMore)}
      onResize={(key, width) => replace(key, { width })}
      onMove={(key, to) =>
        put(
          moved(
            shown,
            shown.findIndex(column => column.key === key),
            to,
          ),
        )
      }
      menuOf={key => {
        const field = fields.byKey.get(key)
        const at = shown.findIndex(column => column.key === key)
        const column = shown[at]
        return field && column ? (
          <ColumnMenu
            field={field}
            column={column}
            place={at}
            count={shown.length}
            width={column.width ?? columns[at]?.width ?? NAME_WIDTH}
            maySort={fields.sortOf(key) !== undefined}
            onSort={descending => sortBy(key, descending)}
            onChange={change => replace(key, change)}
            onMove={to => put(moved(shown, at, to))}
            onHide={() => put(shown.filter(each => each.key !== key))}
          />
        ) : null
      }}
      renderEditor={(record, key, end) => {
        const field = fields.byKey.get(key)
        return field ? (
          <CellEditor
            key={`${record.id} ${key}`}
            object={of.object}
            record={record}
            field={field}
            end={end}
          />
        ) : null
      }}
      textOf={textOf}
      onPaste={mayWrite ? paste.paste : undefined}
      onClear={mayWrite ? paste.clear : undefined}
      hasTotals
    />
  )
}

/** The text of a value on the clipboard: instants and amounts in a form that programs read. */
function cellText(record: AnyRecord, field: RecordField, names: ReadonlyMap<string, string>): string {
  const value = field.key === NAME_KEY ? record.name : valueIn(record, field)
  if (value === null || value === undefined) return ''
  if (field.kind === 'date' || field.kind === 'time' || field.kind === 'number') return String(value)
  return fieldWords(field, value, names)
}

interface ColumnsOptions {
  readonly of: ListObject
  readonly fields: ListFields
  readonly shown: readonly ListColumn[]
  readonly list: ReturnType<typeof useListRows>
  readonly names: ReadonlyMap<string, string>
  readonly mayWrite: boolean
  readonly peeked: string | undefined
  readonly open: (record: AnyRecord) => void
}

/** The columns of the grid; made anew only when something about them differs, because every row is drawn again with them. */
function useColumns(options: ColumnsOptions): readonly GridColumn<AnyRecord>[] {
  const { of, fields, shown, list, names, mayWrite, peeked } = options
  const open = useRef(options.open)
  open.current = options.open
  const layout = JSON.stringify([shown, mayWrite, peeked, [...names]])
  // biome-ignore lint/correctness/useExhaustiveDependencies: the layout stands for what is made anew each time
  const columns = useMemo(
    () =>
      shown.flatMap((column, at): GridColumn<AnyRecord>[] => {
        const field = fields.byKey.get(column.key)
        if (!field) return []
        const isNumber = field.kind === 'number' || field.kind === 'money'
        return [
          {
            id: field.key,
            header: field.label,
            width: column.width ?? (at === 0 ? NAME_WIDTH : (WIDTHS[field.kind] ?? 160)),
            align: isNumber ? 'end' : undefined,
            sortable: fields.sortOf(field.key) !== undefined,
            mayEdit: at > 0 && mayWrite && field.isEditable ? () => true : undefined,
            cell: record =>
              at === 0 ? (
                <NameCell
                  object={of.object}
                  record={record}
                  isPeeked={record.id === peeked}
                  onOpen={() => open.current(record)}
                />
              ) : (
                <RecordCell
                  object={of.object}
                  record={record}
                  field={field}
                  names={names}
                  onEdit={() => open.current(record)}
                />
              ),
          },
        ]
      }),
    [of, fields, layout],
  )
  const { totals } = list
  return useMemo(
    () =>
      columns.map((column, at) => {
        const chosen = shown[at]
        const field = fields.byKey.get(column.id)
        if (!chosen || !field || at === 0)
          return { ...column, total: at === 0 ? countCell(of, totals) : null }
        const kind = totalKindOf(field, chosen)
        if (kind === 'none') return column
        return { ...column, total: <TotalCell words={totalText(kind, totals, field.key)} /> }
      }),
    [columns, totals, of, fields, shown],
  )
}

function totalText(
  kind: Parameters<typeof totalWords>[0],
  totals: ReturnType<typeof useListRows>['totals'],
  key: string,
): string | undefined {
  if (!totals) return ''
  return totals.fields === null ? undefined : totalWords(kind, totals.fields[key])
}

function TotalCell({ words }: { words: string | undefined }) {
  return words === undefined ? (
    <span className={classes.total} title="There are too many records to add up.">
      –
    </span>
  ) : (
    <span className={classes.total} title={words}>
      {words}
    </span>
  )
}

function countCell(of: ListObject, totals: ReturnType<typeof useListRows>['totals']) {
  if (!totals) return null
  return (
    <span className={classes.total}>
      {totals.count.toLocaleString()}
      {totals.isMore ? '+' : ''} {totals.count === 1 ? of.one : of.many}
    </span>
  )
}

function memberIds(
  rows: readonly AnyRecord[],
  shown: readonly ListColumn[],
  fields: ListFields,
): (string | null)[] {
  const users = shown.flatMap(({ key }) => {
    const field = fields.byKey.get(key)
    return field?.kind === 'user' ? [field] : []
  })
  const ids = new Set<string>()
  for (const row of rows) {
    for (const field of users) {
      const value = valueIn(row, field)
      if (typeof value === 'string') ids.add(value)
    }
    if (ids.size >= 100) break
  }
  return [...ids]
}
