import { forEachOrganization } from '#modules/iam/index.ts'
import type { Kit } from '#platform/context.ts'

/**
 * Tables with rows of a run that go when the run's own row has gone. `flow.run_keys` stays: a key that started a run once
 * must not start another. `flow.steps` and `flow.logs` are partitioned and go by themselves.
 */
export const RUN_TABLES = [
  'approvals',
  'dead_letters',
  'inbox',
  'leases',
  'places',
  'queued',
  'ready',
  'run_states',
  'run_values',
  'timers',
  'waits',
  'webhook_samples',
] as const

const METRICS_TABLES = ['metrics_hourly', 'metrics_errors'] as const

/** Rows of the metrics tables are deleted by hours of workflows, the others by runs. */
const BATCH = 1000

/**
 * Deletes what refers to runs whose partition was dropped, and figures older than 24 months, a batch at a time.
 * `oldestRun` is the least id that a run can have. A run that is still open after 24 months is over by then. Returns how
 * many rows went.
 */
export async function forgetExpiredRuns(kit: Kit, oldestRun: string | undefined): Promise<number> {
  let gone = 0
  await forEachOrganization(kit, async orgId => {
    for (const table of METRICS_TABLES) {
      gone += await inBatches(
        kit,
        orgId,
        [orgId],
        `
        delete from flow.${table} where org_id = $1 and (workflow_id, hour) in (
          select workflow_id, hour from flow.${table} where org_id = $1 and hour < now() - interval '24 months' limit ${BATCH})`,
      )
    }
    if (oldestRun === undefined) return
    for (const table of RUN_TABLES) {
      gone += await inBatches(
        kit,
        orgId,
        [orgId, oldestRun],
        `
        delete from flow.${table} where org_id = $1 and run_id in (
          select run_id from flow.${table} where org_id = $1 and run_id < $2 limit ${BATCH})`,
      )
    }
  })
  return gone
}

async function inBatches(kit: Kit, orgId: string, values: readonly unknown[], text: string): Promise<number> {
  for (let gone = 0; ; ) {
    const batch = (await kit.db.withOrg(orgId, tx => tx.query(text, values))).rowCount ?? 0
    gone += batch
    if (batch === 0) return gone
  }
}
