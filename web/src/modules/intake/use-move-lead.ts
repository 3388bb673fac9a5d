import { type QueryClient, useQueryClient } from '@tanstack/react-query'
import { useRef } from 'react'
import { type Board, getBoard, getLead, type LeadDetail, moveLead } from '#modules/intake/contract.ts'
import type { CallInput } from '#platform/contract/route.ts'
import { routeKey } from '../../shell/api.ts'
import { fieldErrors, problemWords } from '../../shell/problem.ts'
import { useAct } from '../../shell/use-act.ts'
import { dismissToast, toastFailed, toastUndo } from '../../ui/toast-store.ts'
import { type Move, placeOf, withMove } from './board-moves.ts'
import { wasChangedHere } from './bulk/changed-here.ts'
import { leadMoves } from './pending-moves.ts'

type Call = CallInput<typeof moveLead>

const callOf = ({ leadId, status, below }: Move): Call => ({
  params: { leadId },
  body: { status, ...(below === undefined ? {} : { below }) },
})

/** Whether this browser moved a lead just now, so that hearing of it is no news. */
export function movedHere(queryClient: QueryClient, leadId: string): boolean {
  if (wasChangedHere(leadId)) return true
  return queryClient
    .getMutationCache()
    .findAll({ mutationKey: [moveLead.id] })
    .some(({ state }) => {
      const isRecent = state.status === 'pending' || Date.now() - state.submittedAt < 5_000
      return isRecent && (state.variables as Call | undefined)?.params.leadId === leadId
    })
}

function boardsIn(queryClient: QueryClient): Board[] {
  return queryClient.getQueriesData<Board>({ queryKey: [getBoard.id] }).flatMap(([, board]) => board ?? [])
}

interface Known {
  readonly name: string
  readonly status: string
  readonly above: string | undefined
  readonly statusNames: ReadonlyMap<string, string>
}

/** What is known here of a lead as the server last told it, from the board or from its own page. */
function knownLead(queryClient: QueryClient, leadId: string): Known | undefined {
  const names = (statuses: readonly { status: string; name: string }[]) =>
    new Map(statuses.map(each => [each.status, each.name]))
  for (const board of boardsIn(queryClient)) {
    const place = placeOf(board, leadId)
    if (!place) continue
    const { card, above } = place
    return { name: card.name, status: card.status, above, statusNames: names(board.columns) }
  }
  const detail = queryClient.getQueryData<LeadDetail>(routeKey(getLead, { params: { leadId } }))
  return (
    detail && {
      name: detail.name,
      status: detail.status,
      above: undefined,
      statusNames: names(detail.statuses),
    }
  )
}

/**
 * Moves leads: shown at once, sent one after the other, with undo. A move the server refuses is no longer shown,
 * and a message says where the lead is and offers to try again.
 */
export function useMoveLead(): (leadId: string, from: string, to: string) => void {
  const queryClient = useQueryClient()
  const sent = useRef(new Map<Call, Move>())
  const undoToasts = useRef(new Map<string, number>())
  const send = (move: Move) => {
    const input = callOf(move)
    sent.current.set(input, move)
    leadMoves.show(move)
    act.mutate(input)
  }
  const fail = (move: Move, error: Error) => {
    const toast = undoToasts.current.get(move.leadId)
    if (toast !== undefined) dismissToast(toast)
    const known = knownLead(queryClient, move.leadId)
    const words = problemWords(error)
    const where = known && `It is in ${known.statusNames.get(known.status) ?? known.status} as before.`
    toastFailed({
      message: `${known?.name ?? 'The lead'} was not moved.`,
      detail: [words.what, where ?? words.next].filter(Boolean).join(' '),
      requestId: words.requestId,
      retry: () => send({ ...move }),
    })
  }
  const act = useAct(moveLead, {
    // One at a time, so that an undo never overtakes the move it takes back.
    scope: { id: moveLead.id },
    onSuccess: (lead, input) => {
      const move = sent.current.get(input)
      const now = Date.now()
      if (move) {
        queryClient.setQueriesData<Board>(
          { queryKey: [getBoard.id] },
          board => board && withMove(board, move, now),
        )
      }
      queryClient.setQueryData<LeadDetail>(
        routeKey(getLead, { params: input.params }),
        detail => detail && { ...detail, ...lead },
      )
    },
    onError: (error, input) => {
      const move = sent.current.get(input)
      if (!move) return
      // The lead it was to stand under has left that column meanwhile; the top is the next best place.
      if (move.below !== undefined && 'below' in fieldErrors(error)) {
        send({ leadId: move.leadId, status: move.status })
      } else fail(move, error)
    },
    onSettled: (_lead, _error, input) => {
      const move = sent.current.get(input)
      if (move) leadMoves.end(move)
      sent.current.delete(input)
      queryClient.invalidateQueries({ queryKey: routeKey(getLead, { params: input.params }) })
    },
  })
  return (leadId, from, to) => {
    const known = knownLead(queryClient, leadId)
    const above = known?.status === from ? known.above : undefined
    send({ leadId, status: to })
    const name = known?.name ?? 'The lead'
    const undo = () => send({ leadId, status: from, below: above })
    const toast = toastUndo(`${name} moved to ${known?.statusNames.get(to) ?? to}.`, undo)
    undoToasts.current.set(leadId, toast)
  }
}
