import { Button, Select, Textarea, TextInput } from '@mantine/core'
import { type FormEvent, useEffect, useRef, useState } from 'react'
import { createCompany, createPerson, type RecordField } from '#modules/crm/contract.ts'
import { call, newKey } from '../../../shell/api.ts'
import { fieldErrors, problemWords } from '../../../shell/problem.ts'
import { queryClient } from '../../../shell/query.ts'
import { renewSoon } from '../../../shell/renew-soon.ts'
import { sayFailed } from '../../../shell/say-failed.ts'
import { ErrorState } from '../../../ui/error-state.tsx'
import { FormField } from '../../../ui/form-field.tsx'
import { useShortcuts } from '../../../ui/shortcuts.ts'
import { SidePanel } from '../../../ui/side-panel.tsx'
import { toastUndo } from '../../../ui/toast-store.ts'
import { DuplicateHint } from '../duplicates/duplicate-hint.tsx'
import { draftOf, isTyped } from '../fields/field-draft.ts'
import { useRecordFields } from '../fields/use-record-fields.ts'
import { EmailOwner } from '../record/email-owner.tsx'
import { access, recordQuery, removeRecord } from '../record/record-access.ts'
import { isTaken } from '../record/taken.ts'
import classes from './create.module.css'
import { FormPicker } from './form-picker.tsx'
import {
  askedFields,
  bodyOf,
  comparedOf,
  emptyDraft,
  fieldOfError,
  isAsked,
  type NewDraft,
} from './new-record.ts'

type Made = 'person' | 'company'

interface CreatePanelProps {
  object: Made
  onClose: () => void
  /** Shows what was made. */
  onCreated: (id: string) => void
}

const currencies = Intl.supportedValuesOf('currency')
const LIST_GAP_MS = 400

/** What was typed stays until it is saved, also when the panel is closed in between. */
const kept: Partial<Record<Made, NewDraft>> = {}

/** Makes a person or a company, beside the list. */
export function CreatePanel({ object, onClose, onCreated }: CreatePanelProps) {
  const fields = askedFields(object, useRecordFields(object))
  const [draft, setDraft] = useState<NewDraft>(kept[object] ?? emptyDraft)
  const [wrong, setWrong] = useState<Readonly<Record<string, string>>>({})
  const [error, setError] = useState<unknown>()
  const [isBusy, setBusy] = useState(false)
  const attempt = useRef<{ text: string; key: string }>(undefined)
  const form = useRef<HTMLFormElement>(null)
  const isReady = fields.length > 0
  useShortcuts([{ keys: 'escape', label: 'Close the form', group: 'Record', run: onClose }])
  useEffect(() => {
    if (isReady) form.current?.querySelector('input')?.focus()
  }, [isReady])
  useEffect(() => {
    if (Object.keys(wrong).length > 0)
      form.current?.querySelector<HTMLElement>('[aria-invalid], [data-wrong="true"]')?.focus()
  }, [wrong])
  const change = (next: NewDraft, key: string) => {
    kept[object] = next
    setDraft(next)
    if (key in wrong) setWrong(Object.fromEntries(Object.entries(wrong).filter(([field]) => field !== key)))
  }
  const save = async (event: FormEvent) => {
    event.preventDefault()
    if (isBusy) return
    const { body, errors } = bodyOf(fields, draft)
    setError(undefined)
    setWrong(errors)
    if (Object.keys(errors).length > 0) return
    // A second try of the same form repeats the same act, should the answer to the first have been lost.
    const text = JSON.stringify(body)
    if (attempt.current?.text !== text) attempt.current = { text, key: newKey() }
    setBusy(true)
    try {
      const made = await create(object, body, attempt.current.key)
      delete kept[object]
      queryClient.setQueryData(recordQuery({ object, id: made.id }).queryKey, made)
      renewSoon([access[object].listRoute.id], LIST_GAP_MS)
      toastUndo(`${made.name} was created.`, () => void takeBack(object, made.id))
      onCreated(made.id)
    } catch (failure) {
      setError(failure)
      const named = Object.entries(fieldErrors(failure)).flatMap(([path, message]) => {
        const field = fieldOfError(path, fields)
        return field ? [[field, message] as const] : []
      })
      setWrong(Object.fromEntries(named))
      setBusy(false)
    }
  }
  const words = error !== undefined && Object.keys(wrong).length === 0 ? problemWords(error) : undefined
  const title = object === 'person' ? 'New contact' : 'New company'
  return (
    <SidePanel label={title} onClose={onClose}>
      <form ref={form} className={classes.form} onSubmit={save} noValidate>
        <h2 className={classes.title}>{title}</h2>
        {fields.map(field =>
          isTyped(field.kind) ? (
            <TypedField
              key={field.key}
              field={field}
              draft={draft}
              error={wrong[field.key]}
              onChange={next => change(next, field.key)}
            />
          ) : (
            <FormPicker
              key={field.key}
              field={field}
              value={draft.chosen[field.key] ?? null}
              error={wrong[field.key]}
              isRequired={isAsked(field)}
              onChange={value =>
                change({ ...draft, chosen: { ...draft.chosen, [field.key]: value } }, field.key)
              }
            />
          ),
        )}
        {isTaken(error) ? <EmailOwner email={draft.typed.email?.text ?? ''} /> : null}
        <DuplicateHint object={object} values={comparedOf(draft)} />
        {words ? <ErrorState what={words.what} next={words.next} requestId={words.requestId} /> : null}
        <div className={classes.ways}>
          <Button type="submit" variant="filled" loading={isBusy}>
            Create
          </Button>
          <Button variant="subtle" onClick={onClose}>
            Cancel
          </Button>
        </div>
      </form>
    </SidePanel>
  )
}

interface TypedFieldProps {
  field: RecordField
  draft: NewDraft
  error: string | undefined
  onChange: (draft: NewDraft) => void
}

function TypedField({ field, draft, error, onChange }: TypedFieldProps) {
  const typed = draft.typed[field.key] ?? draftOf(field.kind, null)
  const put = (next: typeof typed) => onChange({ ...draft, typed: { ...draft.typed, [field.key]: next } })
  const hear = (event: { currentTarget: { value: string } }) =>
    put({ ...typed, text: event.currentTarget.value })
  const types: Readonly<Record<string, string>> = { date: 'date', time: 'datetime-local', phone: 'tel' }
  return (
    <FormField label={field.label} hint={field.help} error={error} required={isAsked(field)}>
      {control =>
        field.kind === 'long_text' ? (
          <Textarea {...control} rows={3} value={typed.text} onChange={hear} />
        ) : (
          <div className={classes.typed} data-kind={field.kind}>
            <TextInput
              {...control}
              type={types[field.kind] ?? 'text'}
              autoComplete="off"
              value={typed.text}
              onChange={hear}
            />
            {field.kind === 'money' ? (
              <Select
                aria-label={`Currency of ${field.label.toLowerCase()}`}
                data={currencies}
                value={typed.currency}
                searchable
                onChange={currency => currency && put({ ...typed, currency })}
              />
            ) : null}
          </div>
        )
      }
    </FormField>
  )
}

async function create(
  object: Made,
  body: Readonly<Record<string, unknown>>,
  idempotencyKey: string,
): Promise<{ id: string; name: string }> {
  if (object === 'person') return call(createPerson, { body }, { idempotencyKey })
  // The form has asked for the name, which the record of its fields cannot say.
  return call(createCompany, { body: { name: '', ...body } }, { idempotencyKey })
}

async function takeBack(object: Made, id: string): Promise<void> {
  try {
    await removeRecord({ object, id })
  } catch (error) {
    sayFailed(error, () => void takeBack(object, id))
  }
  renewSoon([access[object].listRoute.id], LIST_GAP_MS)
  void queryClient.resetQueries({ queryKey: recordQuery({ object, id }).queryKey })
}
