import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { crmModule } from '#modules/crm/index.ts'
import { makeOwner, type Person } from '#modules/iam/factories.ts'
import { iamModule } from '#modules/iam/index.ts'
import { intakeModule } from '#modules/intake/index.ts'
import { mailModule } from '#modules/mail/index.ts'
import { inOrganization } from '#platform/context.ts'
import { newId } from '#platform/ids.ts'
import { type TestKit, testKit } from '#test/database.ts'
import { flowModule } from './index.ts'
import { startRun } from './runs.ts'
import { setAside } from './set-aside.ts'
import { type ClaimedRun, claimRuns } from './store.ts'
import { createWorkflow, publishWorkflow, saveDraft } from './workflows.ts'

describe('a run that the engine cannot advance', () => {
  let t: TestKit
  let owner: Person
  let workflowId: string
  before(async () => {
    t = await testKit({ modules: [iamModule, crmModule, mailModule, intakeModule, flowModule] })
    owner = await makeOwner(t.kit)
  })
  after(() => t.close())

  /** A run of a workflow with room for one, in a worker's hands. */
  async function claim(): Promise<ClaimedRun> {
    const { orgId, userId } = owner
    await inOrganization(t.kit, { orgId, actor: { type: 'user', userId } }, async ctx => {
      workflowId = await createWorkflow(ctx, { name: 'Limited' })
      const graph = {
        nodes: [
          { id: 'start', type: 'manual', config: {}, position: { x: 0, y: 0 } },
          { id: 'tell', type: 'notify', config: { title: 'Here' }, position: { x: 0, y: 0 } },
        ],
        edges: [{ id: 'way', source: 'start', target: 'tell', enabled: true }],
      }
      await saveDraft(ctx, workflowId, { graph, revision: 0 })
      await publishWorkflow(ctx, workflowId)
      await startRun(ctx, { workflowId, trigger: 'manual', input: {} })
    })
    const [run] = await t.kit.db.withOrg(orgId, tx =>
      claimRuns(tx, { orgId, limit: 1, workerId: newId(), claimId: newId() }),
    )
    assert.ok(run)
    await t.asSuperuser(
      `insert into flow.places (org_id, run_id, workflow_id, key, is_held) values ($1, $2, $3, '', true)`,
      [orgId, run.runId, workflowId],
    )
    return run
  }
  const count = async (from: string) =>
    Number((await t.asSuperuser<{ n: string }>(`select count(*) as n from flow.${from}`))[0]?.n)

  it('leaves its place to others and is among the figures, once', async () => {
    const run = await claim()
    await setAside(t.kit, run, 'It stopped the program.')
    await setAside(t.kit, run, 'It stopped the program.')
    for (const table of ['places', 'queued', 'leases', 'ready']) assert.equal(await count(table), 0, table)
    assert.equal(await count('dead_letters'), 1)
    assert.deepEqual(await t.asSuperuser('select workflow_id, outcome, runs::int from flow.metrics_hourly'), [
      { workflow_id: workflowId, outcome: 'failed', runs: 1 },
    ])
    assert.deepEqual(await t.asSuperuser('select node_id, code, last_message from flow.metrics_errors'), [
      { node_id: '', code: 'engine.set_aside', last_message: 'It stopped the program.' },
    ])
  })
})
