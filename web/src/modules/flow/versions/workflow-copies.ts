import { useQueryClient } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import {
  copyWorkflow,
  listTemplates,
  listWorkflows,
  makeTemplate,
  type WorkflowDetail,
} from '#modules/flow/contract.ts'
import { routeKey } from '../../../shell/api.ts'
import { sayFailed } from '../../../shell/say-failed.ts'
import { useAct } from '../../../shell/use-act.ts'
import { toastDone } from '../../../ui/toast-store.ts'

/** Duplicates a workflow and opens the copy. */
export function useCopyWorkflow(workflow: WorkflowDetail): () => void {
  const queryClient = useQueryClient()
  const navigate = useNavigate()
  const act = useAct(copyWorkflow, {
    onSuccess: copy => {
      void queryClient.invalidateQueries({ queryKey: routeKey(listWorkflows) })
      toastDone(`This is “${copy.name}”. It runs once you publish it.`)
      void navigate({ to: '/workflows/$workflowId', params: { workflowId: copy.id } })
    },
    onError: error => sayFailed(error, copy),
  })
  const copy = () => act.mutate({ params: { workflowId: workflow.id }, body: {} })
  return copy
}

/** Keeps the draft of a workflow as a template of the organization. */
export function useMakeTemplate(workflow: WorkflowDetail): () => void {
  const queryClient = useQueryClient()
  const act = useAct(makeTemplate, {
    onSuccess: ({ name }) => {
      void queryClient.invalidateQueries({ queryKey: routeKey(listTemplates) })
      toastDone(`“${name}” is a template of your organization now.`)
    },
    onError: error => sayFailed(error, make),
  })
  const make = () => act.mutate({ params: { workflowId: workflow.id }, body: {} })
  return make
}

/** Where the draft of a workflow is downloaded as a file. */
export function fileUrl(workflowId: string, format: 'yaml' | 'json'): string {
  return `/v1/workflows/${workflowId}/file?format=${format}`
}
