import { MultiSelect, NumberInput, Select, TagsInput, TextInput } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import type { RecordField } from '#modules/crm/contract.ts'
import { listMembers } from '#modules/iam/contract.ts'
import type { Condition, FilterValue, Money } from '#platform/contract/filter.ts'
import { minorDigits, minorUnits } from '#platform/contract/money.ts'
import { routeQuery } from '../../../shell/api.ts'
import { useMay } from '../../../shell/session.ts'

import { useRecordSearch } from '../fields/use-record-search.ts'
import classes from './filter-bar.module.css'
import { filterTypeOf, operandsOf, valuesOf } from './filter-model.ts'
import { momentWords } from './value-words.ts'

interface ValueInputProps {
  field: RecordField
  condition: Condition
  onChange: (value: Condition['value']) => void
}

// Lists of choices open inside the popover they stand in: one of their own would close it.
const inside = { comboboxProps: { withinPortal: false } } as const

/** Takes the values of a condition, by the type of its field. Nothing for an operator without values. */
export function ValueInput(props: ValueInputProps) {
  const { field, condition, onChange } = props
  const type = filterTypeOf(field)
  const operands = operandsOf(field, condition.op)
  const values = valuesOf(condition)
  if (operands === 'none') return null
  if (operands === 'two')
    return (
      <div className={classes.two}>
        {[0, 1].map(at => (
          <OneValue
            key={at}
            field={field}
            label={at === 0 ? 'From' : 'To'}
            value={values[at]}
            onChange={value => {
              const next = [values[0] ?? '', values[1] ?? '']
              next[at] = value
              onChange(next)
            }}
          />
        ))}
      </div>
    )
  if (type === 'enum') return <Options {...props} isOne={operands === 'one'} />
  if (type === 'id') return <People {...props} isOne={operands === 'one'} />
  if (operands === 'many' || type === 'list') return <Words {...props} isOne={operands === 'one'} />
  return <OneValue field={field} label={field.label} value={values[0]} onChange={onChange} />
}

function texts(condition: Condition): string[] {
  return valuesOf(condition).map(String)
}

function Options({ field, condition, onChange, isOne }: ValueInputProps & { isOne: boolean }) {
  const data = [...(field.options ?? [])]
  return isOne ? (
    <Select
      {...inside}
      aria-label={field.label}
      data={data}
      value={texts(condition)[0] ?? null}
      onChange={value => value !== null && onChange(value)}
      data-autofocus
    />
  ) : (
    <MultiSelect
      {...inside}
      aria-label={field.label}
      placeholder="Choose"
      data={data}
      value={texts(condition)}
      onChange={onChange}
      searchable
      data-autofocus
    />
  )
}

/** Members, oneself first, for fields of members; records by their names for the others. */
function People(props: ValueInputProps & { isOne: boolean }) {
  return props.field.kind === 'user' ? <Members {...props} /> : <Records {...props} />
}

function Members({ field, condition, onChange, isOne }: ValueInputProps & { isOne: boolean }) {
  const mayRead = useMay('members:read')
  const { data } = useQuery({
    ...routeQuery(listMembers, { query: { status: 'active', limit: 100 } }),
    staleTime: 60_000,
    enabled: mayRead,
  })
  const members = (data?.items ?? []).map(({ userId, name }) => ({ value: userId, label: name }))
  const known = new Set(['me', ...members.map(({ value }) => value)])
  const gone = texts(condition).filter(id => !known.has(id))
  const options = [
    { value: 'me', label: 'Me' },
    ...members,
    ...gone.map(value => ({ value, label: 'A former member' })),
  ]
  return (
    <Chosen field={field} options={options} chosen={texts(condition)} isOne={isOne} onChange={onChange} />
  )
}

function Records({ field, condition, onChange, isOne }: ValueInputProps & { isOne: boolean }) {
  const [search, setSearch] = useState('')
  const [names, setNames] = useState<ReadonlyMap<string, string>>(new Map())
  const { found } = useRecordSearch(field.relatesTo, search)
  const options = new Map(found.map(({ id, name }) => [id, name]))
  for (const id of texts(condition)) if (!options.has(id)) options.set(id, names.get(id) ?? 'The chosen one')
  return (
    <Chosen
      field={field}
      options={[...options].map(([value, label]) => ({ value, label }))}
      chosen={texts(condition)}
      isOne={isOne}
      onSearch={setSearch}
      onChange={value => {
        setNames(new Map([...names, ...options]))
        onChange(value)
      }}
    />
  )
}

interface ChosenProps {
  field: RecordField
  options: readonly { value: string; label: string }[]
  chosen: readonly string[]
  isOne: boolean
  onSearch?: (text: string) => void
  onChange: (value: string | string[]) => void
}

function Chosen({ field, options, chosen, isOne, onSearch, onChange }: ChosenProps) {
  const shared = {
    ...inside,
    'aria-label': field.label,
    placeholder: 'Choose',
    data: [...options],
    searchable: true,
    'data-autofocus': true,
    ...(onSearch ? { onSearchChange: onSearch } : {}),
  }
  return isOne ? (
    <Select {...shared} value={chosen[0] ?? null} onChange={value => value !== null && onChange(value)} />
  ) : (
    <MultiSelect {...shared} value={[...chosen]} onChange={onChange} />
  )
}

function Words({ field, condition, onChange, isOne }: ValueInputProps & { isOne: boolean }) {
  const options = [...(field.options ?? [])]
  if (options.length > 0)
    return <Options field={field} condition={condition} onChange={onChange} isOne={isOne} />
  return isOne ? (
    <TextLine label={field.label} value={texts(condition)[0] ?? ''} onChange={onChange} />
  ) : (
    <TagsInput
      {...inside}
      aria-label={field.label}
      placeholder="Type and press Enter"
      value={texts(condition)}
      onChange={onChange}
      data-autofocus
    />
  )
}

interface OneValueProps {
  field: RecordField
  label: string
  value: FilterValue | undefined
  onChange: (value: FilterValue) => void
}

function OneValue({ field, label, value, onChange }: OneValueProps) {
  switch (filterTypeOf(field)) {
    case 'number':
      return (
        <NumberInput
          aria-label={label}
          value={typeof value === 'number' ? value : ''}
          onChange={next => typeof next === 'number' && onChange(next)}
          hideControls
          data-autofocus
        />
      )
    case 'money':
      return <Amount label={label} value={value as Money | undefined} onChange={onChange} />
    case 'date':
    case 'time':
      return <Moment label={label} value={typeof value === 'string' ? value : ''} onChange={onChange} />
    case 'boolean':
      return (
        <Select
          {...inside}
          aria-label={label}
          data={[
            { value: 'true', label: 'Yes' },
            { value: 'false', label: 'No' },
          ]}
          value={typeof value === 'boolean' ? String(value) : null}
          onChange={word => onChange(word === 'true')}
          data-autofocus
        />
      )
    default:
      return <TextLine label={label} value={value === undefined ? '' : String(value)} onChange={onChange} />
  }
}

/** What is typed counts on Enter and on leaving, not with every letter. */
function TextLine({
  label,
  value,
  onChange,
}: {
  label: string
  value: string
  onChange: (value: string) => void
}) {
  const [typed, setTyped] = useState(value)
  const save = () => typed.trim() !== value && onChange(typed.trim())
  return (
    <TextInput
      aria-label={label}
      value={typed}
      onChange={event => setTyped(event.currentTarget.value)}
      onBlur={save}
      onKeyDown={event => event.key === 'Enter' && save()}
      maxLength={500}
      data-autofocus
    />
  )
}

function Amount({
  label,
  value,
  onChange,
}: {
  label: string
  value: Money | undefined
  onChange: (value: Money) => void
}) {
  const currency = value?.currency ?? 'EUR'
  const units = value ? value.amount / 10 ** minorDigits(currency) : ''
  const save = (amount: number, of: string) => onChange({ amount: minorUnits(amount, of), currency: of })
  return (
    <div className={classes.two}>
      <NumberInput
        aria-label={label}
        value={units}
        onChange={next => typeof next === 'number' && save(next, currency)}
        hideControls
        data-autofocus
      />
      <Select
        {...inside}
        aria-label="Currency"
        data={[
          'EUR',
          'USD',
          'GBP',
          'CHF',
          ...(['EUR', 'USD', 'GBP', 'CHF'].includes(currency) ? [] : [currency]),
        ]}
        value={currency}
        onChange={next => next !== null && save(value ? Number(units) : 0, next)}
      />
    </div>
  )
}

const MOMENTS = [
  'today',
  'today-1d',
  'today-7d',
  'today-30d',
  'today-90d',
  'today-1y',
  'today+1d',
  'today+7d',
  'today+30d',
] as const
const DAY = 'day'

/** A day that moves with the reader's today, or one that stays. */
function Moment({
  label,
  value,
  onChange,
}: {
  label: string
  value: string
  onChange: (value: string) => void
}) {
  const [isDay, setDay] = useState(/^\d{4}-/.test(value))
  const known = value !== '' && !isDay && !MOMENTS.some(each => each === value) ? [value] : []
  const options = [...MOMENTS, ...known].map(each => {
    const words = momentWords(each)
    return { value: each, label: words.charAt(0).toUpperCase() + words.slice(1) }
  })
  return (
    <div className={isDay ? classes.two : undefined}>
      <Select
        {...inside}
        aria-label={label}
        placeholder="When"
        data={[...options, { value: DAY, label: 'A certain day' }]}
        value={isDay ? DAY : value || null}
        onChange={next => {
          setDay(next === DAY)
          if (next !== null && next !== DAY) onChange(next)
        }}
        data-autofocus
      />
      {isDay ? (
        <TextInput
          type="date"
          aria-label={`${label}: day`}
          value={value.slice(0, 10)}
          onChange={event => event.currentTarget.value && onChange(event.currentTarget.value)}
        />
      ) : null}
    </div>
  )
}
