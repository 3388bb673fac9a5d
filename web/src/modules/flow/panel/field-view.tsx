import { Switch, Textarea } from '@mantine/core'
import { memo } from 'react'
import { JsonField } from '../json-field.tsx'
import { prettyJson } from '../json-text.ts'
import { useForm } from './form-context.ts'
import type { Field } from './widgets.ts'

interface FieldViewProps {
  field: Field
  /** Where it stands inside the settings, its parts joined by dots. */
  path: string
  value: unknown
}

/** One setting with what it is entered with. */
export const FieldView = memo(function FieldView({ field, path, value }: FieldViewProps) {
  const { set } = useForm()
  const at = path.split('.')
  if (typeof (value ?? '') === 'string') {
    return (
      <Textarea
        label={field.label}
        description={field.about}
        value={String(value ?? '')}
        onChange={event => set(at, event.currentTarget.value)}
      />
    )
  }
  if (typeof value === 'boolean')
    return (
      <Switch label={field.label} checked={value} onChange={event => set(at, event.currentTarget.checked)} />
    )
  return (
    <JsonField
      label={field.label}
      hint={field.about}
      text={prettyJson(value)}
      onChange={text => {
        try {
          set(at, JSON.parse(text))
        } catch {}
      }}
    />
  )
})
