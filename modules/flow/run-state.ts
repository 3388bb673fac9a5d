/**
 * What a run remembers between slices, and what a slice takes and gives. All of it is plain JSON, except
 * SliceDeps. Later kinds of waiting add members to the unions here; nothing that is stored changes meaning.
 */

import type { Json, JsonObject } from '#platform/contract/plain-data.ts'
import type { Awaited } from './node-run.ts'

export type StepError = {
  /** Dotted, such as "template.missing_value" or "http.status". */
  readonly code: string
  readonly message: string
  /** Whether trying again could help. */
  readonly retryable: boolean
  /** The least wait before another attempt that the other side asked for. */
  readonly retryAfterMs: number | null
  readonly details: Json
}

/** What a token waits for. */
export type Parked =
  | { readonly for: 'time'; readonly until: number }
  | { readonly for: 'retry'; readonly until: number }
  /** `once`: the call is not given out again after a crash, because it may have been made. */
  | { readonly for: 'answer'; readonly kind: string; readonly once?: boolean }
  | { readonly for: Awaited; readonly until: number | null; readonly look?: Json }
  | Rounds
  /** Its step failed for good and so did the run; kept so that the run can be taken up again from here. */
  | { readonly for: 'repair'; readonly error: StepError }

/** Where a node with rounds stands. Items and results are kept in pieces, so that a long list is not written again and again. */
export type Rounds = {
  readonly for: 'rounds'
  /** Items of rounds that have not started; null when it goes on while a condition holds. */
  readonly items: readonly (readonly Json[])[] | null
  readonly started: number
  readonly done: number
  readonly failed: number
  readonly roundsMax: number
  readonly atOnce: number
  readonly keepGoing: boolean
  /** By round, in pieces of ROUNDS_PIECE; null when nothing is collected. */
  readonly results: readonly (readonly Json[])[] | null
  /** The size of the results in bytes of JSON. */
  readonly bytes: number
}

/** What a waiting token got, not yet acted upon. */
export type Wake =
  | { readonly by: 'timer' }
  | { readonly by: 'answer'; readonly output: Json }
  | { readonly by: 'failure'; readonly error: StepError }
  /** A node with rounds has to look after them. */
  | { readonly by: 'round' }

/** One place in the graph where the run stands. It is ready when it is not parked or has been woken. */
export type Token = {
  readonly node: string
  /** Which round of which loops, outermost first; empty outside loops. */
  readonly path: string
  /** The number of its step; 0 until it starts. */
  readonly step: number
  readonly attempt: number
  /** Counts how often it was parked, so that a late or repeated wake-up finds nobody. */
  readonly turn: number
  readonly startedAt: number
  readonly input: Json
  readonly parked: Parked | null
  readonly wake: Wake | null
  /** Over how many live edges it came; absent for one. */
  readonly arrived?: number
}

/** One round of a node with rounds, by its path. */
export type Round = {
  /** How many tokens stand in it; it is over when none does. */
  readonly open: number
  readonly index: number
  readonly item: Json
}

export type RunState = {
  readonly format: 1
  /** The number of the last step that started. */
  readonly step: number
  readonly tokens: readonly Token[]
  /** By place: how many incoming edges of a merge are settled, and how many of those are live. */
  readonly joins: { readonly [place: string]: readonly [settled: number, live: number] }
  /** Rounds under way by path, such as "loop.3" or "outer.0/inner.12"; absent when there are none. */
  readonly rounds?: { readonly [path: string]: Round }
  /** How many log lines are stored; absent when there are none. Kept by whoever stores them. */
  readonly logged?: number
  /** Absent unless somebody paused the run. */
  readonly paused?: true
  readonly vars: JsonObject
  /** By place; only outputs that something reads. */
  readonly outputs: JsonObject
  /** At least the size of `vars` and `outputs`, in bytes of JSON. */
  readonly weight: number
  readonly end: RunEnd | null
}

export type RunEnd = {
  readonly outcome: 'completed' | 'failed' | 'cancelled'
  readonly error: RunError | null
  /** The result of the run, for whoever started it and waits. */
  readonly output: Json
}

export type RunError = StepError & { readonly nodeId: string; readonly step: number }

/** What happened outside since the last slice. `token` is the one a timer or remote call was given out with. */
export type SliceInput =
  | { readonly kind: 'timer'; readonly token: string }
  | { readonly kind: 'answer'; readonly token: string; readonly output: Json }
  | { readonly kind: 'failure'; readonly token: string; readonly error: StepError }
  /** The call was not made, because too many of its kind were; it has to be asked for again after so long. */
  | { readonly kind: 'later'; readonly token: string; readonly waitMs: number }
  /** The process that made the remote calls is gone: give them out again. */
  | { readonly kind: 'recover' }
  | { readonly kind: 'pause' | 'resume' | 'cancel' }
  /** The run shall follow another version; whoever holds the run sees to it, not the core. */
  | {
      readonly kind: 'migrate'
      readonly versionId: string
      readonly nodes: { readonly [id: string]: string }
    }
  /** The run had failed and is taken up again where it did. */
  | { readonly kind: 'retry' }

export type Control = 'run' | 'yield' | 'pause' | 'cancel'

/** What of a run never changes. */
export type RunHeader = {
  readonly orgId: string
  readonly runId: string
  /** Milliseconds since 1970. */
  readonly startedAt: number
  /** What the trigger brought; its members can be read by name in templates and conditions. */
  readonly input: JsonObject
}

export type SliceDeps = {
  readonly run: RunHeader
  /** The time of the whole slice in milliseconds, read once; from the database, so that every process agrees. */
  readonly now: number
  /** From 0 up to but not including 1. */
  readonly random: () => number
  readonly budget?: { readonly nodes: number; readonly bytes: number }
  /** Asked before every node. "yield" ends the slice as if its budget were used up. */
  readonly control?: () => Control
  /** Local effects that the database refused when this slice was committed before, by key. */
  readonly refused?: ReadonlyMap<string, StepError>
}

export type StepStatus = 'running' | 'waiting' | 'completed' | 'failed' | 'cancelled'

/**
 * How a step stands. (number, attempt) identifies it: the record of a step that waited or ran elsewhere is
 * given again, whole, when it is over. Times are milliseconds since 1970.
 */
export type StepRecord = {
  readonly number: number
  readonly nodeId: string
  readonly type: string
  readonly path: string
  readonly status: StepStatus
  readonly attempt: number
  /** The exit it left by, when that was not the main one. */
  readonly handle: string | null
  readonly input: Json
  readonly output: Json
  readonly error: StepError | null
  readonly startedAt: number
  readonly finishedAt: number | null
}

/** Something to do in our own database, in the transaction that stores the state this slice ends with. */
export type Effect = {
  readonly key: string
  /** The id the made thing has to get; steps have already told it. */
  readonly id: string
  readonly kind: string
  readonly payload: JsonObject
  readonly nodeId: string
  readonly path: string
  readonly step: number
  /** What an answer has to name when the step waits for one. */
  readonly token: string | null
}

/** A call to make after that transaction. Its result comes back as an input with the same `token`. */
export type RemoteCall = {
  readonly token: string
  readonly key: string
  readonly kind: string
  readonly request: Json
  readonly nodeId: string
  readonly path: string
  readonly step: number
  readonly attempt: number
  /** The caller gives up after this and reports a failure. */
  readonly timeoutMs: number
}

export type Timer = {
  readonly token: string
  readonly kind: 'wait' | 'retry'
  /** Milliseconds since 1970. */
  readonly fireAt: number
}

export type LogLine = {
  readonly level: 'debug' | 'info' | 'warn' | 'error'
  readonly message: string
  /** Null when it is about the run and none of its steps. */
  readonly nodeId: string | null
  readonly step: number | null
  readonly at: number
}

export type SliceOutcome = 'continue' | 'waiting' | 'paused' | 'completed' | 'failed' | 'cancelled'

export type SliceResult = {
  readonly state: RunState
  readonly outcome: SliceOutcome
  readonly error: RunError | null
  readonly steps: readonly StepRecord[]
  readonly effects: readonly Effect[]
  readonly remote: readonly RemoteCall[]
  readonly timers: readonly Timer[]
  readonly logs: readonly LogLine[]
  /** Tokens of steps that are called off: timers, waits, approvals and child runs of theirs are of no more use. */
  readonly withdrawn: readonly string[]
  /** Inputs nobody was waiting for: repeated, late, or of a run that has ended. */
  readonly ignored: number
}

/** The name of a node in one round of its loops. Ids hold neither sign, so places never collide. */
export function placeOf(node: string, path: string): string {
  return path === '' ? node : `${path}/${node}`
}

/** What wakes a token that was parked for the `turn`th time, once. */
export function wakeToken(node: string, path: string, turn: number): string {
  return `${placeOf(node, path)}#${turn}`
}
