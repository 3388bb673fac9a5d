import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { crmModule } from '#modules/crm/index.ts'
import { iamModule } from '#modules/iam/index.ts'
import { intakeModule } from '#modules/intake/index.ts'
import { mailModule } from '#modules/mail/index.ts'
import { durationBucket } from '#platform/duration-buckets.ts'
import { newId } from '#platform/ids.ts'
import { anyOrgId, type TestKit, testKit } from '#test/database.ts'
import { flowModule } from './index.ts'
import { type EndedRun, putMetrics } from './metrics.ts'

const modules = [iamModule, crmModule, mailModule, intakeModule, flowModule]

describe('figures of ended runs', () => {
  let t: TestKit
  before(async () => {
    t = await testKit({ modules })
  })
  after(() => t.close())

  const endedAt = new Date('2026-03-01T10:20:00Z')
  const workflowId = newId()
  const run = (more: Partial<EndedRun> = {}): EndedRun => ({
    workflowId,
    outcome: 'completed',
    durationMs: 12.4,
    steps: 3,
    error: null,
    endedAt,
    ...more,
  })
  const failed = (code: string, message: string, more: Partial<EndedRun> = {}): EndedRun =>
    run({ outcome: 'failed', error: { code, message, nodeId: 'call' }, ...more })

  /** Stores a batch as the engine does and returns how many statements it took. */
  async function store(orgId: string, ended: readonly EndedRun[], shard = 0): Promise<number> {
    return t.kit.db.withOrg(orgId, async tx => {
      let statements = 0
      putMetrics(
        (text, values) => {
          statements += 1
          tx.send(text, [orgId, ...values])
        },
        ended,
        shard,
      )
      await tx.settle()
      return statements
    })
  }
  const hourly = (orgId: string) =>
    t.asSuperuser(
      `select outcome, bucket, shard, runs::int, duration_ms::int, steps::int, hour from flow.metrics_hourly
       where org_id = $1 order by outcome, bucket, shard, hour`,
      [orgId],
    )

  it('a batch takes one statement for each table, whatever its size, and none without runs', async () => {
    const orgId = anyOrgId()
    assert.equal(await store(orgId, []), 0)
    assert.equal(
      await store(
        orgId,
        Array.from({ length: 300 }, (_, n) => run({ durationMs: n, workflowId: newId() })),
      ),
      1,
    )
    assert.equal(await store(orgId, [run(), failed('http.status', 'It said 500'), failed('x', 'y')]), 2)
  })

  it('batches add up by workflow, hour, outcome and duration', async () => {
    const orgId = anyOrgId()
    await store(orgId, [run(), run({ steps: 4 }), run({ durationMs: 5000 })])
    await store(orgId, [run(), run({ endedAt: new Date('2026-03-01T11:00:00Z') })])
    await store(orgId, [run({ outcome: 'cancelled', durationMs: -5, steps: 0 })], 3)
    const hour = new Date('2026-03-01T10:00:00Z')
    const short = { outcome: 'completed', bucket: durationBucket(12.4), shard: 0, hour }
    assert.deepEqual(await hourly(orgId), [
      { outcome: 'cancelled', bucket: 0, shard: 3, hour, runs: 1, duration_ms: 0, steps: 0 },
      { ...short, runs: 3, duration_ms: 37, steps: 10 },
      { ...short, hour: new Date('2026-03-01T11:00:00Z'), runs: 1, duration_ms: 12, steps: 3 },
      { ...short, bucket: durationBucket(5000), runs: 1, duration_ms: 5000, steps: 3 },
    ])
  })

  it('errors are counted by node and code and keep the last message', async () => {
    const orgId = anyOrgId()
    const later = new Date(endedAt.getTime() + 1000)
    await store(orgId, [
      failed('http.status', 'the newer\u0000', { endedAt: later }),
      failed('http.status', 'the older'),
      failed('engine.set_aside', 'no node', {
        error: { code: 'engine.set_aside', message: 'no node' },
      }),
    ])
    const errors = () =>
      t.asSuperuser(
        `select node_id, code, count::int, last_message from flow.metrics_errors where org_id = $1 order by node_id`,
        [orgId],
      )
    assert.deepEqual(await errors(), [
      { node_id: '', code: 'engine.set_aside', count: 1, last_message: 'no node' },
      { node_id: 'call', code: 'http.status', count: 2, last_message: 'the newer' },
    ])
    await store(orgId, [failed('http.status', 'x'.repeat(600))])
    assert.deepEqual((await errors())[1], {
      node_id: 'call',
      code: 'http.status',
      count: 3,
      last_message: 'x'.repeat(500),
    })
  })

  it('rows come in one order, however the runs were gathered, so that two workers cannot deadlock', () => {
    const batch = Array.from({ length: 40 }, (_, n) =>
      failed(`code.${n % 3}`, 'same', { workflowId: newId(), durationMs: n * n }),
    )
    const sent = (ended: readonly EndedRun[]) => {
      const statements: unknown[] = []
      putMetrics((...statement) => statements.push(statement), ended, 0)
      return statements
    }
    assert.equal(sent(batch).length, 2)
    assert.deepEqual(sent(batch.toReversed()), sent(batch))
  })

  it('two workers with the same number lose nothing', async () => {
    const orgId = anyOrgId()
    const batch = Array.from({ length: 40 }, () => run({ workflowId: newId() }))
    await Promise.all(Array.from({ length: 8 }, () => store(orgId, batch)))
    const rows = await hourly(orgId)
    assert.equal(rows.length, 40)
    assert.deepEqual(new Set(rows.map(row => row.runs)), new Set([8]))
  })
})
