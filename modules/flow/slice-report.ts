import { effectId, effectKey } from './effect-key.ts'
import { type LiveToken, wakeTokenOf } from './live-token.ts'
import type { Json, JsonObject } from './plain-data.ts'
import type {
  Effect,
  LogLine,
  Parked,
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
  readonly remote: RemoteCall[] = []
  readonly timers: Timer[] = []
  readonly logs: LogLine[] = []
  readonly #run: RunHeader
  readonly #now: number

  constructor(run: RunHeader, now: number) {
    this.#run = run
    this.#now = now
  }

  keyOf(token: LiveToken): string {
    return effectKey(this.#run.orgId, this.#run.runId, token.at.id, token.path)
  }

  step(token: LiveToken, status: StepStatus, input: Json, output: Json, error: StepError | null): void {
    this.steps.push(stepRecord(token, status, input, output, error, this.#now))
  }

  effect(token: LiveToken, kind: string, payload: JsonObject): void {
    const key = this.keyOf(token)
    const { at, path, step } = token
    this.effects.push({ key, id: effectId(key, this.#now), kind, payload, nodeId: at.id, path, step })
  }

  call(token: LiveToken, kind: string): void {
    const { at, path, step, attempt, input: request } = token
    const call = { token: wakeTokenOf(token), key: this.keyOf(token), kind, request }
    this.remote.push({ ...call, nodeId: at.id, path, step, attempt, timeoutMs: at.timeoutMs })
  }

  timer(token: LiveToken, parked: Parked & { readonly until: number }): void {
    this.timers.push({
      token: wakeTokenOf(token),
      kind: parked.for === 'retry' ? 'retry' : 'wait',
      fireAt: parked.until,
    })
  }

  log(token: LiveToken, level: LogLine['level'], message: string): void {
    this.logs.push({ level, message, nodeId: token.at.id, step: token.step, at: this.#now })
  }

  /** The run is over before its time: nothing more is waited for, and open steps are told to be over. */
  abandon(tokens: readonly LiveToken[]): void {
    this.timers.length = 0
    this.remote.length = 0
    for (const token of tokens) {
      if (token.parked?.for !== 'time' && token.parked?.for !== 'answer') continue
      const over = stepRecord(token, 'cancelled', token.input, null, null, this.#now)
      // One slice never tells of a step twice, so what only began to wait in this one is told of as over.
      const begun = this.steps.findIndex(step => step.number === over.number && step.attempt === over.attempt)
      if (begun === -1) this.steps.push(over)
      else this.steps[begun] = over
    }
  }
}

function stepRecord(
  token: LiveToken,
  status: StepStatus,
  input: Json,
  output: Json,
  error: StepError | null,
  now: number,
): StepRecord {
  return {
    number: token.step,
    nodeId: token.at.id,
    type: token.at.type,
    path: token.path,
    status,
    attempt: token.attempt,
    input,
    output,
    error,
    startedAt: token.startedAt,
    finishedAt: status === 'waiting' || status === 'running' ? null : now,
  }
}
