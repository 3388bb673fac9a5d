import type { Context } from '#platform/context.ts'
import type { FilteredRequest } from '#platform/filter/list.ts'
import type { RecordField, RecordObject } from './record-api.ts'

/** A record as the API gives it, read without knowing its object. */
export type AnyRecord = Readonly<Record<string, unknown>> & { readonly id: string; readonly name: string }

/** How a record is written, beside what is written. */
export interface WriteOptions {
  /** The versions a change may be based on; null for any. */
  readonly expected?: readonly string[] | null | undefined
  /** The act it is part of. */
  readonly changeSetId?: string | undefined
  /** What made the actor write it; see `crm.changes.source`. */
  readonly source?: string | undefined
  /** The id of a deal that is made, where it has to be known before. */
  readonly id?: string | undefined
}

/** Everything that lists, imports, bulk edits, merges and undo need of one kind of record. */
export interface RecordKind {
  readonly object: RecordObject
  /** The built-in fields in the order people read them. */
  readonly fields: readonly RecordField[]
  /** The same with what the organization has made of them, such as the stages of its pipelines; left out where that is nothing. */
  fieldsNow?(ctx: Context): Promise<readonly RecordField[]>
  /** A page, as the list route answers it. Throws `request.invalid`. */
  list(ctx: Context, query: FilteredRequest): Promise<{ items: AnyRecord[]; nextCursor: string | null }>
  /**
   * The ids that a filter lets through, in order of ids and after one of them: what a job over a whole filter walks along.
   * Throws `request.invalid`.
   */
  idsMatching(
    ctx: Context,
    filter: string | undefined,
    after: string | null,
    limit: number,
  ): Promise<string[]>
  /** How many a filter lets through, counted up to `most`. Throws `request.invalid`. */
  countMatching(ctx: Context, filter: string | undefined, most: number): Promise<number>
  /** Those of the records that are there and seen, deleted ones left out, by id. */
  read(ctx: Context, ids: readonly string[]): Promise<ReadonlyMap<string, AnyRecord>>
  /** Makes a record from the body of its create route, which is checked here. Throws `request.invalid` and what the route declares. */
  create(ctx: Context, input: unknown, options?: WriteOptions): Promise<string>
  /** Changes a record by the body of its update route, which is checked here. Throws what the route declares. */
  change(ctx: Context, id: string, patch: unknown, options?: WriteOptions): Promise<{ changed: string[] }>
  /** Marks records as deleted; gives those that were there, seen and may be changed. */
  remove(ctx: Context, ids: readonly string[], options?: WriteOptions): Promise<string[]>
  /** Brings deleted records back; gives those that came back. */
  restore(ctx: Context, ids: readonly string[], options?: WriteOptions): Promise<string[]>
}
