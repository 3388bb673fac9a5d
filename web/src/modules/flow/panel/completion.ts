/** What is being written at the caret of a template, and what a choice makes of the text. */

export interface Typing {
  readonly of: 'value' | 'filter'
  /** Where the placeholder opens, or for a filter where its bar stands. */
  readonly start: number
  readonly caret: number
  readonly query: string
}

export interface Edit {
  readonly text: string
  readonly caret: number
}

/** What is being written at the caret, or null outside a placeholder, inside a quoted text and behind a filter's colon. */
export function typingAt(text: string, caret: number): Typing | null {
  const open = text.lastIndexOf('{{', caret - 1)
  if (open === -1 || open + 2 > caret) return null
  const inside = text.slice(open + 2, caret)
  let quote = ''
  let bar = -1
  for (let at = 0; at < inside.length; at++) {
    const sign = inside[at] ?? ''
    if (quote !== '') {
      if (sign === '\\') at++
      else if (sign === quote) quote = ''
    } else if (sign === '"' || sign === "'") quote = sign
    else if (sign === '|') bar = at
    else if (sign === '}' || sign === '\n') return null
  }
  if (quote !== '') return null
  if (bar === -1) return { of: 'value', start: open, caret, query: inside.trim() }
  const query = inside.slice(bar + 1)
  return query.includes(':') ? null : { of: 'filter', start: open + 2 + bar, caret, query: query.trim() }
}

/** The text with the placeholder that is being written made one of `path`. */
export function withValue(text: string, typing: Typing, path: string): Edit {
  const before = text.slice(0, typing.start)
  const after = text.slice(typing.caret).replace(/^[\w.[\]-]*/, '')
  if (/^\s*\|/.test(after)) {
    const placed = `${before}{{ ${path} `
    return { text: placed + after.trimStart(), caret: placed.length - 1 }
  }
  const placed = `${before}{{ ${path} }}`
  return { text: placed + after.replace(/^\s*\}\}/, ''), caret: placed.length }
}

/** The text with a filter behind the bar; the caret stands where its first argument goes, if it needs one. */
export function withFilter(text: string, typing: Typing, name: string, needsArgument: boolean): Edit {
  const before = text.slice(0, typing.start)
  const after = text.slice(typing.caret).replace(/^[\w]*/, '')
  const written = needsArgument ? `| ${name}: ` : `| ${name}`
  const closing = /^\s*(\}\}|\||:)/.test(after) ? (after.startsWith(' ') ? '' : ' ') : ' }}'
  const placed = before + written
  return { text: placed + closing + after, caret: placed.length }
}

/** The text with an open placeholder at the caret, for a choice that is about to be made. */
export function withOpening(text: string, from: number, to: number): Edit {
  const placed = `${text.slice(0, from)}{{ `
  return { text: placed + text.slice(to), caret: placed.length }
}
