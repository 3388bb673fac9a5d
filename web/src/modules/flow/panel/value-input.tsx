import { NumberInput, Select, TextInput } from '@mantine/core'
import type { Named } from '#modules/flow/contract.ts'
import { Choice } from '../../../ui/choice.tsx'
import { NamedInput } from './named-input.tsx'
import { TemplateInput } from './template-input.tsx'
import classes from './value-input.module.css'
import type { ValueKind } from './widgets.ts'

interface ValueInputProps {
  label: string
  value: unknown
  kinds: readonly ValueKind[]
  /** Whether a text may hold placeholders; it may unless said otherwise. */
  isTemplate?: boolean | undefined
  onChange: (value: string | number | boolean | null) => void
  isReadOnly: boolean
  isInvalid?: boolean | undefined
  /** What a text names, for one to be chosen. */
  names?: Named | undefined
  placeholder?: string | undefined
}

const KIND_WORDS: Readonly<Record<ValueKind, string>> = {
  text: 'Text',
  number: 'Number',
  boolean: 'Yes or no',
  null: 'Nothing',
}

function kindOf(value: unknown): ValueKind {
  if (value === null) return 'null'
  if (typeof value === 'number') return 'number'
  return typeof value === 'boolean' ? 'boolean' : 'text'
}

/** The same value as another kind, as far as it can be. */
function asKind(value: unknown, kind: ValueKind): string | number | boolean | null {
  switch (kind) {
    case 'text':
      return value === null || value === undefined ? '' : String(value)
    case 'number': {
      const number = Number(value ?? 0)
      return Number.isFinite(number) ? number : 0
    }
    case 'boolean':
      return value === true || value === 'true' || value === 'yes'
    case 'null':
      return null
  }
}

/** A value that may be a text with placeholders, a number, yes or no, or nothing. */
export function ValueInput(props: ValueInputProps) {
  const {
    label,
    value,
    kinds,
    isTemplate = true,
    onChange,
    isReadOnly,
    isInvalid,
    names,
    placeholder,
  } = props
  const kind = kindOf(value)
  return (
    <div className={classes.whole} data-one={kinds.length === 1 || undefined}>
      {kind === 'text' && !isTemplate ? (
        <TextInput
          aria-label={label}
          value={typeof value === 'string' ? value : ''}
          error={isInvalid}
          readOnly={isReadOnly}
          onChange={event => onChange(event.currentTarget.value)}
        />
      ) : kind === 'text' && names ? (
        <NamedInput
          control={{ 'aria-label': label, 'aria-invalid': isInvalid || undefined }}
          names={names}
          value={typeof value === 'string' ? value : ''}
          isReadOnly={isReadOnly}
          onChange={onChange}
        />
      ) : kind === 'text' ? (
        <TemplateInput
          control={{ 'aria-label': label, 'aria-invalid': isInvalid || undefined }}
          value={typeof value === 'string' ? value : ''}
          isReadOnly={isReadOnly}
          placeholder={placeholder}
          onChange={onChange}
        />
      ) : kind === 'number' ? (
        <NumberInput
          aria-label={label}
          value={value as number}
          hideControls
          readOnly={isReadOnly}
          onChange={next => onChange(typeof next === 'number' ? next : asKind(next, 'text'))}
        />
      ) : kind === 'boolean' ? (
        <Choice
          label={label}
          options={[
            { value: 'true', label: 'Yes' },
            { value: 'false', label: 'No' },
          ]}
          value={value ? 'true' : 'false'}
          onChange={next => onChange(next === 'true')}
        />
      ) : (
        <p className={classes.nothing}>Nothing</p>
      )}
      {kinds.length > 1 ? (
        <Select
          aria-label={`Kind of ${label.charAt(0).toLowerCase()}${label.slice(1)}`}
          data={kinds.map(each => ({ value: each, label: KIND_WORDS[each] }))}
          value={kind}
          allowDeselect={false}
          readOnly={isReadOnly}
          comboboxProps={{ width: 'max-content', position: 'bottom-end' }}
          onChange={next => next && onChange(asKind(value, next as ValueKind))}
        />
      ) : null}
    </div>
  )
}
