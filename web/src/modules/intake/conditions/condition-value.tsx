import { Select, TextInput } from '@mantine/core'
import type { AskedField } from './answer-condition.ts'

interface ConditionValueProps {
  label: string
  value: string | undefined
  /** The field whose answer is compared; undefined when it is gone. */
  asked: Pick<AskedField, 'type' | 'options'> | undefined
  size?: 'xs'
  className?: string | undefined
  onChange: (value: string) => void
}

/** What an answer is compared with: one of its options, a day, or a text. */
export function ConditionValue({ label, value, asked, size, className, onChange }: ConditionValueProps) {
  const look = { 'aria-label': label, className: className ?? '', ...(size ? { size } : {}) }
  const choices =
    asked?.type === 'CHECKBOX'
      ? [
          { value: 'true', label: 'ticked' },
          { value: 'false', label: 'not ticked' },
        ]
      : asked?.options?.filter((option, index, all) => option !== '' && all.indexOf(option) === index)
  if (choices)
    return (
      <Select
        {...look}
        data={choices}
        value={value ?? null}
        placeholder="Choose"
        allowDeselect={false}
        onChange={next => next !== null && onChange(next)}
      />
    )
  return (
    <TextInput
      {...look}
      type={asked?.type === 'DATE' ? 'date' : 'text'}
      value={value ?? ''}
      maxLength={500}
      onChange={event => onChange(event.currentTarget.value)}
    />
  )
}
