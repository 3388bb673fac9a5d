import type { Json } from '#platform/contract/plain-data.ts'
import { effectId, effectKey } from './effect-key.ts'
import { type LiveToken, wakeTokenOf } from './live-token.ts'
import type { LocalEffect } from './node-run.ts'
import type {
  Effect,
  LogLine,
  RemoteCall,
  RunHeader,
  StepError,
  StepRecord,
  StepStatus,
  Timer,
} from './run-state.ts'

/** Collects what a slice tells the outside: steps, effects, calls, timers and log lines. */
export class SliceReport {
  readonly steps: StepRecord[] = []
  readonly effects: Effect[] = []
  remote: RemoteCall[] = []
  timers: Timer[] = []
  readonly logs: LogLine[] = []
  readonly withdrawn: string[] = []
  /** Where in `steps` those are that have begun in this slice and are not over. */
  readonly #begun = new Map<number, number>()
  readonly #run: RunHeader
  readonly #now: number

  constructor(run: RunHeader, now: number) {
    this.#run = run
    this.#now = now
  }

  keyOf(token: LiveToken, attempt = ''): string {
    return effectKey(this.#run.orgId, this.#run.runId, token.at.id, token.path + attempt)
  }

  /** One slice never tells of an attempt twice, so what only began in this one is told of as it ended. */
  step(
    token: LiveToken,
    status: StepStatus,
    input: Json,
    output: Json,
    error: StepError | null,
    handle: string | null = null,
  ): void {
    const isOver = status !== 'running' && status !== 'waiting'
    const record: StepRecord = {
      number: token.step,
      nodeId: token.at.id,
      type: token.at.type,
      path: token.path,
      status,
      attempt: token.attempt,
      handle,
      input,
      output,
      error,
      startedAt: token.startedAt,
      finishedAt: isOver ? this.#now : null,
    }
    const begun = this.#begun.size === 0 ? undefined : this.#begun.get(token.step * 256 + token.attempt)
    if (begun !== undefined) {
      this.steps[begun] = record
      return
    }
    if (!isOver) this.#begun.set(token.step * 256 + token.attempt, this.steps.length)
    this.steps.push(record)
  }

  effect(token: LiveToken, key: string, { kind, payload }: LocalEffect, waits: boolean): void {
    const { at, path, step } = token
    const answer = waits ? wakeTokenOf(token) : null
    this.effects.push({
      key,
      id: effectId(key, this.#now),
      kind,
      payload,
      nodeId: at.id,
      path,
      step,
      token: answer,
    })
  }

  call(token: LiveToken, kind: string, request: Json): void {
    const { at, path, step, attempt } = token
    const call = { token: wakeTokenOf(token), key: this.keyOf(token), kind, request }
    this.remote.push({ ...call, nodeId: at.id, path, step, attempt, timeoutMs: at.timeoutMs })
  }

  timer(token: LiveToken, kind: Timer['kind'], until: number): void {
    this.timers.push({ token: wakeTokenOf(token), kind, fireAt: until })
  }

  log(token: LiveToken, level: LogLine['level'], message: string): void {
    this.logs.push({ level, message, nodeId: token.at.id, step: token.step, at: this.#now })
  }

  /** The step is called off: nothing more is waited for, and if it was open it is told to be over. */
  callOff(token: LiveToken): void {
    const parked = token.parked?.for
    if (token.step === 0 || parked === 'repair') return
    this.step(token, 'cancelled', token.input, null, null)
    if (parked === undefined || parked === 'rounds') return
    const name = wakeTokenOf(token)
    this.withdrawn.push(name)
    const isOther = (given: { readonly token: string | null }) => given.token !== name
    this.timers = this.timers.filter(isOther)
    this.remote = this.remote.filter(isOther)
  }
}
