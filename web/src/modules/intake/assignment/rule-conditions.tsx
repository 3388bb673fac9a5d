import { Button, Select } from '@mantine/core'
import { Plus, X } from 'lucide-react'
import { IconButton } from '../../../ui/icon-button.tsx'
import { type AskedField, conditionOn, isBare, operatorChoices } from '../conditions/answer-condition.ts'
import { ConditionValue } from '../conditions/condition-value.tsx'
import classes from './assignment.module.css'
import type { RuleCondition, RuleWhen } from './rule-draft.ts'

const CONDITIONS_MAX = 20

interface RuleConditionsProps {
  /** The rule's name, for the names of the controls. */
  name: string
  when: RuleWhen | null
  fields: readonly AskedField[]
  onChange: (when: RuleWhen | null) => void
}

/** The answers a rule is for. */
export function RuleConditions({ name, when, fields, onChange }: RuleConditionsProps) {
  const conditions = when?.conditions ?? []
  const put = (next: readonly RuleCondition[]) =>
    onChange(next.length === 0 ? null : { match: when?.match ?? 'all', conditions: [...next] })
  const [first] = fields
  return (
    <div className={classes.conditions}>
      {conditions.length === 0 ? <p className={classes.about}>For every lead.</p> : null}
      {conditions.length > 1 ? (
        <Select
          size="xs"
          aria-label={`${name}: how the conditions are taken together`}
          data={[
            { value: 'all', label: 'For leads where all of these hold' },
            { value: 'any', label: 'For leads where any of these holds' },
          ]}
          value={when?.match ?? 'all'}
          allowDeselect={false}
          onChange={match => onChange({ match: match === 'any' ? 'any' : 'all', conditions })}
        />
      ) : null}
      {conditions.map((condition, at) => (
        <ConditionLine
          // biome-ignore lint/suspicious/noArrayIndexKey: conditions have no identity but their place
          key={at}
          label={`${name}, condition ${at + 1}`}
          condition={condition}
          fields={fields}
          onChange={next => put(conditions.with(at, next))}
          onRemove={() => put(conditions.toSpliced(at, 1))}
        />
      ))}
      {first && conditions.length < CONDITIONS_MAX ? (
        <div>
          <Button
            size="xs"
            variant="subtle"
            leftSection={<Plus size={14} />}
            onClick={() => put([...conditions, conditionOn(first)])}
          >
            {conditions.length === 0 ? 'Only for certain answers' : 'Add a condition'}
          </Button>
        </div>
      ) : null}
    </div>
  )
}

interface ConditionLineProps {
  label: string
  condition: RuleCondition
  fields: readonly AskedField[]
  onChange: (condition: RuleCondition) => void
  onRemove: () => void
}

function ConditionLine({ label, condition, fields, onChange, onRemove }: ConditionLineProps) {
  const asked = fields.find(({ key }) => key === condition.field)
  const known = fields.map(each => ({ value: each.key, label: each.label }))
  const data = asked ? known : [...known, { value: condition.field, label: `${condition.field} (gone)` }]
  return (
    <div className={classes.condition}>
      <Select
        size="xs"
        aria-label={`${label}: field`}
        data={data}
        value={condition.field}
        allowDeselect={false}
        onChange={key => {
          const next = fields.find(field => field.key === key)
          if (next && next.key !== condition.field) onChange(conditionOn(next))
        }}
      />
      <Select
        size="xs"
        aria-label={`${label}: how`}
        data={operatorChoices(asked?.type)}
        value={condition.operator}
        allowDeselect={false}
        onChange={operator => operator && onChange({ ...condition, operator })}
      />
      <IconButton label={`Remove ${label}`} size="sm" onClick={onRemove}>
        <X size={14} />
      </IconButton>
      {isBare(condition.operator) ? null : (
        <ConditionValue
          size="xs"
          className={classes.value}
          label={`${label}: value`}
          value={condition.value}
          asked={asked}
          onChange={value => onChange({ ...condition, value })}
        />
      )}
    </div>
  )
}
