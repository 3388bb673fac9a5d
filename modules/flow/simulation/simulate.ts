/**
 * Runs of random graphs on several workers against a model of the database, while messages are lost, processes die
 * and stand still, clocks disagree and people interfere. One seed gives one history, to the last bit.
 */

import { createHash, type Hash } from 'node:crypto'
import { Seeded } from '#platform/seeded.ts'
import { graphSchema } from '../graph.ts'
import { type LoadedPlan, loadPlan } from '../loaded-plan.ts'
import { nodeTypes } from '../nodes/catalogue.ts'
import { nodeRunners } from '../nodes/runners.ts'
import { compile } from '../plan.ts'
import { type Effect, placeOf, type RemoteCall, type SliceInput, type StepError } from '../run-state.ts'
import type { Bug } from './bugs.ts'
import { RunChecks, Violation } from './checks.ts'
import { isOver, type RunRows, SimulatedDatabase } from './database.ts'
import { EventQueue } from './event-queue.ts'
import { RUN_INPUT, randomGraph } from './random-graph.ts'
import { SimulatedWorker } from './worker.ts'

const STARTED_AT = Date.UTC(2026, 2, 1)
/** For so long things go wrong; afterwards everything has to come to its end. */
const TROUBLE_MS = 20_000
const END_MS_MAX = 600_000
const TRACE_LINES = 40

export interface SimulationResult {
  readonly seed: number
  /** SHA-256 over the whole history. */
  readonly hash: string
  readonly events: number
  readonly steps: number
  /** What was broken, in words; null when nothing was. */
  readonly violation: string | null
  /** The last lines of the history, up to the violation. */
  readonly trace: readonly string[]
}

export interface SimulationOptions {
  /** A mistake that is built into the model. */
  readonly bug?: Bug
  /** What all runs follow, instead of a random graph for each. */
  readonly plan?: LoadedPlan
}

/** Simulates one seed. */
export function simulate(seed: number, { bug, plan }: SimulationOptions = {}): SimulationResult {
  const world = new World(new Seeded(seed), bug ?? null, plan ?? null)
  let violation: string | null = null
  try {
    world.run()
  } catch (error) {
    // A defect of the core itself shows as another error, and is one all the same.
    violation = error instanceof Violation ? error.message : `the core threw ${String(error)}`
  }
  return { seed, violation, ...world.history() }
}

class World {
  readonly queue = new EventQueue(STARTED_AT)
  readonly chance: Seeded
  readonly bug: Bug | null
  readonly database: SimulatedDatabase
  readonly #checks = new Map<string, RunChecks>()
  readonly #workers: SimulatedWorker[]
  readonly #hash: Hash = createHash('sha256')
  readonly #trace: string[] = []
  /** Keys by run and place, as whoever is called counts them. */
  readonly #calls = new Map<string, string>()
  readonly #lossShare: number
  readonly #plan: LoadedPlan | null
  #events = 0
  #news = 0
  #violation: Violation | null = null

  constructor(chance: Seeded, bug: Bug | null, plan: LoadedPlan | null) {
    this.chance = chance
    this.#plan = plan
    this.bug = bug
    this.#lossShare = chance.pick([0, 0.01, 0.05])
    this.database = new SimulatedDatabase(bug, refusalOf, {
      committed: (run, checkpoint) => this.#checks.get(run.header.runId)?.committed(checkpoint),
      waitBegan: (run, token, kind) => this.#answerWait(run, token, kind),
    })
    const around = {
      queue: this.queue,
      chance,
      database: this.database,
      bug,
      delay: () => this.#delay(),
      plan: (runId: string) => this.database.runs.get(runId) as RunRows,
      call: (runId: string, call: RemoteCall, answer: (input: SliceInput | null) => void) =>
        this.#call(runId, call, answer),
      note: (text: string) => this.note(text),
      check: () => this.#check(),
    }
    this.#workers = Array.from(
      { length: chance.whole(2, 3) },
      (_, index) => new SimulatedWorker(`w${index + 1}`, around),
    )
  }

  run(): void {
    for (let index = this.chance.whole(1, 3); index > 0; index--) this.#startRun(`run ${index}`)
    for (const worker of this.#workers) {
      worker.begin(this.#clockError())
      this.#trouble(worker)
    }
    while (this.queue.now < STARTED_AT + END_MS_MAX && this.#isOpen()) {
      if (!this.queue.step()) throw new Violation('nothing is left to happen')
      this.#events += 1
      if (this.#violation !== null) throw this.#violation
    }
    for (const checks of this.#checks.values()) checks.ended()
  }

  history() {
    const steps = [...this.database.runs.values()].reduce((sum, run) => sum + run.steps.size, 0)
    return { hash: this.#hash.digest('hex'), events: this.#events, steps, trace: this.#trace }
  }

  note(text: string): void {
    const line = `${this.queue.now - STARTED_AT} ${text}`
    this.#hash.update(line)
    if (this.#trace.push(line) > TRACE_LINES) this.#trace.shift()
  }

  #isOpen(): boolean {
    for (const run of this.database.runs.values())
      if (!isOver(run) || run.inbox.size > 0 || run.leases.length > 0) return true
    return false
  }

  #isTrouble(): boolean {
    return this.queue.now < STARTED_AT + TROUBLE_MS
  }

  #startRun(runId: string): void {
    const header = { orgId: 'org', runId, startedAt: STARTED_AT, input: RUN_INPUT }
    this.database.start(header, this.#plan ?? randomPlan(this.chance))
    const run = this.database.runs.get(runId) as RunRows
    this.#checks.set(runId, new RunChecks(run))
    if (this.chance.chance(0.2)) {
      const [from, length] = [this.chance.whole(0, 8_000), this.chance.whole(1, 8_000)]
      // Nobody resumes what is not paused yet.
      this.#tellLater(run, from, { kind: 'pause' }, () => this.#tellLater(run, length, { kind: 'resume' }))
    }
    if (this.chance.chance(0.1)) this.#tellLater(run, this.chance.whole(0, 10_000), { kind: 'cancel' })
  }

  /** Whoever tells looks whether the run is over, but the run may end before the news is stored. */
  #tellLater(run: RunRows, ms: number, input: SliceInput, done: () => void = () => {}): void {
    this.queue.after(ms, () => {
      if (isOver(run)) return
      this.queue.after(this.chance.whole(1, 200), () => {
        this.note(`${run.header.runId} is told ${input.kind}`)
        this.database.tell(run, `news ${++this.#news}`, input)
        this.#check()
        done()
      })
    })
  }

  /** What a step waits for happens, sometimes twice and sometimes not at all. */
  #answerWait(run: RunRows, token: string, kind: string): void {
    if (kind !== 'start_run' && this.#mayTimeOut(run, token)) return
    const happens = () => {
      if (!run.waits.delete(token)) return
      this.note(`${run.header.runId} hears of ${token}`)
      const isFailure = kind === 'start_run' && this.chance.chance(0.2)
      const input: SliceInput = isFailure
        ? { kind: 'failure', token, error: failure('child.failed', false) }
        : { kind: 'answer', token, output: { approved: this.chance.chance(0.5) } }
      this.database.tell(run, `answer ${token}`, input)
      if (this.chance.chance(0.2)) this.#tellLater(run, this.chance.whole(1, 2_000), input)
      this.#check()
    }
    this.queue.after(this.chance.whole(1, 6_000), happens)
  }

  /** Whether nobody answers, which is only allowed where the wait has an end of its own. */
  #mayTimeOut(run: RunRows, token: string): boolean {
    const node = run.plan.plan.nodes.find(({ id }) => token.replace(/#\d+$/, '').split('/').at(-1) === id)
    const hasEnd = (node?.config as { timeout?: object } | undefined)?.timeout !== undefined
    return hasEnd && this.chance.chance(0.3)
  }

  #delay(): number | null {
    if (this.#isTrouble() && this.chance.chance(this.#lossShare)) return null
    const isSlow = this.#isTrouble() && this.chance.chance(0.03)
    return isSlow ? this.chance.whole(50, 4_000) : this.chance.whole(1, 20)
  }

  #clockError(): number {
    return this.chance.chance(0.7) ? 0 : this.chance.whole(-900, 900)
  }

  /** What goes wrong with one process, again and again for a while. */
  #trouble(worker: SimulatedWorker): void {
    this.queue.after(this.chance.whole(300, 8_000), () => {
      if (!this.#isTrouble()) return
      if (this.chance.chance(0.6)) {
        worker.end()
        this.queue.after(this.chance.whole(100, 3_000), () => worker.begin(this.#clockError()))
      } else worker.freeze(this.chance.whole(500, 10_000))
      this.#trouble(worker)
    })
  }

  /** The request may be lost, be carried out without its answer arriving, be slow, or be refused. */
  #call(runId: string, call: RemoteCall, answer: (input: SliceInput | null) => void): void {
    const { token } = call
    const there = this.#delay()
    const fails = (ms: number) =>
      this.queue.after(ms, () => answer({ kind: 'failure', token, error: failure('http.failed', true) }))
    if (call.kind === 'look_back') {
      this.queue.after(there ?? 100, () => answer(null))
      return
    }
    if (this.chance.chance(0.03)) {
      this.queue.after(1, () => answer({ kind: 'later', token, waitMs: 500 }))
      return
    }
    if (there === null) {
      fails(1_000)
      return
    }
    this.queue.after(there, () => {
      const place = `${runId} ${placeOf(call.nodeId, call.path)}`
      const known = this.#calls.get(place)
      this.#calls.set(place, call.key)
      if (known !== undefined && known !== call.key)
        this.#violation ??= new Violation(`${place} was called with two keys`)
      this.note(`${place} is called`)
    })
    if (this.#isTrouble() && this.chance.chance(this.#lossShare * 4)) {
      fails(there + 1_000)
      return
    }
    const status = this.chance.chance(0.1) ? 503 : 200
    const output = call.kind === 'code' ? { output: 1, logs: [] } : { status, headers: {}, body: null }
    this.queue.after(there + this.chance.whole(5, 900), () => answer({ kind: 'answer', token, output }))
  }

  #check(): void {
    for (const checks of this.#checks.values()) checks.standing()
  }
}

function randomPlan(chance: Seeded): LoadedPlan {
  const sketch = randomGraph(chance, { nodesMax: 12, kinds: 'all' })
  return loadPlan(compile(graphSchema.parse(sketch), nodeTypes), nodeRunners)
}

/** The database refuses some effects for good, always the same ones. */
function refusalOf({ key, token }: Effect): StepError | null {
  return token === null && key.startsWith('0') ? failure('effect.refused', false) : null
}

function failure(code: string, retryable: boolean): StepError {
  return { code, message: code, retryable, retryAfterMs: null, details: null }
}
