import { z } from 'zod'
import type { Context } from '#platform/context.ts'
import type { JsonObject } from '#platform/contract/plain-data.ts'
import { AppError } from '#platform/errors.ts'
import { EffectRefused } from './effect-refused.ts'
import type { Effect } from './run-state.ts'
import { insertRun, startable } from './runs.ts'
import type { ClaimedRun } from './store.ts'

/** How many runs may lie above one another. */
export const DEPTH_MAX = 8

const ChildStart = z.object({ workflowId: z.uuid(), input: z.record(z.string(), z.unknown()) })

/**
 * Starts the run that a step asked for, in the transaction that stores the step. Throws when it cannot be started,
 * with words for the person who reads the step's error.
 */
export async function startChild(ctx: Context, run: ClaimedRun, effect: Effect): Promise<void> {
  const { workflowId, input } = ChildStart.parse(effect.payload)
  if (run.depth >= DEPTH_MAX)
    throw new EffectRefused(
      `Workflows start each other at most ${DEPTH_MAX} levels deep, and this run is at the last.`,
    )
  const follows = await startable(ctx, workflowId).catch(error => {
    if (!(error instanceof AppError)) throw error
    throw new EffectRefused('The workflow to start is missing, or it is not running.')
  })
  await insertRun(ctx, follows, {
    workflowId,
    trigger: 'workflow',
    input: input as JsonObject,
    runId: effect.id,
    idempotencyKey: `run:${effect.key}`,
    parent: { runId: run.runId, token: effect.token, depth: run.depth + 1 },
    ...(run.leadId === null ? {} : { leadId: run.leadId }),
  })
}
