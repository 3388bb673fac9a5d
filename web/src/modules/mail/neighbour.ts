/** The id a key leads to from another one, or undefined when it leads nowhere. Without a start, down is the first. */
export function neighbourOf(
  ids: readonly string[],
  from: string | undefined,
  key: string,
): string | undefined {
  const index = from === undefined ? -1 : ids.indexOf(from)
  switch (key) {
    case 'j':
    case 'ArrowDown':
      return ids[index + 1]
    case 'k':
    case 'ArrowUp':
      return index < 0 ? ids[0] : ids[index - 1]
    case 'Home':
      return ids[0]
    case 'End':
      return ids[ids.length - 1]
    default:
      return undefined
  }
}
