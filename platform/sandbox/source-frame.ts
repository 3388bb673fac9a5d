import { type CodePlace, NOWHERE } from './errors.ts'

const HEAD = "(async function (input) { 'use strict';\n"
const TAIL = '\n})'
const HEAD_LINES = 1

/** The name of the user's source in the traces of errors. */
export const SOURCE_NAME = 'code'

// Blanks, comments, then the words themselves; what follows them on the same line has to be a function.
const EXPORTED =
  /^((?:\s|\/\/[^\n]*\n|\/\*[^*]*\*+(?:[^/*][^*]*\*+)*\/)*)export default(?=\s*(?:async\b|function\b|\())/

/**
 * Makes the body of a function of `input` out of what a user wrote. Every line but the added first one stays where it
 * was. A source that begins with `export default function` returns that function, which is then called.
 */
export function framed(source: string): string {
  const body = source.replace(EXPORTED, (_all, before: string) => `${before}return        `)
  return `${HEAD}${body}${TAIL}`
}

/** A place in a framed source as the user counts; nowhere when it is not in what they wrote. */
export function unframed(line: number, column: number | null, source: string): CodePlace {
  const own = line - HEAD_LINES
  const lines = source.split('\n').length
  if (!Number.isInteger(own) || own < 1) return NOWHERE
  // A source that ends too early is only noticed in the line that closes the frame.
  return own > lines ? { line: lines, column: null } : { line: own, column }
}
