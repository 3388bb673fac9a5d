/**
 * What the canvas, the validator and the compiler know about a kind of node. Everything here runs in a
 * browser; how a node runs is in the file of the same name ending in .run.ts.
 */

import type { z } from 'zod'
import type { Condition } from './condition.ts'
import type { Retry } from './graph.ts'
import type { TemplateEscape } from './template.ts'

/**
 * Where the work of a node happens, which decides what a crash can do to it:
 * - `pure`: in memory only; costs no database work and can be repeated freely.
 * - `local`: inside our PostgreSQL, in the transaction that keeps the run's progress; exactly once.
 * - `remote`: somewhere else; at least once, with the same idempotency key every time.
 */
export type Purity = 'pure' | 'local' | 'remote'

export type NodeKind = 'trigger' | 'logic' | 'action' | 'utility'

export type Join = {
  /** How many live edges it takes; `all` waits for every edge and needs one live. */
  readonly need: 'all' | number
  /** Whether what can only lead to the merge is called off once it has run. */
  readonly cancelRest: boolean
}

/** The exit of a node with rounds that starts a round. */
export const EACH_HANDLE = 'each'
/** The exit of a node with rounds that is taken when they are over. */
export const DONE_HANDLE = 'done'

/** An exit of a node. */
export type Handle = { readonly id: string; readonly label: string }

/** A template inside a configuration and where it sits there. */
export type TemplateField = {
  readonly path: readonly (string | number)[]
  readonly text: string
  readonly escape?: TemplateEscape
}

export type ConditionField = { readonly path: readonly (string | number)[]; readonly condition: Condition }

export type NodeType<Config = unknown> = {
  /** The name in graphs, small letters and underscores. Never changed once published. */
  readonly type: string
  readonly kind: NodeKind
  readonly title: string
  readonly description: string
  /** The name of a lucide icon, in kebab case. */
  readonly icon: string
  readonly purity: Purity
  readonly config: z.ZodType<Config>
  /** Used when the node itself sets none. */
  readonly retry?: Retry
  /** Used when the node itself sets none; only for remote nodes. */
  readonly timeoutMs?: number
  /** How edges into it meet, when it is a merge; other nodes run once all edges into them are settled and one is live. */
  join?(config: Config): Join
  /** Whether what leaves by the exit `each` are rounds of their own, until nothing of a round is left. */
  readonly hasRounds?: boolean
  /** The exits, which may depend on the configuration. The error exit is not listed. */
  handles(config: Config): readonly Handle[]
  /** One line for the canvas. */
  summary(config: Config): string
  templates(config: Config): readonly TemplateField[]
  conditions(config: Config): readonly ConditionField[]
  /** What it only stands for, in words; a connected one keeps the graph from being published. Null when it can run. */
  standsFor?(config: Config): string | null
}

export const MAIN_ONLY: readonly Handle[] = [{ id: 'out', label: 'Next' }]

export const NO_FIELDS: readonly never[] = []

/** A text shortened for a summary, its line breaks made spaces. */
export function shortened(text: string, length = 60): string {
  const line = text.replace(/\s+/g, ' ').trim()
  return line.length <= length ? line : `${line.slice(0, length - 1).trimEnd()}…`
}
