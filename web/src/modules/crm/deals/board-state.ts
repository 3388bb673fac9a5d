import type { Deal, DealBoardColumn, DealBoard as DealBoardData, DealSum } from '#modules/crm/contract.ts'

/** A move of a deal that was asked for: to the top of a stage, or under another deal of it; that may be the stage it is in. */
export interface Move {
  readonly dealId: string
  readonly stageId: string
  readonly below?: string | undefined
}

/** A card and where it is. */
export interface Place {
  readonly deal: Deal
  readonly column: DealBoardColumn
  /** The deal above it in its column; undefined at the top. */
  readonly above: string | undefined
}

/** Where a deal stands on the loaded part of a board. */
export function placeOf(board: DealBoardData, dealId: string): Place | undefined {
  for (const column of board.columns) {
    const index = column.deals.findIndex(each => each.id === dealId)
    const deal = column.deals[index]
    if (deal) return { deal, column, above: column.deals[index - 1]?.id }
  }
  return undefined
}

function weightOf(deal: Deal, column: DealBoardColumn): number {
  const probability = deal.ownProbability ?? column.stage.probability
  return Math.round(((deal.value?.amount ?? 0) * probability) / 100)
}

/** The sums of a column with a deal more or less. */
function sumsWith(column: DealBoardColumn, deal: Deal, sign: 1 | -1): DealSum[] {
  const { value } = deal
  if (value === null) return column.sums
  const part = { amount: sign * value.amount, weighted: sign * weightOf(deal, column) }
  const known = column.sums.some(sum => sum.currency === value.currency)
  const sums = known ? column.sums : [...column.sums, { currency: value.currency, amount: 0, weighted: 0 }]
  return sums.map(sum =>
    sum.currency === value.currency
      ? { ...sum, amount: sum.amount + part.amount, weighted: sum.weighted + part.weighted }
      : sum,
  )
}

function without(column: DealBoardColumn, deal: Deal): DealBoardColumn {
  return {
    ...column,
    count: column.count - 1,
    sums: sumsWith(column, deal, -1),
    deals: column.deals.filter(each => each.id !== deal.id),
  }
}

function withDeal(column: DealBoardColumn, deal: Deal, below: string | undefined): DealBoardColumn {
  // Under a deal that has gone elsewhere there is no place; the top is one that always exists.
  const index = below === undefined ? 0 : column.deals.findIndex(each => each.id === below) + 1
  return {
    ...column,
    count: column.count + 1,
    sums: sumsWith(column, deal, 1),
    deals: column.deals.toSpliced(index, 0, deal),
  }
}

/**
 * The board after a move, as the server will answer it: the card in its new place, counts and sums with it. A deal or a stage that is
 * not on the board changes nothing. `now` is in milliseconds since 1970.
 */
export function withMove(board: DealBoardData, move: Move, now: number): DealBoardData {
  const place = placeOf(board, move.dealId)
  const target = board.columns.find(column => column.stage.id === move.stageId)
  if (!place || !target) return board
  const isSame = place.column.stage.id === move.stageId
  const { id, key, name, type, probability, rottingDays } = target.stage
  const deal: Deal = isSame
    ? place.deal
    : {
        ...place.deal,
        stageId: id,
        stage: { key, name },
        status: type,
        probability: place.deal.ownProbability ?? probability,
        rottingDays,
        stageEnteredAt: new Date(now).toISOString(),
      }
  return {
    ...board,
    columns: board.columns.map(column => {
      const rest = column.stage.id === place.column.stage.id ? without(column, place.deal) : column
      return column.stage.id === move.stageId ? withDeal(rest, deal, move.below) : rest
    }),
  }
}

/** The board with further cards of its columns behind the first ones, each deal once. */
export function withMore(
  board: DealBoardData,
  more: ReadonlyMap<string, { readonly deals: readonly Deal[]; readonly nextCursor: string | null }>,
): DealBoardData {
  if (more.size === 0) return board
  const first = new Set(board.columns.flatMap(column => column.deals.map(deal => deal.id)))
  return {
    ...board,
    columns: board.columns.map(column => {
      const further = more.get(column.stage.id)
      if (!further) return column
      const isFurther = (deal: Deal) => !first.has(deal.id) && deal.stageId === column.stage.id
      return {
        ...column,
        deals: [...column.deals, ...further.deals.filter(isFurther)],
        nextCursor: further.nextCursor,
      }
    }),
  }
}

const DAY_MS = 86_400_000

/** How many whole days a deal has been in its stage. */
export function daysInStage(deal: Pick<Deal, 'stageEnteredAt'>, now: number): number {
  return Math.max(Math.floor((now - Date.parse(deal.stageEnteredAt)) / DAY_MS), 0)
}

/** Whether an open deal has been in its stage for longer than is good for it. */
export function isRotting(deal: Deal, now: number): boolean {
  return deal.status === 'open' && deal.rottingDays !== null && daysInStage(deal, now) >= deal.rottingDays
}
