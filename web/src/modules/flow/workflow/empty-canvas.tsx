import { Button } from '@mantine/core'
import { useQueryClient } from '@tanstack/react-query'
import { Workflow } from 'lucide-react'
import { getWorkflow, saveDraft, type WorkflowDetail } from '#modules/flow/contract.ts'
import { routeKey } from '../../../shell/api.ts'
import { problemWords } from '../../../shell/problem.ts'
import { useMay } from '../../../shell/session.ts'
import { useAct } from '../../../shell/use-act.ts'
import { EmptyState } from '../../../ui/empty-state.tsx'
import { toastFailed } from '../../../ui/toast-store.ts'
import classes from './canvas-tab.module.css'
import { sampleWorkflow } from './sample-workflow.ts'

/** A workflow without a step: what belongs here, and a sample to begin with. */
export function EmptyCanvas({ workflow }: { workflow: WorkflowDetail }) {
  const queryClient = useQueryClient()
  const mayWrite = useMay('workflows:write')
  const params = { workflowId: workflow.id }
  const act = useAct(saveDraft, {
    onSuccess: saved => queryClient.setQueryData(routeKey(getWorkflow, { params }), saved),
    onError: error => {
      const { what, next, requestId } = problemWords(error)
      toastFailed({ message: what, detail: next, requestId, retry: begin })
    },
  })
  const begin = () => act.mutate({ params, body: { graph: sampleWorkflow(), revision: workflow.revision } })
  return (
    <div className={classes.empty}>
      <div className={classes.words}>
        <EmptyState
          icon={<Workflow size={20} />}
          action={
            mayWrite ? (
              <Button loading={act.isPending} onClick={begin}>
                Begin with a sample
              </Button>
            ) : null
          }
        >
          The steps of this workflow will be drawn here, from its trigger to its end. The sample tells you
          something, waits half a minute and tells you again.
        </EmptyState>
      </div>
    </div>
  )
}
