import { Button } from '@mantine/core'
import { useQuery, useQueryClient } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import { type FormEvent, useState } from 'react'
import { getWorkflow, listRuns, type RunDetail, replayRun } from '#modules/flow/contract.ts'
import { routeKey, routeQuery } from '../../../shell/api.ts'
import { problemWords } from '../../../shell/problem.ts'
import { useAct } from '../../../shell/use-act.ts'
import { Choice } from '../../../ui/choice.tsx'
import { ErrorState } from '../../../ui/error-state.tsx'
import { SidePanel } from '../../../ui/side-panel.tsx'
import { toastDone } from '../../../ui/toast-store.ts'
import { namesOf } from '../canvas/face.ts'
import { JsonField } from '../json-field.tsx'
import { prettyJson, readJsonObject } from '../json-text.ts'
import panel from '../panel.module.css'
import { varsBefore } from './run-control.ts'

interface RepeatPanelProps {
  run: RunDetail
  /** The number of the step to begin with; 0 begins at the trigger. */
  fromStep: number
  onClose: () => void
}

/** Asks with what and on which version a run is to be repeated, and starts the repetition. */
export function RepeatPanel({ run, fromStep, onClose }: RepeatPanelProps) {
  const navigate = useNavigate()
  const queryClient = useQueryClient()
  const latest = useLatestVersion(run)
  const vars = fromStep === 0 ? undefined : prettyJson(varsBefore(run.stepList, fromStep))
  const before = { input: prettyJson(run.input), vars: vars ?? '{}' }
  const [text, setText] = useState(before)
  const [version, setVersion] = useState<'same' | 'latest'>('same')
  const [isChecked, setChecked] = useState(false)
  const input = readJsonObject(text.input)
  const variables = readJsonObject(text.vars)
  const act = useAct(replayRun, {
    onSuccess: ({ runId }) => {
      void queryClient.invalidateQueries({
        queryKey: routeKey(listRuns, { params: { workflowId: run.workflowId } }),
      })
      toastDone('The run is repeated. This is the new run.')
      navigate({ to: '/runs/$runId', params: { runId } })
    },
  })
  const submit = (event: FormEvent) => {
    event.preventDefault()
    setChecked(true)
    if (input.value === undefined || variables.value === undefined) return
    act.mutate({
      params: { runId: run.id },
      body: {
        fromStep: fromStep === 0 ? null : fromStep,
        version,
        ...(text.input === before.input ? {} : { input: input.value }),
        ...(text.vars === before.vars ? {} : { vars: variables.value }),
      },
    })
  }
  const name = stepName(run, fromStep)
  const words = act.error ? problemWords(act.error) : undefined
  return (
    <SidePanel label="Repeat this run" onClose={onClose}>
      <form className={panel.form} noValidate onSubmit={submit}>
        <div>
          <h2 className={panel.title}>{name ? `Repeat from “${name}”` : 'Repeat from start'}</h2>
          <p className={panel.about}>
            {name
              ? 'A new run begins at this step. What the steps before it gave is taken over and not done again.'
              : 'A new run does everything again, e-mails and calls included.'}
          </p>
        </div>
        <JsonField
          label="Trigger input"
          hint="What started the run. Steps read it by name."
          text={text.input}
          error={isChecked ? input.problem : undefined}
          onChange={value => setText({ ...text, input: value })}
        />
        {vars === undefined ? null : (
          <JsonField
            label="Variables"
            hint="As they were when this step began."
            text={text.vars}
            error={isChecked ? variables.problem : undefined}
            onChange={value => setText({ ...text, vars: value })}
          />
        )}
        {latest === undefined ? (
          <p className={panel.about}>It follows version {run.version}, which is the published one.</p>
        ) : (
          <div>
            <p className={panel.label}>Version</p>
            <Choice
              label="Version"
              options={[
                { value: 'same', label: `${run.version}, as this run` },
                { value: 'latest', label: `${latest}, the latest` },
              ]}
              value={version}
              onChange={setVersion}
            />
          </div>
        )}
        {words ? <ErrorState what={words.what} next={words.next} requestId={words.requestId} /> : null}
        <div className={panel.actions}>
          <Button type="submit" variant="filled" loading={act.isPending}>
            Repeat
          </Button>
          <Button variant="subtle" onClick={onClose}>
            Close
          </Button>
        </div>
      </form>
    </SidePanel>
  )
}

/** The published version when it is another than the run's. */
function useLatestVersion(run: RunDetail): number | undefined {
  const { data } = useQuery(routeQuery(getWorkflow, { params: { workflowId: run.workflowId } }))
  const latest = data?.publishedVersion ?? run.version
  return latest === run.version ? undefined : latest
}

function stepName(run: RunDetail, number: number): string | undefined {
  const step = run.stepList.find(each => each.number === number)
  return step && (namesOf(run.graph).get(step.nodeId) ?? step.nodeId)
}
