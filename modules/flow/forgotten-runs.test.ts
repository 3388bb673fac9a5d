import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { crmModule } from '#modules/crm/index.ts'
import { iamModule } from '#modules/iam/index.ts'
import { intakeModule } from '#modules/intake/index.ts'
import { mailModule } from '#modules/mail/index.ts'
import { newId } from '#platform/ids.ts'
import { type TestKit, testKit } from '#test/database.ts'
import { giveBackForgottenRuns } from './forgotten-runs.ts'
import { flowModule } from './index.ts'

describe('leases of a living worker', () => {
  let t: TestKit
  before(async () => {
    t = await testKit({ modules: [iamModule, crmModule, mailModule, intakeModule, flowModule] })
  })
  after(() => t.close())

  const orgId = newId()
  const lease = async (workerId: string, age: string): Promise<string> => {
    const runId = newId()
    await t.asSuperuser(
      `insert into flow.leases (org_id, run_id, worker_id, claim_id, recoveries, leased_at)
       values ($1, $2, $3, $4, 2, now() - $5::interval)`,
      [orgId, runId, workerId, newId(), age],
    )
    return runId
  }
  const idsIn = async (table: string) =>
    (await t.asSuperuser<{ run_id: string }>(`select run_id from flow.${table} where org_id = $1`, [orgId]))
      .map(row => row.run_id)
      .sort()

  it('on runs that it does not hold are given back, and no others', async () => {
    const [mine, other] = [newId(), newId()]
    const forgotten = await lease(mine, '6 seconds')
    const held = await lease(mine, '6 seconds')
    const young = await lease(mine, '1 second')
    const foreign = await lease(other, '6 seconds')
    const given = await giveBackForgottenRuns(t.kit, mine, (org, run) => org === orgId && run === held)
    assert.equal(given, 1)
    assert.deepEqual(await idsIn('leases'), [held, young, foreign].sort())
    assert.deepEqual(await idsIn('ready'), [forgotten])
    // A living worker is no reason to count a recovery.
    const ready = await t.asSuperuser('select recoveries from flow.ready where org_id = $1', [orgId])
    assert.deepEqual(ready, [{ recoveries: 2 }])
  })
})
