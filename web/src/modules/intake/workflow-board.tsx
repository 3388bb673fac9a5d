import { useQueryClient } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import { useEffect, useMemo, useRef, useState } from 'react'
import { type Board as BoardData, getLead, type LeadCard } from '#modules/intake/contract.ts'
import { routeQuery } from '../../shell/api.ts'
import { onLive } from '../../shell/live.ts'
import { problemWords } from '../../shell/problem.ts'
import { useMay } from '../../shell/session.ts'
import { Board } from '../../ui/board/board.tsx'
import { ErrorState } from '../../ui/error-state.tsx'
import { BoardSkeleton } from '../../ui/skeleton.tsx'
import { useHighlights } from '../../ui/use-highlights.ts'
import { NoLeads } from './board/no-leads.tsx'
import { NoneLeft } from './board/none-left.tsx'
import { SummaryStrip } from './board/summary-strip.tsx'
import { neighboursOf } from './board-moves.ts'
import { BulkBar } from './bulk/bulk-bar.tsx'
import { knownOn, whatIsDone, wholeColumn } from './bulk/lead-acts.ts'
import { type LeadActs, selectionOf } from './bulk/use-lead-acts.ts'
import { useLeadBulk } from './bulk/use-lead-bulk.ts'
import { LeadPanel } from './lead/lead-panel.tsx'
import { LeadCardView } from './lead-card.tsx'
import classes from './leads.module.css'
import type { LeadLook } from './lists/use-lead-look.ts'
import { leadsOf } from './live-renewal.ts'
import { CARDS_MAX, useBoard } from './use-board.ts'
import { movedHere, useMoveLead } from './use-move-lead.ts'

/** Leads that came or were moved by somebody else while the board was open. */
function useLeadNews(): ReadonlySet<string> {
  const queryClient = useQueryClient()
  const { highlighted, highlight } = useHighlights()
  useEffect(
    () =>
      onLive('lead.', message => {
        if (message.type === 'lead.reordered') return
        for (const leadId of leadsOf(message)) if (!movedHere(queryClient, leadId)) highlight(leadId)
      }),
    [queryClient, highlight],
  )
  return highlighted
}

/** Closing a lead leads back to its card, even when it was moved meanwhile or another one was stepped to. */
function useReturnToCard(openId: string | undefined): void {
  const last = useRef(openId)
  useEffect(() => {
    const closed = last.current
    last.current = openId
    if (openId !== undefined || closed === undefined) return
    document.querySelector<HTMLElement>(`[data-card="${CSS.escape(closed)}"]`)?.focus({ preventScroll: true })
  }, [openId])
}

function columnsOf(board: BoardData, gone: ReadonlySet<string>) {
  return board.columns.map(column => {
    const cards = gone.size === 0 ? column.cards : column.cards.filter(({ id }) => !gone.has(id))
    return {
      id: column.status,
      title: column.name,
      tone: column.color,
      cards,
      total: column.count - (column.cards.length - cards.length),
      note: column.newThisWeek > 0 ? `${column.newThisWeek.toLocaleString()} new this week` : undefined,
    }
  })
}

/** The selected cards of a board; what is no longer on it is not selected any more. */
function useSelection(board: BoardData | undefined) {
  const [chosen, setChosen] = useState<ReadonlySet<string>>(new Set())
  const [allOf, setAllOf] = useState<string>()
  const column = board?.columns.find(({ status }) => status === allOf)
  const known = useMemo(() => {
    if (!board) return []
    // Where a whole column is selected, what comes into it is too.
    return knownOn(board, column ? new Set(column.cards.map(({ id }) => id)) : chosen)
  }, [board, column, chosen])
  const selection = useMemo(() => new Set(known.map(({ id }) => id)), [known])
  const select = (next: ReadonlySet<string>, of?: string) => {
    setAllOf(of)
    setChosen(next)
  }
  const whole = board && !column ? wholeColumn(board, selection) : null
  return {
    known,
    selection,
    /** The column that is selected with the leads of it that are not loaded. */
    column,
    select,
    /** Such a column, where only its loaded leads are selected. */
    offered: whole && { ...whole, choose: () => select(selection, whole.status) },
    clear: () => select(new Set()),
  }
}

interface WorkflowBoardProps {
  workflowId: string
  openId: string | undefined
  look: LeadLook
  acts: LeadActs
}

/** The board of one workflow, and the lead that is open over it. */
export function WorkflowBoard({ workflowId, openId, look, acts }: WorkflowBoardProps) {
  const queryClient = useQueryClient()
  const navigate = useNavigate()
  const mayMove = useMay('leads:write')
  const { query, board, readMore } = useBoard(workflowId, look)
  const move = useMoveLead()
  const news = useLeadNews()
  const bulk = useLeadBulk()
  const { known, selection, column, select, offered, clear } = useSelection(board)
  useReturnToCard(openId)
  const open = (leadId: string) =>
    navigate({
      to: '/leads/$leadId',
      params: { leadId },
      search: true,
      state: { peek: true },
      replace: openId !== undefined,
    })
  const words = query.error && !board ? problemWords(query.error) : undefined
  const cut = board?.columns.some(column => column.cards.length >= CARDS_MAX && column.count > CARDS_MAX)
  const { before, after } = neighboursOf(board, openId ?? '')
  return (
    <>
      {words ? (
        <div className={classes.notice}>
          <ErrorState
            what={words.what}
            next={words.next}
            requestId={words.requestId}
            onRetry={() => query.refetch()}
          />
        </div>
      ) : null}
      {query.isPending ? <BoardSkeleton /> : null}
      {board && (board.count > 0 || look.isNarrowed) ? <SummaryStrip board={board} /> : null}
      {cut ? <p className={classes.cut}>Each column shows its first {CARDS_MAX} leads.</p> : null}
      {board && board.count === 0 ? (
        look.isNarrowed ? (
          <NoneLeft look={look} />
        ) : (
          <NoLeads workflowId={workflowId} />
        )
      ) : null}
      {board && board.count > 0 ? (
        <Board<LeadCard>
          label="Leads by status"
          columns={columnsOf(board, bulk.gone)}
          cardId={lead => lead.id}
          cardLabel={lead => lead.name}
          renderCard={lead => (
            <LeadCardView lead={lead} isNews={news.has(lead.id)} isOpen={lead.id === openId} />
          )}
          onOpen={lead => open(lead.id)}
          onIntent={lead =>
            void queryClient.prefetchQuery(routeQuery(getLead, { params: { leadId: lead.id } }))
          }
          onMove={mayMove ? (lead, from, to) => move(lead.id, from, to) : undefined}
          onEnd={readMore}
          {...(mayMove ? { selection, onSelect: select } : {})}
        />
      ) : null}
      {board && known.length > 0 ? (
        <BulkBar
          words={
            column
              ? `All ${column.count.toLocaleString()} leads in ${column.name} selected`
              : `${known.length.toLocaleString()} selected`
          }
          all={
            offered
              ? {
                  words: `Select all ${offered.count.toLocaleString()} in ${offered.name}`,
                  run: offered.choose,
                }
              : undefined
          }
          statuses={board.columns}
          isBusy={bulk.isBusy || acts.isAsking}
          onAct={act => {
            clear()
            if (column) void acts.start({ ...selectionOf(look), status: column.status }, whatIsDone(act))
            else void bulk.act(act, known)
          }}
          onClear={clear}
        />
      ) : null}
      {openId ? (
        <LeadPanel
          leadId={openId}
          onClose={() => navigate({ to: '/leads', search: true })}
          onPrevious={before === undefined ? undefined : () => open(before)}
          onNext={after === undefined ? undefined : () => open(after)}
        />
      ) : null}
    </>
  )
}
