import { Button, Select, TextInput } from '@mantine/core'
import { Plus, X } from 'lucide-react'
import { useRef } from 'react'
import { FieldOperator, operatorsOf } from '#modules/intake/contract.ts'
import { IconButton } from '../../../ui/icon-button.tsx'
import classes from './builder.module.css'
import { useBuilder } from './builder-context.ts'
import type { Condition, DraftField, Visibility } from './draft.ts'
import { problemAt } from './draft-problems.ts'
import { operatorWords, visibilityWords } from './visibility-words.ts'

/** Conditions of one field, as many as the server takes. */
const CONDITIONS_MAX = 20

interface VisibilityEditorProps {
  field: DraftField
  /** The fields above it, which alone can be asked for. */
  above: readonly DraftField[]
  onChange: (visibleWhen: Visibility | undefined) => void
}

/** When a field is asked: conditions on answers further up, and the sentence they make. */
export function VisibilityEditor({ field, above, onChange }: VisibilityEditorProps) {
  const { problems, isReadOnly } = useBuilder()
  const box = useRef<HTMLFieldSetElement>(null)
  const { visibleWhen } = field
  const [first] = above
  if (!visibleWhen && !first)
    return <p className={classes.hint}>Always asked. Conditions can name fields that stand above this one.</p>
  const conditions = visibleWhen?.conditions ?? []
  const put = (next: readonly Condition[]) =>
    onChange(next.length === 0 ? undefined : { match: visibleWhen?.match ?? 'all', conditions: next })
  const add = () => {
    const last = above.at(-1)
    if (!last) return
    put([...conditions, conditionOn(last)])
    requestAnimationFrame(() => {
      const rows = box.current?.querySelectorAll<HTMLElement>('[data-condition]')
      rows?.[rows.length - 1]?.querySelector('input')?.focus()
    })
  }
  return (
    <fieldset ref={box} className={classes.group} disabled={isReadOnly}>
      <legend className="visually-hidden">When it is asked</legend>
      <p className={classes.sentence}>
        {visibleWhen ? `${visibilityWords(visibleWhen, [...above, field])}.` : 'Always asked.'}
      </p>
      {conditions.length > 1 ? (
        <Select
          aria-label="How the conditions are taken together"
          data={[
            { value: 'all', label: 'All of these hold' },
            { value: 'any', label: 'Any of these holds' },
          ]}
          value={visibleWhen?.match ?? 'all'}
          allowDeselect={false}
          onChange={match => onChange({ match: match === 'any' ? 'any' : 'all', conditions })}
        />
      ) : null}
      {conditions.map((condition, index) => (
        <ConditionRow
          // biome-ignore lint/suspicious/noArrayIndexKey: conditions have no identity but their place
          key={index}
          condition={condition}
          number={index + 1}
          above={above}
          error={problemAt(problems, field.key, ['visibleWhen', 'conditions', index], true)}
          onChange={next => put(conditions.with(index, next))}
          onRemove={() => put(conditions.toSpliced(index, 1))}
        />
      ))}
      {above.length > 0 && conditions.length < CONDITIONS_MAX ? (
        <div>
          <Button size="xs" variant="subtle" leftSection={<Plus size={14} />} onClick={add}>
            Add a condition
          </Button>
        </div>
      ) : null}
    </fieldset>
  )
}

/** A first condition on an answer: what is asked of it most. */
function conditionOn(asked: DraftField): Condition {
  const [option] = asked.options ?? []
  switch (asked.type) {
    case 'DROPDOWN':
      return { field: asked.key, operator: 'is', value: option }
    case 'MULTI_SELECT':
      return { field: asked.key, operator: 'contains', value: option }
    case 'CHECKBOX':
      return { field: asked.key, operator: 'is', value: 'true' }
    default:
      return { field: asked.key, operator: 'is_answered' }
  }
}

interface ConditionRowProps {
  condition: Condition
  number: number
  above: readonly DraftField[]
  error: string | undefined
  onChange: (condition: Condition) => void
  onRemove: () => void
}

function ConditionRow({ condition, number, above, error, onChange, onRemove }: ConditionRowProps) {
  const asked = above.find(({ key }) => key === condition.field)
  const operators = operatorsOf(asked?.type ?? 'TEXT')
  const isBare = (operator: string) => operator === 'is_answered' || operator === 'is_empty'
  const known = above.map(({ key, label }) => ({ value: key, label: label.trim() || key }))
  return (
    <div className={classes.condition} data-condition="">
      <Select
        aria-label={`Condition ${number}: field`}
        data={asked ? known : [...known, { value: condition.field, label: condition.field }]}
        value={condition.field}
        allowDeselect={false}
        onChange={key => {
          const next = above.find(field => field.key === key)
          if (next && next.key !== condition.field) onChange(conditionOn(next))
        }}
      />
      <IconButton label={`Remove condition ${number}`} size="sm" onClick={onRemove}>
        <X size={14} />
      </IconButton>
      <div className={classes.comparison}>
        <Select
          aria-label={`Condition ${number}: how`}
          data={FieldOperator.options.flatMap(operator =>
            operators.includes(operator)
              ? { value: operator, label: operatorWords(operator, asked?.type) }
              : [],
          )}
          value={condition.operator}
          allowDeselect={false}
          onChange={operator => {
            if (operator === null) return
            const { value, ...rest } = condition
            onChange(isBare(operator) ? { ...rest, operator } : { ...rest, operator, value: value ?? '' })
          }}
        />
        {isBare(condition.operator) ? null : (
          <ConditionValue condition={condition} asked={asked} number={number} onChange={onChange} />
        )}
      </div>
      {error ? <p className={classes.error}>{error}</p> : null}
    </div>
  )
}

interface ConditionValueProps {
  condition: Condition
  asked: DraftField | undefined
  number: number
  onChange: (condition: Condition) => void
}

function ConditionValue({ condition, asked, number, onChange }: ConditionValueProps) {
  const label = `Condition ${number}: value`
  const put = (value: string) => onChange({ ...condition, value })
  const choices =
    asked?.type === 'CHECKBOX'
      ? [
          { value: 'true', label: 'ticked' },
          { value: 'false', label: 'not ticked' },
        ]
      : asked?.options?.filter((option, index, all) => option !== '' && all.indexOf(option) === index)
  if (choices) {
    return (
      <Select
        aria-label={label}
        data={choices}
        value={condition.value ?? null}
        placeholder="Choose"
        allowDeselect={false}
        onChange={value => value !== null && put(value)}
      />
    )
  }
  return (
    <TextInput
      aria-label={label}
      type={asked?.type === 'DATE' ? 'date' : 'text'}
      value={condition.value ?? ''}
      maxLength={500}
      onChange={event => put(event.currentTarget.value)}
    />
  )
}
