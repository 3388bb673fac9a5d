import { Button, TextInput } from '@mantine/core'
import { useQueryClient } from '@tanstack/react-query'
import { type FormEvent, useState } from 'react'
import { addPosition } from '#modules/crm/contract.ts'
import { fieldErrors, problemWords } from '../../../shell/problem.ts'
import { useAct } from '../../../shell/use-act.ts'
import { FormField } from '../../../ui/form-field.tsx'
import { FormPicker } from '../create/form-picker.tsx'
import { type RelatedRecord, relatedOf } from '../fields/field-words.ts'
import { EmailOwner } from '../record/email-owner.tsx'
import { recordQuery } from '../record/record-access.ts'
import { isTaken } from '../record/taken.ts'
import { companyField } from './position-fields.ts'
import classes from './positions.module.css'

/** Adds a position to a person, in place. */
export function NewPosition({ personId, onClose }: { personId: string; onClose: () => void }) {
  const queryClient = useQueryClient()
  const [company, setCompany] = useState<RelatedRecord | null>(null)
  const [title, setTitle] = useState('')
  const [email, setEmail] = useState('')
  const act = useAct(addPosition, {
    onSuccess: person => {
      queryClient.setQueryData(recordQuery({ object: 'person', id: personId }).queryKey, person)
      onClose()
    },
  })
  const wrong = fieldErrors(act.error)
  const save = (event: FormEvent) => {
    event.preventDefault()
    act.mutate({
      params: { personId },
      body: { companyId: company?.id ?? null, title: title || null, email: email.trim() || null },
    })
  }
  const isEmpty = company === null && title.trim() === '' && email.trim() === ''
  return (
    <form
      className={classes.form}
      onSubmit={save}
      onKeyDown={event => {
        if (event.key !== 'Escape' || event.defaultPrevented) return
        event.preventDefault()
        event.stopPropagation()
        onClose()
      }}
    >
      <FormPicker
        field={companyField}
        value={company}
        onChange={next => setCompany(relatedOf(next) ?? null)}
        error={wrong.companyId}
      />
      <FormField label="Title" required={false} error={wrong.title}>
        {control => (
          <TextInput {...control} value={title} onChange={event => setTitle(event.currentTarget.value)} />
        )}
      </FormField>
      <FormField label="E-mail" required={false} error={wrong.email}>
        {control => (
          <TextInput {...control} value={email} onChange={event => setEmail(event.currentTarget.value)} />
        )}
      </FormField>
      {isTaken(act.error) ? <EmailOwner email={act.variables?.body.email ?? email} /> : null}
      {act.error && Object.keys(wrong).length === 0 ? (
        <p role="alert" className={classes.wrong}>
          {problemWords(act.error).what}
        </p>
      ) : null}
      <div className={classes.ways}>
        <Button type="submit" size="xs" variant="filled" loading={act.isPending} disabled={isEmpty}>
          Add the position
        </Button>
        <Button size="xs" variant="subtle" onClick={onClose}>
          Cancel
        </Button>
      </div>
    </form>
  )
}
