import { UnstyledButton } from '@mantine/core'
import { useEffect, useRef, useState } from 'react'
import type { RecordField } from '#modules/crm/contract.ts'
import { FormField } from '../../../ui/form-field.tsx'
import { FieldEditor } from '../fields/field-editor.tsx'
import { type RelatedRecord, relatedOf } from '../fields/field-words.ts'
import classes from './create.module.css'

const field: RecordField = {
  key: 'companyId',
  label: 'Company',
  kind: 'relation',
  relatesTo: 'company',
  group: '',
  isCustom: false,
  isEditable: true,
  isRequired: false,
  isSortable: false,
  isFilterable: false,
  isImportable: false,
}

interface CompanyFieldProps {
  value: RelatedRecord | null
  onChange: (company: RelatedRecord | null) => void
  error?: string | undefined
  autoFocus?: boolean | undefined
}

/** The company of a form: found by its name, or made from it. */
export function CompanyField({ value, onChange, error, autoFocus = false }: CompanyFieldProps) {
  const [isOpen, setOpen] = useState(false)
  const opener = useRef<HTMLButtonElement>(null)
  const wasOpen = useRef(autoFocus)
  useEffect(() => {
    if (!isOpen && wasOpen.current) opener.current?.focus()
    wasOpen.current = isOpen
  }, [isOpen])
  return (
    <FormField label="Company" required={false} error={error}>
      {control =>
        isOpen ? (
          <FieldEditor
            field={field}
            value={value}
            onSave={next => onChange(relatedOf(next) ?? null)}
            onClose={() => setOpen(false)}
          />
        ) : (
          <UnstyledButton {...control} ref={opener} className={classes.picked} onClick={() => setOpen(true)}>
            {value?.name ?? 'Choose or create'}
          </UnstyledButton>
        )
      }
    </FormField>
  )
}
