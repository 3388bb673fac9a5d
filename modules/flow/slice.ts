import { effectId } from './effect-key.ts'
import { ERROR_HANDLE, MAIN_HANDLE } from './graph.ts'
import { type LiveToken, newToken, revived, stored, wakeFor, wakeTokenOf } from './live-token.ts'
import type { LoadedNode, LoadedPlan } from './loaded-plan.ts'
import { next, type Outcome, permanent, type StepContext } from './node-run.ts'
import { type Json, weigh } from './plain-data.ts'
import { retryDelayMs } from './retry.ts'
import { OUTPUT_BYTES_MAX, RunMemory } from './run-memory.ts'
import {
  type Control,
  type Parked,
  placeOf,
  type RunError,
  type RunState,
  type SliceDeps,
  type SliceInput,
  type SliceOutcome,
  type SliceResult,
  type StepError,
  type Token,
  type Wake,
} from './run-state.ts'
import { scopeOf } from './scope.ts'
import { SliceReport } from './slice-report.ts'
import { TemplateError } from './template-parse.ts'

export const SLICE_NODES_MAX = 64
export const SLICE_BYTES_MAX = 256 * 1024
/** Whoever fires a timer and whoever advances the run read the same clock, but not at the same instant. */
const EARLY_MS_MAX = 1_000

/** One slice of one run. Used once: receive the inputs, run, take the result. */
export class Slice implements StepContext {
  readonly now: number
  readonly scope: Record<string, unknown>
  readonly #plan: LoadedPlan
  readonly #deps: SliceDeps
  readonly #state: RunState
  readonly #memory: RunMemory
  readonly #report: SliceReport
  /** Ready tokens in the order they became ready; those before `#head` have run. */
  readonly #ready: LiveToken[] = []
  readonly #parked: LiveToken[] = []
  #head = 0
  #joins: Map<string, readonly [settled: number, live: number]> | null = null
  #step: number
  #bytes = 0
  #control: Control = 'run'
  #error: RunError | null = null
  #ignored = 0
  /** The token whose node is running, for effectId(). */
  #current: LiveToken | null = null

  constructor(plan: LoadedPlan, state: RunState, deps: SliceDeps) {
    this.#plan = plan
    this.#state = state
    this.#deps = deps
    this.now = deps.now
    this.#step = state.step
    this.scope = scopeOf(plan.roots, deps, state)
    this.#memory = new RunMemory(state, this.scope)
    this.#report = new SliceReport(deps.run, deps.now)
    for (const token of state.tokens) {
      const isReady = token.parked === null || token.wake !== null
      ;(isReady ? this.#ready : this.#parked).push(revived(token, this.#nodeOf(token)))
    }
  }

  /** Hands an input to the token that waits for it; nobody waiting is no error, as inputs may be repeated. */
  receive(input: SliceInput): void {
    if (input.kind === 'recover') {
      for (const token of this.#parked)
        if (token.parked?.for === 'answer') this.#report.call(token, token.parked.kind)
      return
    }
    const index = this.#parked.findIndex(token => wakeTokenOf(token) === input.token)
    const token = this.#parked[index]
    const wake = wakeFor(token?.parked ?? null, input)
    if (token === undefined || wake === null) {
      this.#ignored += 1
    } else if (
      wake.by === 'timer' &&
      token.parked &&
      'until' in token.parked &&
      token.parked.until > this.now + EARLY_MS_MAX
    ) {
      // Fired by a clock that runs ahead: the timer is given out again, so that it is neither early nor lost.
      this.#report.timer(token, token.parked)
    } else {
      token.wake = wake
      this.#parked.splice(index, 1)
      this.#ready.push(token)
    }
  }

  run(): void {
    const { nodes, bytes } = this.#deps.budget ?? { nodes: SLICE_NODES_MAX, bytes: SLICE_BYTES_MAX }
    const control = this.#deps.control
    for (let count = 0; ; count++) {
      if (control !== undefined) this.#control = control()
      const token = this.#ready[this.#head]
      if (token === undefined || this.#control !== 'run' || count >= nodes || this.#bytes > bytes) return
      this.#head += 1
      this.#runToken(token)
      if (this.#error !== null) return
    }
  }

  result(): SliceResult {
    const outcome = this.#outcome()
    const isEnd = outcome === 'completed' || outcome === 'failed' || outcome === 'cancelled'
    const open = this.#openTokens()
    if (outcome === 'failed' || outcome === 'cancelled') this.#report.abandon(open)
    const { vars, outputs, weight } = this.#memory
    const state: RunState = {
      format: 1,
      step: this.#step,
      tokens: outcome === 'cancelled' ? [] : open.map(stored),
      joins: this.#joinCounts(),
      vars,
      outputs,
      weight,
      end: isEnd ? { outcome, error: this.#error } : null,
    }
    const { steps, effects, remote, timers, logs } = this.#report
    return {
      state,
      outcome,
      error: this.#error,
      steps,
      effects,
      remote,
      timers,
      logs,
      ignored: this.#ignored,
    }
  }

  effectId(): string {
    if (this.#current === null) throw new Error('An effect id was asked for outside a step.')
    return effectId(this.#report.keyOf(this.#current), this.now)
  }

  #outcome(): SliceOutcome {
    if (this.#error !== null) return 'failed'
    if (this.#control === 'cancel') return 'cancelled'
    const isReady = this.#head < this.#ready.length
    if (!isReady && this.#parked.length === 0) return 'completed'
    if (this.#control === 'pause') return 'paused'
    return isReady ? 'continue' : 'waiting'
  }

  #runToken(token: LiveToken): void {
    this.#current = token
    const { parked, wake } = token
    token.parked = null
    token.wake = null
    if (wake?.by === 'failure') {
      this.#fail(token, wake.error, token.input)
      return
    }
    const isResumed = wake !== null && parked?.for !== 'retry'
    if (!isResumed) {
      if (token.step === 0) token.step = ++this.#step
      token.startedAt = this.now
    }
    this.#apply(token, this.#outcomeOf(token, isResumed ? wake : null))
  }

  #outcomeOf(token: LiveToken, wake: Wake | null): Outcome {
    const { body } = token.at
    try {
      if (wake === null) return body.run(this)
      if (body.resume !== undefined) return body.resume(this, wake, token.input)
      return next(MAIN_HANDLE, wake.by === 'answer' ? wake.output : null, token.input)
    } catch (error) {
      if (!(error instanceof TemplateError)) throw error
      const { code, message, line, column } = error
      const failure = permanent(`template.${code}`, `${message} (line ${line}, column ${column})`, {
        line,
        column,
      })
      return { do: 'fail', error: failure, input: null }
    }
  }

  #apply(token: LiveToken, outcome: Outcome): void {
    switch (outcome.do) {
      case 'next':
        this.#complete(token, outcome)
        break
      case 'wait':
        token.input = outcome.input
        this.#park(token, { for: 'time', until: outcome.until })
        this.#report.step(token, 'waiting', outcome.input, null, null)
        break
      case 'call':
        token.input = outcome.request
        this.#park(token, { for: 'answer', kind: outcome.kind })
        this.#report.call(token, outcome.kind)
        this.#report.step(token, 'running', outcome.request, null, null)
        break
      case 'fail':
        this.#fail(token, outcome.error, outcome.input)
    }
  }

  #complete(token: LiveToken, { handle, input, output, vars, effect }: Outcome & { do: 'next' }): void {
    const { at, path } = token
    const size = weigh(output, OUTPUT_BYTES_MAX)
    const refused = effect === null ? undefined : this.#deps.refused?.get(this.#report.keyOf(token))
    const problem = refused ?? this.#memory.problemWith(size, vars !== null, at.keepOutput)
    if (problem !== null) {
      this.#fail(token, problem, input)
      return
    }
    this.#bytes += size
    if (effect !== null) {
      this.#bytes += weigh(effect.payload, SLICE_BYTES_MAX)
      this.#report.effect(token, effect.kind, effect.payload)
    }
    if (vars !== null) this.#memory.setVars(vars, size)
    if (at.keepOutput) this.#memory.keep(placeOf(at.id, path), output, size)
    this.#report.step(token, 'completed', input, output, null)
    this.#leave(at, path, handle)
  }

  /** Tries again later, else takes the error exit, else ends the run. */
  #fail(token: LiveToken, error: StepError, input: Json): void {
    const { at, path } = token
    this.#report.step(token, 'failed', input, null, error)
    const { retry } = at
    if (error.retryable && retry !== null && token.attempt < retry.attempts) {
      const delay = retryDelayMs(retry, token.attempt, error.retryAfterMs, this.#deps.random)
      this.#report.log(
        token,
        'warn',
        `Attempt ${token.attempt} of ${retry.attempts} failed: ${error.message}`,
      )
      token.attempt += 1
      token.input = null
      this.#park(token, { for: 'retry', until: this.now + delay })
      return
    }
    this.#report.log(token, 'error', error.message)
    if (at.hasErrorExit) {
      if (at.keepOutput) this.#memory.keepError(placeOf(at.id, path), error)
      this.#leave(at, path, ERROR_HANDLE)
      return
    }
    this.#error = { ...error, nodeId: at.id, step: token.step }
    token.parked = { for: 'repair', error }
    this.#parked.push(token)
  }

  /** Settles every edge that leaves the node: those of the exit that hold are live, the others dead. */
  #leave(node: LoadedNode, path: string, handle: string): void {
    let dead: LoadedNode[] | null = null
    for (const edge of node.exits) {
      const isLive = edge.handle === handle && (edge.test === null || edge.test(this.scope, this.now))
      if (!this.#settle(edge.to, path, isLive)) continue
      if (dead === null) dead = [edge.to]
      else dead.push(edge.to)
    }
    if (dead === null) return
    // What can no longer be reached is skipped, and so are its edges; that is why a merge never hangs.
    for (const skipped of dead) {
      for (const edge of skipped.exits) if (this.#settle(edge.to, path, false)) dead.push(edge.to)
    }
  }

  /** Settles one edge into the node. Starts the node when all are settled; true when all of them are dead. */
  #settle(node: LoadedNode, path: string, isLive: boolean): boolean {
    let live = isLive ? 1 : 0
    if (node.incoming > 1) {
      this.#joins ??= new Map(Object.entries(this.#state.joins))
      const place = placeOf(node.id, path)
      const [settledBefore, liveBefore] = this.#joins.get(place) ?? [0, 0]
      live += liveBefore
      if (settledBefore + 1 < node.incoming) {
        this.#joins.set(place, [settledBefore + 1, live])
        return false
      }
      this.#joins.delete(place)
    }
    if (live > 0) this.#ready.push(newToken(node, path))
    return live === 0
  }

  #park(token: LiveToken, parked: Parked): void {
    token.turn += 1
    token.parked = parked
    this.#parked.push(token)
    if ('until' in parked) this.#report.timer(token, parked)
  }

  #openTokens(): LiveToken[] {
    return this.#head === this.#ready.length
      ? this.#parked
      : [...this.#ready.slice(this.#head), ...this.#parked]
  }

  #joinCounts(): RunState['joins'] {
    return this.#joins === null ? this.#state.joins : Object.fromEntries(this.#joins)
  }

  #nodeOf(token: Token): LoadedNode {
    const node = this.#plan.nodes.get(token.node)
    if (node !== undefined) return node
    throw new Error(`The run stands on "${token.node}", which plan ${this.#plan.plan.hash} does not have.`)
  }
}
