import {
  DATA_DEPTH_MAX,
  isPlainObject,
  type Json,
  type JsonObject,
  weigh,
} from '#platform/contract/plain-data.ts'
import type { LoadedPlan } from '../loaded-plan.ts'
import { next } from '../node-run.ts'
import {
  type Control,
  type Effect,
  placeOf,
  type RemoteCall,
  type RunHeader,
  type RunState,
  type SliceOutcome,
  type SliceResult,
  type StepRecord,
  wakeToken,
} from '../run-state.ts'
import { type Answer, inputOf, type SimulatedRun, Simulation } from '../simulated-run.ts'
import { SLICE_BYTES_MAX } from '../slice.ts'
import type { TrialNote } from './trial-api.ts'
import type { Pace } from './trial-pace.ts'

/** Nodes of one slice; it ends before them when others are due. */
const SLICE_NODES = 256
const STEP_BYTES_MAX = 1024 * 1024

type NoteWords = Pick<TrialNote, 'kind' | 'text'>

/** What stands in for the answer of somebody else. */
export interface StandIn {
  readonly answer: Answer
  readonly note: NoteWords | null
  /** How long it takes by the clock of the run, in milliseconds. */
  readonly afterMs: number
}

/** What a trial meets in place of the world. */
export interface TrialWorld {
  answer(call: RemoteCall, signal: AbortSignal): Promise<StandIn>
  /** What comes of a wait for an event, a decision or another run; null when its time runs out first. */
  awaited(effect: Effect): { readonly standIn: StandIn | null; readonly note: NoteWords | null }
  /** What nodes give without being run, by node. */
  readonly pins: ReadonlyMap<string, Json>
}

export interface TrialRun extends Omit<SimulatedRun, 'outcome'> {
  /** How far it came; `waiting` and `continue` when it was stopped. */
  readonly outcome: SliceOutcome
  readonly notes: readonly TrialNote[]
  readonly isStopped: boolean
  /** The clock of the run when it was over, in milliseconds since 1970. */
  readonly endedAt: number
}

interface Pending {
  readonly token: string
  readonly at: number
  readonly answer: Answer
}

/** Takes the place of what nodes do: they give what is pinned and leave by their only exit. The plan must be nobody else's. */
export function pinNodes(plan: LoadedPlan, pins: ReadonlyMap<string, Json>): void {
  for (const [nodeId, data] of pins) {
    const node = plan.nodes.get(nodeId)
    if (node === undefined) continue
    const vars = node.type === 'set_fields' && isPlainObject(data) ? (data as JsonObject) : null
    Object.assign(node, { body: { run: () => ({ ...next('out', data), vars }) } })
  }
}

/**
 * Follows a run of a draft to its end with the engine's own core: the slices are those of a real run, and only what lies
 * outside of it, other systems, people and the clock, is stood in for.
 */
export async function tryRun(
  plan: LoadedPlan,
  header: RunHeader,
  world: TrialWorld,
  pace: Pace,
  start: RunState = plan.start,
): Promise<TrialRun> {
  return new Trial(plan, header, world, pace, start).run()
}

class Trial {
  readonly #simulation: Simulation
  readonly #world: TrialWorld
  readonly #pace: Pace
  readonly #notes: TrialNote[] = []
  #awaited: Pending[] = []
  #asked = 0
  /** Where tokens stand that a timer may wake. */
  #standing = new Map<string, { nodeId: string; step: number }>()

  constructor(plan: LoadedPlan, header: RunHeader, world: TrialWorld, pace: Pace, start: RunState) {
    this.#world = world
    this.#pace = pace
    const deps = {
      budget: { nodes: SLICE_NODES, bytes: SLICE_BYTES_MAX },
      // One node at least runs in every slice, or a large state could keep the trial from ever going on.
      control: () =>
        (this.#asked++ > 0 && (pace.isDue || pace.stopped !== null) ? 'yield' : 'run') as Control,
    }
    this.#simulation = new Simulation(plan, header, { deps }, start)
  }

  async run(): Promise<TrialRun> {
    let outcome: SliceOutcome = 'continue'
    for (let slices = 1; ; slices++) {
      await this.#pace.breathe()
      this.#asked = 0
      const result = this.#pace.stopped === null ? this.#simulation.slice() : null
      if (result !== null) {
        outcome = result.outcome
        this.#take(result)
        if (outcome === 'continue') continue
      }
      if (result !== null && outcome === 'waiting' && this.#pace.stopped === null) {
        await this.#wait()
        continue
      }
      return this.#over(outcome, slices)
    }
  }

  #over(outcome: SliceOutcome, slices: number): TrialRun {
    const history = this.#simulation.history(outcome, slices)
    const isStopped = outcome === 'continue' || outcome === 'waiting'
    if (isStopped) this.#note({ kind: 'stopped', text: this.#pace.stopped ?? '' }, null, null)
    for (const { nodeId, number, attempt } of history.steps) {
      if (attempt === 1 && this.#world.pins.has(nodeId))
        this.#note({ kind: 'pinned', text: 'The pinned data was used.' }, nodeId, number)
    }
    return { ...history, outcome, notes: this.#notes, isStopped, endedAt: this.#simulation.now }
  }

  #take(result: SliceResult): void {
    const size = ({ input, output }: StepRecord) =>
      weigh(input, STEP_BYTES_MAX) + weigh(output, STEP_BYTES_MAX)
    const bytes = result.steps.reduce((sum, step) => sum + Math.min(size(step), STEP_BYTES_MAX), 0)
    this.#pace.spend(result.steps.length, bytes + DATA_DEPTH_MAX)
    this.#simulation.forget(result.withdrawn)
    this.#awaited = this.#awaited.filter(({ token }) => !result.withdrawn.includes(token))
    this.#standing = new Map(
      result.state.tokens.map(({ node, path, turn, step }) => [
        wakeToken(node, path, turn),
        { nodeId: node, step },
      ]),
    )
    for (const effect of result.effects) {
      if (effect.token === null || !this.#standing.has(effect.token)) continue
      const { standIn, note } = this.#world.awaited(effect)
      this.#note(note, effect.nodeId, effect.step)
      if (standIn === null) continue
      const at = this.#simulation.now + standIn.afterMs
      this.#awaited.push({ token: effect.token, at, answer: standIn.answer })
    }
  }

  /** Brings about what happens next: calls are answered at once, then what was waited for comes in order of time. */
  async #wait(): Promise<void> {
    for (let call = this.#simulation.takeCall(); call !== null; call = this.#simulation.takeCall()) {
      // Nobody looks back in a trial: what has happened is known or it is not.
      if (call.kind === 'look_back' || !this.#standing.has(call.token)) continue
      const { answer, note, afterMs } = await this.#world.answer(call, this.#pace.signal)
      this.#note(note, call.nodeId, call.step)
      this.#simulation.moveTo(this.#simulation.now + afterMs)
      this.#simulation.give([inputOf(call.token, answer)])
      return
    }
    const first = this.#awaited.reduce<Pending | null>(
      (best, each) => (best === null || each.at < best.at ? each : best),
      null,
    )
    const timerAt = this.#simulation.nextTimerAt
    if (first !== null && (timerAt === null || first.at <= timerAt)) {
      this.#awaited = this.#awaited.filter(each => each !== first)
      this.#simulation.moveTo(first.at)
      this.#simulation.give([inputOf(first.token, first.answer)])
      return
    }
    const timer = this.#simulation.takeTimer()
    if (timer === null) throw new Error('The trial waits although nothing is under way.')
    this.#noteWait(timer.token, timer.kind, timer.fireAt)
    this.#simulation.give([{ kind: 'timer', token: timer.token }])
  }

  #noteWait(token: string, kind: 'wait' | 'retry', fireAt: number): void {
    const at = this.#standing.get(token)
    if (at === undefined || kind === 'retry') return
    const until = new Date(fireAt).toISOString()
    const text = `The wait was skipped. It would have ended at ${until.slice(0, 16).replace('T', ' ')} UTC.`
    this.#notes.push({ kind: 'skipped_wait', nodeId: at.nodeId, step: at.step, text, until })
  }

  #note(words: NoteWords | null, nodeId: string | null, step: number | null): void {
    if (words !== null) this.#notes.push({ ...words, nodeId, step, until: null })
  }
}

/** The place of a step, and which attempt of it. */
export function attemptAt({
  nodeId,
  path,
  attempt,
}: Pick<RemoteCall, 'nodeId' | 'path' | 'attempt'>): string {
  return `${placeOf(nodeId, path)}~${attempt}`
}
