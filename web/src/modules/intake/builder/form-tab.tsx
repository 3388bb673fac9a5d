import { Button } from '@mantine/core'
import { useQuery, useQueryClient } from '@tanstack/react-query'
import { useParams } from '@tanstack/react-router'
import { ClipboardList } from 'lucide-react'
import { useEffect } from 'react'
import { getWorkflow } from '#modules/flow/contract.ts'
import { getFormDraft, saveFormDraft } from '#modules/intake/contract.ts'
import { routeKey, routeQuery } from '../../../shell/api.ts'
import { onLive } from '../../../shell/live.ts'
import { PageError } from '../../../shell/page-error.tsx'
import { isMissing } from '../../../shell/problem.ts'
import { renewSoon } from '../../../shell/renew-soon.ts'
import { sayFailed } from '../../../shell/say-failed.ts'
import { useMay } from '../../../shell/session.ts'
import { useAct } from '../../../shell/use-act.ts'
import { EmptyState } from '../../../ui/empty-state.tsx'
import { RecordSkeleton } from '../../../ui/skeleton.tsx'
import { Builder } from './builder.tsx'
import { firstForm } from './first-form.ts'
import { definitionOf } from './stored-draft.ts'

/** How often what others do is read while they go on, in milliseconds. */
const RENEWAL_GAP_MS = 1_000

const from = '/app/workflows/$workflowId/form' as const

/** The public form of a workflow: made here, tried here, and published from here. */
export function FormTab() {
  const { workflowId } = useParams({ from })
  // Somebody else may save, publish or close it while it is open here.
  useEffect(
    () =>
      onLive('form.changed', ({ subjects }) => {
        if (!subjects.some(({ id }) => id === workflowId)) return
        renewSoon(routeKey(getFormDraft, { params: { workflowId } }), RENEWAL_GAP_MS)
      }),
    [workflowId],
  )
  const { data, error, refetch } = useQuery(routeQuery(getFormDraft, { params: { workflowId } }))
  if (data) return <Builder form={data} key={workflowId} />
  if (isMissing(error)) return <NoForm workflowId={workflowId} />
  if (error) return <PageError error={error} reset={refetch} />
  return <RecordSkeleton />
}

/** A form to begin with in one click. */
function NoForm({ workflowId }: { workflowId: string }) {
  const queryClient = useQueryClient()
  const mayWrite = useMay('forms:write')
  const params = { workflowId }
  const { data: workflow } = useQuery(routeQuery(getWorkflow, { params }))
  const act = useAct(saveFormDraft, {
    onSuccess: form => queryClient.setQueryData(routeKey(getFormDraft, { params }), form),
    onError: error => {
      sayFailed(error)
      // Somebody else may have made one at the same moment.
      void queryClient.invalidateQueries({ queryKey: routeKey(getFormDraft, { params }) })
    },
  })
  return (
    <EmptyState
      icon={<ClipboardList size={20} />}
      action={
        mayWrite ? (
          <Button
            variant="filled"
            loading={act.isPending}
            onClick={() =>
              act.mutate({
                params,
                body: definitionOf(firstForm(workflow?.name ?? 'Form')),
                ifMatch: '"0"',
              })
            }
          >
            Make a form
          </Button>
        ) : null
      }
    >
      A form has a page of its own that you can link to or show on your site. Everyone who sends it becomes a
      lead here.
    </EmptyState>
  )
}
