import assert from 'node:assert/strict'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { after, before, describe, it } from 'node:test'
import { crmModule } from '#modules/crm/index.ts'
import { makeOwner, type Person } from '#modules/iam/factories.ts'
import { iamModule } from '#modules/iam/index.ts'
import { intakeModule } from '#modules/intake/index.ts'
import { mailModule } from '#modules/mail/index.ts'
import { inOrganization } from '#platform/context.ts'
import type { Client } from '#platform/contract/client.ts'
import { startHeartbeat } from '#platform/jobs/heartbeat.ts'
import { type TestKit, testKit } from '#test/database.ts'
import { signedInAs, type TestServer, testServer } from '#test/http.ts'
import { runEngine } from './engine.ts'
import type { Graph } from './graph.ts'
import { flowModule } from './index.ts'
import { getRateLimits, type RateLimit, setRateLimits } from './rate-api.ts'
import { getRun } from './run-reads.ts'
import { startRun } from './runs.ts'
import { createWorkflow, publishWorkflow, saveDraft } from './workflows.ts'

const limit = (connection: string, calls = 5, perSeconds = 60): RateLimit => ({
  kind: 'http_request',
  connection,
  calls,
  perSeconds,
})

describe('rate limits', () => {
  let t: TestKit
  let target: Server
  let host = ''
  let received = 0
  const servers: TestServer[] = []
  before(async () => {
    target = createServer((_, response) => {
      received += 1
      response.end('{}')
    })
    await new Promise<void>(resolve => target.listen(0, '127.0.0.1', resolve))
    host = `127.0.0.1:${(target.address() as AddressInfo).port}`
    const modules = [iamModule, crmModule, mailModule, intakeModule, flowModule]
    t = await testKit({ modules, env: { EGRESS_ALLOW: host } })
  })
  after(async () => {
    target.closeAllConnections()
    target.close()
    await Promise.all(servers.map(server => server.close()))
    await t.close()
  })

  async function clientOf(person: Person, permissions: readonly string[]): Promise<Client> {
    const may = (permission: string) => permissions.includes(permission)
    const server = await testServer(t, [flowModule], signedInAs(person.orgId, person.userId, may))
    servers.push(server)
    return server.client()
  }
  const both = ['workflows:read', 'workflows:write']
  const statusOf = (call: Promise<unknown>) =>
    call.then(
      () => 200,
      (error: { status?: number }) => error.status,
    )

  it('are set as a list by whoever may change workflows, and seen by their organization alone', async () => {
    const owner = await makeOwner(t.kit)
    const client = await clientOf(owner, both)
    assert.deepEqual(await client.call(getRateLimits), { items: [] })
    const items = [limit('b.example:8443', 1, 1), limit('', 100_000, 86_400), limit('a.example')]
    const sorted = [limit('', 100_000, 86_400), limit('a.example'), limit('b.example:8443', 1, 1)]
    assert.deepEqual(await client.call(setRateLimits, { body: { items } }), { items: sorted })
    const other = await clientOf(await makeOwner(t.kit), both)
    assert.deepEqual(await other.call(getRateLimits), { items: [] })
    await other.call(setRateLimits, { body: { items: [] } })
    assert.deepEqual(await client.call(getRateLimits), { items: sorted })
    assert.deepEqual(await client.call(setRateLimits, { body: { items: [limit('a.example', 6)] } }), {
      items: [limit('a.example', 6)],
    })
    const reader = await clientOf(owner, ['workflows:read'])
    assert.deepEqual(await reader.call(getRateLimits), { items: [limit('a.example', 6)] })
    assert.equal(await statusOf(reader.call(setRateLimits, { body: { items: [] } })), 403)
    assert.equal(await statusOf((await clientOf(owner, [])).call(getRateLimits)), 403)
  })

  it('are refused when they could not mean anything', async () => {
    const client = await clientOf(await makeOwner(t.kit), both)
    const wrong = [
      'A.example',
      'a.example/path',
      'user@a.example',
      'a.example:443',
      'https://a.example',
      'a b',
      'a.example?',
    ].map(connection => [limit(connection)])
    wrong.push([limit('a.example', 0)], [limit('a.example', 1, 0)], [limit('a.example', 1.5)])
    wrong.push([limit('a.example'), limit('a.example', 1)])
    wrong.push([{ ...limit('a.example'), kind: 'notify' } as unknown as RateLimit])
    for (const items of wrong)
      assert.equal(
        await statusOf(client.call(setRateLimits, { body: { items } })),
        422,
        JSON.stringify(items),
      )
    assert.deepEqual(await client.call(getRateLimits), { items: [] })
  })

  it('put a request off without counting an attempt, and let it go out when its turn has come', async () => {
    const owner = await makeOwner(t.kit)
    const { orgId, userId } = owner
    await (await clientOf(owner, both)).call(setRateLimits, { body: { items: [limit(host, 1, 1)] } })
    const graph = {
      nodes: [
        { id: 'start', type: 'manual', config: {}, position: { x: 0, y: 0 } },
        {
          id: 'call',
          type: 'http_request',
          config: { url: `http://${host}/`, atMostOnce: true },
          position: { x: 0, y: 0 },
        },
      ],
      edges: [{ id: 'way', source: 'start', target: 'call', enabled: true }],
    } as unknown as Graph
    const runIds = await inOrganization(t.kit, { orgId, actor: { type: 'user', userId } }, async ctx => {
      const workflowId = await createWorkflow(ctx, { name: 'Limited' })
      await saveDraft(ctx, workflowId, { graph, revision: 0 })
      await publishWorkflow(ctx, workflowId)
      const start = () => startRun(ctx, { workflowId, trigger: 'manual', input: {} })
      return [(await start()).runId, (await start()).runId, (await start()).runId]
    })
    const read = (runId: string) =>
      inOrganization(t.kit, { orgId, actor: { type: 'user', userId } }, ctx => getRun(ctx, runId))
    const heartbeat = await startHeartbeat(t.kit.db, t.kit.log, 'test')
    const stop = new AbortController()
    const loop = runEngine(t.kit, heartbeat, stop.signal)
    try {
      for (;;) {
        const heard = Promise.withResolvers<void>()
        const unlisten = t.kit.live.listen(orgId, () => heard.resolve())
        const runs = await Promise.all(runIds.map(read))
        if (runs.every(run => run.status === 'completed')) break
        assert.deepEqual(
          runs.filter(run => run.status === 'failed').map(run => run.error),
          [],
        )
        await heard.promise
        unlisten()
      }
    } finally {
      stop.abort()
      await loop
      await heartbeat.stop()
    }
    assert.equal(received, 3)
    const steps = (await Promise.all(runIds.map(read))).flatMap(run => run.stepList)
    const calls = steps.filter(step => step.nodeId === 'call')
    assert.deepEqual(
      calls.map(step => [step.attempt, step.status]),
      runIds.map(() => [1, 'completed']),
    )
    const ends = calls.map(step => Date.parse(step.finishedAt ?? '')).sort((a, b) => a - b)
    assert.ok((ends[2] ?? 0) - (ends[0] ?? 0) >= 1_000, 'they were not put off')
  })
})
