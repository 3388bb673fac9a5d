import { type Json, weigh } from '#platform/contract/plain-data.ts'
import type { LoadedNode } from './loaded-plan.ts'
import { OUTPUT_BYTES_MAX, outputTooLarge } from './run-memory.ts'
import { type Parked, type SliceInput, type Token, type Wake, wakeToken } from './run-state.ts'

/** A token while its slice runs: the same as what is stored, but changing and linked to its node. */
export type LiveToken = {
  readonly at: LoadedNode
  readonly path: string
  step: number
  attempt: number
  turn: number
  startedAt: number
  input: Json
  parked: Parked | null
  wake: Wake | null
  arrived: number
}

export function newToken(at: LoadedNode, path: string, arrived: number): LiveToken {
  return {
    at,
    path,
    step: 0,
    attempt: 1,
    turn: 0,
    startedAt: 0,
    input: null,
    parked: null,
    wake: null,
    arrived,
  }
}

export function revived(token: Token, at: LoadedNode): LiveToken {
  const { path, step, attempt, turn, startedAt, input, parked, wake, arrived = 1 } = token
  return { at, path, step, attempt, turn, startedAt, input, parked, wake, arrived }
}

export function stored(token: LiveToken): Token {
  const { at, path, step, attempt, turn, startedAt, input, parked, wake, arrived } = token
  const kept = { node: at.id, path, step, attempt, turn, startedAt, input, parked, wake }
  return arrived === 1 ? kept : { ...kept, arrived }
}

/** What wakes this token from where it is parked now. */
export function wakeTokenOf(token: LiveToken): string {
  return wakeToken(token.at.id, token.path, token.turn)
}

/** What the input means to a token parked like this; null when it is not what the token waits for. */
export function wakeFor(parked: Parked | null, input: SliceInput): Wake | null {
  if (parked === null || parked.for === 'repair' || parked.for === 'rounds') return null
  if (input.kind === 'timer') return 'until' in parked && parked.until !== null ? { by: 'timer' } : null
  if (parked.for === 'time' || parked.for === 'retry') return null
  if (input.kind === 'answer') return answered(input.output)
  return input.kind === 'failure' ? { by: 'failure', error: input.error } : null
}

/** An answer may be kept for long while a run is paused, so its size is checked before it is. */
function answered(output: Json): Wake {
  if (weigh(output, OUTPUT_BYTES_MAX) <= OUTPUT_BYTES_MAX) return { by: 'answer', output }
  return { by: 'failure', error: outputTooLarge() }
}
