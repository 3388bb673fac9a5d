export interface BoardColumn<Card> {
  readonly id: string
  readonly title: string
  readonly tone: 'neutral' | 'accent' | 'info' | 'good' | 'wait' | 'bad'
  readonly cards: readonly Card[]
  /** All cards of the column, when more exist than are loaded. */
  readonly total?: number | undefined
  /** A few quiet words at the end of the head, for example "3 new this week". */
  readonly note?: string | undefined
  /** A line under the head, for example what the cards are worth together. */
  readonly sum?: string | undefined
}

/** A card on its way: where it came from and the column it is over. */
export interface Held {
  readonly cardId: string
  readonly from: string
  readonly to: string
}

/** The columns with the held card already standing at the top of the column it is over. */
export function withHeld<Card>(
  columns: readonly BoardColumn<Card>[],
  held: Held | undefined,
  idOf: (card: Card) => string,
): readonly BoardColumn<Card>[] {
  if (!held || held.from === held.to) return columns
  const card = columns.find(column => column.id === held.from)?.cards.find(each => idOf(each) === held.cardId)
  if (card === undefined) return columns
  return columns.map(column => {
    if (column.id === held.from) {
      return {
        ...column,
        cards: column.cards.filter(each => idOf(each) !== held.cardId),
        total: column.total === undefined ? undefined : column.total - 1,
      }
    }
    if (column.id === held.to) {
      return {
        ...column,
        cards: [card, ...column.cards],
        total: column.total === undefined ? undefined : column.total + 1,
      }
    }
    return column
  })
}

/** The held card one column further left or right; unchanged at the ends. */
export function carried<Card>(columns: readonly BoardColumn<Card>[], held: Held, by: 1 | -1): Held {
  const index = columns.findIndex(column => column.id === held.to)
  const target = columns[index + by]
  return target ? { ...held, to: target.id } : held
}

interface Place {
  column: number
  card: number
}

function placeOf<Card>(
  columns: readonly BoardColumn<Card>[],
  cardId: string,
  idOf: (card: Card) => string,
): Place | undefined {
  for (const [column, each] of columns.entries()) {
    const card = each.cards.findIndex(one => idOf(one) === cardId)
    if (card >= 0) return { column, card }
  }
  return undefined
}

/** The card an arrow key leads to: within the column, or at the same height in the next column that has cards. */
export function neighbour<Card>(
  columns: readonly BoardColumn<Card>[],
  cardId: string,
  key: string,
  idOf: (card: Card) => string,
): string | undefined {
  const place = placeOf(columns, cardId, idOf)
  if (!place) return undefined
  const here = columns[place.column]?.cards ?? []
  const pick = (cards: readonly Card[], index: number) => {
    const card = cards[Math.min(Math.max(index, 0), cards.length - 1)]
    return card === undefined ? undefined : idOf(card)
  }
  switch (key) {
    case 'ArrowDown':
    case 'j':
      return pick(here, place.card + 1)
    case 'ArrowUp':
    case 'k':
      return pick(here, place.card - 1)
    case 'Home':
      return pick(here, 0)
    case 'End':
      return pick(here, here.length - 1)
    case 'ArrowLeft':
    case 'ArrowRight': {
      const by = key === 'ArrowRight' ? 1 : -1
      for (let index = place.column + by; index >= 0 && index < columns.length; index += by) {
        const cards = columns[index]?.cards ?? []
        if (cards.length > 0) return pick(cards, place.card)
      }
      return undefined
    }
    default:
      return undefined
  }
}
