import { z } from 'zod'
import { inOrganization, type Kit } from '#platform/context.ts'
import type { Json } from '#platform/contract/plain-data.ts'
import type { RemoteCall } from './run-state.ts'

const Request = z.strictObject({ choices: z.array(z.string()).min(1) })

const TAKE = `
  insert into flow.rotations as turns (org_id, workflow_id, node_id, taken)
  select $1, r.workflow_id, $3, 1 from flow.runs r where r.org_id = $1 and r.id = $2
  on conflict (org_id, workflow_id, node_id) do update set taken = turns.taken + 1
  returning taken`

/**
 * Takes the next turn of a node and gives `{ choice, turn }`; turns count from 1 over all runs of the workflow. What a crash
 * keeps from arriving is a turn that nobody gets. Throws when the database does not answer.
 */
export function takeNextTurn(
  kit: Kit,
  { orgId, runId, call }: { orgId: string; runId: string; call: RemoteCall },
): Promise<Json> {
  return inOrganization(kit, { orgId, actor: { type: 'system', name: 'workflow' } }, async ctx => {
    const taken = await ctx.db.query<{ taken: string }>(TAKE, [orgId, runId, call.nodeId])
    return turnOf(call.request, Number(taken.rows[0]?.taken ?? 1))
  })
}

/** What a turn gives, by its number from 1. Throws for a request that has no choices. */
export function turnOf(request: Json, turn: number): Json {
  const { choices } = Request.parse(request)
  return { choice: choices[(turn - 1) % choices.length] ?? null, turn }
}
