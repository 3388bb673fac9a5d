import { Select } from '@mantine/core'
import { FieldView } from './field-view.tsx'
import { useForm, useIssue } from './form-context.ts'
import { pathText } from './paths.ts'
import type { InputProps } from './simple-inputs.tsx'
import { switchedTo, wayOf } from './ways.ts'
import classes from './ways-input.module.css'
import type { Way } from './widgets.ts'

interface WaysProps extends InputProps {
  ways: readonly Way[]
}

const NONE = ''

/** One of several ways to set something up, and the settings of that way. */
export function WaysField({ field, path, value, ways }: WaysProps) {
  const { set, isReadOnly } = useForm()
  const issue = useIssue(path)
  const held = value ?? field.preset
  const way = wayOf(ways, held)
  const isOptional = !field.isRequired && field.preset === undefined
  const options = ways.map(({ id, label }) => ({ value: id, label }))
  const settings = (typeof held === 'object' && held !== null ? held : {}) as Record<string, unknown>
  return (
    <div className={classes.ways}>
      <Select
        label={field.label}
        description={field.about}
        data={isOptional ? [{ value: NONE, label: 'Not used' }, ...options] : options}
        value={way?.id ?? (isOptional ? NONE : null)}
        placeholder="Choose"
        allowDeselect={false}
        readOnly={isReadOnly}
        error={
          way === undefined && !isOptional
            ? 'Choose one.'
            : way?.fields.length === 0
              ? issue?.message
              : undefined
        }
        onChange={id => {
          const next = ways.find(each => each.id === id)
          set(path, next ? switchedTo(next, held) : undefined)
        }}
      />
      {way?.fields.map(each => (
        <FieldView
          key={`${way.id} ${each.name}`}
          field={each}
          path={pathText([...path, each.name])}
          value={settings[each.name]}
        />
      ))}
    </div>
  )
}
