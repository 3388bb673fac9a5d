import { useQueries, useQuery } from '@tanstack/react-query'
import { useMemo, useState } from 'react'
import { type Deal, getDealBoard, listDealCards } from '#modules/crm/contract.ts'
import { call, routeQuery } from '../../../shell/api.ts'
import { withMore, withMove } from './board-state.ts'
import { dealMoves } from './deal-moves.ts'

const FIRST = 50
const PAGE = 100
/** More cards of a column than anybody looks through; a filter finds the others. */
export const CARDS_MAX = 2_000

interface Further {
  readonly deals: readonly Deal[]
  readonly nextCursor: string | null
}

/** The cards of a column behind the first ones, as many pages as were asked for. */
function furtherQuery(stageId: string, filter: string | undefined, cursor: string | null, pages: number) {
  return {
    queryKey: [listDealCards.id, { stageId, filter, cursor, pages }],
    queryFn: async ({ signal }: { signal: AbortSignal }): Promise<Further> => {
      const deals: Deal[] = []
      let next = cursor
      for (let page = 0; page < pages && next !== null; page++) {
        const query = { cursor: next, limit: PAGE, ...(filter === undefined ? {} : { filter }) }
        const answer = await call(listDealCards, { params: { stageId }, query }, { signal })
        deals.push(...answer.items)
        next = answer.nextCursor
      }
      return { deals, nextCursor: next }
    },
    placeholderData: (before: Further | undefined) => before,
  }
}

/** The board of a pipeline with the moves that are under way already made; each column is read further as it is scrolled. */
export function useDealBoard(pipelineId: string | undefined, filter: string | undefined) {
  const [pages, setPages] = useState<ReadonlyMap<string, number>>(new Map())
  const query = useQuery({
    ...routeQuery(getDealBoard, {
      query: {
        cards: FIRST,
        ...(pipelineId === undefined ? {} : { pipelineId }),
        ...(filter === undefined ? {} : { filter }),
      },
    }),
    placeholderData: before =>
      // Another filter of the same pipeline goes on from what is shown; another pipeline does not.
      before !== undefined && (pipelineId === undefined || before.pipelineId === pipelineId)
        ? before
        : undefined,
  })
  const wanted = (query.data?.columns ?? []).filter(column => pages.has(column.stage.id))
  const further = useQueries({
    queries: wanted.map(({ stage, nextCursor }) =>
      furtherQuery(stage.id, filter, nextCursor, pages.get(stage.id) ?? 1),
    ),
    combine: answers => new Map(wanted.flatMap(({ stage }, at) => mapped(stage.id, answers[at]?.data))),
  })
  const moves = dealMoves.use()
  const board = useMemo(() => {
    if (!query.data) return undefined
    const now = Date.now()
    return moves.reduce((shown, move) => withMove(shown, move, now), withMore(query.data, further))
  }, [query.data, further, moves])
  const readMore = (stageId: string) => {
    const column = board?.columns.find(each => each.stage.id === stageId)
    if (!column || column.nextCursor === null || column.deals.length >= CARDS_MAX) return
    setPages(before => new Map([...before, [stageId, Math.ceil((column.deals.length - FIRST) / PAGE) + 1]]))
  }
  return { query, board, readMore }
}

function mapped(stageId: string, further: Further | undefined): [string, Further][] {
  return further ? [[stageId, further]] : []
}
