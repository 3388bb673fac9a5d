import { z } from 'zod'
import { standingOf } from '#modules/iam/index.ts'
import { type Actor, inOrganization, type Kit } from '#platform/context.ts'
import { Id } from '#platform/contract/fields.ts'
import { AppError } from '#platform/errors.ts'
import { defineJob, RetryLater } from '#platform/jobs/kinds.ts'
import { endAct } from './acts.ts'
import { doPart } from './do-part.ts'

/** After so long it is the turn of what else waits to be done. */
const TURN_MS = 10_000
const ATTEMPTS_MAX = 10

/**
 * Goes on with an act over many leads until it is done, part by part. Each part is done in the transaction that says how far the
 * act is, so a process that dies in the middle leaves nothing half done and the next one does nothing twice.
 */
export const runLeadAct = defineJob({
  kind: 'intake.run_lead_act',
  payload: z.strictObject({ actId: Id }),
  attemptsMax: ATTEMPTS_MAX,
  timeoutMs: 60_000,
  async run({ kit, orgId, payload, attempt, signal }) {
    const until = performance.now() + TURN_MS
    try {
      while (await runPart(kit, orgId, payload.actId)) {
        if (signal.aborted || performance.now() > until)
          throw new RetryLater('There is more to do than one turn has time for.', 0)
      }
    } catch (error) {
      if (attempt >= ATTEMPTS_MAX && !(error instanceof RetryLater))
        await fail(kit, orgId, payload.actId, 'It could not go on.')
      throw error
    }
  },
})

/**
 * Does the next part of an act in the name of who began it, with what they may do and see now. Answers whether there may be more
 * to do.
 */
export async function runPart(kit: Kit, orgId: string, actId: string): Promise<boolean> {
  const begun = await kit.db.withOrg(orgId, async tx => {
    const found = await tx.query<{ actor: Actor }>(
      `select actor from intake.lead_acts where org_id = $1 and id = $2 and status = 'running'`,
      [orgId, actId],
    )
    const [row] = found.rows
    return row ? { actor: row.actor, standing: await standingOf(kit, tx, orgId, row.actor) } : null
  })
  if (!begun) return false
  const { actor, standing } = begun
  if (!standing?.can('leads:write')) {
    await fail(kit, orgId, actId, 'Whoever began it may no longer do it.')
    return false
  }
  try {
    return await inOrganization(kit, { orgId, actor, visibility: standing.visibility }, ctx =>
      doPart(ctx, actId),
    )
  } catch (error) {
    if (!(error instanceof AppError) || error.status >= 500) throw error
    // What it asks for is not there any more: trying again would find the same.
    await fail(kit, orgId, actId, error.title)
    return false
  }
}

async function fail(kit: Kit, orgId: string, actId: string, reason: string): Promise<void> {
  const actor = { type: 'system', name: 'intake' } as const
  await inOrganization(kit, { orgId, actor }, ctx => endAct(ctx, actId, 'failed', reason))
}
