import { useContext } from 'react'
import { FormField } from '../../../ui/form-field.tsx'
import { GraphContext, useForm, useIssue, wrong } from './form-context.ts'
import { NamedInput } from './named-input.tsx'
import type { InputProps } from './simple-inputs.tsx'
import { TemplateInput } from './template-input.tsx'
import type { Widget } from './widgets.ts'

type PickProps = InputProps & Omit<Extract<Widget, { as: 'pick' }>, 'as'>

/** Something of the organization by what it is called. A free one may be written out or filled in by each run as well. */
export function PickField({ field, path, value, from, isFree }: PickProps) {
  const { set, isReadOnly } = useForm()
  const config = useContext(GraphContext)?.node.config
  const issue = useIssue(path)
  const names = typeof from === 'string' ? from : recordOf(config?.[from.setting])
  const text = typeof value === 'string' ? value : ''
  const put = (next: string) => set(path, next === '' && !isFree ? undefined : next)
  return (
    <FormField label={field.label} hint={field.about} error={wrong(issue)} required={field.isRequired}>
      {control => {
        const props = { control, value: text, isReadOnly, onChange: put }
        return names === undefined ? (
          <TemplateInput {...props} />
        ) : (
          <NamedInput {...props} key={names} names={names} isFree={isFree} />
        )
      }}
    </FormField>
  )
}

/** What a setting that says what another one names says; what cannot be looked for by its name is written. */
function recordOf(said: unknown): 'person' | 'company' | 'deal' | undefined {
  if (said === undefined) return 'person'
  return said === 'person' || said === 'company' || said === 'deal' ? said : undefined
}
