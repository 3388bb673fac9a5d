import { Select, TagsInput, TextInput } from '@mantine/core'
import classes from './condition-builder.module.css'
import { type Row, valueShape } from './condition-edit.ts'
import { SPAN_UNITS, spanOf, spanText } from './spans.ts'
import { TemplateInput } from './template-input.tsx'

interface ConditionValueProps {
  place: number
  row: Row
  onChange: (row: Row) => void
}

const textOf = (value: unknown) => (value === undefined || value === null ? '' : String(value))

/** What a row compares with, entered as its operator needs it. */
export function ConditionValue({ place, row, onChange }: ConditionValueProps) {
  const { operator, value } = row
  const put = (next: unknown) => onChange({ ...row, value: next })
  const isWritten = typeof value === 'string' && value.includes('{{')
  switch (isWritten ? 'one' : valueShape(operator)) {
    case 'none':
      return null
    case 'several':
      return (
        <TagsInput
          aria-label={`Values ${place} to compare with`}
          placeholder="Type and press Enter"
          value={
            Array.isArray(value)
              ? value.map(textOf)
              : textOf(value)
                  .split(',')
                  .map(each => each.trim())
                  .filter(Boolean)
          }
          onChange={put}
        />
      )
    case 'two': {
      const ends = Array.isArray(value) ? value.map(textOf) : textOf(value).split(',')
      const [low = '', high = ''] = ends
      return (
        <div className={classes.ends}>
          <TextInput
            aria-label={`Lower end ${place}`}
            value={low.trim()}
            onChange={event => put([event.currentTarget.value, high])}
          />
          <span>and</span>
          <TextInput
            aria-label={`Upper end ${place}`}
            value={high.trim()}
            onChange={event => put([low, event.currentTarget.value])}
          />
        </div>
      )
    }
    case 'span': {
      const span = spanOf(value)
      return (
        <div className={classes.span}>
          <TextInput
            aria-label={`How long ${place}`}
            inputMode="decimal"
            value={span.amount}
            onChange={event => put(spanText({ ...span, amount: event.currentTarget.value }))}
          />
          <Select
            aria-label={`Unit ${place}`}
            data={SPAN_UNITS}
            value={span.unit}
            allowDeselect={false}
            onChange={unit => unit && put(spanText({ ...span, unit }))}
          />
        </div>
      )
    }
    default:
      return (
        <TemplateInput
          control={{ 'aria-label': `Value ${place} to compare with` }}
          value={Array.isArray(value) ? value.map(textOf).join(', ') : textOf(value)}
          placeholder="Value"
          onChange={put}
        />
      )
  }
}
