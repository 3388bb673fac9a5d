import { keepPreviousData, useQuery } from '@tanstack/react-query'
import { useMemo, useState } from 'react'
import { getBoard } from '#modules/intake/contract.ts'
import { routeQuery } from '../../shell/api.ts'
import { withMoves } from './board-moves.ts'
import { leadMoves } from './pending-moves.ts'

const FIRST = 50
/** More cards in a column than the API gives at once. */
export const CARDS_MAX = 200

/** What of a board is shown. */
export interface BoardPart {
  /** Leads of this owner only. */
  readonly ownerUserId?: string | undefined
  /** Leads that this filter lets through, as the API takes it. */
  readonly filter?: string | undefined
}

/**
 * The board of a workflow, or a part of it, with the moves that are under way already made. Scrolling to the end of a column reads
 * more of every column.
 */
export function useBoard(workflowId: string, { ownerUserId, filter }: BoardPart = {}) {
  const [cards, setCards] = useState(FIRST)
  const query = useQuery({
    ...routeQuery(getBoard, {
      params: { workflowId },
      query: { cards, ...(ownerUserId ? { ownerUserId } : {}), ...(filter ? { filter } : {}) },
    }),
    placeholderData: (before, beforeQuery) => {
      const input = beforeQuery?.queryKey[1] as { params: { workflowId: string } } | undefined
      // More of the same board goes on from what is shown; another board does not.
      return input?.params.workflowId === workflowId ? keepPreviousData(before) : undefined
    },
  })
  const moves = leadMoves.use()
  const board = useMemo(() => query.data && withMoves(query.data, moves, Date.now()), [query.data, moves])
  const readMore = (status: string) => {
    const column = query.data?.columns.find(each => each.status === status)
    if (column && column.cards.length >= cards && column.count > cards) setCards(CARDS_MAX)
  }
  return { query, board, readMore }
}
