/** What passes between the process and a worker thread of the sandbox. All of it is plain data. */

import type { CodePlace, SandboxErrorCode } from './errors.ts'

export type CodeLanguage = 'javascript' | 'typescript'

export interface CodeLimits {
  /** All memory of the interpreter together, at least 16 MiB; rounded down to 64 KiB. */
  readonly memoryBytes: number
  readonly timeMs: number
  /** Of what it returns, as JSON in UTF-8. */
  readonly outputBytes: number
}

export interface GuestJob {
  readonly source: string
  readonly language: CodeLanguage
  /** JSON; null only compiles the source. */
  readonly input: string | null
  readonly limits: CodeLimits
}

export interface GuestFailure {
  readonly code: SandboxErrorCode
  readonly message: string
  readonly place: CodePlace
}

export interface GuestReport {
  /** JSON of what the code returned. */
  readonly output: string | null
  readonly failure: GuestFailure | null
  readonly logs: readonly string[]
  /** The thread may be damaged and must not be used again. */
  readonly isSpoiled: boolean
}

/** What a worker says: that it took a job up, and how that ended. */
export type WorkerWord = { readonly kind: 'begun' } | { readonly kind: 'done'; readonly report: GuestReport }
