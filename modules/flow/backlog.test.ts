import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { crmModule } from '#modules/crm/index.ts'
import { iamModule } from '#modules/iam/index.ts'
import { intakeModule } from '#modules/intake/index.ts'
import { mailModule } from '#modules/mail/index.ts'
import { newId } from '#platform/ids.ts'
import { anyOrgId, type TestKit, testKit } from '#test/database.ts'
import { readBacklog } from './backlog.ts'
import { flowModule } from './index.ts'

describe('what the engine has before it', () => {
  let t: TestKit
  before(async () => {
    t = await testKit({ modules: [iamModule, crmModule, mailModule, intakeModule, flowModule] })
  })
  after(() => t.close())

  it('is nothing while nothing is to be done', async () => {
    assert.deepEqual(await readBacklog(t.kit), {
      readyRuns: 0,
      readyOldestS: 0,
      leasedRuns: 0,
      orphanedRuns: 0,
      dueTimers: 0,
      dueOldestS: 0,
    })
  })

  it('is counted over all organizations, without what is due later', async () => {
    const [alive, dead] = [newId(), newId()]
    await t.asSuperuser(
      `insert into jobs.workers (id, name, lease_until) values ($1, 'alive', now() + interval '1 hour'), ($2, 'dead', now() - interval '1 hour')`,
      [alive, dead],
    )
    for (const late of ['1 hour', '2 hours', '-1 hour']) {
      const of = [anyOrgId(), newId(), late]
      await t.asSuperuser(
        'insert into flow.ready (org_id, run_id, ready_at) values ($1, $2, now() - $3::interval)',
        of,
      )
      await t.asSuperuser(
        `insert into flow.timers (org_id, run_id, token, fire_at) values ($1, $2, 'a', now() - 2 * $3::interval)`,
        of,
      )
    }
    for (const worker of [alive, dead, newId()]) {
      await t.asSuperuser(
        'insert into flow.leases (org_id, run_id, worker_id, claim_id) values ($1, $2, $3, $2)',
        [anyOrgId(), newId(), worker],
      )
    }
    const { readyOldestS, dueOldestS, ...counts } = await readBacklog(t.kit)
    assert.deepEqual(counts, { readyRuns: 2, leasedRuns: 3, orphanedRuns: 2, dueTimers: 2 })
    assert.ok(readyOldestS >= 7200 && readyOldestS < 10_800, String(readyOldestS))
    assert.ok(dueOldestS >= 14_400 && dueOldestS < 18_000, String(dueOldestS))
  })
})
