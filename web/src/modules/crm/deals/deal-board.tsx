import { Button } from '@mantine/core'
import { useQuery, useQueryClient } from '@tanstack/react-query'
import { Handshake } from 'lucide-react'
import { useEffect, useState } from 'react'
import { type Deal, type DealBoard as DealBoardData, getDeal, listPipelines } from '#modules/crm/contract.ts'
import { routeQuery } from '../../../shell/api.ts'
import { onLive } from '../../../shell/live.ts'
import { useMemberNames } from '../../../shell/member-names.ts'
import { problemWords } from '../../../shell/problem.ts'
import { useMay } from '../../../shell/session.ts'
import { announce } from '../../../ui/announce.tsx'
import { Board } from '../../../ui/board/board.tsx'
import { EmptyState } from '../../../ui/empty-state.tsx'
import { ErrorState } from '../../../ui/error-state.tsx'
import { BoardSkeleton } from '../../../ui/skeleton.tsx'
import { useHighlights } from '../../../ui/use-highlights.ts'
import { useNow } from '../../../ui/use-now.ts'
import { type Move, placeOf, withMove } from './board-state.ts'
import { DealCard } from './deal-card.tsx'
import { sumWords } from './deal-words.ts'
import classes from './deals.module.css'
import { StageAsk } from './stage-ask.tsx'
import { missingFor } from './stage-asks.ts'
import { CARDS_MAX, useDealBoard } from './use-deal-board.ts'
import { type Brought, movedHere, useMoveDeal } from './use-move-deal.ts'

interface DealBoardProps {
  /** The first pipeline when left out. */
  pipelineId?: string | undefined
  /** Conditions as the list of deals takes them. */
  filter?: string | undefined
  onOpen: (dealId: string) => void
  /** The deal that is shown beside the board. */
  openId?: string | undefined
  /** Begins a new deal; offered where there is none. */
  onCreate?: (() => void) | undefined
  /** Takes the filter away; offered where it lets nothing through. */
  onClearFilter?: (() => void) | undefined
}

/** A card that was dropped where more is asked for, and what that is. */
interface Asking {
  readonly move: Move
  readonly missing: readonly string[]
}

/** Deals that came or were moved by somebody else while the board was open. */
function useDealNews(): ReadonlySet<string> {
  const queryClient = useQueryClient()
  const { highlighted, highlight } = useHighlights()
  useEffect(
    () =>
      onLive('deal.', message => {
        if (!['deal.created', 'deal.stage_changed', 'deal.restored'].includes(message.type)) return
        for (const { type, id } of message.subjects)
          if (type === 'deal' && !movedHere(queryClient, id)) highlight(id)
      }),
    [queryClient, highlight],
  )
  return highlighted
}

function columnsOf(board: DealBoardData) {
  const tones = { open: 'info', won: 'good', lost: 'neutral' } as const
  return board.columns.map(({ stage, count, sums, deals }) => ({
    id: stage.id,
    title: stage.name,
    tone: tones[stage.type],
    cards: deals,
    total: count,
    note: stage.type === 'open' ? `${stage.probability} %` : undefined,
    sum: sumWords(sums, stage.type === 'open'),
  }))
}

/**
 * The deals of a pipeline by their stages, with what they are worth. A card moves by mouse, keyboard or its menu; what the stage it is
 * dropped in asks for is asked for on the card.
 */
export function DealBoard(props: DealBoardProps) {
  const { pipelineId, filter, openId, onOpen } = props
  const queryClient = useQueryClient()
  const now = useNow()
  const mayMove = useMay('deals:write')
  const { query, board: found, readMore } = useDealBoard(pipelineId, filter)
  const pipelines = useQuery(routeQuery(listPipelines, {}))
  const [asking, setAsking] = useState<Asking>()
  const move = useMoveDeal({ onAsked: (asked, missing) => setAsking({ move: asked, missing }) })
  const news = useDealNews()
  const names = useMemberNames(
    (found?.columns ?? []).flatMap(column => column.deals.map(deal => deal.ownerUserId)),
  )
  if (!found) {
    const words = query.error ? problemWords(query.error) : undefined
    if (!words) return <BoardSkeleton />
    return (
      <div className={classes.notice}>
        <ErrorState
          what={words.what}
          next={words.next}
          requestId={words.requestId}
          onRetry={() => query.refetch()}
        />
      </div>
    )
  }
  if (found.count === 0) return <NoDeals {...props} />
  // A card that is asked about stands where it was dropped.
  const board = asking ? withMove(found, asking.move, now) : found
  const pipeline = pipelines.data?.items.find(each => each.id === found.pipelineId)
  const drop = (deal: Deal, wanted: Move) => {
    const stage = found.columns.find(column => column.stage.id === wanted.stageId)?.stage
    // A place in the stage it is in already asks for nothing.
    const missing = stage && stage.id !== deal.stageId ? missingFor(deal, stage, pipeline) : []
    if (stage && missing.length > 0) {
      setAsking({ move: wanted, missing })
      announce(`${stage.name} asks for more before ${deal.name} goes there.`)
    } else move(found, wanted)
  }
  const isCut = found.columns.some(({ deals, count }) => deals.length >= CARDS_MAX && count > CARDS_MAX)
  return (
    <>
      {isCut ? (
        <p className={classes.cut}>
          A column shows its first {CARDS_MAX.toLocaleString()} deals. Filter the board to see others.
        </p>
      ) : null}
      <Board<Deal>
        label={`Deals of ${found.name} by stage`}
        columns={columnsOf(board)}
        cardId={deal => deal.id}
        cardLabel={deal => deal.name}
        renderCard={deal => (
          <DealCard
            deal={deal}
            ownerName={deal.ownerUserId === null ? undefined : names.get(deal.ownerUserId)}
            now={now}
            isNews={news.has(deal.id)}
            isOpen={deal.id === openId}
            ask={asking?.move.dealId === deal.id ? askOf(asking, deal) : null}
          />
        )}
        onOpen={deal => onOpen(deal.id)}
        onIntent={deal =>
          void queryClient.prefetchQuery(routeQuery(getDeal, { params: { dealId: deal.id } }))
        }
        isOrdered
        onMove={
          mayMove && !asking
            ? (deal, _from, stageId, below) => drop(deal, { dealId: deal.id, stageId, below })
            : undefined
        }
        onEnd={readMore}
      />
    </>
  )

  function askOf({ move: wanted, missing }: Asking, deal: Deal) {
    const { dealId, stageId } = wanted
    const stage = found?.columns.find(column => column.stage.id === stageId)?.stage
    if (!found || !stage) return null
    const close = () => {
      setAsking(undefined)
      focusCard(dealId)
    }
    return (
      <StageAsk
        deal={deal}
        stage={stage}
        missing={missing}
        onDone={(brought: Brought) => {
          close()
          move(found, wanted, brought)
        }}
        onCancel={() => {
          close()
          const title = placeOf(found, dealId)?.column.stage.name ?? ''
          announce(`${deal.name} put back in ${title}.`)
        }}
      />
    )
  }
}

/** Gives the focus back to a card once it is drawn where it belongs. */
function focusCard(dealId: string): void {
  requestAnimationFrame(() =>
    document
      .querySelector<HTMLElement>(`[data-card="${CSS.escape(dealId)}"]`)
      ?.focus({ preventScroll: true }),
  )
}

function NoDeals({ filter, onCreate, onClearFilter }: DealBoardProps) {
  const mayWrite = useMay('deals:write')
  if (filter !== undefined) {
    return (
      <EmptyState
        icon={<Handshake size={20} />}
        action={onClearFilter ? <Button onClick={onClearFilter}>Clear filters</Button> : null}
      >
        No deal of this pipeline fits these filters.
      </EmptyState>
    )
  }
  return (
    <EmptyState
      icon={<Handshake size={20} />}
      action={
        mayWrite && onCreate ? (
          <Button variant="filled" onClick={onCreate}>
            New deal
          </Button>
        ) : null
      }
    >
      Every opportunity stands here as a card and moves from stage to stage until it is won or lost.
    </EmptyState>
  )
}
