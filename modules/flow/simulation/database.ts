/**
 * A model of what store.ts, checkpoint.ts, progress.ts and news.ts do in PostgreSQL: each method is one transaction
 * that happens at one instant by the database's clock. Everything is kept as JSON, as it would be there.
 */

import type { LoadedPlan } from '../loaded-plan.ts'
import type {
  Effect,
  RunHeader,
  RunState,
  SliceInput,
  SliceResult,
  StepError,
  StepRecord,
} from '../run-state.ts'
import type { Bug } from './bugs.ts'

export const LEASE_MS = 3_000
export const FORGOTTEN_MS = 5_000

export interface Entry {
  readonly id: string
  readonly input: SliceInput
}

export interface Claimed {
  readonly runId: string
  readonly claimId: string
  readonly state: RunState | null
  readonly revision: number
  readonly inbox: readonly Entry[]
  readonly recoveries: number
}

export interface Checkpoint {
  /** The same however often it is sent. */
  readonly id: string
  readonly runId: string
  readonly claimId: string
  /** The revision of the state the slice began with. */
  readonly revision: number
  readonly result: SliceResult
  readonly consumed: readonly string[]
  readonly hold: boolean
}

export type Stored =
  | { readonly kind: 'stored'; readonly revision: number }
  | { readonly kind: 'fenced' }
  | { readonly kind: 'refused'; readonly refused: ReadonlyMap<string, StepError> }

interface Lease {
  readonly workerId: string
  readonly claimId: string
  readonly recoveries: number
  readonly at: number
}

/** Everything that is stored of one run. */
export interface RunRows {
  readonly header: RunHeader
  readonly plan: LoadedPlan
  status: 'pending' | SliceResult['outcome']
  state: string | null
  revision: number
  ready: { recoveries: number } | null
  /** More than one only by mistake. */
  leases: Lease[]
  readonly inbox: Map<string, string>
  readonly timers: Map<string, number>
  /** What steps wait for besides the time, by token. */
  readonly waits: Map<string, string>
  readonly steps: Map<string, StepRecord>
  readonly effects: Map<string, Effect>
  lastCheckpoint: string
}

/** What the world does with what was committed. */
export interface Listeners {
  committed(run: RunRows, checkpoint: Checkpoint): void
  waitBegan(run: RunRows, token: string, kind: string): void
}

export class SimulatedDatabase {
  readonly runs = new Map<string, RunRows>()
  readonly #workers = new Map<string, number>()
  readonly #refuses: (effect: Effect) => StepError | null
  readonly #bug: Bug | null
  readonly #listeners: Listeners

  constructor(bug: Bug | null, refuses: (effect: Effect) => StepError | null, listeners: Listeners) {
    this.#bug = bug
    this.#refuses = refuses
    this.#listeners = listeners
  }

  start(header: RunHeader, plan: LoadedPlan): void {
    this.runs.set(header.runId, {
      header,
      plan,
      status: 'pending',
      state: null,
      revision: 0,
      ready: { recoveries: 0 },
      leases: [],
      inbox: new Map(),
      timers: new Map(),
      waits: new Map(),
      steps: new Map(),
      effects: new Map(),
      lastCheckpoint: '',
    })
  }

  beat(workerId: string, now: number): void {
    this.#workers.set(workerId, now + LEASE_MS)
  }

  fireTimers(now: number): RunRows[] {
    const early = this.#bug === 'a timer fires before its time' ? 5_000 : 0
    const fired: RunRows[] = []
    for (const run of this.runs.values()) {
      for (const [token, at] of [...run.timers]) {
        if (at > now + early) continue
        run.timers.delete(token)
        if (this.#bug !== 'a timer fires without leaving news')
          this.#tell(run, `timer ${token}`, { kind: 'timer', token })
        run.ready ??= { recoveries: 0 }
        fired.push(run)
      }
    }
    return fired
  }

  /** Leaves news for a run and makes it ready, whatever becomes of the run meanwhile. */
  tell(run: RunRows, id: string, input: SliceInput): void {
    this.#tell(run, id, input)
    if (this.#bug !== 'news comes without making its run ready') run.ready ??= { recoveries: 0 }
  }

  #tell(run: RunRows, id: string, input: SliceInput): void {
    if (!run.inbox.has(id)) run.inbox.set(id, JSON.stringify(input))
  }

  /** Takes over from workers whose lease is over. */
  recover(now: number): RunRows[] {
    const taken: RunRows[] = []
    for (const run of this.runs.values()) {
      const dead = run.leases.find(lease => (this.#workers.get(lease.workerId) ?? 0) < now)
      if (dead === undefined) continue
      run.leases = run.leases.filter(lease => lease !== dead)
      if (this.#bug !== 'a dead worker’s runs are not made ready')
        run.ready = { recoveries: dead.recoveries + 1 }
      taken.push(run)
    }
    return taken
  }

  /** Takes back what a living worker was leased and does not hold. */
  giveBack(workerId: string, isHeld: (runId: string) => boolean, now: number): RunRows[] {
    if (this.#bug === 'a claim nobody heard of stays') return []
    const given: RunRows[] = []
    for (const run of this.runs.values()) {
      const lease = run.leases.find(one => one.workerId === workerId && one.at < now - FORGOTTEN_MS)
      if (lease === undefined || isHeld(run.header.runId)) continue
      run.leases = run.leases.filter(one => one !== lease)
      run.ready = { recoveries: lease.recoveries }
      given.push(run)
    }
    return given
  }

  claim(workerId: string, claimId: string, limit: number, now: number): Claimed[] {
    const claimed: Claimed[] = []
    for (const run of this.runs.values()) {
      if (claimed.length >= limit) break
      const isFree = run.leases.length === 0 || this.#bug === 'a run is claimed over the lease of another'
      if (run.ready === null || !isFree) continue
      const { recoveries } = run.ready
      run.ready = null
      if (isOver(run) && this.#bug !== 'a run that is over begins again') {
        run.inbox.clear()
        continue
      }
      run.leases.push({ workerId, claimId, recoveries, at: now })
      claimed.push({
        runId: run.header.runId,
        claimId,
        state: run.state === null ? null : (JSON.parse(run.state) as RunState),
        revision: run.revision,
        inbox: entriesOf(run),
        recoveries,
      })
    }
    return claimed
  }

  /** News for runs that a worker holds; their ready rows stay, so that none is missed as one is let go. */
  readNews(runIds: readonly string[]): Map<string, Entry[]> {
    const news = new Map<string, Entry[]>()
    for (const id of runIds) {
      const run = this.runs.get(id)
      if (run && run.ready !== null && run.inbox.size > 0) news.set(id, entriesOf(run))
    }
    return news
  }

  store(checkpoint: Checkpoint): Stored {
    const run = this.runs.get(checkpoint.runId)
    if (run === undefined) return { kind: 'fenced' }
    const result = JSON.parse(JSON.stringify(checkpoint.result)) as SliceResult
    if (this.#bug === 'effects happen before the lease is looked at') this.#apply(run, result)
    const isOwn = run.leases.some(lease => lease.claimId === checkpoint.claimId)
    if (!isOwn && this.#bug !== 'a checkpoint is stored without its lease') return { kind: 'fenced' }
    const refused = new Map<string, StepError>()
    for (const effect of result.effects) {
      const error = this.#refuses(effect)
      if (error !== null) refused.set(effect.key, error)
    }
    if (refused.size > 0) return { kind: 'refused', refused }
    this.#write(run, checkpoint, result)
    this.#listeners.committed(run, checkpoint)
    return { kind: 'stored', revision: run.revision }
  }

  #apply(run: RunRows, result: SliceResult): void {
    for (const effect of result.effects) {
      if (run.effects.has(effect.key)) continue
      run.effects.set(effect.key, effect)
      if (effect.token === null) continue
      run.waits.set(effect.token, effect.kind)
      this.#listeners.waitBegan(run, effect.token, effect.kind)
    }
  }

  #write(run: RunRows, { id, claimId, consumed, hold }: Checkpoint, result: SliceResult): void {
    if (run.lastCheckpoint !== id) run.revision += 1
    run.lastCheckpoint = id
    this.#apply(run, result)
    run.status = result.outcome
    for (const step of result.steps) run.steps.set(`${step.number}/${step.attempt}`, step)
    const isForgetful = this.#bug === 'what has come to a merge is forgotten'
    const state = isForgetful ? { ...result.state, joins: {} } : result.state
    if (this.#bug !== 'the state of a run is not stored' || run.state === null)
      run.state = JSON.stringify(state)
    for (const timer of result.timers) run.timers.set(timer.token, timer.fireAt)
    for (const token of result.withdrawn) {
      run.timers.delete(token)
      run.waits.delete(token)
    }
    if (this.#bug !== 'news that was taken in stays') for (const entry of consumed) run.inbox.delete(entry)
    if (this.#bug === 'a checkpoint takes away the news it has not seen') run.inbox.clear()
    if (result.state.end !== null) {
      run.state = null
      run.timers.clear()
      run.waits.clear()
      run.inbox.clear()
      run.ready = null
    }
    if (!hold) run.leases = run.leases.filter(lease => lease.claimId !== claimId)
  }
}

export function isOver({ status }: Pick<RunRows, 'status'>): boolean {
  return status === 'completed' || status === 'failed' || status === 'cancelled'
}

function entriesOf(run: RunRows): Entry[] {
  return [...run.inbox].map(([id, input]) => ({ id, input: JSON.parse(input) as SliceInput }))
}
