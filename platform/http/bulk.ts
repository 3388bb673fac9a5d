import type { Context } from '../context.ts'
import type { Problem } from '../contract/problem.ts'
import { sqlState } from '../db/database.ts'
import { generalErrors } from '../errors.ts'
import { isNarrowed } from '../owned.ts'
import { appErrorOf, problemDocument } from './problems.ts'

/** What became of one item of a bulk request. */
export type ItemOutcome<T> = { readonly value: T } | { readonly problem: Problem }

/**
 * Does something for each item in turn, in one transaction with a savepoint around each: an item is done or leaves nothing,
 * and the others go on. What is wrong with an item is its problem document; what is wrong with the database or with us
 * fails the whole request.
 */
export async function eachItem<I, T>(
  ctx: Context,
  items: readonly I[],
  work: (item: I) => Promise<T>,
): Promise<ItemOutcome<T>[]> {
  const outcomes: ItemOutcome<T>[] = []
  for (const item of items) {
    ctx.db.send('savepoint item')
    try {
      const value = await work(item)
      await ctx.db.settle()
      ctx.db.send('release savepoint item')
      outcomes.push({ value })
    } catch (error) {
      const problem = isRefusedByPolicy(ctx, error) ? generalErrors.read_only() : appErrorOf(error)
      // A deadlock is for the transaction to try again, not for an item to be told of.
      if (problem.status >= 500 || sqlState(error)?.startsWith('40')) throw error
      ctx.db.discard()
      await ctx.db.query('rollback to savepoint item')
      outcomes.push({ problem: problemDocument(problem, ctx.requestId) })
    }
  }
  return outcomes
}

/** Whether the policy has refused the row: one that may be looked at only. */
function isRefusedByPolicy(ctx: Context, error: unknown): boolean {
  return isNarrowed(ctx) && sqlState(error) === '42501'
}
