import { useQuery } from '@tanstack/react-query'
import { listLeadColumns } from '#modules/intake/contract.ts'
import { routeQuery } from '../../../shell/api.ts'
import { problemWords } from '../../../shell/problem.ts'
import { ErrorState } from '../../../ui/error-state.tsx'
import { SidePanel } from '../../../ui/side-panel.tsx'
import { TableSkeleton } from '../../../ui/skeleton.tsx'
import { useBoard } from '../use-board.ts'
import { ColumnList } from './column-list.tsx'
import classes from './columns.module.css'

/** The columns of a workflow's board, in a panel over it. */
export function ColumnsPanel({ workflowId, onClose }: { workflowId: string; onClose: () => void }) {
  const columns = useQuery(routeQuery(listLeadColumns, { params: { workflowId } }))
  const { board } = useBoard(workflowId)
  const words = columns.error && !columns.data ? problemWords(columns.error) : undefined
  return (
    <SidePanel label="Columns of the board" onClose={onClose}>
      <div className={classes.content}>
        <div>
          <h2 className={classes.title}>Columns</h2>
          <p className={classes.about}>
            New leads come in at the first open column. Won and lost say how it ended.
          </p>
        </div>
        {words ? (
          <ErrorState
            what={words.what}
            next={words.next}
            requestId={words.requestId}
            onRetry={() => columns.refetch()}
          />
        ) : null}
        {columns.isPending ? <TableSkeleton rows={5} /> : null}
        {columns.data ? (
          <ColumnList workflowId={workflowId} columns={columns.data.items} board={board} />
        ) : null}
      </div>
    </SidePanel>
  )
}
