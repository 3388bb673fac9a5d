import { Button } from '@mantine/core'
import { useQueryClient } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import { ExternalLink, UserRoundPlus } from 'lucide-react'
import { useEffect, useRef } from 'react'
import { type Board as BoardData, getLead, type LeadCard } from '#modules/intake/contract.ts'
import { routeQuery } from '../../shell/api.ts'
import { onLive } from '../../shell/live.ts'
import { problemWords } from '../../shell/problem.ts'
import { useMay } from '../../shell/session.ts'
import { Board } from '../../ui/board/board.tsx'
import { CopyText } from '../../ui/copy-text.tsx'
import { EmptyState } from '../../ui/empty-state.tsx'
import { ErrorState } from '../../ui/error-state.tsx'
import { BoardSkeleton } from '../../ui/skeleton.tsx'
import { useHighlights } from '../../ui/use-highlights.ts'
import { neighboursOf } from './board-moves.ts'
import { LeadPanel } from './lead/lead-panel.tsx'
import { LeadCardView } from './lead-card.tsx'
import classes from './leads.module.css'
import { leadsOf } from './live-renewal.ts'
import { CARDS_MAX, useBoard } from './use-board.ts'
import { useForm } from './use-form.ts'
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

function NoLeads({ workflowId }: { workflowId: string }) {
  const form = useForm(workflowId)
  const url = form?.status === 'published' ? form.url : undefined
  return (
    <EmptyState
      icon={<UserRoundPlus size={20} />}
      action={
        url ? (
          <div className={classes.formLink}>
            <Button
              component="a"
              variant="filled"
              href={url}
              target="_blank"
              rel="noopener"
              leftSection={<ExternalLink size={14} />}
            >
              Open the form
            </Button>
            <CopyText label="Link of the form" text={url} />
          </div>
        ) : null
      }
    >
      Everyone who sends the form becomes a lead and stands here as a card, the moment it is sent.
    </EmptyState>
  )
}

function columnsOf(board: BoardData) {
  return board.columns.map(column => ({
    id: column.status,
    title: column.name,
    tone: column.color,
    cards: column.cards,
    total: column.count,
    note: column.newThisWeek > 0 ? `${column.newThisWeek.toLocaleString()} new this week` : undefined,
  }))
}

interface WorkflowBoardProps {
  workflowId: string
  openId: string | undefined
  /** Shows the leads of this owner only. */
  ownerUserId: string | undefined
}

/** The board of one workflow, and the lead that is open over it. */
export function WorkflowBoard({ workflowId, openId, ownerUserId }: WorkflowBoardProps) {
  const queryClient = useQueryClient()
  const navigate = useNavigate()
  const mayMove = useMay('leads:write')
  const { query, board, readMore } = useBoard(workflowId, ownerUserId)
  const move = useMoveLead()
  const news = useLeadNews()
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
      {cut ? <p className={classes.cut}>Each column shows its first {CARDS_MAX} leads.</p> : null}
      {board && board.count === 0 ? (
        ownerUserId ? (
          <EmptyState icon={<UserRoundPlus size={20} />}>None of these leads is yours.</EmptyState>
        ) : (
          <NoLeads workflowId={workflowId} />
        )
      ) : null}
      {board && board.count > 0 ? (
        <Board<LeadCard>
          label="Leads by status"
          columns={columnsOf(board)}
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
