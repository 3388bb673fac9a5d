import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { Registry } from 'prom-client'
import { newId } from '#platform/ids.ts'
import { anyOrgId, type TestKit, testKit } from '#test/database.ts'
import { engineGauges } from './engine-gauges.ts'
import { modules } from './modules.ts'

describe('the engine in the metrics of the process', () => {
  let t: TestKit
  before(async () => {
    t = await testKit({ modules })
  })
  after(() => t.close())

  const makeReady = () =>
    t.asSuperuser(
      `insert into flow.ready (org_id, run_id, ready_at) values ($1, $2, now() - interval '1 minute')`,
      [anyOrgId(), newId()],
    )
  const figureOf = async (registry: Registry, name: string) =>
    (await registry.getSingleMetric(name)?.get())?.values[0]?.value

  it('the backlog is read once for scrapes that follow each other closely', async () => {
    const registry = new Registry()
    const refresh = engineGauges(registry)
    await makeReady()
    await Promise.all([refresh(t.kit), refresh(t.kit)])
    await makeReady()
    await refresh(t.kit)
    assert.equal(await figureOf(registry, 'flow_ready_runs'), 1)
    assert.ok(Number(await figureOf(registry, 'flow_ready_oldest_seconds')) >= 60)
    const later = new Registry()
    await engineGauges(later)(t.kit)
    assert.equal(await figureOf(later, 'flow_ready_runs'), 2)
  })

  it('while the database cannot be asked, the figures are no numbers and the rest is told', async () => {
    const registry = new Registry()
    const away = {
      ...t.kit,
      db: { ...t.kit.db, withDispatch: () => Promise.reject(new Error('It is away.')) },
    }
    await engineGauges(registry)(away)
    assert.equal(await figureOf(registry, 'flow_ready_runs'), Number.NaN)
    assert.match(await registry.metrics(), /flow_leased_runs Nan/i)
  })
})
