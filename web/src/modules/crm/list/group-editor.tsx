import { Button, Select } from '@mantine/core'
import { Plus, X } from 'lucide-react'
import type { RecordField } from '#modules/crm/contract.ts'
import type { Condition, Filter } from '#platform/contract/filter.ts'
import { IconButton } from '../../../ui/icon-button.tsx'
import classes from './filter-bar.module.css'
import { firstOperator, groupOf, isGroup, operandsOf, operatorsOf, partsOf } from './filter-model.ts'
import { ValueInput } from './value-input.tsx'
import { operatorWords } from './value-words.ts'

const DEPTH_MAX = 3

/** A new condition of a field, still without a value. */
export function newCondition(field: RecordField): Condition {
  return { field: field.key, op: firstOperator(field) }
}

interface ConditionEditorProps {
  field: RecordField
  condition: Condition
  onChange: (condition: Condition) => void
}

/** The operator and the values of one condition. */
export function ConditionEditor({ field, condition, onChange }: ConditionEditorProps) {
  const { op, value } = condition
  const chooseOperator = (next: string) => {
    const [before, after] = [operandsOf(field, op), operandsOf(field, next)]
    const first = Array.isArray(value) ? value[0] : value
    const kept =
      before === after
        ? value
        : after === 'none'
          ? undefined
          : after === 'many' && first !== undefined
            ? [first]
            : after === 'one'
              ? first
              : undefined
    onChange({ field: condition.field, op: next, ...(kept === undefined ? {} : { value: kept }) })
  }
  return (
    <div className={classes.condition}>
      <Select
        aria-label={`${field.label}: comparison`}
        comboboxProps={{ withinPortal: false }}
        data={operatorsOf(field).map(each => ({ value: each, label: operatorWords(each) }))}
        value={op}
        onChange={next => next !== null && chooseOperator(next)}
      />
      <ValueInput
        key={op}
        field={field}
        condition={condition}
        onChange={next =>
          onChange({ field: condition.field, op, ...(next === undefined ? {} : { value: next }) })
        }
      />
    </div>
  )
}

interface GroupEditorProps {
  group: Filter
  fields: readonly RecordField[]
  byKey: ReadonlyMap<string, RecordField>
  onChange: (group: Filter) => void
  depth?: number
}

/** Conditions of which all or any have to hold, and groups of them inside. */
export function GroupEditor({ group, fields, byKey, onChange, depth = 1 }: GroupEditorProps) {
  const { word, parts } = partsOf(group)
  const put = (next: readonly Filter[]) => onChange(groupOf(word, next))
  const replace = (at: number, part: Filter) => put(parts.map((each, index) => (index === at ? part : each)))
  const first = fields[0]
  return (
    <fieldset className={classes.group}>
      <legend className={classes.legend}>
        <Select
          aria-label="How many have to hold"
          comboboxProps={{ withinPortal: false }}
          size="xs"
          data={[
            { value: 'all', label: 'All of these' },
            { value: 'any', label: 'Any of these' },
          ]}
          value={word}
          onChange={next => onChange(groupOf(next === 'any' ? 'any' : 'all', parts))}
        />
      </legend>
      {parts.map((part, at) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: conditions have no identity but their place
        <div key={at} className={classes.part}>
          {isGroup(part) ? (
            <GroupEditor
              group={part}
              fields={fields}
              byKey={byKey}
              onChange={next => replace(at, next)}
              depth={depth + 1}
            />
          ) : (
            <Part part={part} fields={fields} byKey={byKey} onChange={next => replace(at, next)} />
          )}
          <IconButton label="Remove" onClick={() => put(parts.filter((_, index) => index !== at))}>
            <X size={14} />
          </IconButton>
        </div>
      ))}
      <div className={classes.adds}>
        <Button
          size="xs"
          variant="subtle"
          leftSection={<Plus size={14} />}
          disabled={!first}
          onClick={() => first && put([...parts, newCondition(first)])}
        >
          Condition
        </Button>
        {depth < DEPTH_MAX ? (
          <Button
            size="xs"
            variant="subtle"
            leftSection={<Plus size={14} />}
            disabled={!first}
            onClick={() =>
              first && put([...parts, groupOf(word === 'all' ? 'any' : 'all', [newCondition(first)])])
            }
          >
            Group
          </Button>
        ) : null}
      </div>
    </fieldset>
  )
}

interface PartProps {
  part: Condition
  fields: readonly RecordField[]
  byKey: ReadonlyMap<string, RecordField>
  onChange: (condition: Condition) => void
}

function Part({ part, fields, byKey, onChange }: PartProps) {
  const field = byKey.get(part.field)
  return (
    <div className={classes.condition}>
      <Select
        aria-label="Field"
        comboboxProps={{ withinPortal: false }}
        searchable
        data={fields.map(({ key, label }) => ({ value: key, label }))}
        value={part.field}
        onChange={key => {
          const next = key === null ? undefined : byKey.get(key)
          if (next && next.key !== part.field) onChange(newCondition(next))
        }}
      />
      {field ? (
        <ConditionEditor field={field} condition={part} onChange={onChange} />
      ) : (
        <span>This field is not there any more.</span>
      )}
    </div>
  )
}
