import { Button } from '@mantine/core'
import { useEffect, useMemo, useState } from 'react'
import type { BulkAct, BulkSelection } from '#modules/crm/contract.ts'
import type { Filter } from '#platform/contract/filter.ts'
import { isMissing, problemWords } from '../../../shell/problem.ts'
import { useMay } from '../../../shell/session.ts'
import { EmptyState } from '../../../ui/empty-state.tsx'
import { ErrorState } from '../../../ui/error-state.tsx'
import { BulkBar } from '../bulk/bulk-bar.tsx'
import { BulkProgress } from '../bulk/bulk-progress.tsx'
import { useBulk } from '../bulk/use-bulk.ts'
import { useGoToNewImport } from '../import/new-import-link.ts'
import { MergeButton } from '../merge/merge-button.tsx'
import { rememberOrder } from '../record/neighbours.ts'
import { groupFields } from './display-menu.tsx'
import classes from './list.module.css'
import { NewRecord } from './list-actions.tsx'
import type { ListObject } from './list-objects.ts'
import { ListTable, shownColumns } from './list-table.tsx'
import { countWords } from './totals-words.ts'
import type { Asked } from './use-asked.ts'
import type { ListFields } from './use-list-fields.ts'
import { useListRows } from './use-list-rows.ts'
import type { ListLook } from './use-list-state.ts'

interface TableOfRecordsProps {
  of: ListObject
  fields: ListFields
  look: ListLook
  asked: Asked
  onClear: () => void
}

/** The records of a list as a table, what is selected among them, and what stands there when there are none. */
export function TableOfRecords({ of, fields, look, asked, onClear }: TableOfRecordsProps) {
  const { state, change } = look
  const mayWrite = useMay(`${of.permission}:write`)
  const groupBy = groupFields(fields).find(field => field.key === state.groupBy)
  const shown = shownColumns(of, fields, state)
  const list = useListRows({
    of,
    filter: asked.filter,
    sort: asked.sort,
    groupBy,
    collapsed: state.collapsed,
    summed: summedFields(shown, fields),
  })
  const ids = useMemo(() => list.rows.map(row => row.id), [list.rows])
  const { readAround, items } = list
  useEffect(
    () => rememberOrder({ object: of.object, ids, readMore: () => readAround(items.length, items.length) }),
    [of.object, ids, readAround, items],
  )
  if (list.error && list.rows.length === 0) {
    const { what, next, requestId } = problemWords(list.error)
    return (
      <div className={classes.error}>
        <ErrorState
          what={what}
          next={next}
          requestId={requestId}
          onRetry={
            isMissing(list.error)
              ? undefined
              : () => {
                  for (const source of list.sources) void source.readMore()
                }
          }
        />
        {asked.isNarrowed ? <Button onClick={onClear}>Clear filters</Button> : null}
      </div>
    )
  }
  if (list.isRead && list.items.length === 0)
    return asked.isNarrowed ? (
      <EmptyState icon={<of.icon size={20} />} action={<Button onClick={onClear}>Clear filters</Button>}>
        None of your {of.many} fits what you asked for.
      </EmptyState>
    ) : (
      <EmptyState icon={<of.icon size={20} />} action={<FirstRecord of={of} />}>
        {of.empty}
      </EmptyState>
    )
  return (
    <SelectableTable
      key={of.object}
      of={of}
      fields={fields}
      state={state}
      list={list}
      filter={asked.filter}
      mayWrite={mayWrite}
      onChange={change}
    />
  )
}

/** The ways to the first record of a list. */
function FirstRecord({ of }: { of: ListObject }) {
  const mayImport = useMay('imports:write')
  const goToImport = useGoToNewImport()
  return (
    <div className={classes.choose}>
      <NewRecord of={of} pipelineId={null} />
      {mayImport ? <Button onClick={goToImport}>Import</Button> : null}
    </div>
  )
}

function summedFields(shown: ReturnType<typeof shownColumns>, fields: ListFields): string[] {
  return shown.flatMap(column => {
    const field = fields.byKey.get(column.key)
    const isAsked = column.total ? column.total !== 'none' : field?.kind === 'money'
    return field?.isFilterable && isAsked ? [field.key] : []
  })
}

interface SelectableTableProps {
  of: ListObject
  fields: ListFields
  state: ListLook['state']
  list: ReturnType<typeof useListRows>
  filter: Filter | null
  mayWrite: boolean
  onChange: ListLook['change']
}

function SelectableTable({ of, fields, state, list, filter, mayWrite, onChange }: SelectableTableProps) {
  const [chosen, setChosen] = useState<ReadonlySet<string>>(new Set())
  const [isAll, setAll] = useState(false)
  const clear = () => {
    setChosen(new Set())
    setAll(false)
  }
  const bulk = useBulk(of, clear)
  // What has left the list meanwhile is not selected any more, and what has come to a whole filter is.
  const selection = useMemo(() => {
    if (isAll) return new Set(list.rows.map(row => row.id))
    return new Set(list.rows.filter(row => chosen.has(row.id)).map(row => row.id))
  }, [isAll, chosen, list.rows])
  const select = (next: ReadonlySet<string>) => {
    setAll(false)
    setChosen(next)
  }
  const { totals } = list
  const matching = totals && { ...totals, words: `all ${countWords(totals, of)} matching` }
  const isEveryRow = selection.size > 0 && selection.size === list.rows.length
  const canSelectAll = !isAll && isEveryRow && totals !== undefined && totals.count > selection.size
  const [first, second] = selection
  const act = (what: BulkAct) => {
    const select: BulkSelection = isAll
      ? { filter: filter ? JSON.stringify(filter) : '' }
      : { ids: [...selection] }
    void bulk.start(select, what)
  }
  return (
    <>
      <ListTable
        of={of}
        fields={fields}
        state={state}
        list={list}
        onChange={onChange}
        selection={selection}
        onSelect={mayWrite ? select : undefined}
      />
      {bulk.running ? (
        <BulkProgress key={bulk.running.id} changeSet={bulk.running} onEnd={bulk.end} />
      ) : selection.size > 0 ? (
        <BulkBar
          of={of}
          fields={fields}
          words={
            isAll && matching
              ? `${matching.words.charAt(0).toUpperCase()}${matching.words.slice(1)}`
              : `${selection.size.toLocaleString()} selected`
          }
          all={
            canSelectAll && matching
              ? { words: `Select ${matching.words}`, run: () => setAll(true) }
              : undefined
          }
          isBusy={bulk.isAsking}
          onAct={act}
          onClear={clear}
        >
          {first !== undefined && second !== undefined && !isAll && selection.size === 2 ? (
            <MergeButton object={of.object} ids={[first, second]} onMerged={clear} />
          ) : null}
        </BulkBar>
      ) : null}
    </>
  )
}
