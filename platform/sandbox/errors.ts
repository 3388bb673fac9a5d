/**
 * Why code did not give a result:
 * - `syntax`: it cannot be read. `thrown`: it threw, or nested calls too deeply.
 * - `time`: it ran longer than it may, or waits for something that never comes. `memory`: it wanted more than it may have.
 * - `output_too_large`, `not_json`: what it returned cannot be handed on.
 * - `worker_lost`: the thread it ran in ended for no reason of the code. `busy`: its turn did not come in time.
 */
export type SandboxErrorCode =
  | 'syntax'
  | 'thrown'
  | 'time'
  | 'memory'
  | 'output_too_large'
  | 'not_json'
  | 'worker_lost'
  | 'busy'

/** Where in the user's source, counted from 1; null where it is not known. */
export interface CodePlace {
  readonly line: number | null
  readonly column: number | null
}

export const NOWHERE: CodePlace = { line: null, column: null }

/** The message may quote what the code threw, so it is for people of that organization only. */
export class SandboxError extends Error {
  readonly code: SandboxErrorCode
  readonly line: number | null
  readonly column: number | null
  /** What the code had written to its console by then. */
  readonly logs: readonly string[]
  constructor(code: SandboxErrorCode, message: string, place = NOWHERE, logs: readonly string[] = []) {
    super(message)
    this.name = 'SandboxError'
    this.code = code
    this.line = place.line
    this.column = place.column
    this.logs = logs
  }

  /** Whether the same code could succeed at another time. */
  get isPassing(): boolean {
    return this.code === 'worker_lost' || this.code === 'busy'
  }
}
