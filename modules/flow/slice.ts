import { type Json, weigh } from '#platform/contract/plain-data.ts'
import { effectId } from './effect-key.ts'
import { ERROR_HANDLE, MAIN_HANDLE } from './graph.ts'
import { Joins } from './joins.ts'
import { type LiveToken, newToken, revived, stored, wakeFor, wakeTokenOf } from './live-token.ts'
import type { LoadedNode, LoadedPlan } from './loaded-plan.ts'
import { next, type Outcome, permanent, type StepContext } from './node-run.ts'
import { EACH_HANDLE } from './node-type.ts'
import { mayRetry, retryDelayMs } from './retry.ts'
import { OUTPUT_BYTES_MAX, outputTooLarge, RunMemory } from './run-memory.ts'
import {
  type Control,
  type Parked,
  placeOf,
  type Rounds,
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
import { roundScope, scopeOf } from './scope.ts'
import { SliceReport } from './slice-report.ts'
import { type RoundsHost, SliceRounds } from './slice-rounds.ts'
import { TemplateError } from './template-parse.ts'
import { TokenList } from './token-list.ts'

export const SLICE_NODES_MAX = 64
export const SLICE_BYTES_MAX = 256 * 1024
/** The most steps of one run; a step's number has two bytes in its id. */
export const STEPS_MAX = 50_000
/** The most attempts of one step, those that people asked for included; an attempt has one byte in a step's id. */
const ATTEMPTS_MAX = 250
/** Whoever fires a timer and whoever advances the run read the same clock, but not at the same instant. */
const EARLY_MS_MAX = 1_000
/** No exit is called so; leaving by it settles every edge as dead. */
const NOWHERE = ''

/** One slice of one run. Used once: receive the inputs, run, take the result. */
export class Slice implements StepContext, RoundsHost {
  readonly now: number
  scope: Record<string, unknown>
  arrived = 1
  readonly tokens = new TokenList()
  readonly joins: Joins
  readonly memory: RunMemory
  readonly report: SliceReport
  readonly #base: Record<string, unknown>
  readonly #plan: LoadedPlan
  readonly #deps: SliceDeps
  readonly #rounds: SliceRounds
  #step: number
  #bytes = 0
  #control: Control = 'run'
  #isPaused: boolean
  readonly #logged: number | undefined
  #isCancelled = false
  #error: RunError | null = null
  /** Set when a node has ended the run before its time. */
  #result: { output: Json } | null = null
  #ignored = 0
  /** The token whose node is running, for effectId(). */
  #current: LiveToken | null = null

  constructor(plan: LoadedPlan, state: RunState, deps: SliceDeps) {
    this.#plan = plan
    this.#deps = deps
    this.now = deps.now
    this.#step = state.step
    this.#isPaused = state.paused === true
    this.#logged = state.logged
    this.#base = scopeOf(plan.roots, deps, state)
    this.scope = this.#base
    this.joins = new Joins(state.joins)
    this.memory = new RunMemory(state, this.#base)
    this.report = new SliceReport(deps.run, deps.now)
    this.#rounds = new SliceRounds(this, state.rounds)
    for (const token of state.tokens) {
      const live = revived(token, this.#nodeOf(token))
      if (token.parked === null || token.wake !== null) this.tokens.line(live)
      else this.tokens.park(live)
    }
  }

  /** Hands an input to the token that waits for it; nobody waiting is no error, as inputs may be repeated. */
  receive(input: SliceInput): void {
    switch (input.kind) {
      case 'pause':
        this.#isPaused = true
        break
      case 'resume':
        this.#isPaused = false
        break
      case 'cancel':
        this.#isCancelled = true
        break
      case 'recover':
        this.#recover()
        break
      case 'retry':
        this.#retry()
        break
      case 'migrate':
        this.#ignored += 1
        break
      default:
        this.#wake(input)
    }
  }

  #wake(input: SliceInput & { token: string }): void {
    const token = this.tokens.waiting(input.token)
    const parked = token?.parked ?? null
    if (input.kind === 'later') {
      if (token === undefined || parked?.for !== 'answer') {
        this.#ignored += 1
        return
      }
      this.tokens.remove(token)
      this.#park(token, { for: 'retry', until: this.now + input.waitMs })
      return
    }
    const wake = wakeFor(parked, input)
    if (token === undefined || parked === null || wake === null) this.#ignored += 1
    else if (wake.by === 'timer' && 'until' in parked && (parked.until ?? 0) > this.now + EARLY_MS_MAX) {
      // Fired by a clock that runs ahead: the timer is given out again, so that it is neither early nor lost.
      this.#giveTimer(token, parked)
    } else {
      // Of what it waited for and the end of its patience, one came; the other one is not waited for any more.
      const hadChoice = 'until' in parked && parked.until !== null
      if (hadChoice && parked.for !== 'time' && parked.for !== 'retry')
        this.report.withdrawn.push(input.token)
      token.wake = wake
      this.tokens.remove(token)
      this.tokens.line(token)
    }
  }

  /** Whoever made the calls of this run is gone: they are made again, but for those that must not be made twice. */
  #recover(): void {
    for (const token of [...this.tokens.parked]) {
      const { parked } = token
      if (parked?.for === 'event') this.report.call(token, 'look_back', parked.look ?? null)
      if (parked?.for !== 'answer') continue
      if (parked.once) {
        this.#wake({ kind: 'failure', token: wakeTokenOf(token), error: outcomeUnknown() })
      } else this.report.call(token, parked.kind, token.input)
    }
  }

  /** Takes a failed run up again: what failed runs anew, and what was called off with it is waited for again. */
  #retry(): void {
    for (const token of this.tokens.takeParked()) {
      const { parked } = token
      if (parked?.for === 'rounds') this.tokens.park(token)
      else if (parked?.for === 'time' || parked?.for === 'retry') {
        this.#giveTimer(token, parked)
        if (parked.for === 'time') this.report.step(token, 'waiting', token.input, null, null)
        this.tokens.park(token)
      } else {
        token.attempt = Math.min(token.attempt + 1, ATTEMPTS_MAX)
        token.turn += 1
        token.parked = null
        token.wake = null
        this.tokens.line(token)
      }
    }
  }

  run(): void {
    const { nodes, bytes } = this.#deps.budget ?? { nodes: SLICE_NODES_MAX, bytes: SLICE_BYTES_MAX }
    const control = this.#deps.control
    if (this.#isPaused || this.#isCancelled) return
    for (let count = 0; ; count++) {
      if (control !== undefined) this.#control = control()
      if (this.#control !== 'run' || count >= nodes || this.#bytes > bytes) return
      const token = this.tokens.next()
      if (token === undefined) return
      this.#runToken(token)
      if (this.#error !== null || this.#result !== null) return
    }
  }

  result(): SliceResult {
    const outcome = this.#outcome()
    const isEnd = outcome === 'completed' || outcome === 'failed' || outcome === 'cancelled'
    const open = this.tokens.open()
    if (isEnd) for (const token of open) this.report.callOff(token)
    const { vars, outputs, weight } = this.memory
    const output = this.#result === null ? (Object.keys(vars).length > 0 ? vars : null) : this.#result.output
    const isKept = outcome !== 'cancelled' && outcome !== 'completed'
    const state: RunState = {
      format: 1,
      step: this.#step,
      tokens: isKept ? open.map(stored) : [],
      joins: isKept ? this.joins.counts() : {},
      ...(isKept && this.#rounds.open.size > 0 ? { rounds: Object.fromEntries(this.#rounds.open) } : {}),
      ...(this.#isPaused && !isEnd ? { paused: true as const } : {}),
      ...(this.#logged === undefined ? {} : { logged: this.#logged }),
      vars,
      outputs,
      weight,
      end: isEnd ? { outcome, error: this.#error, output: outcome === 'completed' ? output : null } : null,
    }
    const { steps, effects, remote, timers, logs, withdrawn } = this.report
    return {
      state,
      outcome,
      error: this.#error,
      steps,
      effects,
      remote: isEnd ? [] : remote,
      timers: isEnd ? [] : timers,
      logs,
      withdrawn,
      ignored: this.#ignored,
    }
  }

  effectId(): string {
    if (this.#current === null) throw new Error('An effect id was asked for outside a step.')
    return effectId(this.#effectKey(this.#current), this.now)
  }

  #outcome(): SliceOutcome {
    if (this.#error !== null) return 'failed'
    if (this.#isCancelled || this.#control === 'cancel') return 'cancelled'
    if (this.#result !== null || this.tokens.isEmpty) return 'completed'
    if (this.#isPaused || this.#control === 'pause') return 'paused'
    return this.tokens.hasReady ? 'continue' : 'waiting'
  }

  #runToken(token: LiveToken): void {
    this.#current = token
    this.scope = this.scopeOn(token.path)
    const { parked, wake } = token
    if (parked?.for === 'rounds') {
      this.#rounds.turn(token)
      return
    }
    token.parked = null
    token.wake = null
    if (wake?.by === 'failure') {
      this.fail(token, wake.error, token.input, parked)
      return
    }
    const isResumed = wake !== null && parked?.for !== 'retry'
    if (!isResumed) {
      if (token.step === 0) {
        if (this.#step >= STEPS_MAX) {
          this.fail(token, tooManySteps(), null)
          return
        }
        token.step = ++this.#step
      }
      token.startedAt = this.now
    }
    this.arrived = token.arrived
    this.#apply(token, this.#outcomeOf(token, isResumed ? wake : null))
  }

  scopeOn(path: string): Record<string, unknown> {
    if (path === '') return this.#base
    const { kept } = this.#plan
    return roundScope(this.#base, path, { kept, outputs: this.memory.outputs, rounds: this.#rounds.open })
  }

  #outcomeOf(token: LiveToken, wake: Wake | null): Outcome {
    const { body } = token.at
    try {
      if (wake === null) return body.run(this)
      if (body.resume !== undefined) return body.resume(this, wake, token.input)
      return next(MAIN_HANDLE, wake.by === 'answer' ? wake.output : null, token.input)
    } catch (error) {
      return { do: 'fail', error: this.failureOf(error), input: null }
    }
  }

  #apply(token: LiveToken, outcome: Outcome): void {
    switch (outcome.do) {
      case 'next':
        this.complete(token, outcome)
        break
      case 'wait':
        token.input = outcome.input
        this.#park(token, { for: 'time', until: outcome.until })
        this.report.step(token, 'waiting', outcome.input, null, null)
        break
      case 'call':
        token.input = outcome.request
        this.#park(token, { for: 'answer', kind: outcome.kind, ...(outcome.once ? { once: true } : {}) })
        this.report.call(token, outcome.kind, outcome.request)
        this.report.step(token, 'running', outcome.request, null, null)
        break
      case 'await':
        this.#await(token, outcome)
        break
      case 'rounds':
        this.#rounds.begin(token, outcome)
        break
      case 'end':
        this.#end(token, outcome)
        break
      case 'fail':
        this.fail(token, outcome.error, outcome.input)
    }
  }

  #await(token: LiveToken, { for: reason, until, input, effect }: Outcome & { do: 'await' }): void {
    const key = this.#effectKey(token)
    const refused = this.#deps.refused?.get(key)
    if (refused !== undefined) {
      this.fail(token, refused, input)
      return
    }
    token.input = input
    const look = reason === 'event' ? { look: effect.payload } : {}
    this.#park(token, { for: reason, until, ...look })
    this.#bytes += weigh(effect.payload, SLICE_BYTES_MAX)
    this.report.effect(token, key, effect, true)
    if (reason === 'event') this.report.call(token, 'look_back', effect.payload)
    this.report.step(token, 'waiting', input, null, null)
  }

  complete(token: LiveToken, { handle, input, output, vars, effect }: Outcome & { do: 'next' }): void {
    const { at, path } = token
    const size = weigh(output, OUTPUT_BYTES_MAX)
    const key = effect === null ? null : this.#effectKey(token)
    const refused = key === null ? undefined : this.#deps.refused?.get(key)
    const problem = refused ?? this.memory.problemWith(size, vars !== null, at.keepOutput)
    if (problem !== null) {
      this.fail(token, problem, input)
      return
    }
    this.#bytes += size
    if (effect !== null && key !== null) {
      this.#bytes += weigh(effect.payload, SLICE_BYTES_MAX)
      this.report.effect(token, key, effect, false)
    }
    if (vars !== null) this.memory.setVars(vars, size)
    if (at.keepOutput) this.memory.keep(placeOf(at.id, path), output, size)
    const exit = handle === MAIN_HANDLE ? null : typeof handle === 'string' ? handle : handle.join(',')
    this.report.step(token, 'completed', input, output, null, exit)
    if (at.captives.size > 0) this.#callOffCaptives(at, path)
    this.#leave(at, path, handle)
  }

  #end(token: LiveToken, { outcome, input, output, error }: Outcome & { do: 'end' }): void {
    if (outcome === 'failed') {
      const failure = error ?? permanent('flow.stopped', 'The workflow stopped this run.')
      this.report.step(token, 'failed', input, null, failure)
      this.report.log(token, 'error', failure.message)
      this.#failRun(token, failure)
      return
    }
    const size = weigh(output, OUTPUT_BYTES_MAX)
    if (size > OUTPUT_BYTES_MAX) {
      this.fail(token, outputTooLarge(), input)
      return
    }
    this.report.step(token, 'completed', input, output, null)
    this.#result = { output }
  }

  /** Tries again later, else takes the error exit, else ends the round it is in, else ends the run. */
  fail(token: LiveToken, error: StepError, input: Json, parked: Parked | null = null): void {
    const { at, path } = token
    const { retry } = at
    const once = parked?.for === 'answer' && parked.once === true
    const again = retry !== null && token.attempt < retry.attempts && mayRetry(retry, error, once)
    const exit = !again && at.hasErrorExit ? ERROR_HANDLE : null
    this.report.step(token, 'failed', input, null, error, exit)
    if (again) {
      const delay = retryDelayMs(retry, token.attempt, error.retryAfterMs, this.#deps.random)
      this.report.log(token, 'warn', `Attempt ${token.attempt} of ${retry.attempts} failed: ${error.message}`)
      token.attempt += 1
      token.input = null
      this.#park(token, { for: 'retry', until: this.now + delay })
      return
    }
    this.report.log(token, 'error', error.message)
    if (exit !== null) {
      if (at.keepOutput) this.memory.keepError(placeOf(at.id, path), error)
      this.#leave(at, path, exit)
      return
    }
    const taker = this.#rounds.catch(path)
    if (taker === null) this.#failRun(token, error)
    else if (taker !== 'round') {
      const place = placeOf(taker.at.id, taker.path)
      this.report.step(taker, 'failed', taker.input, null, error, ERROR_HANDLE)
      if (taker.at.keepOutput) this.memory.keepError(place, error)
      this.#leave(taker.at, taker.path, ERROR_HANDLE)
    }
  }

  #failRun(token: LiveToken, error: StepError): void {
    this.#error = { ...error, nodeId: token.at.id, step: token.step }
    token.parked = { for: 'repair', error }
    this.tokens.park(token)
  }

  startRound(node: LoadedNode, path: string): void {
    this.#settleExits(node, path, EACH_HANDLE)
  }

  failureOf(error: unknown): StepError {
    if (!(error instanceof TemplateError)) throw error
    const { code, message, line, column } = error
    return permanent(`template.${code}`, `${message} (line ${line}, column ${column})`, { line, column })
  }

  /** Calls off what can lead nowhere but to the merge that has just run. */
  #callOffCaptives({ captives }: LoadedNode, path: string): void {
    for (const id of captives) {
      this.joins.spoil(placeOf(id, path), this.#plan.nodes.get(id)?.need ?? 0)
      this.#rounds.callOffAll(placeOf(id, path))
    }
    for (const token of this.tokens.open()) {
      if (token.path !== path || !captives.has(token.at.id)) continue
      this.tokens.remove(token)
      this.report.callOff(token)
      this.#leave(token.at, path, NOWHERE)
    }
  }

  #leave(node: LoadedNode, path: string, handle: string | readonly string[]): void {
    this.#settleExits(node, path, handle)
    this.#rounds.depart(path)
  }

  /** Settles every edge that leaves the node: those of its exit that hold are live, the others dead. */
  #settleExits(node: LoadedNode, path: string, handle: string | readonly string[]): void {
    let dead: LoadedNode[] | null = null
    for (const edge of node.exits) {
      // The edges of rounds belong to the rounds, and those that come after to the path around them.
      if (node.hasRounds && (edge.handle === EACH_HANDLE) !== (handle === EACH_HANDLE)) continue
      const isTaken = typeof handle === 'string' ? edge.handle === handle : handle.includes(edge.handle)
      const isLive = isTaken && (edge.test === null || edge.test(this.scopeOn(path), this.now))
      if (!this.#settle(edge.to, path, isLive)) continue
      if (dead === null) dead = [edge.to]
      else dead.push(edge.to)
    }
    if (dead === null) return
    // What can no longer be reached is skipped, and so are its edges; that is why a merge never hangs.
    for (const skipped of dead) {
      for (const edge of skipped.exits) {
        if (skipped.hasRounds && edge.handle === EACH_HANDLE) continue
        if (this.#settle(edge.to, path, false)) dead.push(edge.to)
      }
    }
  }

  /** Settles one edge into the node, and starts it when it has what it needs; true when all its edges are dead. */
  #settle(node: LoadedNode, path: string, isLive: boolean): boolean {
    const live = this.joins.settle(node, path, isLive)
    if (live === 0) return true
    if (live === null) return false
    this.tokens.line(newToken(node, path, live))
    this.#rounds.enter(path)
    return false
  }

  #giveTimer(token: LiveToken, parked: Parked): void {
    if (!('until' in parked) || parked.until === null) return
    this.report.timer(token, parked.for === 'retry' ? 'retry' : 'wait', parked.until)
  }

  #park(token: LiveToken, parked: Exclude<Parked, Rounds>): void {
    token.turn += 1
    token.parked = parked
    this.tokens.park(token)
    this.#giveTimer(token, parked)
  }

  /**
   * An attempt that failed left nothing behind in our database, so the next one is another effect: a child run that
   * failed must not be found again. What goes outside keeps one key over all attempts.
   */
  #effectKey(token: LiveToken): string {
    return token.attempt === 1 ? this.report.keyOf(token) : this.report.keyOf(token, `~${token.attempt}`)
  }

  #nodeOf(token: Token): LoadedNode {
    const node = this.#plan.nodes.get(token.node)
    if (node !== undefined) return node
    throw new Error(`The run stands on "${token.node}", which plan ${this.#plan.plan.hash} does not have.`)
  }
}

function tooManySteps(): StepError {
  return permanent('flow.too_many_steps', `A run has at most ${STEPS_MAX.toLocaleString('en')} steps.`)
}

/** The process ended between making a call and storing its answer, and the call must not be made twice. */
function outcomeUnknown(): StepError {
  return permanent(
    'effect.unknown',
    'The program stopped while this was under way, so it is not known whether it was done. It was not repeated.',
  )
}
