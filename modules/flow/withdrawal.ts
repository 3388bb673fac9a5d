import type { Kit } from '#platform/context.ts'
import type { Tx } from '#platform/db/database.ts'
import type { Checkpoint } from './checkpoint.ts'
import { forgetWaits } from './event-waits.ts'
import { tellRuns } from './news.ts'

const APPROVALS = `
  update flow.approvals a set status = 'withdrawn'
  from unnest($2::uuid[], $3::text[]) as t (run_id, token)
  where a.org_id = $1 and a.run_id = t.run_id and a.token = t.token and a.status = 'pending'`

const CHILDREN = `
  select r.id from flow.runs r join unnest($2::uuid[], $3::text[]) as t (run_id, token)
    on r.parent_run_id = t.run_id and r.parent_token = t.token
  where r.org_id = $1 and r.status not in ('completed', 'failed', 'cancelled')`

/** Takes back what steps waited for that were called off: timers, waits, approvals, and runs they started. */
export async function withdraw(
  kit: Kit,
  tx: Tx,
  orgId: string,
  stored: readonly Checkpoint[],
): Promise<void> {
  const places = stored.flatMap(({ run, result }) =>
    result.withdrawn.map(token => ({ runId: run.runId, token })),
  )
  if (places.length === 0) return
  const values = [orgId, places.map(({ runId }) => runId), places.map(({ token }) => token)]
  tx.send(
    `delete from flow.timers d using unnest($2::uuid[], $3::text[]) as t (run_id, token)
     where d.org_id = $1 and d.run_id = t.run_id and d.token = t.token`,
    values,
  )
  forgetWaits(tx, orgId, places)
  tx.send(APPROVALS, values)
  const children = await tx.query<{ id: string }>(CHILDREN, values)
  await tellRuns(
    { kit, orgId, db: tx },
    children.rows.map(row => ({ runId: row.id, input: { kind: 'cancel' } })),
  )
}
