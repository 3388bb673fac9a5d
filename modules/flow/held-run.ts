import { randomInt } from 'node:crypto'
import type { Kit } from '#platform/context.ts'
import { faultPoint } from '#platform/faults.ts'
import { messageOf } from '#platform/log.ts'
import { advance } from './advance.ts'
import type { Checkpoint, CheckpointOutcome } from './checkpoint.ts'
import type { LoadedPlan } from './loaded-plan.ts'
import { migrateState } from './migrate-state.ts'
import { plansOf } from './plans.ts'
import { statusOf } from './progress.ts'
import { callRemote } from './remote.ts'
import { withKeptLogs } from './run-logs.ts'
import {
  type LogLine,
  type RemoteCall,
  type RunState,
  type SliceInput,
  type SliceResult,
  type StepError,
  wakeToken,
} from './run-state.ts'
import type { RunValues } from './run-values.ts'
import { setAside } from './set-aside.ts'
import { SLICE_BYTES_MAX } from './slice.ts'
import { type ClaimedRun, type InboxEntry, letGo } from './store.ts'

/** A run that was in the hands of this many workers when they died is set aside. */
const RECOVERIES_MAX = 5
/** After so long a slice lets others have their turn. */
const SLICE_MS_MAX = 50

interface Surroundings {
  /** Milliseconds since 1970 by the database's clock. */
  now(): number
  store(checkpoint: Checkpoint): Promise<CheckpointOutcome>
}

interface Call {
  answer: Promise<SliceInput | null>
  abort: AbortController
}

/** A run in this worker's hands, from its claim until it ends, waits, or is somebody else's. */
export class HeldRun {
  readonly runId: string
  readonly #kit: Kit
  readonly #claimed: ClaimedRun
  readonly #around: Surroundings
  readonly #calls = new Map<string, Call>()
  /** News that came while it was held, and all that it was ever given. */
  #news: InboxEntry[] = []
  readonly #seen: Set<string>
  #wakeUp: (() => void) | null = null
  #isStopped = false
  #isStaying = false

  constructor(kit: Kit, claimed: ClaimedRun, around: Surroundings) {
    this.#kit = kit
    this.#claimed = claimed
    this.#around = around
    this.runId = claimed.runId
    this.#seen = new Set(claimed.inbox.map(entry => entry.id))
  }

  /** Whether it was stored and is held on to, for its calls or for more to do, so that news may come for it meanwhile. */
  get isStaying(): boolean {
    return this.#isStaying
  }

  /** Hands over what has happened for the run since; what it was given before is passed over. */
  tell(entries: readonly InboxEntry[]): void {
    const fresh = entries.filter(entry => !this.#seen.has(entry.id))
    if (fresh.length === 0) return
    for (const entry of fresh) this.#seen.add(entry.id)
    this.#news.push(...fresh)
    this.#wakeUp?.()
  }

  /** Lets go of the run because the program ends: its calls are cut off and whoever takes it up makes them again. */
  stop(): void {
    this.#isStopped = true
    for (const { abort } of this.#calls.values()) abort.abort()
    this.#wakeUp?.()
  }

  /** Drives the run until it ends, waits, or is somebody else's. */
  async drive(claimedPlan: LoadedPlan | undefined): Promise<void> {
    let run = this.#claimed
    let plan = claimedPlan
    if (!plan || run.recoveries > RECOVERIES_MAX) {
      const reason = plan
        ? `The program stopped ${run.recoveries} times while it ran this. It was set aside so that it cannot stop it again.`
        : 'This version of the workflow is missing.'
      return setAside(this.#kit, run, reason)
    }
    let state = run.state ?? plan.start
    let values = run.values
    let isStored = run.state !== null
    let standing: Checkpoint['standing'] = run
    let inputs: SliceInput[] = run.inbox.map(entry => entry.input)
    let consumed: readonly string[] = run.inbox.map(entry => entry.id)
    // Whoever made a call this run still waits for is gone, or we would not hold the run.
    if (state.tokens.some(token => token.parked?.for === 'answer' || token.parked?.for === 'event'))
      inputs = [{ kind: 'recover' }, ...inputs]
    let refused: ReadonlyMap<string, StepError> = new Map()
    for (;;) {
      const moved = await this.#migrate(run, plan, state, inputs)
      if (moved !== null) ({ run, plan, state } = moved)
      let checkpoint: Checkpoint
      try {
        checkpoint = this.#slice(isStored ? { ...run, state } : run, plan, {
          state,
          values,
          inputs,
          consumed,
          refused,
          standing,
          notes: moved?.notes ?? [],
        })
      } catch (error) {
        return setAside(this.#kit, run, `The engine could not go on: ${messageOf(error)}`)
      }
      const outcome = await this.#around.store(checkpoint)
      if (outcome.kind === 'refused') {
        refused = new Map([...refused, ...outcome.refused])
        continue
      }
      if (outcome.kind !== 'stored' || !checkpoint.hold) return this.#abortCalls()
      state = checkpoint.result.state
      values = checkpoint.packed.values
      isStored = true
      standing = { status: statusOf(checkpoint), versionId: run.versionId }
      this.#isStaying = true
      if (!this.#isStopped) this.#makeCalls(checkpoint)
      const next = checkpoint.result.outcome === 'continue' ? this.#takeNews(null) : await this.#nextNews()
      if (this.#isStopped) return letGo(this.#kit, run)
      inputs = next.inputs
      consumed = next.consumed
    }
  }

  /** Moves the run to another version when it was asked to; null when it was not. */
  async #migrate(
    run: ClaimedRun,
    plan: LoadedPlan,
    state: RunState,
    inputs: readonly SliceInput[],
  ): Promise<Moved | null> {
    const asked = inputs.findLast(input => input.kind === 'migrate')
    if (asked === undefined) return null
    const { versionId, nodes } = asked
    // Moved by an earlier wish, or by this one in a slice that has to be done again.
    if (versionId === run.versionId) return null
    const target = (await plansOf(this.#kit).get(run.orgId, [versionId])).get(versionId)
    const moved =
      target === undefined
        ? 'The new version is missing.'
        : state === plan.start
          ? target.start
          : migrateState(state, plan, target, nodes)
    if (typeof moved === 'string' || target === undefined)
      return { run, plan, state, notes: [`Stayed on its version. ${moved}`] }
    return {
      run: { ...run, versionId },
      plan: target,
      state: moved,
      notes: ['Moved to the published version.'],
    }
  }

  #slice(run: ClaimedRun, plan: LoadedPlan, from: SliceStart): Checkpoint {
    const now = this.#around.now()
    const deadline = performance.now() + SLICE_MS_MAX
    let asked = 0
    const advanced = advance(plan, from.state, from.inputs, {
      run: { orgId: run.orgId, runId: run.runId, startedAt: run.createdAt.getTime(), input: run.input },
      now,
      random: () => randomInt(2 ** 32) / 2 ** 32,
      refused: from.refused,
      budget: { nodes: this.#kit.config.sliceNodes, bytes: SLICE_BYTES_MAX },
      // A run that waits for its place takes in what people want of it, and goes on when it has one.
      control: () => {
        if (run.isHeldBack) return 'yield'
        return ++asked % 16 === 0 && performance.now() > deadline ? 'yield' : 'run'
      },
    })
    const notes = from.notes.map(
      (message): LogLine => ({ level: 'info', message, nodeId: null, step: null, at: now }),
    )
    const told = { ...advanced, remote: awaitedCalls(advanced), logs: [...notes, ...advanced.logs] }
    const result = withKeptLogs(told, run.logLevel)
    // A call whose step has been answered otherwise is cut off once this is stored, and nothing will come of it.
    const isCalling = this.#calls.keys().some(token => !result.withdrawn.includes(token))
    const isBusy = result.outcome === 'continue' || result.remote.length > 0 || isCalling
    return {
      run,
      fresh: null,
      standing: from.standing,
      result,
      packed: from.values.pack(result.state),
      at: now,
      consumed: from.consumed,
      hold: isBusy && result.state.end === null && !run.isHeldBack,
    }
  }

  #makeCalls({ result }: Checkpoint): void {
    for (const token of result.withdrawn) {
      this.#calls.get(token)?.abort.abort()
      this.#calls.delete(token)
    }
    for (const call of result.remote) {
      const abort = new AbortController()
      const { orgId } = this.#claimed
      this.#calls.set(call.token, {
        abort,
        answer: callRemote(this.#kit, { orgId, runId: this.runId, call }, abort.signal),
      })
    }
  }

  #abortCalls(): void {
    for (const { abort } of this.#calls.values()) abort.abort()
  }

  /** What happens first: an answer to one of the calls, or news. A fast branch does not wait for a slow one. */
  async #nextNews(): Promise<News> {
    const { promise, resolve } = Promise.withResolvers<null>()
    this.#wakeUp = () => resolve(null)
    const answers = [...this.#calls].map(([token, call]) => call.answer.then(input => ({ token, input })))
    const isMoved = this.#news.length > 0 || this.#isStopped
    const first = isMoved ? null : await Promise.race([promise, ...answers])
    this.#wakeUp = null
    if (first !== null) this.#calls.delete(first.token)
    faultPoint('call.after_answer')
    return this.#takeNews(first?.input ?? null)
  }

  #takeNews(answer: SliceInput | null): News {
    const news = this.#news
    this.#news = []
    return {
      inputs: [...(answer === null ? [] : [answer]), ...news.map(entry => entry.input)],
      consumed: news.map(entry => entry.id),
    }
  }
}

/** Given out again after a crash, a call may be out of date in the same slice: a step that is retried makes its own. */
function awaitedCalls({ remote, state }: SliceResult): readonly RemoteCall[] {
  if (remote.length === 0) return remote
  const awaited = new Set(state.tokens.map(({ node, path, turn }) => wakeToken(node, path, turn)))
  return remote.filter(({ token }) => awaited.has(token))
}

interface Moved {
  run: ClaimedRun
  plan: LoadedPlan
  state: RunState
  /** What the log says of it. */
  notes: readonly string[]
}

interface SliceStart {
  state: RunState
  values: RunValues
  inputs: readonly SliceInput[]
  consumed: readonly string[]
  refused: ReadonlyMap<string, StepError>
  standing: Checkpoint['standing']
  notes: readonly string[]
}

interface News {
  inputs: SliceInput[]
  consumed: readonly string[]
}
