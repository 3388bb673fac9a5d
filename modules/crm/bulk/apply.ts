import type { Context } from '#platform/context.ts'
import type { Problem } from '#platform/contract/problem.ts'
import { eachItem, type ItemOutcome } from '#platform/http/bulk.ts'
import type { BulkAct } from '../bulk-api.ts'
import type { Failure } from '../change-sets.ts'
import type { RecordKind, WriteOptions } from '../record-kind.ts'

/** What is done to one record, as its own change. */
export interface RecordPatch {
  readonly id: string
  readonly patch: unknown
}

/** What became of one record. */
export interface AppliedRecord {
  readonly id: string
  readonly problem: Problem | null
}

/** What became of a part of an act. */
export interface Applied {
  readonly items: readonly AppliedRecord[]
  readonly done: number
  readonly failures: readonly Failure[]
}

const NOT_DONE: Readonly<Record<'delete' | 'restore', string>> = {
  delete: 'It is gone already, or you may only look at it.',
  restore: 'It is not deleted any more, or you may only look at it.',
}

/**
 * Does one thing to some records, each as a whole or not at all; the others go on. The records come in the order of their ids,
 * so that two acts over the same ones wait for each other instead of standing in each other's way.
 */
export async function applyAct(
  ctx: Context,
  kind: RecordKind,
  act: BulkAct,
  ids: readonly string[],
  options: WriteOptions,
): Promise<Applied> {
  const ordered = [...new Set(ids)].sort()
  if (act.type === 'change')
    return applyPatches(
      ctx,
      kind,
      ordered.map(id => ({ id, patch: act.patch })),
      options,
    )
  const done = new Set(
    await (act.type === 'delete' ? kind.remove(ctx, ordered, options) : kind.restore(ctx, ordered, options)),
  )
  const problem = (ok: boolean) =>
    ok
      ? null
      : {
          type: 'about:blank',
          title: NOT_DONE[act.type],
          status: 404,
          code: 'request.not_found',
          requestId: ctx.requestId,
        }
  return appliedOf(ordered.map(id => ({ id, problem: problem(done.has(id)) })))
}

/** Changes records, each in its own way. */
export async function applyPatches(
  ctx: Context,
  kind: RecordKind,
  patches: readonly RecordPatch[],
  options: WriteOptions,
): Promise<Applied> {
  const outcomes = await eachItem(ctx, patches, ({ id, patch }) => kind.change(ctx, id, patch, options))
  return appliedOf(outcomes.map((outcome, index) => outcomeOf(patches[index]?.id ?? '', outcome)))
}

function outcomeOf(id: string, outcome: ItemOutcome<unknown>): AppliedRecord {
  return { id, problem: 'value' in outcome ? null : outcome.problem }
}

function appliedOf(items: readonly AppliedRecord[]): Applied {
  const failures = items.flatMap(({ id, problem }): Failure[] => {
    if (problem === null) return []
    // The sentence about the field says more than that some field was wrong.
    const message = problem.errors?.[0]?.message ?? problem.title
    return [{ recordId: id, code: problem.code, message }]
  })
  return { items, done: items.length - failures.length, failures }
}
