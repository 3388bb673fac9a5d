import { type Json, type JsonObject, weigh } from '#platform/contract/plain-data.ts'
import { permanent } from './node-run.ts'
import type { RunState, StepError } from './run-state.ts'

/** The largest output one step may leave. */
export const OUTPUT_BYTES_MAX = 256 * 1024
/** The most a run may remember in variables and outputs together. */
export const MEMORY_BYTES_MAX = 1024 * 1024

/**
 * The variables and outputs of a run during a slice. The state it starts from is never changed: each of the two
 * is copied once, before its first change, and the scope that templates read is pointed at the copy.
 */
export class RunMemory {
  vars: JsonObject
  outputs: JsonObject
  /** At least the size of both; overwritten variables are counted again until it is made exact. */
  weight: number
  readonly #scope: Record<string, unknown>
  #ownsVars = false
  #ownsOutputs = false

  constructor(state: RunState, scope: Record<string, unknown>) {
    this.vars = state.vars
    this.outputs = state.outputs
    this.weight = state.weight
    this.#scope = scope
  }

  /** Why an output of this size cannot be taken, or null. */
  problemWith(size: number, isVars: boolean, isKept: boolean): StepError | null {
    if (size > OUTPUT_BYTES_MAX) return outputTooLarge()
    const added = (isVars ? size : 0) + (isKept ? size : 0)
    if (this.weight + added <= MEMORY_BYTES_MAX) return null
    this.weight = weigh(this.vars, MEMORY_BYTES_MAX) + weigh(this.outputs, MEMORY_BYTES_MAX)
    if (this.weight + added <= MEMORY_BYTES_MAX) return null
    return permanent('flow.memory_full', 'This run would have to remember more than 1 MB.')
  }

  setVars(vars: JsonObject, size: number): void {
    if (!this.#ownsVars) {
      this.vars = { ...this.vars }
      this.#ownsVars = true
      if (Object.hasOwn(this.#scope, 'vars')) this.#scope.vars = this.vars
    }
    Object.assign(this.vars, vars)
    this.weight += size
  }

  /** Forgets the outputs of everything below a path. Their weight goes when it is made exact. */
  forget(path: string): void {
    const inside = `${path}/`
    const kept = Object.entries(this.outputs).filter(([place]) => !place.startsWith(inside))
    this.outputs = Object.fromEntries(kept)
    this.#ownsOutputs = true
    if (Object.hasOwn(this.#scope, 'nodes')) this.#scope.nodes = this.outputs
  }

  keep(place: string, output: Json, size: number): void {
    if (!this.#ownsOutputs) {
      this.outputs = { ...this.outputs }
      this.#ownsOutputs = true
      if (Object.hasOwn(this.#scope, 'nodes')) this.#scope.nodes = this.outputs
    }
    Object.assign(this.outputs, { [place]: output })
    this.weight += size + place.length
  }

  /** What steps on the error branch read of the step that failed. */
  keepError(place: string, error: StepError): void {
    const output = errorOutput(error)
    this.keep(place, output, weigh(output, OUTPUT_BYTES_MAX))
  }
}

/** What is read of a step that failed and left by its error exit. */
export function errorOutput({ code, message, details }: StepError): JsonObject {
  return { error: { code, message, details } }
}

export function outputTooLarge(): StepError {
  return permanent(
    'flow.output_too_large',
    'The result of this step is larger than 256 KB or nested too deeply.',
  )
}
