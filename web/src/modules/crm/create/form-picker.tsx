import { UnstyledButton } from '@mantine/core'
import { useEffect, useRef, useState } from 'react'
import type { RecordField } from '#modules/crm/contract.ts'
import { useMemberNames } from '../../../shell/member-names.ts'
import { FormField } from '../../../ui/form-field.tsx'
import { FieldEditor } from '../fields/field-editor.tsx'
import { fieldWords, isBlank } from '../fields/field-words.ts'
import classes from './create.module.css'

interface FormPickerProps {
  field: RecordField
  value: unknown
  onChange: (value: unknown) => void
  error?: string | undefined
  isRequired?: boolean | undefined
}

/** A value of a form that is chosen, not typed: an option, a member, a record, or a company made from its name. */
export function FormPicker({ field, value, onChange, error, isRequired = false }: FormPickerProps) {
  const [isOpen, setOpen] = useState(false)
  const opener = useRef<HTMLButtonElement>(null)
  const wasOpen = useRef(false)
  const names = useMemberNames(field.kind === 'user' && typeof value === 'string' ? [value] : [])
  useEffect(() => {
    const isNowhere = document.activeElement === null || document.activeElement === document.body
    if (!isOpen && wasOpen.current && isNowhere) opener.current?.focus()
    wasOpen.current = isOpen
  }, [isOpen])
  return (
    <FormField label={field.label} hint={field.help} required={isRequired} error={error}>
      {({ id, 'aria-describedby': described }) =>
        isOpen ? (
          <FieldEditor field={field} value={value} onSave={onChange} onClose={() => setOpen(false)} />
        ) : (
          <UnstyledButton
            id={id}
            ref={opener}
            className={classes.picked}
            data-wrong={error !== undefined}
            aria-describedby={described}
            onClick={() => setOpen(true)}
          >
            {isBlank(value) ? (
              <span className={classes.none}>Choose{field.relatesTo === 'company' ? ' or create' : ''}</span>
            ) : (
              fieldWords(field, value, names)
            )}
          </UnstyledButton>
        )
      }
    </FormField>
  )
}
