import { Button, Select, Switch, TextInput } from '@mantine/core'
import { type FormEvent, useState } from 'react'
import {
  type Form,
  type Source,
  type SourceMapping,
  WebhookSourceSettings,
} from '#modules/intake/contract.ts'
import { fieldErrors } from '../../../shell/problem.ts'
import { useMay } from '../../../shell/session.ts'
import { Section } from '../../../ui/page.tsx'
import { toastDone } from '../../../ui/toast-store.ts'
import { MappingEditor } from './mapping-editor.tsx'
import { useChangeSource } from './source-detail.tsx'
import { startOf, VERIFICATIONS } from './source-words.ts'
import classes from './sources.module.css'

interface Draft {
  verification: WebhookSourceSettings['verification']
  isByHeader: boolean
  id: string
  mapping: SourceMapping
  startsRuns: boolean
}

const NOTHING: SourceMapping = { email: '', name: null, phone: null, answers: {} }

function draftOf(settings: WebhookSourceSettings): Draft {
  const by = settings.deduplicateBy
  return {
    verification: settings.verification,
    isByHeader: by !== null && 'header' in by,
    id: by === null ? '' : 'header' in by ? by.header : by.path,
    mapping: settings.mapping ?? NOTHING,
    startsRuns: settings.startsRuns,
  }
}

function settingsOf({ verification, isByHeader, id, mapping, startsRuns }: Draft) {
  return {
    verification,
    deduplicateBy: id.trim() === '' ? null : isByHeader ? { header: id.trim() } : { path: id.trim() },
    mapping: mapping.email === '' ? null : mapping,
    startsRuns,
  }
}

/** How deliveries are checked and what lead is made of them; saved together. */
export function WebhookSettings({
  source,
  settings,
  form,
}: {
  source: Source
  settings: WebhookSourceSettings
  form: Form
}) {
  const may = useMay('forms:write')
  const [draft, setDraft] = useState(() => draftOf(settings))
  const [errors, setErrors] = useState<Record<string, string>>({})
  const change = useChangeSource(source)
  const set = (next: Partial<Draft>) => {
    setErrors({})
    setDraft({ ...draft, ...next })
  }
  const wanted = settingsOf(draft)
  const isDirty = JSON.stringify(wanted) !== JSON.stringify(settingsOf(draftOf(settings)))
  const submit = (event: FormEvent) => {
    event.preventDefault()
    const checked = WebhookSourceSettings.safeParse(wanted)
    if (!checked.success) {
      setErrors(
        Object.fromEntries(checked.error.issues.map(({ path, message }) => [path.join('.'), message])),
      )
      return
    }
    change.mutate(
      { params: { leadSourceId: source.id }, body: { webhook: checked.data } },
      {
        onSuccess: () => toastDone('Deliveries are read like this from now on.'),
        onError: error => setErrors(fieldErrors(error)),
      },
    )
  }
  return (
    <form className={classes.settings} noValidate onSubmit={submit}>
      <fieldset disabled={!may} style={{ border: 0, padding: 0, margin: 0, minWidth: 0 }}>
        <Section
          title="Mapping"
          about="Which part of a delivery answers which field. Until there is one, deliveries are kept and wait."
        >
          <MappingEditor
            source={source}
            form={form}
            mapping={draft.mapping}
            errors={errors}
            onChange={mapping => set({ mapping })}
          />
        </Section>
        <Section
          title="Checks"
          about="How a delivery proves where it comes from, and when it counts only once."
        >
          <div className={classes.fields}>
            <Select
              label="A delivery proves itself"
              data={[...VERIFICATIONS]}
              value={draft.verification.type}
              allowDeselect={false}
              onChange={value =>
                value && set({ verification: startOf(value as Draft['verification']['type']) })
              }
            />
            {'header' in draft.verification ? (
              <TextInput
                label="Header"
                value={draft.verification.header}
                error={errors['verification.header']}
                onChange={event =>
                  set({ verification: { ...draft.verification, header: event.currentTarget.value } as never })
                }
              />
            ) : null}
            {draft.verification.type === 'hmac' ? (
              <TextInput
                label="Before the signature"
                placeholder="sha256="
                value={draft.verification.prefix}
                onChange={event =>
                  set({ verification: { ...draft.verification, prefix: event.currentTarget.value } as never })
                }
              />
            ) : null}
            <Select
              label="Its number stands in"
              data={[
                { value: 'path', label: 'The content' },
                { value: 'header', label: 'A header' },
              ]}
              value={draft.isByHeader ? 'header' : 'path'}
              allowDeselect={false}
              onChange={value => set({ isByHeader: value === 'header' })}
            />
            <TextInput
              label={draft.isByHeader ? 'Header with its number' : 'Path of its number'}
              description="A delivery with the same number counts once. Empty: each one counts."
              placeholder={draft.isByHeader ? 'x-delivery-id' : 'id'}
              value={draft.id}
              error={errors['deduplicateBy.path'] ?? errors['deduplicateBy.header'] ?? errors.deduplicateBy}
              onChange={event => set({ id: event.currentTarget.value })}
            />
          </div>
        </Section>
        <Section title="Workflow">
          <div className={classes.stack}>
            <Switch
              label="A lead of this source starts the workflow as one who sends the form does"
              checked={draft.startsRuns}
              onChange={event => set({ startsRuns: event.currentTarget.checked })}
            />
            {may ? (
              <div className={classes.acts}>
                <Button type="submit" variant="filled" disabled={!isDirty} loading={change.isPending}>
                  Save
                </Button>
                {isDirty ? (
                  <Button variant="subtle" onClick={() => set(draftOf(settings))}>
                    Undo changes
                  </Button>
                ) : null}
              </div>
            ) : null}
          </div>
        </Section>
      </fieldset>
    </form>
  )
}
