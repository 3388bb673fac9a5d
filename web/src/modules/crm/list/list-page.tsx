import type { RecordObject } from '#modules/crm/contract.ts'
import { useTitle } from '../../../shell/use-title.ts'
import { EmptyState } from '../../../ui/empty-state.tsx'
import { Page } from '../../../ui/page.tsx'
import { PageHeader } from '../../../ui/page-header.tsx'
import { TableSkeleton } from '../../../ui/skeleton.tsx'
import { usePeek } from '../record/peek.ts'
import { RecordPanel } from '../record/record-panel.tsx'
import { SaveBar } from '../views/save-bar.tsx'
import { ViewTabs } from '../views/view-tabs.tsx'
import { DealsInStages, PipelineChoice } from './deals-in-stages.tsx'
import { DisplayMenu, FieldChoice, groupFields } from './display-menu.tsx'
import { FilterBar } from './filter-bar.tsx'
import classes from './list.module.css'
import { ListActions } from './list-actions.tsx'
import { boardFields, ListBoard } from './list-board.tsx'
import { calendarFields, ListCalendar } from './list-calendar.tsx'
import { type ListObject, listObjects } from './list-objects.ts'
import { shownColumns } from './list-table.tsx'
import { TableOfRecords } from './table-of-records.tsx'
import { type Asked, useAsked } from './use-asked.ts'
import { type ListFields, useListFields } from './use-list-fields.ts'
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
        actions={
          <ListActions
            of={of}
            pipelineId={look.state.pipelineId}
            asked={asked}
            columns={isKnown ? shownColumns(of, fields, look.state).map(({ key }) => key) : []}
          />
        }
        tabs={<ViewTabs look={look} title={of.title} types={['table', 'board', 'calendar']} />}
      />
      {isKnown ? <Records of={of} fields={fields} look={look} asked={asked} /> : <TableSkeleton />}
      {target?.object === object ? <RecordPanel object={object} id={target.id} onClose={peek.close} /> : null}
    </Page>
  )
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
  const isStaged = of.object === 'deal'
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
        ) : state.type === 'board' && isStaged ? (
          <PipelineChoice pipelineId={state.pipelineId} onChoose={pipelineId => change({ pipelineId })} />
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
      {state.type === 'board' && isStaged ? (
        <DealsInStages pipelineId={state.pipelineId} filter={asked.filter} onClear={clear} />
      ) : state.type === 'board' && boardField ? (
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
