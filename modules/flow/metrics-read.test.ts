import assert from 'node:assert/strict'
import { after, before, beforeEach, describe, it } from 'node:test'
import { crmModule } from '#modules/crm/index.ts'
import { makeOwner, type Person } from '#modules/iam/factories.ts'
import { iamModule } from '#modules/iam/index.ts'
import { intakeModule } from '#modules/intake/index.ts'
import { mailModule } from '#modules/mail/index.ts'
import { type Context, inOrganization } from '#platform/context.ts'
import { PERCENTILE_FACTOR } from '#platform/duration-buckets.ts'
import { idAt } from '#platform/ids.ts'
import { type TestKit, testKit } from '#test/database.ts'
import { flowModule } from './index.ts'
import { type EndedRun, putMetrics } from './metrics.ts'
import { MetricsQuery } from './metrics-api.ts'
import { readAllMetrics, readWorkflowMetrics } from './metrics-read.ts'
import { stepId } from './step-id.ts'
import { createWorkflow } from './workflows.ts'

const modules = [iamModule, crmModule, mailModule, intakeModule, flowModule]

describe('how the runs of a workflow went', () => {
  let t: TestKit
  let owner: Person
  let workflowId: string
  before(async () => {
    t = await testKit({ modules, frozenAt: new Date('2026-11-21T09:30:00Z') })
  })
  after(() => t.close())
  beforeEach(async () => {
    owner = await makeOwner(t.kit)
    workflowId = await asOwner(ctx => createWorkflow(ctx, { name: 'Thank' }))
  })

  const asOwner = <T>(work: (ctx: Context) => Promise<T>) =>
    inOrganization(t.kit, { orgId: owner.orgId, actor: { type: 'user', userId: owner.userId } }, work)
  const ended = (at: string, more: Partial<EndedRun> = {}): EndedRun => ({
    workflowId,
    outcome: 'completed',
    durationMs: 10,
    steps: 2,
    error: null,
    endedAt: new Date(at),
    ...more,
  })
  const failed = (at: string, code: string, message: string, nodeId: string | null = 'call') =>
    ended(at, { outcome: 'failed', error: { code, message, nodeId } })
  const store = (runs: readonly EndedRun[], shard = 0) =>
    asOwner(async ctx => putMetrics((text, values) => ctx.db.send(text, [ctx.orgId, ...values]), runs, shard))
  const read = (query: Record<string, unknown> = {}) =>
    asOwner(ctx => readWorkflowMetrics(ctx, workflowId, MetricsQuery.parse(query)))

  it('a workflow without runs has figures of nothing and every day of the last month', async () => {
    const metrics = await read()
    assert.deepEqual(
      [metrics.runs, metrics.successRate, metrics.p50Ms, metrics.meanMs, metrics.errors, metrics.nodes],
      [0, null, null, null, [], []],
    )
    assert.equal(metrics.points.length, 31)
    assert.equal(metrics.from, '2026-10-22T00:00:00.000Z')
    assert.equal(metrics.to, '2026-11-21T09:30:00.000Z')
  })

  it('percentiles are within the stated bound of exact ones, over all workers and hours', async () => {
    let seed = 7
    const random = () => {
      seed = (seed * 48_271) % 2_147_483_647
      return seed / 2_147_483_647
    }
    const durations = Array.from({ length: 3000 }, () => 10 ** (random() * 7 - 0.5))
    const runs = durations.map((durationMs, n) => ended(`2026-11-2${n % 2}T0${n % 9}:10:00Z`, { durationMs }))
    await store(runs.slice(0, 1000), 1)
    await store(runs.slice(1000), 2)
    // A failure takes no time that anybody asks for.
    await store([ended('2026-11-20T01:00:00Z', { outcome: 'failed', durationMs: 1e9 })])
    const metrics = await read()
    const sorted = durations.toSorted((a, b) => a - b)
    for (const [found, share] of [
      [metrics.p50Ms, 0.5],
      [metrics.p95Ms, 0.95],
      [metrics.p99Ms, 0.99],
    ] as const) {
      const ratio = (found ?? 0) / (sorted[Math.ceil(share * 3000) - 1] ?? 0)
      assert.ok(ratio < PERCENTILE_FACTOR && ratio > 1 / PERCENTILE_FACTOR, `${share}: ${ratio}`)
    }
    const mean = durations.reduce((sum, ms) => sum + ms, 0) / 3000
    assert.ok(Math.abs((metrics.meanMs ?? 0) / mean - 1) < 0.001)
    assert.equal(metrics.steps, 6002)
  })

  it('hours and days hold what ended in them, the success rate leaves cancelled runs out', async () => {
    await store([
      ended('2026-11-20T22:59:59Z'),
      ended('2026-11-20T23:00:00Z'),
      ended('2026-11-21T08:00:00Z', { outcome: 'cancelled' }),
      failed('2026-11-21T09:10:00Z', 'http.status', 'It said 500'),
    ])
    const byHour = await read({ interval: 'hour' })
    assert.deepEqual([byHour.runs, byHour.completed, byHour.failed, byHour.cancelled], [4, 2, 1, 1])
    assert.equal(byHour.successRate, 2 / 3)
    assert.equal(byHour.points.length, 25)
    assert.deepEqual(
      byHour.points.filter(point => point.completed + point.failed + point.cancelled > 0),
      [
        { at: '2026-11-20T22:00:00.000Z', completed: 1, failed: 0, cancelled: 0 },
        { at: '2026-11-20T23:00:00.000Z', completed: 1, failed: 0, cancelled: 0 },
        { at: '2026-11-21T08:00:00.000Z', completed: 0, failed: 0, cancelled: 1 },
        { at: '2026-11-21T09:00:00.000Z', completed: 0, failed: 1, cancelled: 0 },
      ],
    )
    const inParis = await read({ timeZone: 'Europe/Paris' })
    assert.deepEqual(inParis.points.slice(-2), [
      { at: '2026-11-19T23:00:00.000Z', completed: 1, failed: 0, cancelled: 0 },
      { at: '2026-11-20T23:00:00.000Z', completed: 1, failed: 1, cancelled: 1 },
    ])
  })

  it('the days of a clock change have 23 and 25 hours', async () => {
    const { points } = await read({
      from: '2026-03-28T23:00:00Z',
      to: '2026-03-30T22:00:00Z',
      timeZone: 'Europe/Paris',
    })
    assert.deepEqual(
      points.map(point => point.at),
      ['2026-03-28T23:00:00.000Z', '2026-03-29T22:00:00.000Z'],
    )
  })

  it('a span that is empty or too long is refused, and so is an unknown time zone', async () => {
    const to = '2026-11-21T00:00:00Z'
    for (const query of [
      { from: to, to },
      { from: '2026-10-20T23:00:00Z', to, interval: 'hour' },
      { from: '2024-11-19T00:00:00Z', to },
    ]) {
      await assert.rejects(read(query), { code: 'flow.invalid_span' })
    }
    assert.equal(MetricsQuery.safeParse({ timeZone: 'Mars/Olympus' }).success, false)
  })

  it('the most frequent errors come first, each with its last message', async () => {
    await store([
      failed('2026-11-20T10:00:00Z', 'http.status', 'It said 500'),
      failed('2026-11-21T08:00:00Z', 'http.status', 'It said 503'),
      failed('2026-11-21T09:00:00Z', 'engine.set_aside', 'It stopped', null),
      failed('2026-10-01T09:00:00Z', 'http.status', 'Long ago'),
    ])
    assert.deepEqual((await read()).errors, [
      {
        nodeId: 'call',
        code: 'http.status',
        count: 2,
        lastMessage: 'It said 503',
        lastAt: '2026-11-21T08:00:00.000Z',
      },
      {
        nodeId: null,
        code: 'engine.set_aside',
        count: 1,
        lastMessage: 'It stopped',
        lastAt: '2026-11-21T09:00:00.000Z',
      },
    ])
  })

  it('nodes are judged by the steps of the last runs', async () => {
    const at = new Date('2026-11-20T10:00:00Z')
    const runId = idAt(at)
    await t.asSuperuser(
      `insert into flow.runs (org_id, id, workflow_id, version_id, trigger_type, input) values ($1, $2, $3, $2, 'manual', '{}')`,
      [owner.orgId, runId, workflowId],
    )
    for (const [number, nodeId, status, ms] of [
      [1, 'start', 'completed', 0],
      [2, 'call', 'completed', 100],
      [3, 'call', 'completed', 300],
      [4, 'call', 'failed', 500],
      [5, 'call', 'waiting', null],
    ] as const) {
      await t.asSuperuser(
        `insert into flow.steps (org_id, id, run_id, number, attempt, node_id, node_type, status, started_at, finished_at)
         values ($1, $2, $3, $4, 1, $5, 'any', $6, $7, $8)`,
        [
          owner.orgId,
          stepId(runId, number, 1),
          runId,
          number,
          nodeId,
          status,
          at,
          ms === null ? null : new Date(at.getTime() + ms),
        ],
      )
    }
    assert.deepEqual((await read()).nodes, [
      { nodeId: 'start', steps: 1, failed: 0, p50Ms: 0, p95Ms: 0 },
      { nodeId: 'call', steps: 3, failed: 1, p50Ms: 300, p95Ms: 500 },
    ])
  })

  it('all workflows are listed by how much they ran, and other organizations are not counted', async () => {
    const busy = await asOwner(ctx => createWorkflow(ctx, { name: 'Busy' }))
    await asOwner(ctx => createWorkflow(ctx, { name: 'Idle' }))
    await store([
      ended('2026-11-21T08:00:00Z'),
      ended('2026-11-21T08:00:00Z', { workflowId: busy }),
      ended('2026-11-19T08:00:00Z', { workflowId: busy, outcome: 'failed' }),
      ended('2026-10-01T08:00:00Z', { workflowId: busy }),
    ])
    const other = await makeOwner(t.kit)
    const lately = await asOwner(ctx => readAllMetrics(ctx, '7d'))
    assert.deepEqual(
      lately.items.map(({ name, runs, successRate }) => [name, runs, successRate]),
      [
        ['Busy', 2, 0.5],
        ['Thank', 1, 1],
      ],
    )
    assert.equal(lately.runs, 3)
    const today = await asOwner(ctx => readAllMetrics(ctx, '24h'))
    assert.deepEqual([today.runs, today.items.length, today.from], [2, 2, '2026-11-20T09:00:00.000Z'])
    owner = other
    assert.equal((await asOwner(ctx => readAllMetrics(ctx, '30d'))).runs, 0)
    await assert.rejects(read(), { code: 'request.not_found' })
  })
})
