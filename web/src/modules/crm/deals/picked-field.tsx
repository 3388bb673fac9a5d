import { UnstyledButton } from '@mantine/core'
import { useEffect, useRef, useState } from 'react'
import type { RecordField } from '#modules/crm/contract.ts'
import { useMemberNames } from '../../../shell/member-names.ts'
import { FormField } from '../../../ui/form-field.tsx'
import { FieldEditor } from '../fields/field-editor.tsx'
import { fieldWords, isBlank } from '../fields/field-words.ts'
import classes from './deals.module.css'

interface PickedFieldProps {
  field: RecordField
  value: unknown
  onChange: (value: unknown) => void
  /** What is wrong with it. */
  error?: string | undefined
  isOptional?: boolean | undefined
}

/** A field of any kind in a form: its value, which opens the editor of its kind. */
export function PickedField({ field, value, onChange, error, isOptional = false }: PickedFieldProps) {
  const names = useMemberNames([field.kind === 'user' && typeof value === 'string' ? value : null])
  const [isOpen, setOpen] = useState(false)
  const opener = useRef<HTMLButtonElement>(null)
  const wasOpen = useRef(false)
  useEffect(() => {
    // Whoever has chosen goes on from here; whoever went on with Tab is elsewhere already.
    if (!isOpen && wasOpen.current && document.activeElement === document.body) opener.current?.focus()
    wasOpen.current = isOpen
  }, [isOpen])
  return (
    <FormField label={field.label} required={isOptional ? false : undefined} error={error}>
      {control =>
        isOpen ? (
          // biome-ignore lint/a11y/noStaticElementInteractions: Enter ends the editing and does not send the form
          <div onKeyDown={event => event.key === 'Enter' && event.preventDefault()}>
            <FieldEditor field={field} value={value} onSave={onChange} onClose={() => setOpen(false)} />
          </div>
        ) : (
          <UnstyledButton {...control} ref={opener} className={classes.picked} onClick={() => setOpen(true)}>
            {isBlank(value) ? (
              <span className={classes.unpicked}>
                {field.kind === 'relation' ? 'Choose or create' : 'Fill in'}
              </span>
            ) : (
              fieldWords(field, value, names)
            )}
          </UnstyledButton>
        )
      }
    </FormField>
  )
}
