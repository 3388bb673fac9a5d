import type { Context } from '#platform/context.ts'
import { indexCustomValues } from './custom-fields/index-values.ts'
import type { RecordObject } from './record-api.ts'
import { indexSearch } from './search/index-search.ts'

type Index = (ctx: Context, object: RecordObject, ids: readonly string[], areNew: boolean) => void

/** What is kept beside the records so that they are found: each is brought up to date by statements over all ids at once. */
const INDEXES: readonly Index[] = [indexCustomValues, indexSearch]

/**
 * Brings what finds records up to date after they were written, in the same transaction. Of records that this transaction made
 * nothing can be found yet, and nothing carries their names, so that `areNew` spares looking for it. Waits for no answer.
 */
export function refreshIndexes(
  ctx: Context,
  object: RecordObject,
  ids: readonly string[],
  areNew = false,
): void {
  if (ids.length === 0) return
  for (const refresh of INDEXES) refresh(ctx, object, ids, areNew)
}
