import type { Board, BoardColumn, LeadCard } from '#modules/intake/contract.ts'

const WEEK_MS = 7 * 86_400_000

/** A move of a lead that was asked for: to the top of a column, or under another lead of it. */
export interface Move {
  readonly leadId: string
  readonly status: string
  readonly below?: string | undefined
}

/** A card and where it is. */
export interface Place {
  readonly card: LeadCard
  readonly column: BoardColumn
  /** The lead above it in its column; undefined at the top. */
  readonly above: string | undefined
}

/** Where a lead stands on the loaded part of a board. */
export function placeOf(board: Board, leadId: string): Place | undefined {
  for (const column of board.columns) {
    const index = column.cards.findIndex(card => card.id === leadId)
    const card = column.cards[index]
    if (card) return { card, column, above: column.cards[index - 1]?.id }
  }
  return undefined
}

function without(column: BoardColumn, card: LeadCard, isNew: boolean): BoardColumn {
  return {
    ...column,
    count: column.count - 1,
    newThisWeek: column.newThisWeek - Number(isNew),
    cards: column.cards.filter(each => each.id !== card.id),
  }
}

function withCard(
  column: BoardColumn,
  card: LeadCard,
  isNew: boolean,
  below: string | undefined,
): BoardColumn {
  // Under a lead that has gone elsewhere there is no place; the top is one that always exists.
  const index = below === undefined ? 0 : column.cards.findIndex(each => each.id === below) + 1
  return {
    ...column,
    count: column.count + 1,
    newThisWeek: column.newThisWeek + Number(isNew),
    cards: column.cards.toSpliced(index, 0, card),
  }
}

/**
 * The board after a move, as the server will answer it: the card in its new place, the counts with it. A lead or a
 * column that is not on the board changes nothing. `now` is in milliseconds since 1970.
 */
export function withMove(board: Board, move: Move, now: number): Board {
  const place = placeOf(board, move.leadId)
  const isKnown = board.columns.some(column => column.status === move.status)
  if (!place || !isKnown) return board
  if (place.column.status === move.status && move.below === undefined) return board
  const isNew = now - Date.parse(place.card.createdAt) < WEEK_MS
  const card = { ...place.card, status: move.status }
  return {
    ...board,
    columns: board.columns.map(column => {
      const rest = column.status === place.column.status ? without(column, place.card, isNew) : column
      return column.status === move.status ? withCard(rest, card, isNew, move.below) : rest
    }),
  }
}

/** The board with every move that is still under way, in the order they were asked for. */
export function withMoves(board: Board, moves: readonly Move[], now: number): Board {
  return moves.reduce((shown, move) => withMove(shown, move, now), board)
}

/** The leads beside one in its column, for stepping from one to the next. */
export function neighboursOf(board: Board | undefined, leadId: string): { before?: string; after?: string } {
  const cards = (board && placeOf(board, leadId)?.column.cards) ?? []
  const index = cards.findIndex(card => card.id === leadId)
  const [before, after] = [cards[index - 1]?.id, index < 0 ? undefined : cards[index + 1]?.id]
  return { ...(before ? { before } : {}), ...(after ? { after } : {}) }
}
