import { Select } from '@mantine/core'
import { FormField } from '../../../ui/form-field.tsx'
import { useForm, useIssue, wrong } from './form-context.ts'
import type { PickSource } from './setting-looks.ts'
import type { InputProps } from './simple-inputs.tsx'
import { TemplateInput } from './template-input.tsx'
import { useChoices } from './use-choices.ts'
import type { Option } from './widgets.ts'

const NONE: readonly Option[] = []

interface PickProps extends InputProps {
  from: PickSource
  isFree: boolean
}

/** Something of the organization by what it is called. A free one may be written out or filled in by each run as well. */
export function PickField({ field, path, value, from, isFree }: PickProps) {
  const { set, isReadOnly } = useForm()
  const issue = useIssue(path)
  const choices = useChoices(from) ?? NONE
  const text = typeof value === 'string' ? value : ''
  if (isFree) {
    const called = choices.find(choice => choice.value === text && choice.label !== text)?.label
    return (
      <FormField
        label={field.label}
        hint={called ? `${called}. ${field.about ?? ''}` : field.about}
        error={wrong(issue)}
        required={field.isRequired}
      >
        {control => (
          <TemplateInput
            control={control}
            value={text}
            choices={choices}
            isReadOnly={isReadOnly}
            placeholder="Choose or write"
            onChange={next => set(path, next)}
          />
        )}
      </FormField>
    )
  }
  const isKnown = text === '' || choices.some(choice => choice.value === text)
  return (
    <Select
      label={field.label}
      description={field.about}
      data={isKnown ? choices : [...choices, { value: text, label: 'One that is not listed' }]}
      value={text || null}
      placeholder="Choose"
      searchable
      // With nothing chosen the list would forget, a moment after it opened, where the keyboard is.
      selectFirstOptionOnDropdownOpen={text === ''}
      nothingFoundMessage="Nothing is called that."
      allowDeselect={!field.isRequired}
      readOnly={isReadOnly}
      error={wrong(issue)}
      onChange={next => set(path, next ?? undefined)}
    />
  )
}
