import { type QueryClient, useQueryClient } from '@tanstack/react-query'
import { useRef } from 'react'
import { type DealBoard, getDeal, getDealBoard, listDealCards, moveDeal } from '#modules/crm/contract.ts'
import type { CallInput } from '#platform/contract/route.ts'
import { routeKey } from '../../../shell/api.ts'
import { fieldErrors, problemWords } from '../../../shell/problem.ts'
import { useAct } from '../../../shell/use-act.ts'
import { dismissToast, toastFailed, toastUndo } from '../../../ui/toast-store.ts'
import { type Move, placeOf, withMove } from './board-state.ts'
import { dealMoves } from './deal-moves.ts'

type Call = CallInput<typeof moveDeal>

/** What a move brings along because the stage asked for it. */
export type Brought = Pick<Call['body'], 'lostReasonId' | 'lostNote' | 'fields'>

/** A move with everything that is sent. */
interface Sent {
  readonly move: Move
  readonly brought: Brought
  readonly name: string
  readonly title: string
  /** What takes the move back; left out for a move that takes another one back. */
  readonly undo?: (() => void) | undefined
}

/** Whether this browser moved a deal just now, so that hearing of it is no news. */
export function movedHere(queryClient: QueryClient, dealId: string): boolean {
  return queryClient
    .getMutationCache()
    .findAll({ mutationKey: [moveDeal.id] })
    .some(({ state }) => {
      const isRecent = state.status === 'pending' || Date.now() - state.submittedAt < 5_000
      return isRecent && (state.variables as Call | undefined)?.params.dealId === dealId
    })
}

interface MoveOptions {
  /** The stage asked for what nobody knew it would: the move has been taken back, and is to be asked for again. */
  readonly onAsked: (move: Move, missing: readonly string[]) => void
}

/**
 * Moves deals: shown at once, sent one after the other, with undo. A move the server refuses is no longer shown, and a message says
 * where the deal is and offers to try again.
 */
export function useMoveDeal({ onAsked }: MoveOptions) {
  const queryClient = useQueryClient()
  const sent = useRef(new Map<Call, Sent>())
  const send = (act: Sent) => {
    const { dealId, stageId, below } = act.move
    const input: Call = {
      params: { dealId },
      body: { stageId, ...act.brought, ...(below === undefined ? {} : { below }) },
    }
    sent.current.set(input, act)
    dealMoves.show(act.move)
    mutation.mutate(input)
  }
  const undoToasts = useRef(new Map<string, number>())
  const refuse = (act: Sent, error: Error) => {
    const toast = undoToasts.current.get(act.move.dealId)
    if (toast !== undefined) dismissToast(toast)
    const missing = askedFor(error)
    if (missing) {
      onAsked(act.move, missing)
      return
    }
    // The deal it was to stand under has left that column meanwhile; the top is the next best place.
    if (act.move.below !== undefined && 'below' in fieldErrors(error)) {
      send({ ...act, move: { dealId: act.move.dealId, stageId: act.move.stageId } })
      return
    }
    const words = problemWords(error)
    toastFailed({
      message: `${act.name} was not moved.`,
      detail: [words.what, 'It is where it was.'].join(' '),
      requestId: words.requestId,
      retry: () => send({ ...act, move: { ...act.move } }),
    })
  }
  const mutation = useAct(moveDeal, {
    // One at a time, so that an undo never overtakes the move it takes back.
    scope: { id: moveDeal.id },
    onSuccess: (_deal, input) => {
      const act = sent.current.get(input)
      if (!act) return
      const now = Date.now()
      queryClient.setQueriesData<DealBoard>(
        { queryKey: [getDealBoard.id] },
        board => board && withMove(board, act.move, now),
      )
    },
    onError: (error, input) => {
      const act = sent.current.get(input)
      if (act) refuse(act, error)
    },
    onSettled: (_deal, _error, input) => {
      const act = sent.current.get(input)
      if (act) dealMoves.end(act.move)
      sent.current.delete(input)
      queryClient.invalidateQueries({ queryKey: [listDealCards.id] })
      queryClient.invalidateQueries({ queryKey: routeKey(getDeal, { params: input.params }) })
    },
  })
  /** Moves a deal that stands on the board: to another column, or to another place in its own. */
  return (board: DealBoard, wanted: Move, brought: Brought = {}) => {
    const { dealId } = wanted
    const place = placeOf(board, dealId)
    const target = board.columns.find(column => column.stage.id === wanted.stageId)
    if (!place || !target) return
    const { deal, column, above } = place
    const title = target.stage.name
    const isWithin = column.stage.id === target.stage.id
    const reason =
      deal.lostReason && !isWithin ? { lostReasonId: deal.lostReason.id, lostNote: deal.lostNote } : {}
    const back: Sent = {
      move: { dealId, stageId: column.stage.id, below: above },
      brought: reason,
      name: deal.name,
      title: column.stage.name,
    }
    send({ move: wanted, brought, name: deal.name, title })
    const words = isWithin ? `moved within ${title}` : `moved to ${title}`
    undoToasts.current.set(
      dealId,
      toastUndo(`${deal.name} ${words}.`, () => send(back)),
    )
  }
}

/** The keys of the fields a stage asks for, when that is why it refused. */
function askedFor(error: unknown): string[] | undefined {
  if (!('problem' in Object(error))) return undefined
  const { problem } = error as { problem: { code: string; errors?: readonly { pointer: string }[] } }
  if (problem.code !== 'crm.stage_asks') return undefined
  return (problem.errors ?? []).map(({ pointer }) =>
    pointer.replace(/^\/(fields\/)?/, '').replace(/^custom\//, 'custom.'),
  )
}
