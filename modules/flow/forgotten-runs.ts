import type { Kit } from '#platform/context.ts'

// A claim is known to its worker within milliseconds. Whoever is wrong about that is fenced off by the new lease.
const FIND = `
  select org_id, run_id, claim_id from flow.leases
  where worker_id = $1 and leased_at < now() - interval '5 seconds'`

const GIVE_BACK = `
  with forgotten as (
    delete from flow.leases where org_id = $1 and run_id = $2 and claim_id = $3 returning run_id, recoveries
  )
  insert into flow.ready (org_id, run_id, recoveries) select $1, run_id, recoveries from forgotten
  on conflict (org_id, run_id) do update set recoveries = excluded.recoveries`

/**
 * Makes ready what is leased to this worker and not in its hands: the connection may break after the claim was
 * committed and before the worker heard of it, and no time-out ends the lease of a worker that is alive. Returns
 * how many runs that were.
 */
export async function giveBackForgottenRuns(
  { db }: Pick<Kit, 'db'>,
  workerId: string,
  isHeld: (orgId: string, runId: string) => boolean,
): Promise<number> {
  const leased = await db.withDispatch(tx =>
    tx.query<{ org_id: string; run_id: string; claim_id: string }>(FIND, [workerId]),
  )
  const forgotten = leased.rows.filter(row => !isHeld(row.org_id, row.run_id))
  for (const { org_id: orgId, run_id: runId, claim_id: claimId } of forgotten)
    await db.withOrg(orgId, tx => tx.query(GIVE_BACK, [orgId, runId, claimId]))
  return forgotten.length
}
