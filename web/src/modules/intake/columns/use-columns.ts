import { useQueryClient } from '@tanstack/react-query'
import { type Board, getBoard, getLead, type LeadStatus, listLeadColumns } from '#modules/intake/contract.ts'
import type { CallInput, Route } from '#platform/contract/route.ts'
import { routeKey } from '../../../shell/api.ts'
import { problemWords } from '../../../shell/problem.ts'
import { useAct } from '../../../shell/use-act.ts'
import { toastFailed } from '../../../ui/toast-store.ts'

type Columns = { items: LeadStatus[] }

/** A board with its columns as the settings have them; one that the board does not know yet comes with what is read next. */
export function withColumns(board: Board, columns: readonly LeadStatus[]): Board {
  const known = new Map(board.columns.map(column => [column.status, column]))
  return {
    ...board,
    columns: columns.flatMap(column => {
      const before = known.get(column.status)
      return before ? [{ ...before, ...column }] : []
    }),
  }
}

/**
 * An act on the columns of a board. What it will make of them is shown at once, on the board as well; when the server refuses, it is as
 * before, and a message says why.
 */
export function useColumnAct<T extends Route>(
  route: T,
  workflowId: string,
  expect?: (columns: readonly LeadStatus[], input: CallInput<T>) => LeadStatus[],
) {
  const queryClient = useQueryClient()
  const key = routeKey(listLeadColumns, { params: { workflowId } })
  const scope = { id: `lead-columns ${workflowId}` }
  return useAct(route, {
    scope,
    onMutate: async asked => {
      if (!expect) return
      await queryClient.cancelQueries({ queryKey: key })
      const columns = expect(queryClient.getQueryData<Columns>(key)?.items ?? [], asked)
      queryClient.setQueryData<Columns>(key, { items: columns })
      queryClient.setQueriesData<Board>({ queryKey: [getBoard.id] }, board =>
        board?.workflowId === workflowId ? withColumns(board, columns) : board,
      )
    },
    onError: error => {
      const { what, next, requestId } = problemWords(error)
      toastFailed({ message: what, detail: next, requestId })
    },
    onSettled: async () => {
      // What is read while another act is under way would show the columns without it.
      const pending = queryClient.isMutating({ predicate: ({ options }) => options.scope?.id === scope.id })
      if (pending > 1) return
      await Promise.all(
        [listLeadColumns, getBoard, getLead].map(each =>
          queryClient.invalidateQueries({ queryKey: routeKey(each) }),
        ),
      )
    },
  })
}
