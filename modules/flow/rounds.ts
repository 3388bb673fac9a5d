/** Where a node with rounds stands, as plain data: which rounds are to come, and what those that are over left behind. */

import type { Json } from '#platform/contract/plain-data.ts'
import type { Outcome } from './node-run.ts'
import type { Rounds } from './run-state.ts'

/** Items and results are kept in pieces of so many, each written once however often the run is stored. */
export const ROUNDS_PIECE = 64

export function beginRounds(outcome: Outcome & { do: 'rounds' }, collects: boolean): Rounds {
  const { items, roundsMax, atOnce, keepGoing } = outcome
  const count = items === null ? roundsMax : Math.min(items.length, roundsMax)
  return {
    for: 'rounds',
    items: items === null ? null : piecesOf(items.slice(0, count)),
    started: 0,
    done: 0,
    failed: 0,
    roundsMax: count,
    atOnce,
    keepGoing,
    results: collects ? [] : null,
    bytes: 0,
  }
}

/** The rounds with their next one started, and its item. */
export function nextRound(rounds: Rounds): { rounds: Rounds; item: Json } {
  const started = rounds.started + 1
  if (rounds.items === null) return { rounds: { ...rounds, started }, item: null }
  const piece = rounds.items[0] ?? []
  const at = rounds.started % ROUNDS_PIECE
  const items = at === piece.length - 1 ? rounds.items.slice(1) : rounds.items
  return { rounds: { ...rounds, started, items }, item: piece[at] ?? null }
}

/** The rounds with one of them over; `size` is the weight of what it left. */
export function roundOver(
  rounds: Rounds,
  index: number,
  left: { result: Json; size: number; failed: boolean },
): Rounds {
  const results = rounds.results === null ? null : withResult(rounds.results, index, left.result)
  const failed = rounds.failed + (left.failed ? 1 : 0)
  return { ...rounds, done: rounds.done + 1, failed, results, bytes: rounds.bytes + left.size }
}

/** What the node gives once its rounds are over. */
export function roundsOutput(rounds: Rounds): { [name: string]: Json } {
  const { done, failed, results } = rounds
  return { rounds: done, failed, ...(results === null ? {} : { results: results.flat() }) }
}

function withResult(pieces: readonly (readonly Json[])[], index: number, result: Json) {
  const at = Math.floor(index / ROUNDS_PIECE)
  const copy = [...pieces]
  // Rounds that run at once may end in any order; what is not there yet is null until it is.
  while (copy.length <= at) copy.push([])
  const piece = [...(copy[at] ?? [])]
  while (piece.length < (index % ROUNDS_PIECE) + 1) piece.push(null)
  piece[index % ROUNDS_PIECE] = result
  copy[at] = piece
  return copy
}

function piecesOf(items: readonly Json[]): Json[][] {
  const pieces: Json[][] = []
  for (let at = 0; at < items.length; at += ROUNDS_PIECE) pieces.push(items.slice(at, at + ROUNDS_PIECE))
  return pieces
}

/** The path of a round of the node at this place. */
export function roundPath(place: string, index: number): string {
  return `${place}.${index}`
}

/** The place of the node whose round this path is, and where that node stands itself. */
export function loopOf(path: string): { place: string; parent: string } {
  const place = path.slice(0, path.lastIndexOf('.'))
  const cut = place.lastIndexOf('/')
  return { place, parent: cut === -1 ? '' : place.slice(0, cut) }
}
