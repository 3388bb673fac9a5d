import { eraseMessagesOfRuns } from '#modules/mail/index.ts'
import type { Context } from '#platform/context.ts'
import type { Samples } from '#platform/samples.ts'
import { RUN_TABLES } from './retention.ts'

// The leases first: whoever holds one waits at it, and finds it gone, before it could store another step.
const OF_RUNS = ['leases', ...RUN_TABLES, 'run_keys', 'steps'] as const

/** Workflows and everything about them: runs, forms and their leads. */
export const flowSamples: Samples = {
  find: { workflow: 'select id from flow.workflows where org_id = $1' },
  async remove(ctx: Context, { workflow: ids = [] }): Promise<void> {
    // Nothing starts any more once the row is locked: a start reads the published version of its workflow.
    await ctx.db.query('select 1 from flow.workflows where org_id = $1 and id = any($2::uuid[]) for update', [
      ctx.orgId,
      ids,
    ])
    const runs = await ctx.db.query<{ id: string }>(
      'select id from flow.runs where org_id = $1 and workflow_id = any($2::uuid[])',
      [ctx.orgId, ids],
    )
    const runIds = runs.rows.map(({ id }) => id)
    for (const table of OF_RUNS) {
      await ctx.db.query(`delete from flow.${table} where org_id = $1 and run_id = any($2::uuid[])`, [
        ctx.orgId,
        runIds,
      ])
    }
    await eraseMessagesOfRuns(ctx, runIds)
    for (const table of ['metrics_hourly', 'metrics_errors']) {
      await ctx.db.query(`delete from flow.${table} where org_id = $1 and workflow_id = any($2::uuid[])`, [
        ctx.orgId,
        ids,
      ])
    }
    await ctx.db.query('delete from flow.runs where org_id = $1 and id = any($2::uuid[])', [
      ctx.orgId,
      runIds,
    ])
    await ctx.db.query(
      `delete from intake.form_keys where org_id = $1 and form_id in (
         select id from intake.forms where org_id = $1 and workflow_id = any($2::uuid[]))`,
      [ctx.orgId, ids],
    )
    await ctx.db.query(
      'update flow.workflows set published_version_id = null where org_id = $1 and id = any($2::uuid[])',
      [ctx.orgId, ids],
    )
    await ctx.db.query('delete from flow.workflows where org_id = $1 and id = any($2::uuid[])', [
      ctx.orgId,
      ids,
    ])
  },
}
