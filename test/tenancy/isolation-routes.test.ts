import assert from 'node:assert/strict'
import { after, before, describe, it, type TestContext } from 'node:test'
import { openDatabase } from '#platform/db/database.ts'
import { type Bench, openBench, type Parts } from './bench.ts'
import { probeIdempotency } from './idempotency-probe.ts'
import { probeRoute, type RouteProbe, shownRouteLeaks } from './route-probe.ts'

/** Routes that change something and are open to readers all the same. */
const READERS_MAY_CHANGE: Readonly<Record<string, string>> = {
  'iam.notification-settings.set': "A reader's own settings.",
  'iam.notification.mark-read': "A reader's own marks.",
  'crm.duplicate.check': 'It writes nothing; what is being typed is in the body, because it may be personal.',
  'crm.view.create': "A reader's own views; those for others ask for more.",
  'crm.view.update': "A reader's own views; those for others ask for more.",
  'crm.view.delete': "A reader's own views; those for others ask for more.",
  'crm.view.mark': "A reader's own marks.",
  'intake.source.preview': 'It writes nothing; the mapping is in the body because it is not saved yet.',
  'flow.presence.set': 'Who looks at a workflow is there, whether they may change it or not.',
  'flow.presence.end': 'Who looks at a workflow is there, whether they may change it or not.',
  'flow.schedule.preview': 'It writes nothing; the schedule is in the body because it is not saved yet.',
}

describe('one organization cannot reach another over HTTP', () => {
  let bench: Bench
  before(async () => {
    bench = await openBench()
  })
  after(() => bench.close())

  async function probeAll(test: TestContext, parts: Parts): Promise<void> {
    const probes: RouteProbe[] = []
    await bench.serve(parts, async served => {
      for (const route of bench.routes) {
        const probe = await probeRoute(served, route)
        assert.ok(probe.cells > 0 || route.access === 'public', `${route.id} was not probed`)
        probes.push(probe)
      }
    })
    const leaks = probes.flatMap(probe => probe.leaks)
    const cells = probes.reduce((sum, probe) => sum + probe.cells, 0)
    test.diagnostic(`${probes.filter(probe => probe.cells > 0).length} routes, ${cells} requests`)
    assert.equal(leaks.length, 0, `\n${shownRouteLeaks(leaks)}`)
  }

  it('whoever asks, on whatever route, with whatever id', test => probeAll(test, {}))

  it('even without row-level security, because every query names the organization itself', async test => {
    const db = openDatabase({ url: bench.t.adminUrl, max: 4 })
    try {
      await probeAll(test, { db })
    } finally {
      await db.close()
    }
  })

  it('by an Idempotency-Key, which counts once in each organization', async () => {
    const leaks = await bench.serve({}, ({ url }) => probeIdempotency(bench.t, url))
    assert.deepEqual(leaks, [])
  })

  it('and readers change nothing', () => {
    const open = bench.routes
      .filter(({ method, access }) => method !== 'GET' && access.endsWith(':read'))
      .map(({ id }) => id)
    assert.deepEqual(open, Object.keys(READERS_MAY_CHANGE))
  })
})
