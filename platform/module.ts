import type { Kit } from './context.ts'
import type { Implemented } from './http/handlers.ts'
import type { JobKind } from './jobs/kinds.ts'
import type { OwnedObject } from './owned.ts'
import type { PersonalData } from './personal.ts'
import type { RecordReference } from './references.ts'
import type { Samples } from './samples.ts'

/** Long-running work of a module inside the worker program. */
export interface Loop {
  readonly name: string
  /** Runs until aborted. */
  readonly run: (
    kit: Kit,
    worker: { workerId: string; isAlive(): boolean },
    abort: AbortSignal,
  ) => Promise<void>
}

/** What a module hands to the programs. Everything else in its folder is its own. */
export interface Module {
  /** The word: folder, schema, URL and web folder. */
  readonly name: string
  /** Absolute folder of its SQL migrations, when it has tables. */
  readonly migrations?: string
  readonly routes?: readonly Implemented[]

  readonly jobs?: readonly JobKind[]
  readonly loops?: readonly Loop[]
  /** Its records that belong to somebody. */
  readonly owned?: readonly OwnedObject[]
  /** Its columns that name records of owned objects. */
  readonly references?: readonly RecordReference[]
  /** What it holds about people, for giving it to them and for taking it away. */
  readonly personal?: PersonalData
  /** What of it a new organization is filled with to be looked at. */
  readonly samples?: Samples
}
