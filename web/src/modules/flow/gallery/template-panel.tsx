import { Button } from '@mantine/core'
import { useQuery, useQueryClient } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import { type FormEvent, useState } from 'react'
import {
  copyTemplate,
  deleteTemplate,
  getTemplate,
  getWorkflow,
  listTemplates,
  listWorkflows,
  type WorkflowTemplateDetail,
} from '#modules/flow/contract.ts'
import { routeKey, routeQuery } from '../../../shell/api.ts'
import { PageError } from '../../../shell/page-error.tsx'
import { problemWords } from '../../../shell/problem.ts'
import { sayFailed } from '../../../shell/say-failed.ts'
import { useMay } from '../../../shell/session.ts'
import { useAct } from '../../../shell/use-act.ts'
import { ErrorState } from '../../../ui/error-state.tsx'
import { InlineConfirm } from '../../../ui/inline-confirm.tsx'
import { SidePanel } from '../../../ui/side-panel.tsx'
import { RecordSkeleton } from '../../../ui/skeleton.tsx'
import { toastDone } from '../../../ui/toast-store.ts'
import { Canvas } from '../canvas/canvas.tsx'
import panel from '../panel.module.css'
import { BlankField, type BlankValue } from './blank-field.tsx'
import classes from './gallery.module.css'

interface TemplatePanelProps {
  templateKey: string
  onClose: () => void
}

/** A template looked at closely: its steps drawn, what it asks for, and the button that begins with it. */
export function TemplatePanel({ templateKey, onClose }: TemplatePanelProps) {
  const { data, error, refetch } = useQuery(routeQuery(getTemplate, { params: { templateKey } }))
  return (
    <SidePanel label={data?.name ?? 'Template'} onClose={onClose}>
      {data ? (
        <Template template={data} onClose={onClose} />
      ) : error ? (
        <PageError error={error} reset={refetch} />
      ) : (
        <RecordSkeleton />
      )}
    </SidePanel>
  )
}

function Template({ template, onClose }: { template: WorkflowTemplateDetail; onClose: () => void }) {
  const navigate = useNavigate()
  const queryClient = useQueryClient()
  const mayWrite = useMay('workflows:write')
  const [fill, setFill] = useState<Record<string, BlankValue>>({})
  const [node, setNode] = useState<string>()
  const act = useAct(copyTemplate, {
    onSuccess: async workflow => {
      const params = { workflowId: workflow.id }
      queryClient.setQueryData(routeKey(getWorkflow, { params }), workflow)
      void queryClient.invalidateQueries({ queryKey: routeKey(listWorkflows) })
      await navigate({ to: '/workflows/$workflowId', params })
    },
  })
  const submit = (event: FormEvent) => {
    event.preventDefault()
    act.mutate({ params: { templateKey: template.key }, body: { fill } })
  }
  const words = act.error ? problemWords(act.error) : undefined
  return (
    <form className={panel.form} noValidate onSubmit={submit}>
      <div>
        <h2 className={panel.title}>{template.name}</h2>
        <p className={panel.about}>{template.description}</p>
      </div>
      <div className={classes.preview}>
        <Canvas
          graph={template.graph}
          label={`Steps of ${template.name}`}
          selectedId={node}
          onSelect={id => setNode(id)}
        />
      </div>
      {mayWrite && template.blanks.length > 0 ? (
        <section className={classes.blanks} aria-label="What it needs">
          <div>
            <h3 className={classes.heading}>What it needs</h3>
            <p className={panel.about}>You can also fill this in later, on the canvas.</p>
          </div>
          {template.blanks.map(blank => (
            <BlankField
              key={blank.key}
              blank={blank}
              value={fill[blank.key] ?? blank.value}
              onChange={value => setFill(old => ({ ...old, [blank.key]: value }))}
            />
          ))}
        </section>
      ) : null}
      {words ? <ErrorState what={words.what} next={words.next} requestId={words.requestId} /> : null}
      <div className={panel.actions}>
        {mayWrite ? (
          <Button type="submit" variant="filled" loading={act.isPending}>
            Use this template
          </Button>
        ) : null}
        <Button variant="subtle" onClick={onClose}>
          Close
        </Button>
        {mayWrite && template.isOwn ? <Delete template={template} onDeleted={onClose} /> : null}
      </div>
    </form>
  )
}

function Delete({ template, onDeleted }: { template: WorkflowTemplateDetail; onDeleted: () => void }) {
  const queryClient = useQueryClient()
  const act = useAct(deleteTemplate, {
    onSuccess: () => {
      void queryClient.invalidateQueries({ queryKey: routeKey(listTemplates) })
      toastDone(`The template “${template.name}” is gone. Workflows that began with it stay.`)
      onDeleted()
    },
    onError: error => sayFailed(error),
  })
  return (
    <InlineConfirm
      label="Delete template"
      consequence="Takes it away for everybody."
      onConfirm={() => act.mutate({ params: { templateKey: template.key } })}
    />
  )
}
