import { Button } from '@mantine/core'
import { useQueryClient } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import { Play, TriangleAlert, Upload } from 'lucide-react'
import {
  getWorkflow,
  listWorkflows,
  publishWorkflow,
  startWorkflow,
  type WorkflowDetail,
} from '#modules/flow/contract.ts'
import { routeKey } from '../../../shell/api.ts'
import { usePaletteActions } from '../../../shell/palette-store.ts'
import { problemWords } from '../../../shell/problem.ts'
import { useMay } from '../../../shell/session.ts'
import { useAct } from '../../../shell/use-act.ts'
import { useShortcuts } from '../../../ui/shortcuts.ts'
import { toastDone, toastFailed } from '../../../ui/toast-store.ts'
import { counted } from '../words.ts'
import { isSameGraph } from './same-graph.ts'

/** What can be done with a workflow now: publish the draft, see what keeps it from that, start a run. */
export function WorkflowActions({ workflow }: { workflow: WorkflowDetail }) {
  const mayPublish = useMay('workflows:write')
  const mayStart = useMay('runs:write')
  const { published, draft, problems, status, triggerType } = workflow
  const errors = problems.filter(problem => problem.severity === 'error').length
  const isAhead = published === null ? draft.nodes.length > 0 : !isSameGraph(published, draft)
  const canPublish = mayPublish && isAhead && errors === 0
  const canStart = mayStart && status === 'active' && triggerType === 'manual'
  return (
    <>
      {isAhead && problems.length > 0 ? (
        <ShowProblems workflowId={workflow.id} count={problems.length} />
      ) : null}
      {canStart ? <StartRun workflow={workflow} isPrimary={!canPublish} /> : null}
      {canPublish ? <Publish workflow={workflow} /> : null}
    </>
  )
}

function ShowProblems({ workflowId, count }: { workflowId: string; count: number }) {
  const navigate = useNavigate()
  return (
    <Button
      leftSection={<TriangleAlert size={14} color="var(--wait)" />}
      onClick={() =>
        navigate({ to: '/workflows/$workflowId', params: { workflowId }, search: { problems: true } })
      }
    >
      {counted(count, 'problem')}
    </Button>
  )
}

function Publish({ workflow }: { workflow: WorkflowDetail }) {
  const queryClient = useQueryClient()
  const params = { workflowId: workflow.id }
  const act = useAct(publishWorkflow, {
    onSuccess: published => {
      queryClient.setQueryData(routeKey(getWorkflow, { params }), published)
      void queryClient.invalidateQueries({ queryKey: routeKey(listWorkflows) })
      toastDone(`Version ${published.publishedVersion} is published. New runs follow it.`)
    },
    onError: error => {
      const { what, next, requestId } = problemWords(error)
      toastFailed({ message: what, detail: next, requestId, retry: publish })
    },
  })
  const publish = () => act.mutate({ params })
  usePaletteActions([{ id: 'flow.publish', label: 'Publish', group: 'Workflow', icon: Upload, run: publish }])
  return (
    <Button variant="filled" loading={act.isPending} onClick={publish}>
      {workflow.publishedVersion === null ? 'Publish' : 'Publish changes'}
    </Button>
  )
}

function StartRun({ workflow, isPrimary }: { workflow: WorkflowDetail; isPrimary: boolean }) {
  const navigate = useNavigate()
  const params = { workflowId: workflow.id }
  const act = useAct(startWorkflow, {
    onSuccess: ({ runId }) => navigate({ to: '/runs/$runId', params: { runId } }),
    onError: error => {
      const { what, next, requestId } = problemWords(error)
      toastFailed({ message: what, detail: next, requestId, retry: start })
    },
  })
  const start = () => act.mutate({ params, body: {} })
  useShortcuts([{ keys: 's', label: 'Start a run', group: 'Workflow', run: start }])
  usePaletteActions([
    { id: 'flow.start', label: 'Start run', group: 'Workflow', keys: 's', icon: Play, run: start },
  ])
  return (
    <Button
      variant={isPrimary ? 'filled' : 'default'}
      leftSection={<Play size={13} />}
      loading={act.isPending}
      onClick={start}
    >
      Start run
    </Button>
  )
}
