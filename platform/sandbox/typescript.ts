import { stripTypeScriptTypes } from 'node:module'
import type { GuestFailure } from './guest-job.ts'
import { unframed } from './source-frame.ts'

export type Stripped =
  | { readonly text: string }
  | { readonly failure: GuestFailure; readonly isSpoiled: boolean }

/**
 * Takes the types out of a framed source and leaves everything else where it is. Only for a worker thread: a source
 * that is nested deeply enough breaks the parser for the rest of the thread's life, which `isSpoiled` reports.
 */
export function withoutTypes(text: string, source: string): Stripped {
  try {
    return { text: stripTypeScriptTypes(text, { mode: 'strip', sourceUrl: '' }) }
  } catch (error) {
    const { code, message, stack = '' } = error as Error & { code?: string }
    if (code === 'ERR_INVALID_TYPESCRIPT_SYNTAX' || code === 'ERR_UNSUPPORTED_TYPESCRIPT_SYNTAX') {
      return {
        failure: { code: 'syntax', message: firstSentence(message), place: placeIn(stack, source) },
        isSpoiled: false,
      }
    }
    const failure = {
      code: 'syntax',
      message: TOO_DEEP_TO_READ,
      place: { line: null, column: null },
    } as const
    return { failure, isSpoiled: true }
  }
}

export const TOO_DEEP_TO_READ = 'The source is nested too deeply to be read.'

/** The parser lists everything it would have accepted; the first sentence says what it did not. */
function firstSentence(message: string): string {
  const end = message.indexOf('. Expected')
  return end < 0 ? message : message.slice(0, end + 1)
}

/** A trace begins with the line's number, the lines around it and a line of carets under the place. */
function placeIn(stack: string, source: string) {
  const line = Number(/^[^\n]*?:(\d+)\n/.exec(stack)?.[1])
  const carets = /\n( *)\^+ *\n/.exec(stack)?.[1]
  return unframed(line, carets === undefined ? null : carets.length + 1, source)
}
