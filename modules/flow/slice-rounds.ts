import { type Json, weigh } from '#platform/contract/plain-data.ts'
import type { Joins } from './joins.ts'
import type { LiveToken } from './live-token.ts'
import type { LoadedNode } from './loaded-plan.ts'
import { next, type Outcome } from './node-run.ts'
import { DONE_HANDLE } from './node-type.ts'
import { beginRounds, loopOf, nextRound, roundOver, roundPath, roundsOutput } from './rounds.ts'
import { OUTPUT_BYTES_MAX, outputTooLarge, type RunMemory } from './run-memory.ts'
import { placeOf, type Round, type Rounds, type RunState, type StepError } from './run-state.ts'
import type { SliceReport } from './slice-report.ts'
import type { TokenList } from './token-list.ts'

/** The largest thing one round may leave in the results. */
const RESULT_BYTES_MAX = 16 * 1024
/** Rounds that may start before other tokens have their turn. */
const STARTS_MAX = 64

type Left = { result: Json; size: number; failed: boolean }

/** What the rounds need of the slice they run in. */
export type RoundsHost = {
  readonly tokens: TokenList
  readonly joins: Joins
  readonly memory: RunMemory
  readonly report: SliceReport
  /** What can be read on a path. */
  scopeOn(path: string): Record<string, unknown>
  readonly now: number
  /** Settles the edges that start a round. */
  startRound(node: LoadedNode, path: string): void
  complete(token: LiveToken, outcome: Outcome & { do: 'next' }): void
  fail(token: LiveToken, error: StepError, input: Json): void
  failureOf(error: unknown): StepError
}

/** The rounds that are under way in a run: starts them, sees their end, and calls them off. */
export class SliceRounds {
  readonly open: Map<string, Round>
  readonly #host: RoundsHost
  /** The node that is starting rounds at this moment; it sees by itself which of them are over. */
  #turning: LiveToken | null = null

  constructor(host: RoundsHost, given: RunState['rounds']) {
    this.#host = host
    this.open = new Map(given === undefined ? [] : Object.entries(given))
  }

  begin(token: LiveToken, outcome: Outcome & { do: 'rounds' }): void {
    token.input = outcome.input
    this.#host.report.step(token, 'running', outcome.input, null, null)
    token.parked = beginRounds(outcome, (token.at.body.collect ?? null) !== null)
    this.turn(token)
  }

  /** Starts as many rounds as may run now; leaves by `done` when the last one is over. */
  turn(token: LiveToken): void {
    token.wake = null
    this.#turning = token
    for (let count = 0; count < STARTS_MAX && this.#mayStart(token); count++) this.#startNext(token)
    this.#turning = null
    const rounds = token.parked
    // Its results had become too large.
    if (rounds?.for !== 'rounds') return
    if (isFree(rounds)) {
      token.wake = { by: 'round' }
      this.#host.tokens.line(token)
    } else if (rounds.started > rounds.done) this.#host.tokens.park(token)
    else this.#finish(token, rounds)
  }

  /** One more token stands in the round of this path. */
  enter(path: string): void {
    const round = path === '' ? undefined : this.open.get(path)
    if (round !== undefined) this.open.set(path, { ...round, open: round.open + 1 })
  }

  /** One token less stands in the round of this path; the last one ends it. */
  depart(path: string): void {
    const round = path === '' ? undefined : this.open.get(path)
    if (round === undefined) return
    if (round.open > 1) {
      this.open.set(path, { ...round, open: round.open - 1 })
      return
    }
    const loop = this.#loopAt(loopOf(path).place)
    if (loop !== undefined) this.#end(loop, path, this.#collected(loop, path))
  }

  /**
   * What takes up the failure of a step on this path: ends the innermost round that may fail alone, or finds the node
   * with rounds that has an error exit, its rounds called off. Null when the run fails.
   */
  catch(path: string): 'round' | LiveToken | null {
    for (let inside = path; inside !== ''; ) {
      const { place, parent } = loopOf(inside)
      const loop = this.#loopAt(place)
      if (loop?.parked?.for === 'rounds' && loop.parked.keepGoing) {
        this.callOff(inside)
        this.#end(loop, inside, { result: null, size: 4, failed: true })
        return 'round'
      }
      if (loop?.at.hasErrorExit) {
        this.callOffAll(place)
        this.#host.tokens.remove(loop)
        return loop
      }
      inside = parent
    }
    return null
  }

  /** Calls off all rounds of the node at this place. */
  callOffAll(place: string): void {
    for (const round of [...this.open.keys()]) if (round.startsWith(`${place}.`)) this.callOff(round)
  }

  /** Calls off everything in a round. */
  callOff(path: string): void {
    const isInside = (other: string) => other === path || other.startsWith(`${path}/`)
    for (const token of this.#host.tokens.open()) {
      if (!isInside(token.path)) continue
      this.#host.tokens.remove(token)
      this.#host.report.callOff(token)
    }
    for (const round of [...this.open.keys()]) if (isInside(round)) this.open.delete(round)
    this.#host.joins.forget(path)
  }

  #startNext(token: LiveToken): void {
    const rounds = token.parked as Rounds
    const { rounds: after, item } = nextRound(rounds)
    token.parked = after
    const path = roundPath(placeOf(token.at.id, token.path), rounds.started)
    // Counted once more than it holds, so that it is not over before all its first nodes are reached.
    this.open.set(path, { open: 1, index: rounds.started, item })
    this.#host.startRound(token.at, path)
    this.depart(path)
  }

  #mayStart(token: LiveToken): boolean {
    const rounds = token.parked
    if (rounds?.for !== 'rounds') return false
    if (!isFree(rounds)) {
      const isCut = rounds.items === null && rounds.started > 0 && rounds.started === rounds.roundsMax
      if (isCut && rounds.done === rounds.started)
        this.#host.report.log(
          token,
          'warn',
          `Stopped after ${rounds.roundsMax} rounds, the most there may be.`,
        )
      return false
    }
    if (rounds.items !== null) return true
    const scope = { ...this.#host.scopeOn(token.path), index: rounds.started }
    if (token.at.body.goesOn?.(scope, this.#host.now) === true) return true
    token.parked = { ...rounds, roundsMax: rounds.started, items: [] }
    return false
  }

  #finish(token: LiveToken, rounds: Rounds): void {
    token.parked = null
    this.#host.complete(token, next(DONE_HANDLE, roundsOutput(rounds), token.input))
  }

  #collected(loop: LiveToken, path: string): Left {
    const { collect } = loop.at.body
    if (!collect) return { result: null, size: 0, failed: false }
    try {
      const result = collect(this.#host.scopeOn(path))
      const size = weigh(result, RESULT_BYTES_MAX)
      if (size <= RESULT_BYTES_MAX) return { result, size, failed: false }
      this.#host.report.log(loop, 'warn', 'What a round left is larger than 16 KB and was not collected.')
    } catch (error) {
      this.#host.report.log(loop, 'warn', this.#host.failureOf(error).message)
    }
    return { result: null, size: 4, failed: false }
  }

  #end(loop: LiveToken, path: string, left: Left): void {
    const index = this.open.get(path)?.index ?? Number(path.slice(path.lastIndexOf('.') + 1))
    this.open.delete(path)
    this.#host.memory.forget(path)
    const rounds = roundOver(loop.parked as Rounds, index, left)
    loop.parked = rounds
    if (rounds.bytes > OUTPUT_BYTES_MAX) {
      this.callOffAll(placeOf(loop.at.id, loop.path))
      this.#host.tokens.remove(loop)
      loop.parked = null
      loop.wake = null
      this.#host.fail(loop, outputTooLarge(), loop.input)
    } else if (loop !== this.#turning && loop.wake === null) {
      this.#host.tokens.remove(loop)
      loop.wake = { by: 'round' }
      this.#host.tokens.line(loop)
    }
  }

  #loopAt(place: string): LiveToken | undefined {
    const isIt = (token: LiveToken) =>
      token.parked?.for === 'rounds' && placeOf(token.at.id, token.path) === place
    if (this.#turning !== null && isIt(this.#turning)) return this.#turning
    return this.#host.tokens.find(isIt)
  }
}

/** Whether another round may start now. */
function isFree(rounds: Rounds): boolean {
  return rounds.started - rounds.done < rounds.atOnce && rounds.started < rounds.roundsMax
}
