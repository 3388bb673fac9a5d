import { randomInt } from 'node:crypto'
import type { Kit } from '#platform/context.ts'
import { sqlState } from '#platform/db/database.ts'
import { faultPoint } from '#platform/faults.ts'
import { newId } from '#platform/ids.ts'
import { messageOf } from '#platform/log.ts'
import { letRequestsGoFirst } from '#platform/pressure.ts'
import { advance } from './advance.ts'
import { type Checkpoint, type CheckpointOutcome, storeCheckpoints } from './checkpoint.ts'
import type { LoadedPlan } from './loaded-plan.ts'
import { Plans } from './plans.ts'
import { callRemote } from './remote.ts'
import type { RunState, SliceInput, StepError } from './run-state.ts'
import { setAside } from './set-aside.ts'
import {
  type ClaimedRun,
  claimRuns,
  FIND_ORPHANS,
  FIND_READY,
  FIND_TIMERS,
  fireTimers,
  recoverRuns,
} from './store.ts'

/** Runs a worker may hold at once, waiting ones not counted: they are rows. */
const HELD_MAX = 1000
/** Runs taken from one organization in one turn, so that a heavy one cannot hold up the others. */
const QUANTUM = 100
/** Slices stored in one commit. */
const BATCH_MAX = 200
const POLL_MS = 100
const RECOVER_MS = 1000
const RETRY_MS = 200
/** A run that was in the hands of this many workers when they died is set aside. */
const RECOVERIES_MAX = 5

interface Worker {
  workerId: string
  isAlive(): boolean
}

/** Runs workflows until aborted; resolves when what is in hand is stored or given up. */
export async function runEngine(kit: Kit, worker: Worker, abort: AbortSignal): Promise<void> {
  await new Engine(kit, worker, abort).run()
}

/** The worker's loop. Safety does not rest on it: whoever else claims, the lease in the checkpoint decides. */
class Engine {
  readonly #kit: Kit
  readonly #worker: Worker
  readonly #abort: AbortSignal
  readonly #plans: Plans
  readonly #queue: Checkpoint[] = []
  readonly #settle = new Map<Checkpoint, (outcome: CheckpointOutcome) => void>()
  readonly #held = new Set<Promise<void>>()
  /** What the database's clock is ahead of this process's monotonic one, in milliseconds. */
  #clockOffset = 0
  #flushing = false
  #upkeepAt = 0

  constructor(kit: Kit, worker: Worker, abort: AbortSignal) {
    this.#kit = kit
    this.#worker = worker
    this.#abort = abort
    this.#plans = new Plans(kit)
  }

  async run(): Promise<void> {
    while (!this.#abort.aborted) {
      try {
        await letRequestsGoFirst(this.#kit, this.#abort)
        await this.#upkeep()
        const claimed = this.#worker.isAlive() ? await this.#claimRound() : 0
        if (claimed === 0) await this.#kit.wake.wait('flow', POLL_MS, this.#abort)
        else if (this.#held.size >= HELD_MAX) await Promise.race(this.#held)
      } catch (error) {
        this.#kit.log.error({ error: messageOf(error) }, 'flow.round_failed')
        await this.#kit.wake.wait('flow', POLL_MS, this.#abort)
      }
    }
    await Promise.allSettled(this.#held)
  }

  /** Fires due timers every round, and now and then takes over from dead workers. */
  async #upkeep(): Promise<void> {
    const { db } = this.#kit
    const due = await db.withDispatch(tx => tx.query<{ org_id: string }>(FIND_TIMERS))
    for (const { org_id: orgId } of due.rows) await db.withOrg(orgId, tx => fireTimers(tx, orgId))
    if (due.rows.length > 0) faultPoint('timers.after_commit')
    if (performance.now() < this.#upkeepAt) return
    this.#upkeepAt = performance.now() + RECOVER_MS
    const orphans = await db.withDispatch(tx => tx.query<{ org_id: string; worker_id: string }>(FIND_ORPHANS))
    for (const orphan of orphans.rows) {
      const runs = await db.withOrg(orphan.org_id, tx => recoverRuns(tx, orphan.org_id, orphan.worker_id))
      faultPoint('recovery.after_commit')
      if (runs > 0) this.#kit.log.warn({ runs, worker: orphan.worker_id }, 'flow.recovered')
    }
  }

  /** One turn over the organizations with ready runs; returns how many runs were taken up. */
  async #claimRound(): Promise<number> {
    const found = await this.#kit.db.withDispatch(tx => tx.query<{ org_id: string }>(FIND_READY))
    let claimed = 0
    for (const { org_id: orgId } of found.rows) {
      const limit = Math.min(QUANTUM, HELD_MAX - this.#held.size)
      if (limit <= 0) break
      const claim = { orgId, limit, workerId: this.#worker.workerId, claimId: newId() }
      const [runs, now] = await this.#kit.db.withOrg(orgId, async tx => {
        const clock = tx.query<{ ms: number }>(
          'select extract(epoch from clock_timestamp())::float8 * 1000 as ms',
        )
        return [await claimRuns(tx, claim), (await clock).rows[0]?.ms ?? Date.now()] as const
      })
      this.#clockOffset = now - performance.now()
      if (runs.length === 0) continue
      faultPoint('claim.after_commit')
      claimed += runs.length
      const plans = await this.#plans.get(
        orgId,
        runs.map(run => run.versionId),
      )
      for (const run of runs) this.#hold(run, plans.get(run.versionId))
    }
    return claimed
  }

  #hold(run: ClaimedRun, plan: LoadedPlan | undefined): void {
    const work: Promise<void> = this.#drive(run, plan)
      .catch(error => {
        this.#kit.log.error({ run: run.runId, error: messageOf(error) }, 'flow.run_dropped')
      })
      .finally(() => this.#held.delete(work))
    this.#held.add(work)
  }

  /** Drives one run until it ends, waits, or is somebody else's. */
  async #drive(run: ClaimedRun, plan: LoadedPlan | undefined): Promise<void> {
    if (!plan || run.recoveries > RECOVERIES_MAX) {
      const reason = plan
        ? `The program stopped ${run.recoveries} times while it ran this. It was set aside so that it cannot stop it again.`
        : 'This version of the workflow is missing.'
      return setAside(this.#kit, run, reason)
    }
    let state = run.state ?? plan.start
    let inputs: SliceInput[] = run.inbox.map(entry => entry.input)
    let consumed: readonly string[] = run.inbox.map(entry => entry.id)
    // Whoever made a remote call this run still waits for is gone, or we would not hold the run.
    if (state.tokens.some(token => token.parked?.for === 'answer')) inputs = [{ kind: 'recover' }, ...inputs]
    let refused: ReadonlyMap<string, StepError> = new Map()
    let known = run.state !== null
    const calls = new Map<string, Promise<SliceInput>>()
    for (;;) {
      let checkpoint: Checkpoint
      try {
        const held = known ? { ...run, state } : run
        checkpoint = this.#slice(held, plan, { state, inputs, consumed, refused, calls: calls.size })
      } catch (error) {
        return setAside(this.#kit, run, `The engine could not go on: ${messageOf(error)}`)
      }
      const outcome = await this.#store(checkpoint)
      if (outcome.kind === 'fenced') return
      if (outcome.kind === 'refused') {
        refused = new Map([...refused, ...outcome.refused])
        continue
      }
      if (!checkpoint.hold) return
      state = checkpoint.result.state
      known = true
      consumed = []
      for (const call of checkpoint.result.remote)
        calls.set(call.token, callRemote(this.#kit, run.orgId, call))
      inputs = checkpoint.result.outcome === 'continue' ? [] : await firstAnswer(calls)
    }
  }

  #slice(run: ClaimedRun, plan: LoadedPlan, from: SliceStart): Checkpoint {
    const result = advance(plan, from.state, from.inputs, {
      run: { orgId: run.orgId, runId: run.runId, startedAt: run.createdAt.getTime(), input: run.input },
      now: performance.now() + this.#clockOffset,
      random: () => randomInt(2 ** 32) / 2 ** 32,
      refused: from.refused,
    })
    const isBusy = result.outcome === 'continue' || result.remote.length > 0 || from.calls > 0
    return { run, result, consumed: from.consumed, hold: isBusy && result.state.end === null }
  }

  /** Joins the next commit; resolves once that commit is decided. */
  #store(checkpoint: Checkpoint): Promise<CheckpointOutcome> {
    const { promise, resolve } = Promise.withResolvers<CheckpointOutcome>()
    this.#settle.set(checkpoint, resolve)
    this.#queue.push(checkpoint)
    // In a microtask, so that all runs of one claim share the first commit.
    queueMicrotask(() => void this.#flush())
    return promise
  }

  /** Group commit: while one batch is being written, the next one gathers. */
  async #flush(): Promise<void> {
    if (this.#flushing) return
    this.#flushing = true
    try {
      while (this.#queue.length > 0) await this.#commit(this.#queue.splice(0, BATCH_MAX))
    } finally {
      this.#flushing = false
    }
  }

  /**
   * While the database is away the batch waits for it: our heartbeat may outlive the outage, so letting go of
   * the runs here would leave them leased to a worker that forgot them. Storing twice is harmless. Any other
   * failure is some checkpoint's own: the batch is halved until it is alone, and then it is set aside.
   */
  async #commit(batch: readonly Checkpoint[]): Promise<void> {
    for (;;) {
      try {
        const outcomes = await storeCheckpoints(this.#kit, batch)
        faultPoint('checkpoint.after_commit')
        for (const checkpoint of batch)
          this.#decide(checkpoint, outcomes.get(checkpoint) ?? { kind: 'fenced' })
        return
      } catch (error) {
        if (isOutage(error) && !this.#abort.aborted) {
          this.#kit.log.warn({ runs: batch.length, error: messageOf(error) }, 'flow.checkpoint_waits')
          await this.#kit.wake.wait('flow', RETRY_MS, this.#abort)
          continue
        }
        if (batch.length > 1) {
          const half = batch.length >> 1
          await this.#commit(batch.slice(0, half))
          return this.#commit(batch.slice(half))
        }
        for (const checkpoint of batch) await this.#giveUp(checkpoint, error)
        return
      }
    }
  }

  async #giveUp(checkpoint: Checkpoint, error: unknown): Promise<void> {
    const { run } = checkpoint
    this.#kit.log.error({ run: run.runId, error: messageOf(error) }, 'flow.checkpoint_failed')
    // In an outage while stopping, the lease ends with this process and another takes the run up.
    if (!isOutage(error))
      await setAside(this.#kit, run, `Progress could not be stored: ${messageOf(error)}`).catch(() => {})
    this.#decide(checkpoint, { kind: 'fenced' })
  }

  #decide(checkpoint: Checkpoint, outcome: CheckpointOutcome): void {
    this.#settle.get(checkpoint)?.(outcome)
    this.#settle.delete(checkpoint)
  }
}

interface SliceStart {
  state: RunState
  inputs: readonly SliceInput[]
  consumed: readonly string[]
  refused: ReadonlyMap<string, StepError>
  /** Remote calls of the run that are still on their way. */
  calls: number
}

/** The answer of whichever call comes back first, so that a fast branch does not wait for a slow one. */
async function firstAnswer(calls: Map<string, Promise<SliceInput>>): Promise<SliceInput[]> {
  const answer = await Promise.race(calls.values())
  faultPoint('call.after_answer')
  if ('token' in answer) calls.delete(answer.token)
  return [answer]
}

/** Whether the database could not be reached or is restarting, as opposed to refusing what it was asked. */
function isOutage(error: unknown): boolean {
  const state = sqlState(error)
  if (state === undefined) return !(error instanceof TypeError || error instanceof RangeError)
  return /^(08|53|57|25P0[34]|40)/.test(state)
}
