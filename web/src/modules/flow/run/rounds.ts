interface RoundAt {
  readonly nodeId: string
  /** From 1, as people count. */
  readonly round: number
}

/** The rounds a step belongs to, outermost first: `each.0/inner.12` gives round 1 of `each` and round 13 of `inner`. */
export function roundsOf(path: string): RoundAt[] {
  return path.split('/').flatMap(part => {
    const dot = part.lastIndexOf('.')
    const index = Number(part.slice(dot + 1))
    return dot > 0 && Number.isInteger(index) ? [{ nodeId: part.slice(0, dot), round: index + 1 }] : []
  })
}

/** "round 3", or "round 1, 13" inside two loops; undefined outside. */
export function roundWords(path: string): string | undefined {
  const rounds = roundsOf(path)
  if (rounds.length === 0) return undefined
  return `round ${rounds.map(({ round }) => round.toLocaleString()).join(', ')}`
}

/** "Round 1 of Each lead, round 13 of Each address". */
export function fullRoundWords(path: string, names: ReadonlyMap<string, string>): string | undefined {
  const words = roundsOf(path).map(
    ({ nodeId, round }) => `round ${round.toLocaleString()} of ${names.get(nodeId) ?? nodeId}`,
  )
  const text = words.join(', ')
  return text === '' ? undefined : text.charAt(0).toUpperCase() + text.slice(1)
}
