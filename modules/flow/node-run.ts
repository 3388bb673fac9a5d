/** How a node runs: the contract between the engine and the files in nodes/ that end in .run.ts. */

import type { Condition } from './condition.ts'
import type { CompiledCondition } from './condition-compile.ts'
import type { Json, JsonObject } from './plain-data.ts'
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
}

export type Outcome =
  | {
      readonly do: 'next'
      readonly handle: string
      readonly input: Json
      readonly output: Json
      readonly vars: JsonObject | null
      readonly effect: { readonly kind: string; readonly payload: JsonObject } | null
    }
  | { readonly do: 'wait'; readonly until: number; readonly input: Json }
  | { readonly do: 'call'; readonly kind: string; readonly request: Json }
  | { readonly do: 'fail'; readonly error: StepError; readonly input: Json }

/** A node with its templates and conditions prepared. It holds nothing of a run and may be shared by all. */
export type LoadedRun = {
  /** Must only depend on the context. A TemplateError fails the step; any other error is a defect. */
  run(context: StepContext): Outcome
  /** Called when what `wait` or `call` asked for has come. Without it the step is over and has that output. */
  resume?(context: StepContext, wake: Wake, input: Json): Outcome
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
export function next(handle: string, output: Json, input: Json = null): Outcome {
  return { do: 'next', handle, input, output, vars: null, effect: null }
}

/** An error that trying again cannot mend. */
export function permanent(code: string, message: string, details: Json = null): StepError {
  return { code, message, retryable: false, retryAfterMs: null, details }
}
