import { Button } from '@mantine/core'
import { useEffect, useMemo, useState } from 'react'
import type { BulkAct, BulkSelection, RecordObject } from '#modules/crm/contract.ts'
import type { Condition, Filter } from '#platform/contract/filter.ts'
import { isMissing, problemWords } from '../../../shell/problem.ts'
import { useMay, useSession } from '../../../shell/session.ts'
import { useTitle } from '../../../shell/use-title.ts'
import { EmptyState } from '../../../ui/empty-state.tsx'
import { ErrorState } from '../../../ui/error-state.tsx'
import { Page } from '../../../ui/page.tsx'
import { PageHeader } from '../../../ui/page-header.tsx'
import { TableSkeleton } from '../../../ui/skeleton.tsx'
import { BulkBar } from '../bulk/bulk-bar.tsx'
import { BulkProgress } from '../bulk/bulk-progress.tsx'
import { useBulk } from '../bulk/use-bulk.ts'
import { rememberOrder } from '../record/neighbours.ts'
import { usePeek } from '../record/peek.ts'
import { RecordPanel } from '../record/record-panel.tsx'
import { SaveBar } from '../views/save-bar.tsx'
import { ViewTabs } from '../views/view-tabs.tsx'
import { DisplayMenu, FieldChoice, groupFields } from './display-menu.tsx'
import { EmptyList } from './empty-list.tsx'
import { FilterBar } from './filter-bar.tsx'
import { both, readable, resolved } from './filter-model.ts'
import classes from './list.module.css'
import { boardFields, ListBoard } from './list-board.tsx'
import { calendarFields, ListCalendar } from './list-calendar.tsx'
import { type ListObject, listObjects } from './list-objects.ts'
import { ListTable, shownColumns } from './list-table.tsx'
import { countWords } from './totals-words.ts'
import { type ListFields, useListFields } from './use-list-fields.ts'
import { useListRows } from './use-list-rows.ts'
import { type ListLook, useListState } from './use-list-state.ts'
import { localDay } from './zone.ts'

/** All people: `/contacts`. */
export function ContactsPage() {
  return <ListPage key="person" object="person" />
}

/** All companies: `/companies`. */
export function CompaniesPage() {
  return <ListPage key="company" object="company" />
}

/** All deals: `/deals`. */
export function DealsPage() {
  return <ListPage key="deal" object="deal" />
}

function ListPage({ object }: { object: RecordObject }) {
  const of = listObjects[object]
  const fields = useListFields(object)
  const look = useListState(object)
  useTitle(look.view ? `${look.view.name}, ${of.title}` : of.title)
  const peek = usePeek()
  const { target } = peek
  const isKnown = fields.filters.length > 0 && look.isReady
  const asked = useAsked(of, fields, look)
  return (
    <Page>
      <PageHeader
        title={of.title}
        tabs={<ViewTabs look={look} title={of.title} types={['table', 'board', 'calendar']} />}
      />
      {isKnown ? <Records of={of} fields={fields} look={look} asked={asked} /> : <TableSkeleton />}
      {target?.object === object ? <RecordPanel object={object} id={target.id} onClose={peek.close} /> : null}
    </Page>
  )
}

interface Asked {
  /** As the API takes it. */
  readonly filter: Filter | null
  /** Conditions that mean nothing any more. */
  readonly broken: readonly Condition[]
  readonly sort: string
  readonly isNarrowed: boolean
}

/** What the API is asked: days and `me` are the reader's, and what means nothing any more is left out and said. */
function useAsked(of: ListObject, fields: ListFields, { state }: ListLook): Asked {
  const { user } = useSession()
  const today = localDay(Date.now())
  const written = JSON.stringify([state.filter, state.search, state.sort])
  // biome-ignore lint/correctness/useExhaustiveDependencies: the text stands for what is made anew each time, the day for the clock
  return useMemo(() => {
    const { filter, broken } = readable(state.filter, fields.byKey)
    const words = state.search.trim().split(/\s+/).filter(Boolean).slice(0, 5)
    const found = words.map(
      (word): Filter => ({
        any: of.searched.map(field => ({ field, op: 'contains', value: word })),
      }),
    )
    const sortable = new Set([...fields.byKey.keys()].flatMap(key => fields.sortOf(key) ?? []))
    return {
      filter: both(resolved(filter, fields.byKey, { userId: user.id, now: Date.now() }), ...found),
      broken,
      sort: state.sort
        .split(',')
        .filter(word => sortable.has(word.replace(/^-/, '')))
        .join(','),
      isNarrowed: filter !== null || words.length > 0,
    }
  }, [of, fields, written, user.id, today])
}

interface RecordsProps {
  of: ListObject
  fields: ListFields
  look: ListLook
  asked: Asked
}

function Records({ of, fields, look, asked }: RecordsProps) {
  const { state, change, search } = look
  const boards = boardFields(fields)
  const calendars = calendarFields(fields.columns)
  const boardField = boards.find(field => field.key === state.boardField) ?? boards[0]
  const calendarField = calendars.find(field => field.key === state.calendarField) ?? calendars[0]
  const clear = () => change({ filter: null, search: '' })
  return (
    <div className={classes.page}>
      <FilterBar
        fields={fields}
        filter={state.filter}
        search={state.search}
        many={of.many}
        onFilter={filter => change({ filter })}
        onSearch={text => change({ search: text })}
      >
        {state.type === 'table' ? (
          <>
            <FieldChoice
              word="Group"
              fields={groupFields(fields)}
              value={state.groupBy}
              nothing="No groups"
              mayClear
              onChoose={groupBy => change({ groupBy, collapsed: [] })}
            />
            <DisplayMenu
              fields={fields}
              state={state}
              columns={shownColumns(of, fields, state)}
              onChange={change}
            />
          </>
        ) : state.type === 'board' ? (
          <FieldChoice
            word="Columns"
            fields={boards}
            value={boardField?.key ?? null}
            nothing="Choose a field"
            onChoose={key => change({ boardField: key })}
          />
        ) : (
          <FieldChoice
            word="Days"
            fields={calendars}
            value={calendarField?.key ?? null}
            nothing="Choose a field"
            onChoose={key => change({ calendarField: key })}
          />
        )}
      </FilterBar>
      <SaveBar object={of.object} look={look} />
      {look.isMissing ? (
        <p className={classes.notice} role="status">
          This view is not there any more, or it is not yours to see. Everything is shown.
        </p>
      ) : null}
      {asked.broken.length > 0 ? (
        <p className={classes.notice} role="status">
          {asked.broken.length === 1 ? 'One condition is' : `${asked.broken.length} conditions are`} left out,
          because the field is not there any more: {asked.broken.map(({ field }) => field).join(', ')}.
        </p>
      ) : null}
      {state.type === 'board' && boardField ? (
        <ListBoard
          key={boardField.key}
          of={of}
          fields={fields}
          field={boardField}
          filter={asked.filter}
          sort={asked.sort}
          lines={shownColumns(of, fields, state).flatMap(({ key }) => {
            const field = fields.byKey.get(key)
            return field && key !== 'name' && key !== boardField.key ? [field] : []
          })}
        />
      ) : state.type === 'calendar' && calendarField ? (
        <ListCalendar
          of={of}
          field={calendarField}
          filter={asked.filter}
          month={search.month ?? localDay(Date.now()).slice(0, 7)}
          onMonth={look.showMonth}
        />
      ) : state.type === 'table' ? (
        <TableOfRecords of={of} fields={fields} look={look} asked={asked} onClear={clear} />
      ) : (
        <EmptyState icon={<of.icon size={20} />}>
          No field of these records can be looked at like this. Add one in the settings.
        </EmptyState>
      )}
    </div>
  )
}

function TableOfRecords({ of, fields, look, asked, onClear }: RecordsProps & { onClear: () => void }) {
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
      <EmptyList of={of} />
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
        />
      ) : null}
    </>
  )
}
