import { Button } from '@mantine/core'
import { useNavigate } from '@tanstack/react-router'
import { type FormEvent, useState } from 'react'
import { startWorkflow, type WorkflowDetail } from '#modules/flow/contract.ts'
import { problemWords } from '../../../shell/problem.ts'
import { useAct } from '../../../shell/use-act.ts'
import { ErrorState } from '../../../ui/error-state.tsx'
import { SidePanel } from '../../../ui/side-panel.tsx'
import { JsonField } from '../json-field.tsx'
import { readJsonObject } from '../json-text.ts'
import panel from '../panel.module.css'

interface StartPanelProps {
  workflow: WorkflowDetail
  onClose: () => void
}

/** Asks what a run that is started by hand is to begin with, and starts it. */
export function StartPanel({ workflow, onClose }: StartPanelProps) {
  const navigate = useNavigate()
  const [text, setText] = useState('{}')
  const [isChecked, setChecked] = useState(false)
  const input = readJsonObject(text)
  const act = useAct(startWorkflow, {
    onSuccess: ({ runId }) => navigate({ to: '/runs/$runId', params: { runId } }),
  })
  const submit = (event: FormEvent) => {
    event.preventDefault()
    setChecked(true)
    if (input.value === undefined) return
    act.mutate({ params: { workflowId: workflow.id }, body: { input: input.value } })
  }
  const words = act.error ? problemWords(act.error) : undefined
  return (
    <SidePanel label="Start a run with input" onClose={onClose}>
      <form className={panel.form} noValidate onSubmit={submit}>
        <div>
          <h2 className={panel.title}>Start a run with input</h2>
          <p className={panel.about}>
            It follows version {workflow.publishedVersion}. Steps read the input by name:{' '}
            <code className={panel.code}>{'{{ name }}'}</code>.
          </p>
        </div>
        <JsonField
          label="Input"
          hint="Names and values as JSON."
          text={text}
          error={isChecked ? input.problem : undefined}
          onChange={setText}
        />
        {words ? <ErrorState what={words.what} next={words.next} requestId={words.requestId} /> : null}
        <div className={panel.actions}>
          <Button type="submit" variant="filled" loading={act.isPending}>
            Start run
          </Button>
          <Button variant="subtle" onClick={onClose}>
            Close
          </Button>
        </div>
      </form>
    </SidePanel>
  )
}
