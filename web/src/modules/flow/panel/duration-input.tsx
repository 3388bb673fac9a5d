import { NumberInput, Select } from '@mantine/core'
import classes from './duration-input.module.css'
import { useForm } from './form-context.ts'
import { Labelled } from './labelled.tsx'
import type { InputProps } from './simple-inputs.tsx'
import type { Option } from './widgets.ts'

interface DurationFieldProps extends InputProps {
  units: readonly Option[]
  directions: readonly Option[]
}

/** An amount of time; emptied, one that may be missing is taken away. */
export function DurationField({ field, path, value, units, directions }: DurationFieldProps) {
  const { set, isReadOnly } = useForm()
  const span = (typeof value === 'object' && value !== null ? value : {}) as Record<string, unknown>
  const unit = typeof span.unit === 'string' ? span.unit : 'days'
  const direction = typeof span.direction === 'string' ? span.direction : (directions[0]?.value ?? '')
  const put = (next: Record<string, unknown>) =>
    set(path, { unit, ...(directions.length > 0 ? { direction } : {}), ...span, ...next })
  return (
    <Labelled label={field.label} about={field.about} path={path} isOptional={!field.isRequired} isDeep>
      <div className={classes.parts} data-three={directions.length > 0 || undefined}>
        <NumberInput
          aria-label={`${field.label}: amount`}
          value={typeof span.amount === 'number' ? span.amount : ''}
          allowNegative={false}
          hideControls
          readOnly={isReadOnly}
          onChange={amount => {
            if (typeof amount === 'number') return put({ amount })
            if (!field.isRequired) return set(path, undefined)
            const { amount: _, ...rest } = span
            set(path, { unit, ...rest })
          }}
        />
        <Select
          aria-label={`${field.label}: unit`}
          data={units.map(option => ({ ...option, label: option.label.toLowerCase() }))}
          value={unit}
          allowDeselect={false}
          readOnly={isReadOnly}
          onChange={next => next && put({ unit: next })}
        />
        {directions.length > 0 ? (
          <Select
            aria-label={`${field.label}: direction`}
            data={directions.map(option => ({ ...option, label: option.label.toLowerCase() }))}
            value={direction}
            allowDeselect={false}
            readOnly={isReadOnly}
            onChange={next => next && put({ direction: next })}
          />
        ) : null}
      </div>
    </Labelled>
  )
}
