import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { z } from 'zod'
import { type TestKit, testKit } from '#test/database.ts'
import { newId } from '../ids.ts'
import { startHeartbeat } from './heartbeat.ts'
import { defineJob } from './kinds.ts'
import { workJobs } from './work.ts'

describe('a job leased to a living worker that never heard of it', () => {
  let t: TestKit
  const orgId = newId()
  const { promise: done, resolve: tell } = Promise.withResolvers<number>()
  const kind = defineJob({
    kind: 'test.note',
    payload: z.object({}),
    attemptsMax: 3,
    timeoutMs: 10_000,
    run: async ({ attempt }) => tell(attempt),
  })
  before(async () => {
    t = await testKit({ modules: [{ name: 'test', jobs: [kind] }] })
  })
  after(() => t.close())

  it('is given back and done', async () => {
    const heartbeat = await startHeartbeat(t.kit.db, t.kit.log, 'test')
    const jobId = newId()
    await t.asSuperuser(
      `insert into jobs.jobs (org_id, id, kind, key, payload, attempts) values ($1, $2, 'test.note', 'one', '{}', 1)`,
      [orgId, jobId],
    )
    await t.asSuperuser(
      `insert into jobs.leases (org_id, job_id, worker_id, attempt, leased_at)
       values ($1, $2, $3, 1, now() - interval '6 seconds')`,
      [orgId, jobId, heartbeat.workerId],
    )
    const stop = new AbortController()
    const working = workJobs(t.kit, heartbeat, stop.signal)
    assert.equal(await done, 2)
    stop.abort()
    await working
    await heartbeat.stop()
    assert.deepEqual(await t.asSuperuser('select id from jobs.jobs where org_id = $1', [orgId]), [])
  })
})
