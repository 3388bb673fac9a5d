import { Button, Select, TextInput } from '@mantine/core'
import { useQuery, useQueryClient } from '@tanstack/react-query'
import { type FormEvent, useState } from 'react'
import {
  getWorkflowSettings,
  listWorkflows,
  setWorkflowSettings,
  type WorkflowSettings,
} from '#modules/flow/contract.ts'
import { etagOf } from '#platform/contract/client.ts'
import { routeKey, routeQuery } from '../../../shell/api.ts'
import { ConflictNotice } from '../../../shell/conflict-notice.tsx'
import { fieldErrors, isConflict, problemWords } from '../../../shell/problem.ts'
import { useMay } from '../../../shell/session.ts'
import { useAct } from '../../../shell/use-act.ts'
import { Choice } from '../../../ui/choice.tsx'
import { ErrorState } from '../../../ui/error-state.tsx'
import { Section } from '../../../ui/page.tsx'
import { toastDone } from '../../../ui/toast-store.ts'
import { draftErrors, draftOf, type SettingsDraft, settingsOfDraft } from './limit-form.ts'
import classes from './settings-tab.module.css'

/** A number needs less room than its label. */
const short = { wrapper: classes.short ?? '' }

const fieldLabels = { limit: 'Limits', errorWorkflowId: 'When a run fails' }

interface SettingsFormProps {
  workflowId: string
  settings: WorkflowSettings
}

/** Limits, and what happens when a run fails; saved together. */
export function SettingsForm({ workflowId, settings }: SettingsFormProps) {
  const queryClient = useQueryClient()
  const params = { workflowId }
  const [draft, setDraft] = useState(() => draftOf(settings))
  // What the draft is based on: the settings may be read anew while somebody edits.
  const [base, setBase] = useState(() => etagOf(settings))
  const [isChecked, setChecked] = useState(false)
  const may = useMay('workflows:write')
  const act = useAct(setWorkflowSettings, {
    onSuccess: saved => {
      queryClient.setQueryData(routeKey(getWorkflowSettings, { params }), saved)
      startFrom(saved)
      toastDone('The settings are saved and hold from now on.')
    },
  })
  const startFrom = (stored: WorkflowSettings) => {
    setDraft(draftOf(stored))
    setBase(etagOf(stored))
  }
  const save = (ifMatch: string | undefined) => act.mutate({ params, body: settingsOfDraft(draft), ifMatch })
  const reload = async () => {
    const stored = await queryClient.fetchQuery(routeQuery(getWorkflowSettings, { params }))
    act.reset()
    startFrom(stored)
  }
  const errors = draftErrors(draft)
  const isDirty = JSON.stringify(draft) !== JSON.stringify(draftOf(settings))
  const submit = (event: FormEvent) => {
    event.preventDefault()
    setChecked(true)
    if (Object.keys(errors).length === 0) save(base)
  }
  const change = (next: Partial<SettingsDraft>) => {
    act.reset()
    setDraft({ ...draft, ...next })
  }
  const refused = fieldErrors(act.error)
  const isPlain = act.error && !isConflict(act.error) && Object.keys(refused).length === 0
  const words = isPlain ? problemWords(act.error) : undefined
  return (
    <form noValidate onSubmit={submit}>
      <fieldset className={classes.plain} disabled={!may}>
        <Section
          title="Limits"
          about="How many runs may be under way at once. Those that wait count as well."
        >
          <LimitFields
            draft={draft}
            change={change}
            errors={{ ...(isChecked ? errors : {}), key: refused['limit.perKey.key'] }}
          />
        </Section>
        <Section title="When a run fails" about="Another workflow can tell people or tidy up.">
          <ErrorWorkflow
            workflowId={workflowId}
            draft={draft}
            change={change}
            error={refused.errorWorkflowId}
          />
        </Section>
      </fieldset>
      <ConflictNotice error={act.error} labels={fieldLabels} onReload={reload} onOverwrite={save} />
      {words ? <ErrorState what={words.what} next={words.next} requestId={words.requestId} /> : null}
      {may ? (
        <div className={classes.save}>
          <Button type="submit" variant="filled" disabled={!isDirty} loading={act.isPending}>
            Save settings
          </Button>
          {isDirty ? (
            <Button variant="subtle" onClick={() => change(draftOf(settings))}>
              Undo changes
            </Button>
          ) : null}
        </div>
      ) : null}
    </form>
  )
}

interface FieldsProps {
  draft: SettingsDraft
  change: (next: Partial<SettingsDraft>) => void
}

interface LimitFieldsProps extends FieldsProps {
  errors: { runs?: string | undefined; perKey?: string | undefined; key?: string | undefined }
}

function LimitFields({ draft, change, errors }: LimitFieldsProps) {
  const isLimited = draft.runs.trim() !== '' || draft.key.trim() !== ''
  return (
    <div className={classes.fields}>
      <TextInput
        classNames={short}
        label="Runs at once"
        inputMode="numeric"
        placeholder="No limit"
        value={draft.runs}
        error={errors.runs}
        onChange={event => change({ runs: event.currentTarget.value })}
      />
      <TextInput
        label="Key"
        description="Runs with the same key are counted together, such as all runs for one lead. Without a key none are."
        placeholder="{{ lead.id }}"
        value={draft.key}
        error={errors.key}
        onChange={event => change({ key: event.currentTarget.value })}
      />
      {draft.key.trim() === '' ? null : (
        <TextInput
          classNames={short}
          label="Runs at once with the same key"
          inputMode="numeric"
          value={draft.perKey}
          error={errors.perKey}
          onChange={event => change({ perKey: event.currentTarget.value })}
        />
      )}
      {isLimited ? (
        <div>
          <p className={classes.label}>A run beyond the limit</p>
          <Choice
            label="A run beyond the limit"
            options={[
              { value: 'queue', label: 'waits for its turn' },
              { value: 'refuse', label: 'is not started' },
            ]}
            value={draft.overflow}
            onChange={overflow => change({ overflow })}
          />
        </div>
      ) : null}
    </div>
  )
}

interface ErrorWorkflowProps extends FieldsProps {
  workflowId: string
  error: string | undefined
}

function ErrorWorkflow({ workflowId, draft, change, error }: ErrorWorkflowProps) {
  const { data } = useQuery(routeQuery(listWorkflows, {}))
  const others = (data?.items ?? []).filter(({ id }) => id !== workflowId)
  return (
    <Select
      label="Start this workflow"
      description="It gets the run that failed and the error as its input. It has to be published."
      placeholder="None"
      data={others.map(({ id, name }) => ({ value: id, label: name }))}
      value={draft.errorWorkflowId}
      searchable
      clearable
      clearButtonProps={{ 'aria-label': 'Start none' }}
      nothingFoundMessage="No other workflow is called that."
      error={error}
      onChange={errorWorkflowId => change({ errorWorkflowId })}
    />
  )
}
