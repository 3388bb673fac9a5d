import { Button, Tooltip } from '@mantine/core'
import { useNavigate } from '@tanstack/react-router'
import { Braces, Play, TriangleAlert, Upload } from 'lucide-react'
import { startWorkflow, type WorkflowDetail } from '#modules/flow/contract.ts'
import { usePaletteActions } from '../../../shell/palette-store.ts'
import { sayFailed } from '../../../shell/say-failed.ts'
import { useMay } from '../../../shell/session.ts'
import { useAct } from '../../../shell/use-act.ts'
import { useShortcuts } from '../../../ui/shortcuts.ts'
import { counted } from '../words.ts'
import { isSameGraph } from './same-graph.ts'
import { WorkflowMenu } from './workflow-menu.tsx'

interface WorkflowActionsProps {
  workflow: WorkflowDetail
  /** What is to be published is to be looked at. */
  onPublish: () => void
  /** A run is to be started with an input of its own. */
  onStartWith: () => void
}

/** What can be done with a workflow now: publish the draft, see what keeps it from that, start a run, switch it. */
export function WorkflowActions({ workflow, onPublish, onStartWith }: WorkflowActionsProps) {
  const mayPublish = useMay('workflows:write')
  const mayStart = useMay('runs:write')
  const { published, draft, problems, status, triggerType } = workflow
  const isAhead = published === null ? draft.nodes.length > 0 : !isSameGraph(published, draft)
  const canPublish = mayPublish && isAhead
  const canStart = mayStart && status === 'active' && triggerType === 'manual'
  return (
    <>
      {isAhead && problems.length > 0 ? (
        <ShowProblems workflowId={workflow.id} count={problems.length} />
      ) : null}
      {canStart ? <StartRun workflow={workflow} isPrimary={!canPublish} onStartWith={onStartWith} /> : null}
      {canPublish ? <Publish workflow={workflow} onPublish={onPublish} /> : null}
      {mayPublish ? <WorkflowMenu workflow={workflow} /> : null}
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

function Publish({ workflow, onPublish }: Pick<WorkflowActionsProps, 'workflow' | 'onPublish'>) {
  useShortcuts([{ keys: 'p', label: 'Publish', group: 'Workflow', run: onPublish }])
  usePaletteActions([
    { id: 'flow.publish', label: 'Publish', group: 'Workflow', keys: 'p', icon: Upload, run: onPublish },
  ])
  return (
    <Button variant="filled" onClick={onPublish}>
      {workflow.publishedVersion === null ? 'Publish' : 'Publish changes'}
    </Button>
  )
}

interface StartRunProps extends Pick<WorkflowActionsProps, 'workflow' | 'onStartWith'> {
  isPrimary: boolean
}

function StartRun({ workflow, isPrimary, onStartWith }: StartRunProps) {
  const navigate = useNavigate()
  const params = { workflowId: workflow.id }
  const act = useAct(startWorkflow, {
    onSuccess: ({ runId }) => navigate({ to: '/runs/$runId', params: { runId } }),
    onError: error => sayFailed(error, start),
  })
  const start = () => act.mutate({ params, body: {} })
  useShortcuts([
    { keys: 's', label: 'Start a run', group: 'Workflow', run: start },
    { keys: 'shift+s', label: 'Start a run with input', group: 'Workflow', run: onStartWith },
  ])
  usePaletteActions([
    { id: 'flow.start', label: 'Start run', group: 'Workflow', keys: 's', icon: Play, run: start },
    {
      id: 'flow.start-with',
      label: 'Start run with input',
      group: 'Workflow',
      keys: 'shift+s',
      icon: Play,
      run: onStartWith,
    },
  ])
  const variant = isPrimary ? 'filled' : 'default'
  return (
    <Button.Group>
      <Button variant={variant} leftSection={<Play size={13} />} loading={act.isPending} onClick={start}>
        Start run
      </Button>
      <Tooltip label="Start a run with input">
        <Button variant={variant} px="0.5rem" aria-label="Start a run with input" onClick={onStartWith}>
          <Braces size={14} aria-hidden="true" />
        </Button>
      </Tooltip>
    </Button.Group>
  )
}
