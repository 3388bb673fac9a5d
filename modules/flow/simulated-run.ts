/**
 * Drives one run to its end without a database, a network or a clock: timers fire in order of their time,
 * calls are answered in order of being made, and what a crash would lose is lost. Given the same world it does
 * the same. It stands for the store and the worker wherever the engine itself is tried out, and wherever a draft is.
 */

import type { Json } from '#platform/contract/plain-data.ts'
import { advance } from './advance.ts'
import type { LoadedPlan } from './loaded-plan.ts'
import type {
  Effect,
  LogLine,
  RemoteCall,
  RunHeader,
  RunState,
  SliceDeps,
  SliceInput,
  SliceResult,
  StepError,
  StepRecord,
  Timer,
} from './run-state.ts'

export type Answer = { readonly output: Json } | { readonly error: StepError }

/** What a run meets. Everything has a calm default. */
export type World = {
  answer?(call: RemoteCall): Answer
  /** Asked after every slice: true loses it, as if the process had died before its commit. */
  crashes?(): boolean
  /** Asked after every commit that gave out calls: true loses the process that makes them. */
  losesCalls?(): boolean
  /** Whether every timer and answer is delivered three times. */
  repeats?: boolean
  deps?: Partial<SliceDeps>
}

export type SimulatedRun = {
  readonly state: RunState
  readonly outcome: SliceResult['outcome']
  /** The last word about every attempt of every step, in order of first mention. */
  readonly steps: readonly StepRecord[]
  readonly effects: readonly Effect[]
  /** Every call as often as it was made. */
  readonly calls: readonly RemoteCall[]
  readonly timers: readonly Timer[]
  readonly logs: readonly LogLine[]
  readonly slices: number
  readonly ignored: number
}

const SLICES_MAX = 100_000

/** Runs to an end, or to a pause. Throws when the run waits for nothing, which it never may. */
export function simulateRun(plan: LoadedPlan, run: RunHeader, world: World = {}): SimulatedRun {
  const simulation = new Simulation(plan, run, world)
  for (let slices = 1; slices <= SLICES_MAX; slices++) {
    const result = simulation.slice()
    if (result === null || result.outcome === 'continue') continue
    if (result.outcome !== 'waiting') return simulation.history(result.outcome, slices)
    const input = nextInput(simulation, world)
    simulation.give(world.repeats === true ? [input, input, input] : [input])
  }
  throw new Error(`The run did not end within ${SLICES_MAX} slices.`)
}

function nextInput(simulation: Simulation, world: World): SliceInput {
  const call = simulation.takeCall()
  if (call !== null) {
    const answer = world.answer?.(call) ?? { output: { status: 200, headers: {}, body: null } }
    return inputOf(call.token, answer)
  }
  const timer = simulation.takeTimer()
  if (timer === null) throw new Error('The run waits although nothing is under way.')
  return { kind: 'timer', token: timer.token }
}

/** An answer as the slice takes it. */
export function inputOf(token: string, answer: Answer): SliceInput {
  return 'output' in answer
    ? { kind: 'answer', token, output: answer.output }
    : { kind: 'failure', token, error: answer.error }
}

/** The run, what it has left so far, and what is under way for it. Whoever holds it hands in what happens. */
export class Simulation {
  readonly #plan: LoadedPlan
  readonly #run: RunHeader
  readonly #world: Pick<World, 'crashes' | 'losesCalls' | 'deps'>
  readonly #steps = new Map<string, StepRecord>()
  readonly #effects: Effect[] = []
  readonly #calls: RemoteCall[] = []
  readonly #timers: Timer[] = []
  readonly #logs: LogLine[] = []
  #pendingCalls: RemoteCall[] = []
  #pendingTimers: Timer[] = []
  #inputs: readonly SliceInput[] = []
  #state: RunState
  #now: number
  #ignored = 0

  /** `start` is where it begins; without it, at the trigger. */
  constructor(
    plan: LoadedPlan,
    run: RunHeader,
    world: Pick<World, 'crashes' | 'losesCalls' | 'deps'> = {},
    start: RunState = plan.start,
  ) {
    this.#plan = plan
    this.#run = run
    this.#world = world
    this.#state = start
    this.#now = run.startedAt
  }

  /** The clock of the run, in milliseconds since 1970. */
  get now(): number {
    return this.#now
  }

  /** One slice and what comes of it; null when it was lost. */
  slice(): SliceResult | null {
    const deps = { run: this.#run, now: this.#now, random: () => 0.5, ...this.#world.deps }
    const result = advance(this.#plan, this.#state, this.#inputs, deps)
    if (this.#world.crashes?.() === true) return null
    this.#inputs = []
    this.#commit(result)
    return result
  }

  /** What the next slice is told. */
  give(inputs: readonly SliceInput[]): void {
    this.#inputs = inputs
  }

  /** The call that was made first and is not answered, which is the caller's to answer now. */
  takeCall(): RemoteCall | null {
    return this.#pendingCalls.shift() ?? null
  }

  /** When the first timer fires, or null without one. */
  get nextTimerAt(): number | null {
    return this.#firstTimer()?.fireAt ?? null
  }

  /** The timer that fires first; the clock moves to its time. */
  takeTimer(): Timer | null {
    const timer = this.#firstTimer()
    if (timer === null) return null
    this.#pendingTimers = this.#pendingTimers.filter(other => other !== timer)
    this.moveTo(timer.fireAt)
    return timer
  }

  /** Moves the clock; it never goes back. */
  moveTo(time: number): void {
    this.#now = Math.max(this.#now, time)
  }

  /** Calls and timers of these tokens are of no more use. */
  forget(tokens: readonly string[]): void {
    if (tokens.length === 0) return
    const isOther = ({ token }: { readonly token: string }) => !tokens.includes(token)
    this.#pendingTimers = this.#pendingTimers.filter(isOther)
    this.#pendingCalls = this.#pendingCalls.filter(isOther)
  }

  history(outcome: SliceResult['outcome'], slices: number): SimulatedRun {
    return {
      state: this.#state,
      outcome,
      steps: [...this.#steps.values()],
      effects: this.#effects,
      calls: this.#calls,
      timers: this.#timers,
      logs: this.#logs,
      slices,
      ignored: this.#ignored,
    }
  }

  /** Everything crosses the border as JSON, as it would on its way through a database. */
  #commit(result: SliceResult): void {
    const { state, steps, effects, remote, timers, logs } = throughJson(result)
    this.#state = state
    for (const step of steps) this.#steps.set(`${step.number}/${step.attempt}`, step)
    this.#effects.push(...effects)
    this.#calls.push(...remote)
    this.#timers.push(...timers)
    this.#logs.push(...logs)
    this.#pendingTimers.push(...timers)
    this.#pendingCalls.push(...remote)
    this.#ignored += result.ignored
    if (this.#pendingCalls.length === 0 || this.#world.losesCalls?.() !== true) return
    this.#pendingCalls = []
    const recovered = advance(this.#plan, this.#state, [{ kind: 'recover' }], {
      run: this.#run,
      now: this.#now,
      random: () => 0.5,
      control: () => 'yield',
    })
    this.#state = throughJson(recovered.state)
    this.#calls.push(...recovered.remote)
    this.#pendingCalls = [...recovered.remote]
  }

  #firstTimer(): Timer | null {
    return this.#pendingTimers.reduce<Timer | null>(
      (first, next) => (first === null || next.fireAt < first.fireAt ? next : first),
      null,
    )
  }
}

function throughJson<Value>(value: Value): Value {
  return JSON.parse(JSON.stringify(value)) as Value
}
