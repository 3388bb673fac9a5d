// biome-ignore-all lint/a11y/useSemanticElements: a month of cells that hold buttons is no table of figures
// biome-ignore-all lint/a11y/useFocusableInteractive: one day of the month holds the focus for all
import { draggable, dropTargetForElements } from '@atlaskit/pragmatic-drag-and-drop/element/adapter'
import { Button, Popover } from '@mantine/core'
import { ChevronLeft, ChevronRight } from 'lucide-react'
import { type KeyboardEvent, useEffect, useRef, useState } from 'react'
import type { RecordField } from '#modules/crm/contract.ts'
import type { Filter } from '#platform/contract/filter.ts'
import { sayFailed } from '../../../shell/say-failed.ts'
import { useMay } from '../../../shell/session.ts'
import { announce } from '../../../ui/announce.tsx'
import { IconButton } from '../../../ui/icon-button.tsx'
import { toastUndo } from '../../../ui/toast-store.ts'
import { dayText } from '../fields/field-words.ts'
import { usePeek } from '../record/peek.ts'
import { changeRecord } from '../record/record-access.ts'
import { type AnyRecord, patchOf, valueIn, withValue } from '../record/record-values.ts'
import { both } from './filter-model.ts'
import classes from './list-calendar.module.css'
import type { ListObject } from './list-objects.ts'
import { sourcesOf } from './list-source.ts'
import { useSources } from './use-sources.ts'
import { instantOfDay, localDay, monthGrid, shiftedDay, shiftedMonth } from './zone.ts'

const SHOWN_MAX = 3
/** A month with more records than this says that it is cut. */
const ROWS_MAX = 1_000

interface ListCalendarProps {
  of: ListObject
  field: RecordField
  filter: Filter | null
  month: string
  onMonth: (month: string) => void
}

/** The records of a list on the days of a month. A record is put on another day by dragging it or with Alt and the arrows. */
export function ListCalendar({ of, field, filter, month, onMonth }: ListCalendarProps) {
  const days = monthGrid(month)
  const [first = '', last = ''] = [days[0], days.at(-1)]
  const span: Filter =
    field.kind === 'date'
      ? { field: field.key, op: 'between', value: [first, last] }
      : {
          all: [
            { field: field.key, op: 'on_or_after', value: instantOfDay(first) },
            { field: field.key, op: 'before', value: instantOfDay(last, 1) },
          ],
        }
  const { parts, sources } = useSources([{ route: of.list, filter: both(filter, span), sort: '' }])
  const part = parts[0]
  const isCut = (part?.rows.length ?? 0) >= ROWS_MAX && part?.hasMore
  if (part?.hasMore && !part.isReading && !part.error && !isCut)
    queueMicrotask(() => void sources[0]?.readMore())
  const [active, setActive] = useState<string>()
  const grid = useRef<HTMLDivElement>(null)
  const put = usePutOnDay(of, field)
  const mayMove = useMay(`${of.permission}:write`) && field.isEditable
  const byDay = Map.groupBy(part?.rows ?? [], record => dayOf(record, field))
  const today = localDay(Date.now())
  const stop = active && days.includes(active) ? active : days.includes(today) ? today : `${month}-01`
  const goTo = (day: string) => {
    setActive(day)
    if (!days.includes(day)) onMonth(day.slice(0, 7))
    requestAnimationFrame(() =>
      grid.current?.querySelector<HTMLElement>(`[data-day="${day}"]`)?.focus({ preventScroll: false }),
    )
  }
  const onKey = (event: KeyboardEvent, day: string) => {
    if (event.target !== event.currentTarget || event.metaKey || event.ctrlKey || event.altKey) return
    const by = KEYS[event.key]
    if (by === undefined) {
      if (event.key === 'Enter') {
        event.currentTarget.querySelector<HTMLElement>('button')?.focus()
        event.preventDefault()
      }
      return
    }
    event.preventDefault()
    goTo(shiftedDay(Date.parse(instantOfDay(day)), by[0], by[1]))
  }
  return (
    <div className={classes.calendar}>
      <div className={classes.head}>
        <h2 className={classes.month} aria-live="polite">
          {new Intl.DateTimeFormat(undefined, { month: 'long', year: 'numeric' }).format(
            new Date(`${month}-01T12:00:00`),
          )}
        </h2>
        <IconButton label="Month before" onClick={() => onMonth(shiftedMonth(month, -1))}>
          <ChevronLeft size={16} />
        </IconButton>
        <IconButton label="Month after" onClick={() => onMonth(shiftedMonth(month, 1))}>
          <ChevronRight size={16} />
        </IconButton>
        <Button size="xs" onClick={() => goTo(today)}>
          Today
        </Button>
        {isCut ? (
          <span className={classes.cut}>Only the first {ROWS_MAX.toLocaleString()} are shown.</span>
        ) : null}
      </div>
      <div
        ref={grid}
        className={classes.grid}
        role="grid"
        aria-label={`${of.title} by ${field.label.toLowerCase()}`}
      >
        <div className={classes.week} role="row">
          {days.slice(0, 7).map(day => (
            <div key={day} role="columnheader" className={classes.weekday}>
              {new Intl.DateTimeFormat(undefined, { weekday: 'short' }).format(new Date(`${day}T12:00:00`))}
            </div>
          ))}
        </div>
        {Array.from({ length: days.length / 7 }, (_, week) => (
          <div key={days[week * 7]} className={classes.week} role="row">
            {days.slice(week * 7, week * 7 + 7).map(day => (
              <Day
                key={day}
                scope={of.object}
                day={day}
                isOther={!day.startsWith(month)}
                isToday={day === today}
                tabStop={day === stop}
                records={byDay.get(day) ?? []}
                object={of}
                mayMove={mayMove}
                onKey={event => onKey(event, day)}
                onFocus={() => setActive(day)}
                onPut={(id, to) => {
                  const record = part?.rows.find(row => row.id === id)
                  if (record && dayOf(record, field) !== to) put(record, to)
                }}
              />
            ))}
          </div>
        ))}
      </div>
    </div>
  )
}

const KEYS: Readonly<Record<string, readonly [number, 'd' | 'w' | 'm']>> = {
  ArrowLeft: [-1, 'd'],
  ArrowRight: [1, 'd'],
  ArrowUp: [-1, 'w'],
  ArrowDown: [1, 'w'],
  PageUp: [-1, 'm'],
  PageDown: [1, 'm'],
}

function dayOf(record: AnyRecord, field: RecordField): string {
  const value = valueIn(record, field)
  if (typeof value !== 'string') return ''
  return field.kind === 'date' ? value.slice(0, 10) : localDay(Date.parse(value))
}

/** The value that puts a record on another day; an instant keeps its time of the day. */
function valueOnDay(record: AnyRecord, field: RecordField, day: string): string {
  if (field.kind === 'date') return day
  const at = new Date(String(valueIn(record, field)))
  const start = new Date(instantOfDay(day))
  start.setHours(at.getHours(), at.getMinutes(), at.getSeconds())
  return start.toISOString()
}

/** Puts records on other days: shown at once, put back when the server refuses. */
function usePutOnDay(of: ListObject, field: RecordField) {
  const put = async (record: AnyRecord, value: unknown, isUndo = false) => {
    const before = valueIn(record, field)
    const show = (shown: unknown) => {
      for (const source of sourcesOf(of.list))
        source.put(new Map([[record.id, withValue(record, field, shown)]]))
    }
    show(value)
    try {
      await changeRecord(
        { object: of.object, id: record.id },
        field.key,
        patchOf(field, before, value),
        undefined,
      )
      const day = dayOf(withValue(record, field, value), field)
      announce(`${record.name} is on ${dayText(day)}.`)
      if (!isUndo)
        toastUndo(
          `${record.name} moved to ${dayText(day)}.`,
          () => void put(withValue(record, field, value), before, true),
        )
    } catch (error) {
      show(before)
      sayFailed(error, () => void put(record, value, isUndo))
    }
  }
  return (record: AnyRecord, day: string) => void put(record, valueOnDay(record, field, day))
}

interface DayProps {
  scope: string
  day: string
  isOther: boolean
  isToday: boolean
  tabStop: boolean
  records: readonly AnyRecord[]
  object: ListObject
  mayMove: boolean
  onKey: (event: KeyboardEvent) => void
  onFocus: () => void
  onPut: (id: string, day: string) => void
}

function Day(props: DayProps) {
  const { scope, day, records, onPut } = props
  const cell = useRef<HTMLDivElement>(null)
  const [over, setOver] = useState(false)
  const [opened, setOpened] = useState(false)
  const latest = useRef(onPut)
  latest.current = onPut
  useEffect(() => {
    if (!cell.current) return
    return dropTargetForElements({
      element: cell.current,
      canDrop: ({ source }) => source.data.calendar === scope,
      onDragEnter: () => setOver(true),
      onDragLeave: () => setOver(false),
      onDrop: ({ source }) => {
        setOver(false)
        latest.current(String(source.data.id), day)
      },
    })
  }, [scope, day])
  const shown = records.slice(0, records.length > SHOWN_MAX + 1 ? SHOWN_MAX : SHOWN_MAX + 1)
  const more = records.length - shown.length
  return (
    <div
      ref={cell}
      role="gridcell"
      className={classes.day}
      data-day={day}
      data-other={props.isOther}
      data-over={over}
      aria-label={`${dayText(day)}, ${records.length} ${records.length === 1 ? props.object.one : props.object.many}`}
      tabIndex={props.tabStop ? 0 : -1}
      onKeyDown={props.onKey}
      onFocus={event => event.target === event.currentTarget && props.onFocus()}
    >
      <span className={classes.number} data-today={props.isToday} aria-hidden="true">
        {Number(day.slice(8))}
      </span>
      {shown.map(record => (
        <Entry key={record.id} {...props} record={record} />
      ))}
      {more > 0 ? (
        <Popover opened={opened} onChange={setOpened} position="bottom" trapFocus returnFocus>
          <Popover.Target>
            <button type="button" className={classes.more} onClick={() => setOpened(!opened)}>
              {more} more
            </button>
          </Popover.Target>
          <Popover.Dropdown className={classes.all} aria-label={dayText(day)}>
            {records.map(record => (
              <Entry key={record.id} {...props} record={record} />
            ))}
          </Popover.Dropdown>
        </Popover>
      ) : null}
    </div>
  )
}

function Entry({ record, day, scope, object, mayMove, onPut }: DayProps & { record: AnyRecord }) {
  const peek = usePeek()
  const button = useRef<HTMLButtonElement>(null)
  useEffect(() => {
    if (!button.current || !mayMove) return
    return draggable({
      element: button.current,
      getInitialData: () => ({ calendar: scope, id: record.id }),
    })
  }, [scope, record.id, mayMove])
  return (
    <button
      ref={button}
      type="button"
      className={classes.entry}
      data-entry={record.id}
      title={record.name}
      aria-keyshortcuts={mayMove ? 'Alt+ArrowLeft Alt+ArrowRight Alt+ArrowUp Alt+ArrowDown' : undefined}
      onClick={() => peek.open({ object: object.object, id: record.id })}
      onKeyDown={event => {
        if (event.key === 'Escape') {
          event.currentTarget.closest<HTMLElement>('[data-day]')?.focus()
          event.preventDefault()
          return
        }
        const by = KEYS[event.key]
        if (!mayMove || !event.altKey || !by) return
        event.preventDefault()
        event.stopPropagation()
        onPut(record.id, shiftedDay(Date.parse(instantOfDay(day)), by[0], by[1]))
        // It is drawn anew on the other day; the focus goes with it.
        requestAnimationFrame(() =>
          document.querySelector<HTMLElement>(`[data-entry="${record.id}"]`)?.focus(),
        )
      }}
    >
      {record.name || 'Without a name'}
    </button>
  )
}

/** The fields whose days can be the days of a calendar. */
export function calendarFields(fields: readonly RecordField[]): readonly RecordField[] {
  return fields.filter(field => (field.kind === 'date' || field.kind === 'time') && field.isFilterable)
}
