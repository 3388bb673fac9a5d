import { useQuery } from '@tanstack/react-query'
import { listMembers } from '#modules/iam/contract.ts'
import { getAssignment } from '#modules/intake/contract.ts'
import { routeQuery } from '../../../shell/api.ts'
import { useMay } from '../../../shell/session.ts'
import { BoardPanel } from '../board/board-panel.tsx'
import { AssignmentForm } from './assignment-form.tsx'

/** Who gets the leads that come into a workflow, in a panel over its board. */
export function AssignmentPanel({ workflowId, onClose }: { workflowId: string; onClose: () => void }) {
  const mayReadMembers = useMay('members:read')
  const settings = useQuery(routeQuery(getAssignment, { params: { workflowId } }))
  const members = useQuery({
    ...routeQuery(listMembers, { query: { status: 'active', limit: 100 } }),
    enabled: mayReadMembers,
  })
  const isReady = settings.data !== undefined && (!mayReadMembers || !members.isPending)
  return (
    <BoardPanel
      title="Who gets new leads"
      about="A new lead goes by the first rule that is for it and has somebody free, as it comes in. Leads that are here keep their owner."
      query={settings}
      isReady={isReady}
      onClose={onClose}
    >
      {isReady ? (
        <AssignmentForm
          workflowId={workflowId}
          settings={settings.data}
          candidates={members.data?.items ?? []}
        />
      ) : null}
    </BoardPanel>
  )
}
