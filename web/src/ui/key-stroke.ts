/** The parts of a keyboard event that decide which stroke it is. */
export interface StrokeEvent {
  readonly key: string
  readonly ctrlKey: boolean
  readonly metaKey: boolean
  readonly shiftKey: boolean
  readonly altKey: boolean
}

/**
 * The name of a key press as written in shortcuts: `mod+k`, `shift+arrowdown`, `?`, `g`. `mod` is ⌘ or Ctrl.
 * Shift is named only with keys whose character it does not already change.
 */
export function strokeOf(event: StrokeEvent): string {
  const key = event.key === ' ' ? 'space' : event.key.toLowerCase()
  const printable = event.key.length === 1 && event.key !== ' '
  const parts: string[] = []
  if (event.metaKey || event.ctrlKey) parts.push('mod')
  if (event.altKey) parts.push('alt')
  if (event.shiftKey && (!printable || /[a-z]/i.test(event.key))) parts.push('shift')
  parts.push(key)
  return parts.join('+')
}

export type Match = { kind: 'run'; keys: string } | { kind: 'wait'; pending: string } | { kind: 'none' }

/**
 * Finds what a stroke means after the strokes still pending. A sequence such as `g l` waits for its second
 * stroke; a stroke that continues nothing starts anew.
 */
export function matchStroke(known: ReadonlySet<string>, pending: string, stroke: string): Match {
  const joined = pending ? `${pending} ${stroke}` : stroke
  if (known.has(joined)) return { kind: 'run', keys: joined }
  for (const keys of known) if (keys.startsWith(`${joined} `)) return { kind: 'wait', pending: joined }
  return pending ? matchStroke(known, '', stroke) : { kind: 'none' }
}
