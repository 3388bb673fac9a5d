import { Button } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { listRuns, type WorkflowDetail } from '#modules/flow/contract.ts'
import { routeQuery } from '../../../shell/api.ts'
import classes from './move-runs-notice.module.css'
import { useMoveRuns } from './use-move-runs.ts'

interface MoveRunsNoticeProps {
  workflow: WorkflowDetail
  onClose: () => void
}

/** After a publication: runs of the version before may go on there or follow the new one. */
export function MoveRunsNotice({ workflow, onClose }: MoveRunsNoticeProps) {
  const version = workflow.publishedVersion ?? 0
  const params = { workflowId: workflow.id }
  const { data } = useQuery(routeQuery(listRuns, { params, query: { status: 'waiting', limit: 1 } }))
  const { move, isMoving } = useMoveRuns(workflow.id, onClose)
  if (version < 2 || !data?.items.length) return null
  return (
    <section className={classes.notice} aria-label="Runs of the version before">
      <p>Waiting runs still follow the version they began with.</p>
      <div className={classes.actions}>
        <Button size="xs" loading={isMoving} onClick={() => move(version - 1)}>
          Move those of version {version - 1} to version {version}
        </Button>
        <Button size="xs" variant="subtle" onClick={onClose}>
          Leave them
        </Button>
      </div>
    </section>
  )
}
