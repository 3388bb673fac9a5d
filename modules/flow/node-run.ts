/** How a node runs: the contract between the engine and the files in nodes/ that end in .run.ts. */

import type { Json, JsonObject } from '#platform/contract/plain-data.ts'
import type { Condition } from './condition.ts'
import type { CompiledCondition } from './condition-compile.ts'
import type { StepError, Wake } from './run-state.ts'
import type { TemplateOptions } from './template.ts'

/** What templates and conditions read: the trigger's input by name, `vars`, `nodes`, `run`, `trigger`, `now`. */
export type Scope = Readonly<Record<string, unknown>>

export type StepContext = {
  readonly scope: Scope
  /** Milliseconds since 1970. */
  readonly now: number
  /** The id that what this step's local effect makes will have. */
  effectId(): string
  /** Over how many live edges a merge was reached; 1 for other nodes. */
  readonly arrived: number
}

export type LocalEffect = { readonly kind: string; readonly payload: JsonObject }

/** What a branch may wait for besides the time: the end of a child run, an event, a person's decision. */
export type Awaited = 'child' | 'event' | 'approval'

export type Outcome =
  | {
      readonly do: 'next'
      /** The exit, or several of them. */
      readonly handle: string | readonly string[]
      readonly input: Json
      readonly output: Json
      readonly vars: JsonObject | null
      readonly effect: LocalEffect | null
    }
  | { readonly do: 'wait'; readonly until: number; readonly input: Json }
  /** `once`: better not at all than twice; a call whose outcome is unknown is not repeated. */
  | { readonly do: 'call'; readonly kind: string; readonly request: Json; readonly once?: boolean }
  /** Waits for something else than the time. The effect is told the token that its answer has to name. */
  | {
      readonly do: 'await'
      readonly for: Awaited
      readonly until: number | null
      readonly input: Json
      readonly effect: LocalEffect
    }
  /** Rounds over the items, or as long as `goesOn` of the node says when there are none. */
  | {
      readonly do: 'rounds'
      readonly items: readonly Json[] | null
      readonly roundsMax: number
      readonly atOnce: number
      /** Whether a round that fails ends only itself. */
      readonly keepGoing: boolean
      readonly input: Json
    }
  /** Ends the whole run, whatever else it is doing. */
  | {
      readonly do: 'end'
      readonly outcome: 'completed' | 'failed'
      readonly input: Json
      readonly output: Json
      readonly error: StepError | null
    }
  | { readonly do: 'fail'; readonly error: StepError; readonly input: Json }

/** A node with its templates and conditions prepared. It holds nothing of a run and may be shared by all. */
export type LoadedRun = {
  /** Must only depend on the context. A TemplateError fails the step; any other error is a defect. */
  run(context: StepContext): Outcome
  /** Called when what `wait` or `call` asked for has come. Without it the step is over and has that output. */
  resume?(context: StepContext, wake: Wake, input: Json): Outcome
  /** Asked before every round of a node that answered `rounds` without items. */
  goesOn?(scope: Scope, now: number): boolean
  /** What a round leaves behind, read when it is over. Null and absent keep nothing. */
  collect?: ((scope: Scope) => Json) | null
}

/** Prepares texts and conditions, and notes what they read. */
export type LoadTools = {
  text(source: string, options: TemplateOptions): (scope: Scope) => string
  value(source: string, options: TemplateOptions): (scope: Scope) => Json
  condition(condition: Condition): CompiledCondition
}

export type NodeRunner<Config = unknown> = {
  readonly type: string
  load(config: Config, tools: LoadTools): LoadedRun
}

export type NodeRunners = ReadonlyMap<string, NodeRunner>

/** A step that is over and leaves by an exit. */
export function next(handle: string, output: Json, input: Json = null): Outcome & { do: 'next' } {
  return { do: 'next', handle, input, output, vars: null, effect: null }
}

/** An error that trying again cannot mend. */
export function permanent(code: string, message: string, details: Json = null): StepError {
  return { code, message, retryable: false, retryAfterMs: null, details }
}
