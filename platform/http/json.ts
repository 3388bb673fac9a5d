/** Limits of a JSON body; beyond them it is refused before any schema sees it. */
const DEPTH_MAX = 32
const KEYS_MAX = 50_000

/** A JSON text that is refused: `malformed` is not JSON, `refused` is JSON we do not accept. */
export class JsonError extends Error {
  readonly kind: 'malformed' | 'refused'
  constructor(kind: 'malformed' | 'refused', message: string) {
    super(message)
    this.kind = kind
  }
}

/**
 * Parses a request body strictly: valid UTF-8 without a byte order mark, no duplicate keys, no
 * `__proto__`, bounded depth and number of keys. `JSON.parse` alone keeps the last of two equal keys, which lets two
 * readers of one text see different things.
 */
export function parseJson(bytes: Uint8Array): unknown {
  let text: string
  try {
    text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes)
  } catch {
    throw new JsonError('malformed', 'The body is not valid UTF-8.')
  }
  if (text.charCodeAt(0) === 0xfeff)
    throw new JsonError('malformed', 'The body starts with a byte order mark.')
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch (error) {
    throw new JsonError('malformed', `The body is not valid JSON (${positionOf(error)}).`)
  }
  checkStructure(text)
  return value
}

/** Only the position leaves, never a piece of the input. */
function positionOf(error: unknown): string {
  const match = /position (\d+)/.exec(error instanceof Error ? error.message : '')
  return match ? `at character ${match[1]}` : 'unexpected end'
}

interface Level {
  /** Keys seen, for an object; undefined for an array. */
  keys: Set<string> | undefined
}

/** Walks a text that is known to be JSON; only nesting and keys are looked at. */
function checkStructure(text: string): void {
  const levels: Level[] = []
  let keys = 0
  let at = 0
  while (at < text.length) {
    const char = text[at]
    if (char === '"') {
      const end = endOfString(text, at)
      const level = levels.at(-1)
      if (level?.keys && isFollowedByColon(text, end)) {
        keys++
        noteKey(level.keys, JSON.parse(text.slice(at, end)) as string)
        if (keys > KEYS_MAX) throw new JsonError('refused', `The body has more than ${KEYS_MAX} keys.`)
      }
      at = end
      continue
    }
    if (char === '{' || char === '[') {
      levels.push({ keys: char === '{' ? new Set() : undefined })
      if (levels.length > DEPTH_MAX)
        throw new JsonError('refused', `The body is nested deeper than ${DEPTH_MAX} levels.`)
    } else if (char === '}' || char === ']') {
      levels.pop()
    }
    at++
  }
}

function noteKey(seen: Set<string>, key: string): void {
  if (seen.has(key)) throw new JsonError('malformed', 'The body names the same key twice in one object.')
  if (key === '__proto__') throw new JsonError('refused', 'The body uses a key that is not allowed.')
  seen.add(key)
}

function endOfString(text: string, start: number): number {
  let at = start + 1
  while (text[at] !== '"') at += text[at] === '\\' ? 2 : 1
  return at + 1
}

/** Inside an object a string followed by a colon is a key, because a value never is. */
function isFollowedByColon(text: string, end: number): boolean {
  let at = end
  while (text[at] === ' ' || text[at] === '\n' || text[at] === '\r' || text[at] === '\t') at++
  return text[at] === ':'
}
