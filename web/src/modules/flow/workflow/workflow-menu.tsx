import { Menu } from '@mantine/core'
import { useQueryClient } from '@tanstack/react-query'
import { Copy, Download, Ellipsis, LayoutTemplate } from 'lucide-react'
import {
  getSchedule,
  getWebhook,
  getWorkflow,
  listWorkflows,
  setWorkflowStatus,
  type WorkflowDetail,
} from '#modules/flow/contract.ts'
import { routeKey } from '../../../shell/api.ts'
import { usePaletteActions } from '../../../shell/palette-store.ts'
import { sayFailed } from '../../../shell/say-failed.ts'
import { useAct } from '../../../shell/use-act.ts'
import { IconButton } from '../../../ui/icon-button.tsx'
import { StatusIcon } from '../../../ui/status.tsx'
import { toastUndo } from '../../../ui/toast-store.ts'
import { workflowStatusWords } from '../run/run-words.ts'
import { fileUrl, useCopyWorkflow, useMakeTemplate } from '../versions/workflow-copies.ts'

type Target = 'active' | 'paused' | 'archived'

const ACTS: Readonly<Record<Target, { label: string; done: string }>> = {
  active: { label: 'Activate', done: 'is active and starts runs again.' },
  paused: { label: 'Pause', done: 'is paused. It starts no runs; those under way go on.' },
  archived: { label: 'Archive', done: 'is archived. It starts no runs; those under way go on.' },
}

/** Switches a workflow on and off and puts it away, each with a way back; copies it and hands it out as a file. */
export function WorkflowMenu({ workflow }: { workflow: WorkflowDetail }) {
  const change = useStatusChange(workflow)
  const targets = targetsOf(workflow)
  const copy = useCopyWorkflow(workflow)
  const makeTemplate = useMakeTemplate(workflow)
  usePaletteActions([
    { id: 'flow.copy', label: 'Duplicate workflow', group: 'Workflow', icon: Copy, run: copy },
    ...targets.map(target => ({
      id: `flow.${target}`,
      label: `${ACTS[target].label} workflow`,
      group: 'Workflow',
      run: () => change(target),
    })),
  ])
  return (
    <Menu position="bottom-end">
      <Menu.Target>
        <IconButton label="More actions" size="lg">
          <Ellipsis size={16} />
        </IconButton>
      </Menu.Target>
      <Menu.Dropdown aria-label="Workflow">
        {targets.map(target => (
          <Menu.Item
            key={target}
            leftSection={<StatusIcon kind={workflowStatusWords(target).kind} />}
            onClick={() => change(target)}
          >
            {ACTS[target].label}
          </Menu.Item>
        ))}
        {targets.length > 0 ? <Menu.Divider /> : null}
        <Menu.Item leftSection={<Copy size={14} />} onClick={copy}>
          Duplicate
        </Menu.Item>
        <Menu.Item leftSection={<LayoutTemplate size={14} />} onClick={makeTemplate}>
          Save as template
        </Menu.Item>
        <Menu.Item
          component="a"
          leftSection={<Download size={14} />}
          href={fileUrl(workflow.id, 'yaml')}
          download
        >
          Download as YAML
        </Menu.Item>
        <Menu.Item
          component="a"
          leftSection={<Download size={14} />}
          href={fileUrl(workflow.id, 'json')}
          download
        >
          Download as JSON
        </Menu.Item>
      </Menu.Dropdown>
    </Menu>
  )
}

/** A draft that was never published can be neither switched on nor brought back, so nothing is offered. */
function targetsOf({ status, publishedVersion }: WorkflowDetail): Target[] {
  if (publishedVersion === null) return []
  return (['active', 'paused', 'archived'] as const).filter(target => target !== status)
}

/** Shown at once, taken back honestly when the server refuses, and by the person with undo. */
function useStatusChange(workflow: WorkflowDetail): (status: Target) => void {
  const queryClient = useQueryClient()
  const params = { workflowId: workflow.id }
  const key = routeKey(getWorkflow, { params })
  const show = (status: WorkflowDetail['status']) =>
    queryClient.setQueryData<WorkflowDetail>(key, old => old && { ...old, status })
  const act = useAct(setWorkflowStatus, {
    onMutate: ({ body }) => {
      const before = queryClient.getQueryData<WorkflowDetail>(key)?.status
      show(body.status)
      return before
    },
    onSuccess: ({ status }) => show(status),
    onError: (error, input, before) => {
      show((before as WorkflowDetail['status'] | undefined) ?? workflow.status)
      sayFailed(error, () => act.mutate(input))
    },
    onSettled: () => {
      void queryClient.invalidateQueries({ queryKey: routeKey(listWorkflows) })
      // Whether the clock and deliveries start runs depends on it.
      for (const route of [getSchedule, getWebhook]) {
        void queryClient.invalidateQueries({ queryKey: [route.id, { params }] })
      }
    },
  })
  return status => {
    const before = workflow.status
    act.mutate({ params, body: { status } })
    if (before === 'draft') return
    toastUndo(`“${workflow.name}” ${ACTS[status].done}`, () =>
      act.mutate({ params, body: { status: before } }),
    )
  }
}
