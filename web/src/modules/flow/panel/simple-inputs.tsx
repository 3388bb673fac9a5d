import { NumberInput, Select, Switch, TextInput } from '@mantine/core'
import { Choice } from '../../../ui/choice.tsx'
import { FormField } from '../../../ui/form-field.tsx'
import { Checks } from './checks.tsx'
import { useForm, useIssue, wrong } from './form-context.ts'
import { Labelled } from './labelled.tsx'
import type { SettingPath } from './paths.ts'
import classes from './simple-inputs.module.css'
import type { Field, Option } from './widgets.ts'

export interface InputProps {
  field: Field
  path: SettingPath
  value: unknown
}

/** Texts without placeholders. */
export function PlainText({ field, path, value }: InputProps) {
  const { set, isReadOnly } = useForm()
  const issue = useIssue(path)
  const example = field.widget.as === 'text' ? field.widget.example : undefined
  return (
    <TextInput
      label={field.label}
      description={field.about}
      placeholder={example}
      value={String(value ?? field.preset ?? '')}
      error={wrong(issue)}
      readOnly={isReadOnly}
      onChange={event => {
        const text = event.currentTarget.value
        set(path, text === '' && !field.isRequired ? undefined : text)
      }}
    />
  )
}

interface NumbersProps extends InputProps {
  /** How many of what is stored make one of what is shown. */
  scale?: number | undefined
  suffix?: string | undefined
}

/** A number; empty where the preset holds. */
export function NumberField({ field, path, value, scale = 1, suffix }: NumbersProps) {
  const { set, isReadOnly } = useForm()
  const issue = useIssue(path)
  const shown = (number: unknown) => (typeof number === 'number' ? number / scale : '')
  const isWhole = field.widget.as === 'number' && field.widget.isWhole
  return (
    <NumberInput
      label={field.label}
      description={field.about}
      classNames={{ wrapper: classes.short ?? '' }}
      placeholder={typeof field.preset === 'number' ? `${field.preset / scale}${suffix ?? ''}` : undefined}
      value={shown(value)}
      suffix={suffix ?? ''}
      allowDecimal={!isWhole}
      clampBehavior="none"
      hideControls
      readOnly={isReadOnly}
      error={wrong(issue)}
      onChange={number =>
        set(path, typeof number === 'number' ? Math.round(number * scale * 1e6) / 1e6 : undefined)
      }
    />
  )
}

/** Yes or no. */
export function SwitchField({ field, path, value }: InputProps) {
  const { set, isReadOnly } = useForm()
  return (
    <Switch
      label={field.label}
      description={field.about}
      checked={Boolean(value ?? field.preset)}
      disabled={isReadOnly}
      onChange={event => set(path, event.currentTarget.checked)}
    />
  )
}

/** The most letters that fit side by side in the panel. */
const SIDE_BY_SIDE = 34

function fitsSideBySide(options: readonly Option[]): boolean {
  return options.length < 4 && options.reduce((sum, { label }) => sum + label.length + 4, 0) <= SIDE_BY_SIDE
}

/** One of several: side by side where they are few and short, else a list. */
export function ChoiceField({ field, path, value, options }: InputProps & { options: readonly Option[] }) {
  const { set, isReadOnly } = useForm()
  const issue = useIssue(path)
  const chosen = (value ?? field.preset) as string | undefined
  const isKnown = options.some(option => option.value === chosen)
  if (chosen !== undefined && isKnown && fitsSideBySide(options) && !isReadOnly) {
    return (
      <Labelled label={field.label} about={field.about} path={path}>
        <Choice label={field.label} options={options} value={chosen} onChange={next => set(path, next)} />
      </Labelled>
    )
  }
  return (
    <Select
      label={field.label}
      description={field.about}
      data={isKnown || chosen === undefined ? options : [...options, { value: chosen, label: chosen }]}
      value={chosen ?? null}
      placeholder="Choose"
      searchable={options.length > 8}
      nothingFoundMessage="Nothing is called that."
      allowDeselect={!field.isRequired && field.preset === undefined}
      readOnly={isReadOnly}
      error={wrong(issue)}
      onChange={next => set(path, next ?? undefined)}
    />
  )
}

interface ChoicesProps extends InputProps {
  options: readonly { readonly value: string | number; readonly label: string }[]
}

/** Several of some. */
export function ChoicesField({ field, path, value, options }: ChoicesProps) {
  const { set, isReadOnly } = useForm()
  const held = value ?? field.preset
  return (
    <Labelled label={field.label} about={field.about} path={path} isDeep>
      <Checks
        options={options}
        chosen={Array.isArray(held) ? held : []}
        isReadOnly={isReadOnly}
        isRow={field.widget.as === 'weekdays'}
        onChange={chosen => set(path, chosen)}
      />
    </Labelled>
  )
}

const zones = ['UTC', ...Intl.supportedValuesOf('timeZone').filter(zone => zone !== 'UTC')]

/** A time zone by its name. */
export function ZoneField({ field, path, value }: InputProps) {
  const { set, isReadOnly } = useForm()
  const issue = useIssue(path)
  const chosen = typeof value === 'string' ? value : typeof field.preset === 'string' ? field.preset : null
  const data = chosen === null || zones.includes(chosen) ? zones : [chosen, ...zones]
  return (
    <Select
      label={field.label}
      description={field.about}
      data={data}
      value={chosen}
      placeholder="Such as Europe/Paris"
      searchable
      limit={60}
      allowDeselect={false}
      nothingFoundMessage="No time zone is called that."
      readOnly={isReadOnly}
      error={wrong(issue)}
      onChange={zone => zone && set(path, zone)}
    />
  )
}

/** Days of the calendar. */
export function DaysField({ field, path, value }: InputProps) {
  const { set, isReadOnly } = useForm()
  const days = Array.isArray(value) ? value.map(String) : []
  const issue = useIssue(path, true)
  return (
    <FormField label={field.label} hint={field.about} error={wrong(issue)} required={false}>
      {control => (
        <div className={classes.days}>
          {days.map((day, index) => (
            <TextInput
              // biome-ignore lint/suspicious/noArrayIndexKey: days have no identity but their place
              key={index}
              type="date"
              aria-label={`Day ${index + 1}`}
              value={day}
              readOnly={isReadOnly}
              onChange={event => {
                const next = event.currentTarget.value
                set(path, next === '' ? days.filter((_, at) => at !== index) : days.with(index, next))
              }}
            />
          ))}
          <TextInput
            {...control}
            type="date"
            value=""
            readOnly={isReadOnly}
            onChange={event => {
              const day = event.currentTarget.value
              if (day !== '') set(path, [...days, day])
            }}
          />
        </div>
      )}
    </FormField>
  )
}
