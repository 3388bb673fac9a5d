import { Button, Select, Textarea, TextInput } from '@mantine/core'
import { useQuery, useQueryClient } from '@tanstack/react-query'
import { type FormEvent, useState } from 'react'
import {
  type CustomField,
  changeCustomField,
  createCustomField,
  FieldKind,
  getCustomField,
  getCustomFieldUse,
  RecordObject,
} from '#modules/crm/contract.ts'
import { etagOf } from '#platform/contract/client.ts'
import { routeQuery } from '../../../shell/api.ts'
import { ConflictNotice } from '../../../shell/conflict-notice.tsx'
import { PageError } from '../../../shell/page-error.tsx'
import { fieldErrors, isConflict, problemWords } from '../../../shell/problem.ts'
import { useAct } from '../../../shell/use-act.ts'
import { Check } from '../../../ui/check.tsx'
import { CopyText } from '../../../ui/copy-text.tsx'
import { ErrorState } from '../../../ui/error-state.tsx'
import { useShortcuts } from '../../../ui/shortcuts.ts'
import { SidePanel } from '../../../ui/side-panel.tsx'
import { RecordSkeleton } from '../../../ui/skeleton.tsx'
import { toastDone } from '../../../ui/toast-store.ts'
import classes from './custom-fields.module.css'
import { bodyOf, type FieldForm, formErrors, formOf, hasOptions, newOption, patchOf } from './field-draft.ts'
import { FieldEnd } from './field-end.tsx'
import { kindWords, objectWords } from './kind-words.ts'
import { OptionsEditor } from './options-editor.tsx'
import { useRenewFields } from './use-custom-fields.ts'

const NONE: ReadonlySet<string> = new Set()
const labels = { label: 'Name', help: 'Help', options: 'Options', group: 'Group', isRequired: 'Required' }

/** A field to be. */
export function NewFieldPanel({ object, onClose }: { object: RecordObject; onClose: () => void }) {
  const renew = useRenewFields()
  const [form, setForm] = useState(() => formOf(undefined))
  const [isChecked, setChecked] = useState(false)
  const act = useAct(createCustomField, {
    onSuccess: field => {
      renew()
      onClose()
      toastDone(`“${field.label}” is on every ${objectWords[object].one.toLowerCase()} now.`)
    },
  })
  useShortcuts([{ keys: 'escape', label: 'Close', group: 'Fields', run: onClose }])
  const errors = formErrors(form)
  const change = (next: Partial<FieldForm>) => {
    if (act.error) act.reset()
    setForm({ ...form, ...next })
  }
  const submit = (event: FormEvent) => {
    event.preventDefault()
    setChecked(true)
    if (Object.keys(errors).length === 0) act.mutate({ body: bodyOf(form, object) })
  }
  const choose = (kind: FieldKind) =>
    change({ kind, ...(hasOptions(kind) && form.options.length === 0 ? { options: [newOption()] } : {}) })
  const refused = fieldErrors(act.error)
  const words = act.error && Object.keys(refused).length === 0 ? problemWords(act.error) : undefined
  return (
    <SidePanel label="New field" onClose={onClose}>
      <div className={classes.title}>
        <h2>New field</h2>
        <p>Every {objectWords[object].one.toLowerCase()} has it from then on, those that are there too.</p>
      </div>
      <form className={classes.block} noValidate onSubmit={submit}>
        <NameInput
          form={form}
          error={(isChecked ? errors.label : undefined) ?? refused.label}
          change={change}
        />
        <KindSelect kind={form.kind} onChange={choose} />
        {form.kind === 'relation' ? (
          <Select
            label="Leads to"
            allowDeselect={false}
            data={RecordObject.options.map(value => ({ value, label: objectWords[value].many }))}
            value={form.relatesTo}
            onChange={value => value && change({ relatesTo: value as RecordObject })}
          />
        ) : null}
        <Details
          form={form}
          held={NONE}
          errors={{ ...refused, ...(isChecked ? errors : {}) }}
          change={change}
        />
        <TextInput
          label="Key"
          description="Its name in the API, in filters and in files. Made out of the name when it is empty; it never changes."
          placeholder="renewal_month"
          maxLength={63}
          value={form.key}
          error={refused.key}
          onChange={event => change({ key: event.currentTarget.value })}
        />
        {words ? <ErrorState what={words.what} next={words.next} requestId={words.requestId} /> : null}
        <div className={classes.acts}>
          <Button type="submit" variant="filled" loading={act.isPending}>
            Add field
          </Button>
        </div>
      </form>
    </SidePanel>
  )
}

/** A field that is there: its form, and its end. */
export function FieldPanel({
  fieldId,
  label,
  onClose,
}: {
  fieldId: string
  label: string
  onClose: () => void
}) {
  const field = useQuery({ ...routeQuery(getCustomField, { params: { fieldId } }), staleTime: 0 })
  useShortcuts([{ keys: 'escape', label: 'Close', group: 'Fields', run: onClose }])
  return (
    <SidePanel label={label} onClose={onClose}>
      <div className={classes.title}>
        <h2>{field.data?.label ?? label}</h2>
        {field.data ? (
          <p>
            {kindWords[field.data.kind].label}
            {field.data.relatesTo ? ` to ${objectWords[field.data.relatesTo].many.toLowerCase()}` : ''}.{' '}
            {field.data.isArchived ? 'Archived: it is offered nowhere, its values are kept.' : ''}
          </p>
        ) : null}
      </div>
      {field.isError && !field.data ? <PageError error={field.error} reset={field.refetch} /> : null}
      {field.data ? (
        <FieldSettings stored={field.data} onClose={onClose} />
      ) : field.isError ? null : (
        <RecordSkeleton />
      )}
    </SidePanel>
  )
}

function FieldSettings({ stored, onClose }: { stored: CustomField; onClose: () => void }) {
  const queryClient = useQueryClient()
  const renew = useRenewFields()
  const params = { fieldId: stored.id }
  // What the form is based on: the field may be read anew while somebody edits.
  const [base, setBase] = useState(stored)
  const [form, setForm] = useState(() => formOf(stored))
  const [isChecked, setChecked] = useState(false)
  const use = useQuery(routeQuery(getCustomFieldUse, { params }))
  const startFrom = (field: CustomField) => {
    setBase(field)
    setForm(formOf(field))
  }
  const act = useAct(changeCustomField, {
    onSuccess: saved => {
      queryClient.setQueryData(routeQuery(getCustomField, { params }).queryKey, saved)
      renew()
      startFrom(saved)
      toastDone('The field is saved.')
    },
  })
  const patch = patchOf(form, base)
  const isDirty = Object.keys(patch).length > 0
  const errors = formErrors(form)
  const save = (ifMatch: string | undefined) => act.mutate({ params, body: patch, ifMatch })
  const reload = async () => {
    const now = await queryClient.fetchQuery({ ...routeQuery(getCustomField, { params }), staleTime: 0 })
    act.reset()
    startFrom(now)
  }
  const change = (next: Partial<FieldForm>) => {
    if (act.error) act.reset()
    setForm({ ...form, ...next })
  }
  const submit = (event: FormEvent) => {
    event.preventDefault()
    setChecked(true)
    if (Object.keys(errors).length === 0 && isDirty) save(etagOf(base))
  }
  const refused = fieldErrors(act.error)
  const isPlain = act.error && !isConflict(act.error) && Object.keys(refused).length === 0
  const words = isPlain ? problemWords(act.error) : undefined
  const held = new Set((use.data?.options ?? []).map(option => option.value))
  return (
    <>
      <form className={classes.block} noValidate onSubmit={submit}>
        <NameInput
          form={form}
          error={(isChecked ? errors.label : undefined) ?? refused.label}
          change={change}
        />
        <Details
          form={form}
          held={held}
          errors={{ ...refused, ...(isChecked ? errors : {}) }}
          change={change}
        />
        <div>
          <p className={classes.label}>Key</p>
          <CopyText label="Key" text={`custom.${stored.key}`} />
        </div>
        <ConflictNotice error={act.error} labels={labels} onReload={reload} onOverwrite={save} />
        {words ? <ErrorState what={words.what} next={words.next} requestId={words.requestId} /> : null}
        <div className={classes.acts}>
          <Button type="submit" variant="filled" disabled={!isDirty} loading={act.isPending}>
            Save
          </Button>
          {isDirty ? (
            <Button variant="subtle" onClick={() => change(formOf(base))}>
              Undo changes
            </Button>
          ) : null}
        </div>
      </form>
      <FieldEnd field={stored} records={use.data?.records} onClose={onClose} />
    </>
  )
}

interface PartProps {
  form: FieldForm
  change: (next: Partial<FieldForm>) => void
}

function NameInput({ form, error, change }: PartProps & { error: string | undefined }) {
  return (
    <TextInput
      label="Name"
      maxLength={100}
      data-autofocus
      autoFocus
      value={form.label}
      error={error}
      onChange={event => change({ label: event.currentTarget.value })}
    />
  )
}

function KindSelect({ kind, onChange }: { kind: FieldKind; onChange: (kind: FieldKind) => void }) {
  const Icon = kindWords[kind].icon
  return (
    <Select
      label="Kind"
      description={kindWords[kind].about}
      allowDeselect={false}
      searchable
      nothingFoundMessage="No kind is called that."
      maxDropdownHeight={360}
      leftSection={<Icon size={14} aria-hidden="true" />}
      data={Object.entries(kindWords).map(([value, { label }]) => ({ value, label }))}
      value={kind}
      renderOption={({ option }) => <KindOption kind={option.value as FieldKind} />}
      onChange={value => value && onChange(FieldKind.parse(value))}
    />
  )
}

function KindOption({ kind }: { kind: FieldKind }) {
  const { icon: Icon, label, about } = kindWords[kind]
  return (
    <span className={classes.choice}>
      <Icon size={14} aria-hidden="true" />
      <span>
        {label}
        <span>{about}</span>
      </span>
    </span>
  )
}

interface DetailsProps extends PartProps {
  held: ReadonlySet<string>
  errors: Readonly<Record<string, string>>
}

function Details({ form, held, errors, change }: DetailsProps) {
  return (
    <>
      {hasOptions(form.kind) ? (
        <OptionsEditor
          options={form.options}
          held={held}
          error={errors.options}
          onChange={options => change({ options })}
        />
      ) : null}
      <Textarea
        label="Help"
        description="Shown beside the field while somebody fills it in."
        autosize
        minRows={1}
        maxRows={4}
        maxLength={500}
        value={form.help}
        error={errors.help}
        onChange={event => change({ help: event.currentTarget.value })}
      />
      <TextInput
        label="Group"
        description="Fields of one group stand together on the page of a record."
        placeholder="Custom fields"
        maxLength={100}
        value={form.group}
        error={errors.group}
        onChange={event => change({ group: event.currentTarget.value })}
      />
      {/* biome-ignore lint/a11y/noLabelWithoutControl: the check box stands inside */}
      <label className={classes.check}>
        <Check
          checked={form.isRequired}
          onChange={event => change({ isRequired: event.currentTarget.checked })}
        />
        <span>
          Required
          <span>
            It has to be filled in for new records and cannot be emptied. Those that are there stay.
          </span>
        </span>
      </label>
    </>
  )
}
