/**
 * Turns template text into a tree of plain data. There is no evaluation of code anywhere: an expression is a
 * path or a literal, followed by filters out of a closed list.
 *
 *   text        anything outside {{ }}; `{{ "{{" }}` writes two braces
 *   expression  value ( "|" filter ( ":" argument ( "," argument )* )? )*
 *   value       path | "text" | 'text' | number | true | false | null
 *   path        name ( "." name | "." digits | "[" digits "]" | "[" "text" "]" )*
 *   argument    value
 */

import { isForbiddenName, type Path } from '#platform/contract/plain-data.ts'
import type { FilterParameter } from './template-filter.ts'
import { filterParameters } from './template-filters.ts'

export type TemplateValue =
  | { readonly kind: 'path'; readonly path: Path; readonly text: string }
  | { readonly kind: 'literal'; readonly value: string | number | boolean | null }

export type TemplateFilter = {
  readonly name: string
  readonly arguments: readonly TemplateValue[]
  readonly at: number
}

export type TemplateOutput = {
  readonly value: TemplateValue
  readonly filters: readonly TemplateFilter[]
  readonly at: number
  /** Whether the text before puts this output inside a JSON string; decides how a JSON body is escaped. */
  readonly inJsonString: boolean
}

/** A parsed template: plain data that can be stored and sent. */
export type Template = {
  readonly source: string
  readonly parts: readonly (string | TemplateOutput)[]
}

export type TemplateErrorCode =
  | 'syntax'
  | 'unclosed'
  | 'unknown_filter'
  | 'bad_argument'
  | 'forbidden_name'
  | 'too_long'
  | 'missing_value'
  | 'bad_value'
  | 'too_large'
  | 'too_many_steps'

/** What is wrong with a template, and where: line and column count from 1, columns in UTF-16 units. */
export type TemplateProblem = {
  readonly code: TemplateErrorCode
  readonly message: string
  readonly line: number
  readonly column: number
}

/** The only error templates throw, while parsing and while rendering. */
export class TemplateError extends Error {
  readonly code: TemplateErrorCode
  readonly line: number
  readonly column: number

  constructor(code: TemplateErrorCode, message: string, source: string, at: number) {
    super(message)
    this.name = 'TemplateError'
    this.code = code
    const before = source.slice(0, at)
    const lineStart = before.lastIndexOf('\n') + 1
    this.line = countLines(before)
    this.column = at - lineStart + 1
  }
}

export const TEMPLATE_LENGTH_MAX = 256 * 1024
const OUTPUTS_MAX = 2_000
const FILTERS_MAX = 20
const ARGUMENTS_MAX = 4
const SEGMENTS_MAX = 32

const NAME = /[\p{L}_][\p{L}\p{M}\p{N}_-]*/uy
const SEGMENT = /[\p{L}\p{M}\p{N}_-]+/uy
const NUMBER = /-?\d+(?:\.\d+)?/y
const DIGITS = /^\d{1,9}$/
const LITERALS: ReadonlyMap<string, boolean | null> = new Map([
  ['true', true],
  ['false', false],
  ['null', null],
])
const ESCAPES: ReadonlyMap<string, string> = new Map([
  ['n', '\n'],
  ['t', '\t'],
  ['r', '\r'],
  ['\\', '\\'],
  ['"', '"'],
  ["'", "'"],
])

/** Parses the whole text; after a broken expression it goes on, so that all problems are found at once. */
export function parseParts(source: string): {
  parts: (string | TemplateOutput)[]
  problems: TemplateError[]
} {
  const parts: (string | TemplateOutput)[] = []
  const problems: TemplateError[] = []
  if (source.length > TEMPLATE_LENGTH_MAX) {
    const message = `The text is longer than ${TEMPLATE_LENGTH_MAX} characters.`
    return { parts, problems: [new TemplateError('too_long', message, source, 0)] }
  }
  let quoted = false
  let at = 0
  let outputs = 0
  while (at < source.length) {
    const open = source.indexOf('{{', at)
    const text = open === -1 ? source.slice(at) : source.slice(at, open)
    if (text !== '') {
      parts.push(text)
      quoted = endsInJsonString(text, quoted)
    }
    if (open === -1) break
    outputs += 1
    if (outputs > OUTPUTS_MAX) {
      problems.push(
        new TemplateError('too_long', `The text has more than ${OUTPUTS_MAX} placeholders.`, source, open),
      )
      break
    }
    const cursor = new Cursor(source, open + 2)
    try {
      parts.push(readOutput(cursor, open, quoted))
      at = cursor.at
    } catch (error) {
      if (!(error instanceof TemplateError)) throw error
      problems.push(error)
      const close = source.indexOf('}}', cursor.at)
      if (close === -1) break
      at = close + 2
    }
  }
  return { parts, problems }
}

/** Parses a path standing alone, as conditions use it. Throws TemplateError. */
export function parsePath(text: string): Path {
  const cursor = new Cursor(text, 0)
  cursor.skipSpaces()
  const path = readPathAt(cursor)
  cursor.skipSpaces()
  if (cursor.at < text.length) throw cursor.error('syntax', `Unexpected ${cursor.here()} in the path.`)
  return path
}

class Cursor {
  readonly source: string
  at: number

  constructor(source: string, at: number) {
    this.source = source
    this.at = at
  }

  peek(): string {
    return this.source[this.at] ?? ''
  }

  skipSpaces(): void {
    while (/\s/.test(this.peek())) this.at += 1
  }

  /** Moves past the text when it stands here. */
  take(text: string): boolean {
    if (!this.source.startsWith(text, this.at)) return false
    this.at += text.length
    return true
  }

  match(pattern: RegExp): string | null {
    pattern.lastIndex = this.at
    const found = pattern.exec(this.source)?.[0]
    if (found === undefined) return null
    this.at += found.length
    return found
  }

  here(): string {
    const character = String.fromCodePoint(this.source.codePointAt(this.at) ?? 32)
    return this.at >= this.source.length ? 'end of text' : `"${character}"`
  }

  error(code: TemplateErrorCode, message: string, at = this.at): TemplateError {
    return new TemplateError(code, message, this.source, at)
  }
}

function readOutput(cursor: Cursor, open: number, inJsonString: boolean): TemplateOutput {
  cursor.skipSpaces()
  if (cursor.source.startsWith('}}', cursor.at))
    throw cursor.error('syntax', 'There is nothing between {{ and }}.')
  const value = readValue(cursor)
  const filters: TemplateFilter[] = []
  for (;;) {
    cursor.skipSpaces()
    if (cursor.take('}}')) return { value, filters, at: open, inJsonString }
    if (cursor.at >= cursor.source.length)
      throw cursor.error('unclosed', 'This {{ is never closed with }}.', open)
    if (!cursor.take('|')) throw cursor.error('syntax', `Expected "|" or "}}" but found ${cursor.here()}.`)
    if (filters.length === FILTERS_MAX)
      throw cursor.error('too_long', `More than ${FILTERS_MAX} filters in a row.`)
    filters.push(readFilter(cursor))
  }
}

function readFilter(cursor: Cursor): TemplateFilter {
  cursor.skipSpaces()
  const at = cursor.at
  const name = cursor.match(NAME)
  if (name === null) throw cursor.error('syntax', `Expected a filter name but found ${cursor.here()}.`)
  const parameters = filterParameters(name)
  if (parameters === undefined)
    throw cursor.error('unknown_filter', `There is no filter called "${name}".`, at)
  const given: TemplateValue[] = []
  cursor.skipSpaces()
  if (cursor.take(':')) {
    do {
      if (given.length === ARGUMENTS_MAX)
        throw cursor.error('bad_argument', `Too many values for "${name}".`, at)
      cursor.skipSpaces()
      const start = cursor.at
      const argument = readValue(cursor)
      checkArgument(cursor, name, parameters[given.length], argument, start)
      given.push(argument)
      cursor.skipSpaces()
    } while (cursor.take(','))
  }
  const missing = parameters[given.length]
  if (missing !== undefined && !missing.optional) {
    throw cursor.error('bad_argument', `The filter "${name}" needs a value for ${missing.name}.`, at)
  }
  return { name, arguments: given, at }
}

/** A literal of the wrong kind can never work, so it is refused before the template is ever used. */
function checkArgument(
  cursor: Cursor,
  filter: string,
  parameter: FilterParameter | undefined,
  given: TemplateValue,
  at: number,
): void {
  if (parameter === undefined)
    throw cursor.error('bad_argument', `The filter "${filter}" takes fewer values.`, at)
  if (given.kind === 'path' || parameter.kind === 'any') return
  const problem =
    parameter.kind === typeof given.value ? parameter.check?.(given.value as never) : `be a ${parameter.kind}`
  if (problem !== undefined)
    throw cursor.error('bad_argument', `The ${parameter.name} of "${filter}" must ${problem}.`, at)
}

function readValue(cursor: Cursor): TemplateValue {
  const character = cursor.peek()
  if (character === '"' || character === "'") return { kind: 'literal', value: readText(cursor) }
  const number = cursor.match(NUMBER)
  if (number !== null) return { kind: 'literal', value: Number(number) }
  const start = cursor.at
  const path = readPathAt(cursor)
  const text = cursor.source.slice(start, cursor.at)
  const literal = LITERALS.get(text)
  return literal === undefined ? { kind: 'path', path, text } : { kind: 'literal', value: literal }
}

function readPathAt(cursor: Cursor): Path {
  const start = cursor.at
  const first = cursor.match(NAME)
  if (first === null)
    throw cursor.error('syntax', `Expected a name such as lead.email but found ${cursor.here()}.`)
  const path: (string | number)[] = [allowedName(cursor, first, start)]
  for (;;) {
    const at = cursor.at
    if (cursor.take('.')) path.push(readDotted(cursor))
    else if (cursor.take('[')) path.push(readBracketed(cursor))
    else return path
    if (path.length > SEGMENTS_MAX)
      throw cursor.error('too_long', `The path has more than ${SEGMENTS_MAX} parts.`, at)
  }
}

function readDotted(cursor: Cursor): string | number {
  const at = cursor.at
  const segment = cursor.match(SEGMENT)
  if (segment === null) throw cursor.error('syntax', `Expected a name after "." but found ${cursor.here()}.`)
  return DIGITS.test(segment) ? Number(segment) : allowedName(cursor, segment, at)
}

function readBracketed(cursor: Cursor): string | number {
  const at = cursor.at
  const quote = cursor.peek()
  const segment =
    quote === '"' || quote === "'" ? allowedName(cursor, readText(cursor), at) : readIndex(cursor)
  if (!cursor.take(']')) throw cursor.error('syntax', `Expected "]" but found ${cursor.here()}.`)
  return segment
}

function readIndex(cursor: Cursor): number {
  const at = cursor.at
  const digits = cursor.match(SEGMENT)
  if (digits === null || !DIGITS.test(digits)) {
    throw cursor.error('syntax', 'Between [ and ] stands a position such as 0 or a quoted name.', at)
  }
  return Number(digits)
}

function allowedName(cursor: Cursor, name: string, at: number): string {
  if (isForbiddenName(name)) throw cursor.error('forbidden_name', `The name "${name}" cannot be used.`, at)
  return name
}

function readText(cursor: Cursor): string {
  const start = cursor.at
  const quote = cursor.peek()
  cursor.at += 1
  let text = ''
  for (;;) {
    if (cursor.at >= cursor.source.length)
      throw cursor.error('unclosed', `This ${quote} is never closed.`, start)
    const character = cursor.peek()
    cursor.at += 1
    if (character === quote) return text
    if (character !== '\\') {
      text += character
      continue
    }
    const escaped = ESCAPES.get(cursor.peek())
    if (escaped === undefined)
      throw cursor.error('syntax', `There is no escape \\ followed by ${cursor.here()}.`, cursor.at - 1)
    text += escaped
    cursor.at += 1
  }
}

function endsInJsonString(text: string, quotedBefore: boolean): boolean {
  let quoted = quotedBefore
  for (let at = 0; at < text.length; at++) {
    const character = text[at]
    if (character === '"') quoted = !quoted
    else if (character === '\\' && quoted) at += 1
  }
  return quoted
}

function countLines(text: string): number {
  let lines = 1
  for (let at = text.indexOf('\n'); at !== -1; at = text.indexOf('\n', at + 1)) lines += 1
  return lines
}
