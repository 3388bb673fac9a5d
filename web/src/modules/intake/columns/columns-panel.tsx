import { useQuery } from '@tanstack/react-query'
import { listLeadColumns } from '#modules/intake/contract.ts'
import { routeQuery } from '../../../shell/api.ts'
import { BoardPanel } from '../board/board-panel.tsx'
import { useBoard } from '../use-board.ts'
import { ColumnList } from './column-list.tsx'

/** The columns of a workflow's board, in a panel over it. */
export function ColumnsPanel({ workflowId, onClose }: { workflowId: string; onClose: () => void }) {
  const columns = useQuery(routeQuery(listLeadColumns, { params: { workflowId } }))
  const { board } = useBoard(workflowId)
  return (
    <BoardPanel
      label="Columns of the board"
      title="Columns"
      about="New leads come in at the first open column. Won and lost say how it ended."
      query={columns}
      isReady={columns.data !== undefined}
      onClose={onClose}
    >
      {columns.data ? (
        <ColumnList workflowId={workflowId} columns={columns.data.items} board={board} />
      ) : null}
    </BoardPanel>
  )
}
