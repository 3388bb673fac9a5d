/** A list with one of its items put before or after another. */
export function placedAt<T>(
  items: readonly T[],
  idOf: (item: T) => string,
  moved: string,
  target: string,
  side: 'before' | 'after',
): readonly T[] {
  const item = items.find(each => idOf(each) === moved)
  if (item === undefined || moved === target) return items
  const others = items.filter(each => each !== item)
  const at = others.findIndex(each => idOf(each) === target)
  if (at < 0) return items
  return others.toSpliced(side === 'before' ? at : at + 1, 0, item)
}

/** A list with one of its items moved by so many places; at an end it stays. */
export function movedBy<T>(items: readonly T[], index: number, by: number): readonly T[] {
  const to = index + by
  const item = items[index]
  if (item === undefined || to < 0 || to >= items.length) return items
  return items.toSpliced(index, 1).toSpliced(to, 0, item)
}
