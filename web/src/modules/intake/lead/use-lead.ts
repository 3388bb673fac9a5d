import { useQuery, useQueryClient } from '@tanstack/react-query'
import { type Board, getBoard, getLead, type Lead } from '#modules/intake/contract.ts'
import { routeQuery } from '../../../shell/api.ts'
import { placeOf } from '../board-moves.ts'
import { leadMoves } from '../pending-moves.ts'

/** A lead with the moves that are under way. `card` is what its board knows of it, to show until the rest is here. */
export function useLead(leadId: string) {
  const queryClient = useQueryClient()
  const query = useQuery(routeQuery(getLead, { params: { leadId } }))
  const moves = leadMoves.use().filter(move => move.leadId === leadId)
  const status = moves.at(-1)?.status
  const withStatus = <L extends Lead>(lead: L): L => (status === undefined ? lead : { ...lead, status })
  const boards = queryClient.getQueriesData<Board>({ queryKey: [getBoard.id] })
  const card = boards.map(([, board]) => board && placeOf(board, leadId)?.card).find(Boolean)
  return { query, lead: query.data && withStatus(query.data), card: card && withStatus(card) }
}
