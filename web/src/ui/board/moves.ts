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

/** A place on a board: a column, and the card it is under there; no card for the top. */
export interface BoardPlace {
  readonly columnId: string
  readonly below?: string | undefined
}

/** A card on its way: the place it came from and the one it is over. */
export interface Held {
  readonly cardId: string
  readonly from: BoardPlace
  readonly to: BoardPlace
}

/** Whether two places are one. */
export function isSamePlace(a: BoardPlace, b: BoardPlace): boolean {
  return a.columnId === b.columnId && a.below === b.below
}

/** The columns with the held card already standing where it is over. */
export function withHeld<Card>(
  columns: readonly BoardColumn<Card>[],
  held: Held | undefined,
  idOf: (card: Card) => string,
): readonly BoardColumn<Card>[] {
  if (!held || isSamePlace(held.from, held.to)) return columns
  const { from, to, cardId } = held
  const card = columns.find(column => column.id === from.columnId)?.cards.find(each => idOf(each) === cardId)
  if (card === undefined) return columns
  return columns.map(column => {
    const leaves = column.id === from.columnId
    const enters = column.id === to.columnId
    if (!leaves && !enters) return column
    const rest = leaves ? column.cards.filter(each => each !== card) : column.cards
    // Under a card that has gone meanwhile there is no place; the top is one that always exists.
    const index = to.below === undefined ? 0 : rest.findIndex(each => idOf(each) === to.below) + 1
    return {
      ...column,
      cards: enters ? rest.toSpliced(index, 0, card) : rest,
      total: column.total === undefined ? undefined : column.total + Number(enters) - Number(leaves),
    }
  })
}

/** The held card one column further left or right, on top there or back where it stood; unchanged at the ends. */
export function carried<Card>(columns: readonly BoardColumn<Card>[], held: Held, by: 1 | -1): Held {
  const index = columns.findIndex(column => column.id === held.to.columnId)
  const target = columns[index + by]
  if (!target) return held
  return { ...held, to: target.id === held.from.columnId ? held.from : { columnId: target.id } }
}

/** The held card one place further up or down in its column; unchanged at the ends. */
export function shifted<Card>(
  columns: readonly BoardColumn<Card>[],
  held: Held,
  by: 1 | -1,
  idOf: (card: Card) => string,
): Held {
  const { columnId, below } = held.to
  const others = (columns.find(column => column.id === columnId)?.cards ?? [])
    .map(idOf)
    .filter(id => id !== held.cardId)
  const index = below === undefined ? 0 : others.indexOf(below) + 1
  const next = index + by
  if (next < 0 || next > others.length) return held
  return { ...held, to: { columnId, below: others[next - 1] } }
}

/** Where a card stands; undefined when it is not on the board. */
export function boardPlaceOf<Card>(
  columns: readonly BoardColumn<Card>[],
  cardId: string,
  idOf: (card: Card) => string,
): BoardPlace | undefined {
  const place = placeOf(columns, cardId, idOf)
  const column = place && columns[place.column]
  const above = place && column?.cards[place.card - 1]
  return column && { columnId: column.id, below: above === undefined ? undefined : idOf(above) }
}

/** "place 2 of 6": where a card comes to stand when it is put somewhere. */
export function placeWords<Card>(
  columns: readonly BoardColumn<Card>[],
  held: Held,
  idOf: (card: Card) => string,
): string {
  const column = withHeld(columns, held, idOf).find(each => each.id === held.to.columnId)
  const index = column?.cards.findIndex(card => idOf(card) === held.cardId) ?? -1
  return `place ${index + 1} of ${column?.total ?? column?.cards.length ?? 0}`
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
