import type { Board } from '#modules/intake/contract.ts'

/** This week compared with the one before, as people read it. */
export function changeWords(now: number, before: number): string {
  const change = now - before
  if (change === 0) return 'as many as the week before'
  return `${Math.abs(change).toLocaleString()} ${change > 0 ? 'more' : 'fewer'} than the week before`
}

/** How many leads stand in open columns, were won and were lost, and what part of those that ended were won. */
export function shareWords(
  board: Pick<Board, 'columns'>,
): { label: string; count: number; share: string | null }[] {
  const countOf = (kind: string) =>
    board.columns.reduce((sum, column) => sum + (column.kind === kind ? column.count : 0), 0)
  const [open, won, lost] = [countOf('open'), countOf('won'), countOf('lost')]
  const share =
    won + lost === 0
      ? null
      : `${new Intl.NumberFormat(undefined, { style: 'percent' }).format(won / (won + lost))} of those that ended`
  return [
    { label: 'Open', count: open, share: null },
    { label: 'Won', count: won, share },
  ]
}
