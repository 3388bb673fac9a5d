import assert from 'node:assert/strict'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { after, before, describe, it } from 'node:test'
import { crmModule } from '#modules/crm/index.ts'
import { makeOwner, type Person } from '#modules/iam/factories.ts'
import { iamModule } from '#modules/iam/index.ts'
import { intakeModule } from '#modules/intake/index.ts'
import { mailModule } from '#modules/mail/index.ts'
import { type Context, inOrganization } from '#platform/context.ts'
import { type Heartbeat, startHeartbeat } from '#platform/jobs/heartbeat.ts'
import { type TestKit, testKit } from '#test/database.ts'
import { runEngine } from './engine.ts'
import type { Graph } from './graph.ts'
import { flowModule } from './index.ts'
import { getRun } from './run-reads.ts'
import { startRun } from './runs.ts'
import { createWorkflow, publishWorkflow, saveDraft } from './workflows.ts'

const modules = [iamModule, crmModule, mailModule, intakeModule, flowModule]

interface Received {
  key: string
  body: string
}

describe('the engine on PostgreSQL', () => {
  let t: TestKit
  let owner: Person
  let server: Server
  let url = ''
  const received: Received[] = []
  let answer: (index: number) => Promise<{ status: number; body: string }> = async () => ({
    status: 200,
    body: '{}',
  })

  before(async () => {
    server = createServer((request, response) => {
      let body = ''
      request.on('data', data => {
        body += data
      })
      request.on('end', async () => {
        received.push({ key: String(request.headers['idempotency-key']), body })
        const { status, body: text } = await answer(received.length)
        response.writeHead(status, { 'content-type': 'application/json' }).end(text)
      })
    })
    await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
    const host = `127.0.0.1:${(server.address() as AddressInfo).port}`
    url = `http://${host}/hook`
    t = await testKit({ modules, env: { EGRESS_ALLOW: host } })
    owner = await makeOwner(t.kit)
  })
  after(async () => {
    server.closeAllConnections()
    server.close()
    await t.close()
  })

  const asOwner = <T>(work: (ctx: Context) => Promise<T>) =>
    inOrganization(t.kit, { orgId: owner.orgId, actor: { type: 'user', userId: owner.userId } }, work)

  /** A published chain of nodes behind a manual trigger; edges may be given for other shapes. */
  async function publish(
    nodes: { id: string; type: string; config?: Record<string, unknown>; retry?: object }[],
    edges?: [string, string, string?][],
  ): Promise<string> {
    const all = [{ id: 'start', type: 'manual' }, ...nodes]
    const links =
      edges ?? all.slice(1).map((node, index): [string, string] => [all[index]?.id ?? '', node.id])
    const graph = {
      nodes: all.map(node => ({ config: {}, position: { x: 0, y: 0 }, ...node })),
      edges: links.map(([source, target, sourceHandle]) => ({
        id: `${source}-${target}-${sourceHandle ?? ''}`,
        source,
        target,
        enabled: true,
        ...(sourceHandle ? { sourceHandle } : {}),
      })),
    } as Graph
    return asOwner(async ctx => {
      const id = await createWorkflow(ctx, { name: 'Test' })
      await saveDraft(ctx, id, { graph, revision: 0 })
      await publishWorkflow(ctx, id)
      return id
    })
  }
  const start = (workflowId: string, input = {}, idempotencyKey?: string) =>
    asOwner(ctx =>
      startRun(ctx, { workflowId, trigger: 'manual', input, ...(idempotencyKey ? { idempotencyKey } : {}) }),
    )
  const read = (runId: string) => asOwner(ctx => getRun(ctx, runId))

  async function engine(): Promise<{ heartbeat: Heartbeat; stop: () => Promise<void> }> {
    const heartbeat = await startHeartbeat(t.kit.db, t.kit.log, 'test')
    const stop = new AbortController()
    const loop = runEngine(t.kit, heartbeat, stop.signal)
    return {
      heartbeat,
      async stop() {
        stop.abort()
        await loop
        await heartbeat.stop()
      },
    }
  }

  /** Resolves when the run is in one of the states; live messages tell when to look. */
  async function until(runId: string, ...statuses: string[]) {
    for (;;) {
      const heard = Promise.withResolvers<void>()
      const unlisten = t.kit.live.listen(owner.orgId, () => heard.resolve())
      const run = await read(runId)
      if (statuses.includes(run.status)) {
        unlisten()
        return run
      }
      await heard.promise
      unlisten()
    }
  }
  const count = async (text: string, values: unknown[] = []) =>
    Number((await t.asSuperuser<{ n: string }>(`select count(*) as n from ${text}`, values))[0]?.n)
  /** Nothing of the run is left in the tables the engine works with. */
  async function assertGone(runId: string) {
    for (const table of ['run_states', 'inbox', 'ready', 'leases', 'timers']) {
      assert.equal(await count(`flow.${table} where run_id = $1`, [runId]), 0, table)
    }
  }

  it('runs a chain to its end, step by step, and leaves nothing behind', async () => {
    const workflow = await publish(
      [
        {
          id: 'big',
          type: 'condition',
          config: { condition: { field: 'trigger.amount', operator: '>', value: 10 } },
        },
        { id: 'tell', type: 'notify', config: { title: 'Got {{ trigger.amount }}' } },
      ],
      [
        ['start', 'big'],
        ['big', 'tell', 'true'],
      ],
    )
    const one = await engine()
    const { runId } = await start(workflow, { amount: 12 })
    const run = await until(runId, 'completed', 'failed')
    assert.equal(run.status, 'completed')
    assert.deepEqual(
      run.stepList.map(step => [step.number, step.nodeId, step.status]),
      [
        [1, 'start', 'completed'],
        [2, 'big', 'completed'],
        [3, 'tell', 'completed'],
      ],
    )
    assert.equal(await count(`iam.notifications where title = 'Got 12'`), 1)
    await assertGone(runId)
    const small = await start(workflow, { amount: 3 })
    assert.deepEqual(
      (await until(small.runId, 'completed')).stepList.map(step => step.nodeId),
      ['start', 'big'],
    )
    await one.stop()
  })

  it('waits as a row and goes on when the time has come', async () => {
    const workflow = await publish([
      { id: 'wait', type: 'wait', config: { duration: { amount: 0.3, unit: 'seconds' } } },
      { id: 'tell', type: 'notify', config: { title: 'Woken' } },
    ])
    const one = await engine()
    const { runId } = await start(workflow)
    const waiting = await until(runId, 'waiting')
    assert.ok(waiting.nextWakeAt)
    assert.equal(await count('flow.leases where run_id = $1', [runId]), 0)
    const done = await until(runId, 'completed')
    const step = done.stepList.find(entry => entry.nodeId === 'wait')
    assert.ok(Date.parse(step?.finishedAt ?? '') - Date.parse(step?.startedAt ?? '') >= 300)
    await assertGone(runId)
    await one.stop()
  })

  it('sends a stable idempotency key with every try of a request', async () => {
    const workflow = await publish([
      {
        id: 'call',
        type: 'http_request',
        config: { method: 'POST', url, body: '{"n": {{ trigger.n }}}' },
        retry: { attempts: 3, backoffMs: 100, growth: 'fixed' },
      },
    ])
    received.length = 0
    answer = async index => (index === 1 ? { status: 503, body: '{}' } : { status: 200, body: '{"ok":true}' })
    const one = await engine()
    const { runId } = await start(workflow, { n: 5 })
    const run = await until(runId, 'completed', 'failed')
    assert.equal(run.status, 'completed')
    assert.equal(received.length, 2)
    assert.equal(new Set(received.map(request => request.key)).size, 1)
    assert.equal(received[0]?.body, '{"n": 5}')
    assert.deepEqual(
      run.stepList.map(step => [step.nodeId, step.attempt, step.status]),
      [
        ['start', 1, 'completed'],
        ['call', 1, 'failed'],
        ['call', 2, 'completed'],
      ],
    )
    await one.stop()
  })

  it('takes over the run of a worker that died in a request, and fences the dead one off', async () => {
    const workflow = await publish([
      { id: 'call', type: 'http_request', config: { method: 'POST', url } },
      { id: 'mail', type: 'send_email', config: { to: 'a@example.com', subject: 'Once', text: 'Hello' } },
    ])
    received.length = 0
    const hang = Promise.withResolvers<{ status: number; body: string }>()
    const arrived = Promise.withResolvers<void>()
    answer = async index => {
      if (index > 1) return { status: 200, body: '{}' }
      arrived.resolve()
      return hang.promise
    }
    const zombie = await engine()
    const { runId } = await start(workflow)
    await arrived.promise
    // The heartbeat ends while the request goes on, like a process that is frozen past its lease.
    await zombie.heartbeat.stop()
    const heir = await engine()
    await until(runId, 'completed')
    hang.resolve({ status: 200, body: '{}' })
    await zombie.stop()
    await heir.stop()
    assert.equal(new Set(received.map(request => request.key)).size, 1)
    assert.equal(await count(`mail.messages where run_id = $1`, [runId]), 1)
    const run = await read(runId)
    assert.deepEqual(
      run.stepList.map(step => step.nodeId),
      ['start', 'call', 'mail'],
    )
    await assertGone(runId)
  })

  it('fails a run whose e-mail cannot be addressed, with the reason and a dead letter', async () => {
    const workflow = await publish([
      { id: 'mail', type: 'send_email', config: { to: '{{ trigger.to }}', subject: 'x', text: 'x' } },
    ])
    const one = await engine()
    const { runId } = await start(workflow, { to: 'a@example.com, b@example.com' })
    const run = await until(runId, 'failed')
    assert.equal(run.error?.nodeId, 'mail')
    assert.equal(run.stepList.at(-1)?.status, 'failed')
    assert.equal(await count('flow.dead_letters where run_id = $1', [runId]), 1)
    assert.equal(await count('mail.messages where run_id = $1', [runId]), 0)
    await assertGone(runId)
    await one.stop()
  })

  it('keeps the rest of a commit when one run in it is refused by the database', async () => {
    const workflow = await publish([
      {
        id: 'mail',
        type: 'send_email',
        config: { to: 'p@example.com', subject: 'Batch {{ trigger.n }}', text: 'x' },
      },
    ])
    // A refusal that no check of the node can foresee.
    await t.asSuperuser(`alter table mail.messages add constraint test_refusal check (subject <> 'Batch 7')`)
    const runs = await Promise.all(Array.from({ length: 20 }, (_, index) => start(workflow, { n: index })))
    const one = await engine()
    const ended = await Promise.all(runs.map(({ runId }) => until(runId, 'completed', 'failed')))
    await one.stop()
    assert.deepEqual(
      ended.filter(run => run.status === 'failed').map(run => run.id),
      [runs[7]?.runId],
    )
    assert.equal(await count(`mail.messages where subject like 'Batch %'`), 19)
    assert.equal(ended[7]?.error?.code, 'effect.refused')
  })

  it('starts one run for one key, however often it is started at once', async () => {
    const workflow = await publish([])
    const started = await Promise.all(Array.from({ length: 20 }, () => start(workflow, {}, 'same')))
    assert.equal(new Set(started.map(entry => entry.runId)).size, 1)
    assert.equal(started.filter(entry => entry.isNew).length, 1)
    assert.equal(await count('flow.runs where workflow_id = $1', [workflow]), 1)
  })

  it('runs 400 runs on two workers, each step exactly once', async () => {
    const workflow = await publish([
      { id: 'tell', type: 'notify', config: { title: 'Run {{ trigger.n }}' } },
      { id: 'wait', type: 'wait', config: { duration: { amount: 0.05, unit: 'seconds' } } },
      {
        id: 'mail',
        type: 'send_email',
        config: { to: 'n{{ trigger.n }}@example.com', subject: 'Many', text: 'x' },
      },
    ])
    const workers = [await engine(), await engine()]
    const runs: string[] = []
    for (let n = 0; n < 400; n += 40) {
      const batch = await Promise.all(
        Array.from({ length: 40 }, (_, index) => start(workflow, { n: n + index })),
      )
      runs.push(...batch.map(entry => entry.runId))
    }
    for (const runId of runs) await until(runId, 'completed')
    for (const worker of workers) await worker.stop()
    assert.equal(await count(`flow.runs where workflow_id = $1 and status = 'completed'`, [workflow]), 400)
    assert.equal(
      await count('flow.steps s join flow.runs r on r.id = s.run_id where r.workflow_id = $1', [workflow]),
      1600,
    )
    assert.equal(await count(`mail.messages where subject = 'Many'`), 400)
    assert.equal(await count(`iam.notifications where title like 'Run %'`), 400)
    assert.equal(await count('flow.leases'), 0)
    assert.equal(await count('flow.timers'), 0)
  })
})
