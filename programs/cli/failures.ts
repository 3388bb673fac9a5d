import { z } from 'zod'
import { ConfigError } from '#platform/config.ts'
import { ProblemError } from '#platform/contract/problem.ts'
import { messageOf } from '#platform/log.ts'
import { UsageError } from './given.ts'

/** How the program ends. */
export const EXIT = { refused: 1, usage: 2, signedOut: 3, missing: 4, unreachable: 5 } as const

const OTHER_VERSION =
  'The server answered something that this version of the command line does not understand. Use the one that came with the server.'

/** A failure in words for a person, or as the problem document for a program, and the exit code. */
export function failureOf(error: unknown, asJson: boolean): { text: string; code: number } {
  if (error instanceof UsageError || error instanceof ConfigError)
    return { text: error.message, code: EXIT.usage }
  if (error instanceof z.ZodError) return { text: OTHER_VERSION, code: EXIT.unreachable }
  if (!(error instanceof ProblemError)) return { text: messageOf(error), code: EXIT.refused }
  const { problem } = error
  const code = codeOf(problem.status)
  if (asJson) return { text: JSON.stringify(problem), code }
  const fields =
    problem.errors?.map(({ pointer, message }) => `  ${pointer.slice(1) || 'request'}: ${message}`) ?? []
  const hint = code === EXIT.signedOut ? ['Sign in with: millrace sign-in'] : []
  const id = problem.requestId === '' ? [] : [`Request ${problem.requestId}`]
  return { text: [error.message, ...fields, ...hint, ...id].join('\n'), code }
}

function codeOf(status: number): number {
  if (status === 0 || status >= 500) return EXIT.unreachable
  if (status === 401) return EXIT.signedOut
  return status === 404 ? EXIT.missing : EXIT.refused
}
