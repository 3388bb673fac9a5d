import type { Context } from './context.ts'

/** Records that the organization was filled with to be looked at, by object. */
export type SampleRecords = Readonly<Record<string, readonly string[]>>

/** What a module does with samples. */
export interface Samples {
  /** Statements of one column, `id`, over everything there is in a new organization; $1 is the organization. */
  readonly find: Readonly<Record<string, string>>
  /** Takes the samples of its objects away, with what hangs on them. It runs in a context that sees everything. */
  remove(ctx: Context, samples: SampleRecords): Promise<void>
}
