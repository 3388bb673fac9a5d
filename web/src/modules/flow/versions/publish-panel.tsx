import { Button } from '@mantine/core'
import { useQuery, useQueryClient } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import { useMemo } from 'react'
import {
  diffGraphs,
  getWorkflow,
  listVersions,
  listWorkflows,
  publishWorkflow,
  type WorkflowDetail,
} from '#modules/flow/contract.ts'
import { routeKey, routeQuery } from '../../../shell/api.ts'
import { problemWords } from '../../../shell/problem.ts'
import { useAct } from '../../../shell/use-act.ts'
import { ErrorState } from '../../../ui/error-state.tsx'
import { SidePanel } from '../../../ui/side-panel.tsx'
import { toastDone } from '../../../ui/toast-store.ts'
import { flushDraft } from '../editor/session.ts'
import panel from '../panel.module.css'
import { counted } from '../words.ts'
import { ProblemList } from '../workflow/node-details.tsx'
import { ChangeList } from './change-list.tsx'
import { changeLines } from './change-words.ts'
import classes from './versions.module.css'

interface PublishPanelProps {
  /** As the page knows it; read anew before anything is published. */
  workflowId: string
  onClose: () => void
  onPublished: () => void
}

/** Before a publication: what changes for new runs, what is wrong or doubtful, and the one button. */
export function PublishPanel({ workflowId, onClose, onPublished }: PublishPanelProps) {
  const { data: workflow } = useQuery(routeQuery(getWorkflow, { params: { workflowId } }))
  if (!workflow) return null
  return <Publication workflow={workflow} onClose={onClose} onPublished={onPublished} />
}

interface PublicationProps extends Omit<PublishPanelProps, 'workflowId'> {
  workflow: WorkflowDetail
}

function Publication({ workflow, onClose, onPublished }: PublicationProps) {
  const queryClient = useQueryClient()
  const navigate = useNavigate()
  const params = { workflowId: workflow.id }
  const { published, draft, problems, publishedVersion } = workflow
  const lines = useMemo(
    () => (published ? changeLines(diffGraphs(published, draft), { before: published, after: draft }) : []),
    [published, draft],
  )
  const errors = problems.filter(problem => problem.severity === 'error').length
  const act = useAct(publishWorkflow, {
    onSuccess: done => {
      queryClient.setQueryData(routeKey(getWorkflow, { params }), done)
      void queryClient.invalidateQueries({ queryKey: routeKey(listWorkflows) })
      void queryClient.invalidateQueries({ queryKey: routeKey(listVersions) })
      onClose()
      onPublished()
      toastDone(`Version ${done.publishedVersion} is published. New runs follow it.`)
    },
  })
  // What was drawn a moment ago belongs to it.
  const publish = async () => {
    if (await flushDraft(workflow.id)) act.mutate({ params })
  }
  const next = (publishedVersion ?? 0) + 1
  const words = act.error ? problemWords(act.error) : undefined
  const show = (node: string) =>
    navigate({ to: '/workflows/$workflowId', params, search: { node }, replace: true })
  return (
    <SidePanel label={`Publish version ${next}`} onClose={onClose}>
      <form
        className={panel.form}
        noValidate
        onSubmit={event => {
          event.preventDefault()
          if (errors === 0) void publish()
        }}
      >
        <div>
          <h2 className={panel.title}>Publish version {next}</h2>
          <p className={panel.about}>
            New runs follow it at once. Runs that are under way keep the version they began with.
          </p>
        </div>
        {problems.length > 0 ? (
          <section aria-label="Problems">
            <h3 className={classes.heading}>{counted(problems.length, 'problem')}</h3>
            <ProblemList problems={problems} graph={draft} onSelect={show} />
          </section>
        ) : null}
        <section aria-label="Changes">
          <h3 className={classes.heading}>
            {publishedVersion === null ? 'What is drawn' : `Changed since version ${publishedVersion}`}
          </h3>
          {published === null ? (
            <p className={classes.quiet}>
              {counted(draft.nodes.length, 'step')}, {counted(draft.edges.length, 'connection')}. Everything
              is new in the first version.
            </p>
          ) : lines.length === 0 ? (
            <p className={classes.quiet}>Nothing changed.</p>
          ) : (
            <ChangeList lines={lines} onShow={show} />
          )}
        </section>
        {words ? <ErrorState what={words.what} next={words.next} requestId={words.requestId} /> : null}
        <div className={panel.actions}>
          <Button type="submit" variant="filled" loading={act.isPending} disabled={errors > 0}>
            Publish version {next}
          </Button>
          <Button variant="subtle" onClick={onClose}>
            Close
          </Button>
        </div>
      </form>
    </SidePanel>
  )
}
