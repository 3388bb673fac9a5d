import { setImmediate, setTimeout } from 'node:timers/promises'
import type { Kit } from '#platform/context.ts'
import { sqlState } from '#platform/db/database.ts'
import { faultPoint } from '#platform/faults.ts'
import { newId } from '#platform/ids.ts'
import { messageOf } from '#platform/log.ts'
import { letRequestsGoFirst } from '#platform/pressure.ts'
import { type Checkpoint, type CheckpointOutcome, storeCheckpoints } from './checkpoint.ts'
import { type Batch, CommitQueue } from './commit-queue.ts'
import { Discovery, ReadyDiscovery } from './discovery.ts'
import { isPassing } from './effect-refused.ts'
import { giveBackForgottenRuns } from './forgotten-runs.ts'
import { HeldRun } from './held-run.ts'
import { plansOf } from './plans.ts'
import { admitRuns, FIND_QUEUED } from './run-limits.ts'
import { setAside } from './set-aside.ts'
import {
  type ClaimedRun,
  claimRuns,
  FIND_NEWS,
  FIND_ORPHANS,
  FIND_TIMERS,
  fireTimers,
  readNews,
  recoverRuns,
} from './store.ts'

/** Runs a worker may hold at once, waiting ones not counted: they are rows. */
const HELD_MAX = 2000
/** Of one organization, so that runs in slow calls leave room for everybody else's. */
const HELD_OF_ONE_MAX = 500
/** Runs taken from one organization in one turn, so that a heavy one cannot hold up the others. */
const QUANTUM = 200
/** The same while other organizations have work too: it is what one that comes with a single run may have to wait for. */
const SHARED_QUANTUM = 25
/** For how long others count as having work after they had some. */
const SHARED_MS = 60_000
/** Places that are kept for organizations with few runs when others have many. */
const HELD_FREE = 500
/** After so long, runs that are being taken up let others have their turn. */
const BUSY_MS = 5
const POLL_MS = 100
const RECOVER_MS = 250
const RETRY_MS = 200
/** How often an error that does not say what it is may come back while the database answers. */
const UNCLEAR_MAX = 3
/** How long a worker that stops waits for calls that are under way. */
const GRACE_MS = 3_000

export interface Worker {
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
  readonly #commits = new CommitQueue()
  readonly #settle = new Map<Checkpoint, (outcome: CheckpointOutcome) => void>()
  /** Runs in hand by organization and id. */
  readonly #held = new Map<string, Map<string, HeldRun>>()
  readonly #work = new Set<Promise<void>>()
  readonly #ready = new ReadyDiscovery()
  /** Organizations with more ready runs than are taken up at once, in the order of their turns. */
  readonly #crowded = new Set<string>()
  /** The turn of one of them while it is under way. */
  #turn: Promise<void> | null = null
  #lastWork = { orgId: '', at: Number.NEGATIVE_INFINITY }
  #sharedUntil = 0
  readonly #timers = new Discovery(FIND_TIMERS)
  readonly #queued = new Discovery(FIND_QUEUED)
  /** What the database's clock is ahead of this process's monotonic one, in milliseconds. */
  #clockOffset = 0
  #recoverAt = 0

  constructor(kit: Kit, worker: Worker, abort: AbortSignal) {
    this.#kit = kit
    this.#worker = worker
    this.#abort = abort
  }

  async run(): Promise<void> {
    while (!this.#abort.aborted) {
      try {
        await letRequestsGoFirst(this.#kit, this.#abort)
        // First what woke us: whoever starts one run does not wait for the look after all others.
        const claimed = this.#worker.isAlive() ? await this.#claimRound() : 0
        const isMoreReady = await this.#upkeep()
        await this.#tellHeld()
        if (claimed === 0 && !isMoreReady) await this.#kit.wake.wait('flow', POLL_MS, this.#abort)
        else if (this.#work.size >= HELD_MAX) await Promise.race(this.#work)
      } catch (error) {
        this.#kit.log.error({ error: messageOf(error) }, 'flow.round_failed')
        await this.#kit.wake.wait('flow', POLL_MS, this.#abort)
      }
    }
    await this.#turn
    // Short calls may still end; of the others the runs are let go, and whoever takes them up makes the calls again.
    const enough = new AbortController()
    await Promise.race([
      Promise.allSettled(this.#work),
      setTimeout(GRACE_MS, undefined, { signal: enough.signal }).catch(() => {}),
    ])
    enough.abort()
    for (const runs of this.#held.values()) for (const run of runs.values()) run.stop()
    await Promise.allSettled(this.#work)
  }

  /**
   * Fires due timers, gives places to runs that wait for one, and now and then takes over from dead workers. Whether that
   * made any run ready.
   */
  async #upkeep(): Promise<boolean> {
    const { db } = this.#kit
    const due = await this.#timers.find<{ org_id: string }>(db)
    let made = 0
    for (const { org_id: orgId } of due) made += await db.withOrg(orgId, tx => fireTimers(tx, orgId))
    if (due.length > 0) faultPoint('timers.after_commit')
    const queued = await this.#queued.find<{ org_id: string; workflow_id: string }>(db)
    for (const { org_id: orgId, workflow_id: workflowId } of queued)
      made += await db.withOrg(orgId, tx => admitRuns(tx, orgId, workflowId))
    if (performance.now() < this.#recoverAt) return made > 0
    this.#recoverAt = performance.now() + RECOVER_MS
    const isHeld = (orgId: string, runId: string) => this.#held.get(orgId)?.has(runId) ?? false
    await giveBackForgottenRuns(this.#kit, this.#worker.workerId, isHeld)
    const orphans = await db.withDispatch(tx => tx.query<{ org_id: string; worker_id: string }>(FIND_ORPHANS))
    for (const orphan of orphans.rows) {
      const runs = await db.withOrg(orphan.org_id, tx => recoverRuns(tx, orphan.org_id, orphan.worker_id))
      faultPoint('recovery.after_commit')
      made += runs
      if (runs > 0) this.#kit.log.warn({ runs, worker: orphan.worker_id }, 'flow.recovered')
    }
    return made > 0
  }

  /**
   * Takes up the runs of all organizations that have few; returns how many that were. Those with many take turns beside it,
   * so that nobody who comes with one run waits for more than what is under way.
   */
  async #claimRound(): Promise<number> {
    const found = await this.#ready.find(this.#kit.db, [...this.#crowded])
    let claimed = 0
    for (const orgId of found) claimed += await this.#serve(orgId, HELD_MAX)
    this.#serveCrowded()
    return claimed
  }

  /** Gives the next organization with many ready runs its turn, unless one has it or none has room for more. */
  #serveCrowded(): void {
    if (this.#turn !== null || this.#abort.aborted || !this.#worker.isAlive()) return
    const orgId = this.#crowded
      .values()
      .find(id => this.#commits.unstoredOf(id) < this.#quantum && this.#roomOf(id, HELD_MAX - HELD_FREE) > 0)
    if (orgId === undefined) return
    this.#crowded.delete(orgId)
    this.#crowded.add(orgId)
    this.#turn = letRequestsGoFirst(this.#kit, this.#abort)
      .then(() => this.#serve(orgId, HELD_MAX - HELD_FREE))
      .then(
        () => {},
        async error => {
          this.#kit.log.error({ error: messageOf(error) }, 'flow.turn_failed')
          await this.#kit.wake.wait('calm', POLL_MS, this.#abort)
        },
      )
      .finally(() => {
        this.#turn = null
        this.#serveCrowded()
      })
  }

  get #isShared(): boolean {
    return performance.now() < this.#sharedUntil
  }

  get #quantum(): number {
    return this.#isShared ? SHARED_QUANTUM : QUANTUM
  }

  /** Remembers who has work: as long as that is one organization, it is served in large pieces, which costs the least. */
  #noteWork(orgId: string): void {
    const now = performance.now()
    const { orgId: last, at } = this.#lastWork
    if (orgId !== last && now - at < SHARED_MS) this.#sharedUntil = now + SHARED_MS
    this.#lastWork = { orgId, at: now }
  }

  #roomOf(orgId: string, heldMax: number): number {
    const own = this.#held.get(orgId)?.size ?? 0
    return Math.max(Math.min(this.#quantum, heldMax - this.#work.size, HELD_OF_ONE_MAX - own), 0)
  }

  /** Takes up ready runs of one organization and returns how many. */
  async #serve(orgId: string, heldMax: number): Promise<number> {
    const limit = this.#roomOf(orgId, heldMax)
    const runs = await this.#claim(orgId, limit)
    if (limit > 0 && runs.length === limit) this.#crowded.add(orgId)
    else if (limit > 0 && this.#crowded.delete(orgId)) this.#kit.wake.signal('flow')
    if (runs.length === 0) return 0
    this.#noteWork(orgId)
    faultPoint('claim.after_commit')
    const plans = await plansOf(this.#kit).get(
      orgId,
      runs.map(run => run.versionId),
    )
    let since = performance.now()
    for (const run of runs) {
      this.#hold(run, plans.get(run.versionId))
      if (performance.now() - since < BUSY_MS) continue
      await setImmediate()
      since = performance.now()
    }
    return runs.length
  }

  async #claim(orgId: string, limit: number): Promise<ClaimedRun[]> {
    if (limit <= 0) return []
    const claim = { orgId, limit, workerId: this.#worker.workerId, claimId: newId() }
    const [runs, now] = await this.#kit.db.withOrg(
      orgId,
      async tx => {
        const clock = tx.query<{ ms: number }>(
          'select extract(epoch from clock_timestamp())::float8 * 1000 as ms',
        )
        return [await claimRuns(tx, claim), (await clock).rows[0]?.ms ?? Date.now()] as const
      },
      { plans: 'kept' },
    )
    this.#clockOffset = now - performance.now()
    return runs
  }

  /** Hands over what has happened for runs that stay in hand for long: they are cancelled or go on meanwhile. */
  async #tellHeld(): Promise<void> {
    const isAnyStaying = [...this.#held.values()].some(runs => runs.values().some(run => run.isStaying))
    if (!isAnyStaying) return
    const { db } = this.#kit
    const found = await db.withDispatch(tx =>
      tx.query<{ org_id: string; run_id: string }>(FIND_NEWS, [this.#worker.workerId]),
    )
    for (const [orgId, rows] of Map.groupBy(found.rows, row => row.org_id)) {
      const runIds = rows.map(row => row.run_id)
      const news = await db.withOrg(orgId, tx => readNews(tx, orgId, runIds))
      for (const [runId, entries] of news) this.#held.get(orgId)?.get(runId)?.tell(entries)
    }
  }

  #hold(claimed: ClaimedRun, plan: Parameters<HeldRun['drive']>[0]): void {
    const { orgId, runId } = claimed
    const run = new HeldRun(this.#kit, claimed, {
      now: () => performance.now() + this.#clockOffset,
      store: checkpoint => this.#store(checkpoint),
    })
    const siblings = this.#held.get(orgId) ?? new Map<string, HeldRun>()
    this.#held.set(orgId, siblings.set(runId, run))
    const work: Promise<void> = run
      .drive(plan)
      .catch(error => {
        this.#kit.log.error({ run: runId, error: messageOf(error) }, 'flow.run_dropped')
      })
      .finally(() => {
        this.#work.delete(work)
        // Let go and claimed anew, the run may be in hand again already.
        if (siblings.get(runId) === run) siblings.delete(runId)
        if (siblings.size === 0) this.#held.delete(orgId)
      })
    this.#work.add(work)
  }

  /** Joins the next commit; resolves once that commit is decided. */
  #store(checkpoint: Checkpoint): Promise<CheckpointOutcome> {
    const { promise, resolve } = Promise.withResolvers<CheckpointOutcome>()
    this.#settle.set(checkpoint, resolve)
    this.#commits.push(checkpoint)
    // In a microtask, so that all runs of one claim share the first commit.
    queueMicrotask(() => this.#flush())
    return promise
  }

  /** Group commit: while some batches are being written, the next ones gather. */
  #flush(): void {
    for (;;) {
      const batch = this.#commits.take(this.#isShared)
      if (batch === null) return
      void this.#write(batch)
    }
  }

  async #write(batch: Batch): Promise<void> {
    try {
      await this.#commit(batch.checkpoints)
    } finally {
      this.#commits.done(batch)
      this.#flush()
      this.#serveCrowded()
    }
  }

  /**
   * While the database is away the batch waits for it: our heartbeat may outlive the outage, so letting go of
   * the runs here would leave them leased to a worker that forgot them. Storing twice is harmless. Any other
   * failure is some checkpoint's own: the batch is halved until it is alone, and then it is set aside. An error that does
   * not say what it is counts as one of those once it has come back often enough though the database answers.
   */
  async #commit(batch: readonly Checkpoint[]): Promise<void> {
    for (let unclear = 0; ; ) {
      try {
        const outcomes = await storeCheckpoints(this.#kit, batch)
        faultPoint('checkpoint.after_commit')
        for (const checkpoint of batch)
          this.#decide(checkpoint, outcomes.get(checkpoint) ?? { kind: 'fenced' })
        return
      } catch (error) {
        if (sqlState(error) === undefined && (await this.#isAnswering())) unclear += 1
        const isAway = isOutage(error) && unclear < UNCLEAR_MAX
        if (isAway && !this.#abort.aborted) {
          this.#kit.log.warn({ runs: batch.length, error: messageOf(error) }, 'flow.checkpoint_waits')
          await this.#kit.wake.wait('flow', RETRY_MS, this.#abort)
          continue
        }
        if (batch.length > 1) {
          const half = batch.length >> 1
          await this.#commit(batch.slice(0, half))
          return this.#commit(batch.slice(half))
        }
        for (const checkpoint of batch) await this.#giveUp(checkpoint, error, isAway)
        return
      }
    }
  }

  async #isAnswering(): Promise<boolean> {
    return this.#kit.db
      .withGlobal(tx => tx.query('select 1'))
      .then(
        () => true,
        () => false,
      )
  }

  async #giveUp(checkpoint: Checkpoint, error: unknown, isAway: boolean): Promise<void> {
    const { run } = checkpoint
    this.#kit.log.error({ run: run.runId, error: messageOf(error) }, 'flow.checkpoint_failed')
    // In an outage while stopping, the lease ends with this process and another takes the run up.
    if (!isAway)
      await setAside(this.#kit, run, `Progress could not be stored: ${messageOf(error)}`).catch(() => {})
    this.#decide(checkpoint, { kind: 'fenced' })
  }

  #decide(checkpoint: Checkpoint, outcome: CheckpointOutcome): void {
    this.#settle.get(checkpoint)?.(outcome)
    this.#settle.delete(checkpoint)
  }
}

/** Whether the database could not be reached or is restarting, as opposed to refusing what it was asked. */
function isOutage(error: unknown): boolean {
  if (sqlState(error) !== undefined) return isPassing(error)
  return !(error instanceof TypeError || error instanceof RangeError)
}
