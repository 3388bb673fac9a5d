import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { crmModule } from '#modules/crm/index.ts'
import { makeOwner, type Person } from '#modules/iam/factories.ts'
import { iamModule } from '#modules/iam/index.ts'
import { intakeModule } from '#modules/intake/index.ts'
import { mailModule } from '#modules/mail/index.ts'
import { type Context, inOrganization } from '#platform/context.ts'
import { dropExpiredPartitions } from '#platform/db/retention.ts'
import { idAt, timeOfId } from '#platform/ids.ts'
import { type TestKit, testKit } from '#test/database.ts'
import type { Graph } from './graph.ts'
import { flowModule } from './index.ts'
import { putMetrics } from './metrics.ts'
import { forgetExpiredRuns, RUN_TABLES } from './retention.ts'
import { getRun } from './run-reads.ts'
import { startRun } from './runs.ts'
import { createWorkflow, publishWorkflow, saveDraft } from './workflows.ts'

const node = (id: string, type: string, config = {}) => ({ id, type, config, position: { x: 0, y: 0 } })
const graph: Graph = {
  nodes: [node('start', 'manual'), node('tell', 'notify', { title: 'Here' })],
  edges: [{ id: 'way', source: 'start', target: 'tell', enabled: true }],
}

describe('how long runs are kept', () => {
  let t: TestKit
  let owner: Person
  let workflowId: string
  before(async () => {
    t = await testKit({ modules: [iamModule, crmModule, mailModule, intakeModule, flowModule] })
    owner = await makeOwner(t.kit)
    workflowId = await asOwner(async ctx => {
      const id = await createWorkflow(ctx, { name: 'Old' })
      await saveDraft(ctx, id, { graph, revision: 0 })
      await publishWorkflow(ctx, id)
      return id
    })
  })
  after(() => t.close())

  const asOwner = <T>(work: (ctx: Context) => Promise<T>) =>
    inOrganization(t.kit, { orgId: owner.orgId, actor: { type: 'user', userId: owner.userId } }, work)
  const expire = async () => {
    const { dropped, oldest } = await dropExpiredPartitions(t.ownerUrl)
    return { dropped, gone: await forgetExpiredRuns(t.kit, oldest.get('flow.runs')) }
  }
  /** Makes the partition of a month, by how many months ago it was, and returns a day in it. */
  async function month(table: string, ago: number): Promise<Date> {
    const rows = await t.asOwner<{ day: Date }>(
      `select platform.ensure_partitions($1::regclass, m::date, m::date), m + interval '10 days' as day
       from date_trunc('month', now() - make_interval(months => $2)) as m`,
      [table, ago],
    )
    return rows[0]?.day ?? new Date()
  }
  async function makeRun(at: Date): Promise<string> {
    const runId = idAt(at)
    const of = [owner.orgId, runId, workflowId]
    await t.asSuperuser(
      `insert into flow.runs (org_id, id, workflow_id, version_id, status, trigger_type, input) values ($1, $2, $3, (select published_version_id from flow.workflows where id = $3), 'failed', 'manual', '{}')`,
      of,
    )
    await t.asSuperuser(
      `insert into flow.dead_letters (org_id, run_id, workflow_id, reason) values ($1, $2, $3, 'It failed')`,
      of,
    )
    await t.asSuperuser(
      'insert into flow.run_keys (org_id, run_id, workflow_id, key) values ($1, $2, $3, $2::uuid::text)',
      of,
    )
    return runId
  }
  const kept = async (table: string) =>
    (
      await t.asSuperuser<{ run_id: string }>(
        `select run_id from flow.${table} where org_id = $1 order by run_id`,
        [owner.orgId],
      )
    ).map(row => row.run_id)

  it('runs go after 24 months with what refers to them; the keys that started them stay', async () => {
    const old = await makeRun(await month('flow.runs', 30))
    const young = await makeRun(await month('flow.runs', 23))
    const read = (runId: string) => asOwner(ctx => getRun(ctx, runId))
    assert.equal((await read(old)).status, 'failed')
    const { dropped, gone } = await expire()
    assert.equal(dropped.filter(name => name.startsWith('flow.runs_')).length, 1)
    assert.equal(gone, 1)
    await assert.rejects(read(old), { code: 'request.not_found' })
    assert.equal((await read(young)).status, 'failed')
    assert.deepEqual(await kept('dead_letters'), [young])
    assert.deepEqual(await kept('run_keys'), [old, young])
    const again = await asOwner(ctx =>
      startRun(ctx, { workflowId, trigger: 'manual', input: {}, idempotencyKey: old }),
    )
    assert.deepEqual(again, { runId: old, isNew: false })
    assert.deepEqual(await expire(), { dropped: [], gone: 0 })
  })

  it('what is left of more runs than fit into one batch goes too, when their partition went before', async () => {
    const at = await month('flow.runs', 22)
    await t.asSuperuser(
      `insert into flow.dead_letters (org_id, run_id, workflow_id, reason)
       select $1, (left($2::text, 24) || lpad(n::text, 12, '0'))::uuid, $3, 'It failed' from generate_series(1, 2500) as n`,
      [owner.orgId, idAt(new Date(at.getTime() - 2000 * 86_400_000)), workflowId],
    )
    assert.deepEqual(await expire(), { dropped: [], gone: 2500 })
  })

  it('log lines go after 90 days, sooner than the run that wrote them', async () => {
    const young = await month('flow.logs', 2)
    const old = await month('flow.logs', 6)
    for (const at of [young, old]) {
      await t.asSuperuser(
        `insert into flow.logs (org_id, id, run_id, level, message) values ($1, $2, $2, 'info', 'It ran')`,
        [owner.orgId, idAt(at)],
      )
    }
    const { dropped } = await expire()
    assert.ok(dropped.some(name => name.startsWith('flow.logs_')))
    const left = await t.asSuperuser<{ id: string }>('select id from flow.logs where org_id = $1', [
      owner.orgId,
    ])
    assert.deepEqual(
      left.map(row => timeOfId(row.id).getTime()),
      [young.getTime()],
    )
  })

  it('figures go after 24 months', async () => {
    const rows = await t.asSuperuser<{ old: Date; young: Date }>(
      `select now() - interval '25 months' as old, now() - interval '23 months' as young`,
    )
    const error = { code: 'http.status', message: 'It said 500' }
    await asOwner(async ctx => {
      const ended = Object.values(rows[0] ?? {}).map(endedAt => ({
        workflowId,
        outcome: 'failed' as const,
        durationMs: 1,
        steps: 1,
        error,
        endedAt,
      }))
      putMetrics((text, values) => ctx.db.send(text, [ctx.orgId, ...values]), ended, 0)
    })
    assert.equal((await expire()).gone, 2)
    for (const table of ['metrics_hourly', 'metrics_errors']) {
      const left = await t.asSuperuser(`select 1 from flow.${table} where org_id = $1`, [owner.orgId])
      assert.equal(left.length, 1, table)
    }
  })

  it('every table with rows of runs is told what to do when the run has gone', async () => {
    const tables = await t.asSuperuser<{ name: string }>(
      `select c.relname as name from pg_class c join pg_attribute a on a.attrelid = c.oid
       where c.relnamespace = 'flow'::regnamespace and c.relkind = 'r' and not c.relispartition
         and a.attname = 'run_id' and not a.attisdropped and c.relname <> 'run_keys' order by 1`,
    )
    assert.deepEqual(
      tables.map(table => table.name),
      [...RUN_TABLES].sort(),
      'Add the table to RUN_TABLES of retention.ts, or say here why it stays.',
    )
  })
})
