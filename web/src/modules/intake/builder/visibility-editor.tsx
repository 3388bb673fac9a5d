import { Button, Select } from '@mantine/core'
import { Plus, X } from 'lucide-react'
import { useRef } from 'react'
import { IconButton } from '../../../ui/icon-button.tsx'
import { conditionOn, isBare, operatorChoices } from '../conditions/answer-condition.ts'
import { ConditionValue } from '../conditions/condition-value.tsx'
import classes from './builder.module.css'
import { useBuilder } from './builder-context.ts'
import type { Condition, DraftField, Visibility } from './draft.ts'
import { problemAt } from './draft-problems.ts'
import { visibilityWords } from './visibility-words.ts'

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
          data={operatorChoices(asked?.type)}
          value={condition.operator}
          allowDeselect={false}
          onChange={operator => {
            if (operator === null) return
            const { value, ...rest } = condition
            onChange(isBare(operator) ? { ...rest, operator } : { ...rest, operator, value: value ?? '' })
          }}
        />
        {isBare(condition.operator) ? null : (
          <ConditionValue
            label={`Condition ${number}: value`}
            value={condition.value}
            asked={asked}
            onChange={value => onChange({ ...condition, value })}
          />
        )}
      </div>
      {error ? <p className={classes.error}>{error}</p> : null}
    </div>
  )
}
