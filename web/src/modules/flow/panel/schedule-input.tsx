import { NumberInput, Select, TextInput } from '@mantine/core'
import { keepPreviousData, useQuery } from '@tanstack/react-query'
import { useContext, useState } from 'react'
import { nodeTypes, previewSchedule } from '#modules/flow/contract.ts'
import { call, routeKey } from '../../../shell/api.ts'
import { slotWords } from '../workflow/trigger-words.ts'
import { Checks } from './checks.tsx'
import { GraphContext, useForm } from './form-context.ts'
import { Labelled } from './labelled.tsx'
import classes from './schedule-input.module.css'
import { cronOf, type Plan, type PlanKind, planFor, planOf } from './schedule-plan.ts'
import type { InputProps } from './simple-inputs.tsx'

const KINDS: readonly { value: PlanKind; label: string }[] = [
  { value: 'minutes', label: 'Every few minutes' },
  { value: 'hours', label: 'Every few hours' },
  { value: 'week', label: 'On days of the week' },
  { value: 'month', label: 'On a day of the month' },
  { value: 'other', label: 'Other, as cron' },
]

/** A week is read from Monday. */
const WEEK = [
  { value: 1, label: 'Mon' },
  { value: 2, label: 'Tue' },
  { value: 3, label: 'Wed' },
  { value: 4, label: 'Thu' },
  { value: 5, label: 'Fri' },
  { value: 6, label: 'Sat' },
  { value: 0, label: 'Sun' },
]

/** When the clock starts runs: chosen in words, said back in words, with the next times. */
export function ScheduleField({ field, path, value }: InputProps) {
  const { set, isReadOnly } = useForm()
  const cron = typeof value === 'string' ? value : ''
  const read = planOf(cron)
  // Cron text that says what a choice says stays cron text while somebody writes it.
  const [writes, setWrites] = useState(read.every === 'other' && cron !== '')
  const plan: Plan = writes ? { every: 'other', cron } : read
  const put = (next: Plan) => set(path, cronOf(next))
  return (
    <Labelled label={field.label} path={path}>
      <div className={classes.parts}>
        <Select
          aria-label="How often"
          data={KINDS}
          value={cron === '' && !writes ? null : plan.every}
          placeholder="Choose"
          allowDeselect={false}
          readOnly={isReadOnly}
          onChange={kind => {
            if (!kind) return
            setWrites(kind === 'other')
            put(planFor(kind as PlanKind, plan))
          }}
        />
        {cron === '' && !writes ? null : <PlanParts plan={plan} put={put} isReadOnly={isReadOnly} />}
      </div>
      <Times />
    </Labelled>
  )
}

interface PartsProps {
  plan: Plan
  put: (plan: Plan) => void
  isReadOnly: boolean
}

function PlanParts({ plan, put, isReadOnly }: PartsProps) {
  switch (plan.every) {
    case 'minutes':
      return (
        <Whole
          label="Minutes between two runs"
          suffix=" min"
          value={plan.step}
          min={1}
          max={59}
          onChange={step => put({ ...plan, step })}
          isReadOnly={isReadOnly}
        />
      )
    case 'hours':
      return (
        <div className={classes.two}>
          <Whole
            label="Hours between two runs"
            suffix=" h"
            value={plan.step}
            min={1}
            max={23}
            onChange={step => put({ ...plan, step })}
            isReadOnly={isReadOnly}
          />
          <Whole
            label="Minute of the hour"
            prefix="at minute "
            value={plan.minute}
            min={0}
            max={59}
            onChange={minute => put({ ...plan, minute })}
            isReadOnly={isReadOnly}
          />
        </div>
      )
    case 'week':
      return (
        <>
          <fieldset className={classes.week}>
            <legend className="visually-hidden">Days of the week</legend>
            <Checks
              options={WEEK}
              chosen={plan.weekdays}
              isRow
              isReadOnly={isReadOnly}
              // Without a day it would never happen, so the last one stays.
              onChange={weekdays => weekdays.length > 0 && put({ ...plan, weekdays })}
            />
          </fieldset>
          <Clock value={plan.time} onChange={time => put({ ...plan, time })} isReadOnly={isReadOnly} />
        </>
      )
    case 'month':
      return (
        <div className={classes.two}>
          <Whole
            label="Day of the month"
            prefix="day "
            value={plan.day}
            min={1}
            max={31}
            onChange={day => put({ ...plan, day })}
            isReadOnly={isReadOnly}
          />
          <Clock value={plan.time} onChange={time => put({ ...plan, time })} isReadOnly={isReadOnly} />
        </div>
      )
    case 'other':
      return (
        <TextInput
          aria-label="Cron"
          description="Minute, hour, day of the month, month, weekday."
          placeholder="0 9 * * 1-5"
          classNames={{ input: classes.cron ?? '' }}
          value={plan.cron}
          readOnly={isReadOnly}
          onChange={event => put({ every: 'other', cron: event.currentTarget.value })}
        />
      )
  }
}

interface WholeProps {
  label: string
  prefix?: string
  suffix?: string
  value: number
  min: number
  max: number
  onChange: (value: number) => void
  isReadOnly: boolean
}

function Whole({ label, prefix, suffix, value, min, max, onChange, isReadOnly }: WholeProps) {
  return (
    <NumberInput
      aria-label={label}
      prefix={prefix ?? ''}
      suffix={suffix ?? ''}
      value={value}
      min={min}
      max={max}
      clampBehavior="strict"
      allowDecimal={false}
      readOnly={isReadOnly}
      onChange={next => {
        if (typeof next === 'number' && next >= min && next <= max) onChange(next)
      }}
    />
  )
}

function Clock({
  value,
  onChange,
  isReadOnly,
}: {
  value: string
  onChange: (time: string) => void
  isReadOnly: boolean
}) {
  return (
    <TextInput
      aria-label="Time of the day"
      type="time"
      value={value}
      readOnly={isReadOnly}
      onChange={event => {
        if (event.currentTarget.value !== '') onChange(event.currentTarget.value.slice(0, 5))
      }}
    />
  )
}

const NEXT_SHOWN = 3

/** What the schedule says, and when it happens next, after the last pause in typing. */
function Times() {
  const settled = useContext(GraphContext)?.node.config
  const type = nodeTypes.get('schedule')
  const parsed = type?.config.safeParse(settled)
  const { cron, timeZone } = (parsed?.success ? parsed.data : {}) as { cron?: string; timeZone?: string }
  const input = { body: { cron: cron ?? '', timeZone: timeZone ?? '', count: NEXT_SHOWN } }
  const { data } = useQuery({
    queryKey: routeKey(previewSchedule, input),
    queryFn: ({ signal }) => call(previewSchedule, input, { signal }),
    enabled: parsed?.success === true,
    placeholderData: keepPreviousData,
    retry: false,
  })
  if (!type || !parsed?.success) return null
  return (
    <div className={classes.times} aria-live="polite">
      <p className={classes.words}>{type.summary(parsed.data)}.</p>
      {data && data.next.length > 0 && timeZone ? (
        <p className={classes.next}>Next: {data.next.map(at => slotWords(at, timeZone)).join(' · ')}</p>
      ) : null}
    </div>
  )
}
