import { useQuery } from '@tanstack/react-query'
import { listMembers } from '#modules/iam/contract.ts'
import { getAssignment } from '#modules/intake/contract.ts'
import { routeQuery } from '../../../shell/api.ts'
import { problemWords } from '../../../shell/problem.ts'
import { useMay } from '../../../shell/session.ts'
import { ErrorState } from '../../../ui/error-state.tsx'
import { SidePanel } from '../../../ui/side-panel.tsx'
import { TableSkeleton } from '../../../ui/skeleton.tsx'
import columns from '../columns/columns.module.css'
import { AssignmentForm } from './assignment-form.tsx'

/** Who gets the leads that come into a workflow, in a panel over its board. */
export function AssignmentPanel({ workflowId, onClose }: { workflowId: string; onClose: () => void }) {
  const mayReadMembers = useMay('members:read')
  const settings = useQuery(routeQuery(getAssignment, { params: { workflowId } }))
  const members = useQuery({
    ...routeQuery(listMembers, { query: { status: 'active', limit: 100 } }),
    enabled: mayReadMembers,
  })
  const words = settings.error && !settings.data ? problemWords(settings.error) : undefined
  const isReady = settings.data && (!mayReadMembers || !members.isPending)
  return (
    <SidePanel label="Who gets new leads" onClose={onClose}>
      <div className={columns.content}>
        <div>
          <h2 className={columns.title}>Who gets new leads</h2>
          <p className={columns.about}>
            A new lead goes by the first rule that is for it and has somebody free, as it comes in. Leads that
            are here keep their owner.
          </p>
        </div>
        {words ? (
          <ErrorState
            what={words.what}
            next={words.next}
            requestId={words.requestId}
            onRetry={() => settings.refetch()}
          />
        ) : null}
        {!words && !isReady ? <TableSkeleton rows={5} /> : null}
        {isReady ? (
          <AssignmentForm
            workflowId={workflowId}
            settings={settings.data}
            candidates={members.data?.items ?? []}
          />
        ) : null}
      </div>
    </SidePanel>
  )
}
