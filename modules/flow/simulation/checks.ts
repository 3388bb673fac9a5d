/** What has to be true after every event, whatever has gone wrong before it. */

import type { LoadedPlan } from '../loaded-plan.ts'
import { EACH_HANDLE } from '../node-type.ts'
import { placeOf, type RunState, type StepRecord } from '../run-state.ts'
import { type Checkpoint, isOver, type RunRows } from './database.ts'

/** A broken promise, in words. */
export class Violation extends Error {}

/** The core takes timers so much too early, because two clocks are never quite the same. */
const EARLY_MS_MAX = 1_000

/** Watches one run over its life. */
export class RunChecks {
  readonly #run: RunRows
  #wasOver = false
  #stored = { id: '', revision: 0 }
  /** Steps by number, so that one that was told is never told as another. */
  readonly #places = new Map<number, string>()
  readonly #numbers = new Map<string, number>()

  constructor(run: RunRows) {
    this.#run = run
  }

  /** Called for every checkpoint that the database took. */
  committed(checkpoint: Checkpoint): void {
    const isRepeat = checkpoint.id === this.#stored.id
    if (!isRepeat && checkpoint.revision !== this.#stored.revision)
      this.#fail(
        `two writers: a slice of revision ${checkpoint.revision} was stored over ${this.#stored.revision}`,
      )
    if (this.#wasOver && !isRepeat) this.#fail('a run that was over was stored again')
    this.#stored = { id: checkpoint.id, revision: this.#run.revision }
    for (const step of checkpoint.result.steps) this.#step(step)
    for (const effect of checkpoint.result.effects) {
      const stored = this.#run.effects.get(effect.key)
      if (stored === undefined) this.#fail(`the effect of ${placeOf(effect.nodeId, effect.path)} is missing`)
      else if (stored.id !== effect.id && !isRepeat)
        this.#fail(`the effect of ${effect.nodeId} happened twice`)
    }
    this.#wasOver = isOver(this.#run)
  }

  /** Called after every event that touched the run. */
  standing(): void {
    const run = this.#run
    if (run.leases.length > 1) this.#fail('two leases')
    if (this.#wasOver && !isOver(run)) this.#fail('a run that was over is open again')
    const isLooked = run.ready !== null || run.leases.length > 0
    if (run.inbox.size > 0 && !isLooked) this.#fail('news that nobody will take in')
    if (isOver(run)) {
      if (run.timers.size + run.waits.size + run.leases.length > 0)
        this.#fail('a run that is over still waits')
    } else if (!isLooked && run.timers.size + run.waits.size === 0 && !isPaused(run)) {
      this.#fail('an open run that waits for nothing')
    }
  }

  /** Called when everything has come to rest. */
  ended(): void {
    const run = this.#run
    if (!isOver(run)) this.#fail(`the run is ${run.status} and never ends`)
    const withEffect = new Set([...run.effects.values()].map(effect => effect.step))
    for (const effect of run.effects.values())
      if (!this.#numbers.has(placeOf(effect.nodeId, effect.path)))
        this.#fail(`an effect of no step: ${effect.nodeId}`)
    for (const step of run.steps.values()) {
      const isEffect = run.plan.plan.nodes.some(node => node.id === step.nodeId && node.purity === 'local')
      if (isEffect && step.status === 'completed' && !withEffect.has(step.number))
        this.#fail(`step ${step.number} is completed without its effect`)
      if (step.status === 'waiting' || step.status === 'running') this.#fail(`step ${step.number} never ends`)
    }
  }

  #step(step: StepRecord): void {
    const place = placeOf(step.nodeId, step.path)
    const known = this.#places.get(step.number)
    if (known !== undefined && known !== place) this.#fail(`step ${step.number} is ${known} and ${place}`)
    const number = this.#numbers.get(place)
    if (number !== undefined && number !== step.number)
      this.#fail(`${place} ran as step ${number} and ${step.number}`)
    if (known === undefined && !isReached(this.#run.plan, step, this.#run.steps.values()))
      this.#fail(`no live edge leads to ${place}`)
    this.#places.set(step.number, place)
    this.#numbers.set(place, step.number)
    if (step.status !== 'completed') return
    const wake = step.type === 'wait' ? wakeTimeOf(step) : null
    if (wake !== null && (step.finishedAt ?? 0) < wake - EARLY_MS_MAX)
      this.#fail(`${place} woke before its time`)
  }

  #fail(what: string): never {
    throw new Violation(`${this.#run.header.runId}: ${what}`)
  }
}

function isPaused(run: RunRows): boolean {
  return run.state !== null && (JSON.parse(run.state) as RunState).paused === true
}

function wakeTimeOf(step: StepRecord): number | null {
  const input = step.input as { until?: string } | null
  return input?.until === undefined ? null : Date.parse(input.until)
}

/** Whether a step that ended before leaves over an edge into this one; the trigger needs none. */
function isReached(plan: LoadedPlan, step: StepRecord, told: Iterable<StepRecord>): boolean {
  const { nodes, edges, entry } = plan.plan
  if (nodes[entry]?.id === step.nodeId) return step.number === 1
  const into = edges.filter(edge => nodes[edge.to]?.id === step.nodeId)
  for (const before of told) {
    if (before.number >= step.number) continue
    for (const edge of into) {
      if (nodes[edge.from]?.id !== before.nodeId) continue
      if (edge.handle === EACH_HANDLE) {
        if (step.path.startsWith(`${placeOf(before.nodeId, before.path)}.`)) return true
      } else if (before.path === step.path && exitsOf(before).includes(edge.handle)) return true
    }
  }
  return false
}

function exitsOf(step: StepRecord): string[] {
  if (step.status !== 'completed' && step.status !== 'failed') return []
  return step.handle === null ? (step.status === 'completed' ? ['out'] : []) : step.handle.split(',')
}
