import assert from 'node:assert/strict'
import { createHmac } from 'node:crypto'
import { after, before, describe, it } from 'node:test'
import { crmModule } from '#modules/crm/index.ts'
import { makeOwner, type Person } from '#modules/iam/factories.ts'
import { iamModule } from '#modules/iam/index.ts'
import { intakeModule } from '#modules/intake/index.ts'
import { mailModule } from '#modules/mail/index.ts'
import { type Context, inOrganization } from '#platform/context.ts'
import { createClient } from '#platform/contract/client.ts'
import { publish } from '#platform/events/publish.ts'
import { newId } from '#platform/ids.ts'
import { type TestKit, testKit } from '#test/database.ts'
import { type TestServer, testServer } from '#test/http.ts'
import { workflowCompleted } from './events.ts'
import type { Graph } from './graph.ts'
import { flowModule } from './index.ts'
import { waitForResult } from './run-result.ts'
import * as api from './webhook-api.ts'
import { createWorkflow, publishWorkflow, saveDraft } from './workflows.ts'

const modules = [iamModule, crmModule, mailModule, intakeModule, flowModule]

interface Hook {
  workflowId: string
  path: string
  secret: string
}

describe('webhooks', () => {
  let t: TestKit
  let owner: Person
  let other: Person
  let server: TestServer

  before(async () => {
    t = await testKit({ modules, frozenAt: new Date('2026-03-01T12:00:00Z') })
    owner = await makeOwner(t.kit)
    other = await makeOwner(t.kit)
    server = await testServer(t, modules, async (_kit, request) => {
      const person = request.authorization === other.orgId ? other : owner
      const { orgId, userId } = person
      const actor = { type: 'user', userId } as const
      return {
        actor,
        name: 'Test person',
        userId,
        sessionId: null,
        orgId,
        role: 'owner',
        visibility: {},
        can: () => true,
      }
    })
  })
  after(async () => {
    await server.close()
    await t.close()
  })

  const inOrg = <T>(work: (ctx: Context) => Promise<T>) =>
    inOrganization(t.kit, { orgId: owner.orgId, actor: { type: 'user', userId: owner.userId } }, work)
  const client = (orgId = owner.orgId) =>
    createClient({ baseUrl: server.url, headers: () => ({ authorization: orgId }) })

  /** A run with this after its trigger is not over before somebody says so. */
  const LONG = { id: 'long', type: 'wait', config: { duration: { amount: 1, unit: 'days' } } }

  async function publishTrigger(
    workflowId: string,
    type: string,
    config: object,
    then: readonly object[] = [],
  ): Promise<void> {
    const nodes = [{ id: 'start', type, config }, ...then].map(node => ({
      position: { x: 0, y: 0 },
      ...node,
    }))
    const edges = then.length === 0 ? [] : [{ id: 'e', source: 'start', target: 'long', enabled: true }]
    const graph = { nodes, edges } as Graph
    await inOrg(async ctx => {
      const found = await ctx.db.query<{ revision: number }>(
        'select revision from flow.workflows where org_id = $1 and id = $2',
        [ctx.orgId, workflowId],
      )
      const revision = found.rows[0]?.revision ?? 0
      await saveDraft(ctx, workflowId, { graph, revision })
      await publishWorkflow(ctx, workflowId)
    })
  }

  async function makeHook(config: object = {}, then: readonly object[] = []): Promise<Hook> {
    const workflowId = await inOrg(ctx => createWorkflow(ctx, { name: 'Hooked' }))
    await publishTrigger(workflowId, 'webhook', config, then)
    const { url, secret } = await client().call(api.rotateWebhookSecret, { params: { workflowId }, body: {} })
    return { workflowId, path: new URL(url).pathname, secret }
  }

  const send = (hook: Hook, body: RequestInit['body'], headers: Record<string, string> = {}, search = '') =>
    server.raw(`${hook.path}${search}`, {
      method: 'POST',
      body: body ?? null,
      headers: { 'content-type': 'application/json', ...headers },
    })
  const accepted = async (response: Response) => {
    const text = await response.text()
    assert.equal(response.status, 202, text)
    return api.DeliveryReceipt.parse(JSON.parse(text)).runId
  }
  const refusal = async (response: Response) => {
    assert.match(response.headers.get('content-type') ?? '', /problem\+json/)
    const { code, detail } = (await response.json()) as { code: string; detail?: string }
    return { status: response.status, code, detail }
  }
  const runsOf = (workflowId: string) =>
    t.asSuperuser<{ id: string; input: { webhook: Record<string, unknown> }; trigger_type: string }>(
      'select id, input, trigger_type from flow.runs where workflow_id = $1 order by id',
      [workflowId],
    )
  const stripeSigned = (hook: Hook, body: string, at = t.kit.clock.now().getTime() / 1000) => {
    const signature = createHmac('sha256', hook.secret).update(`${at}.${body}`).digest('hex')
    return { 'stripe-signature': `t=${at},v1=${signature}` }
  }
  const standardSigned = (hook: Hook, id: string, body: string) => {
    const at = String(t.kit.clock.now().getTime() / 1000)
    const key = Buffer.from(hook.secret.replace('whsec_', ''), 'base64')
    const signature = createHmac('sha256', key).update(`${id}.${at}.${body}`).digest('base64')
    return { 'webhook-id': id, 'webhook-timestamp': at, 'webhook-signature': `v1,${signature}` }
  }

  it('a delivery is a run that is committed before the answer, without what is secret in its headers', async () => {
    const hook = await makeHook()
    const headers = { authorization: 'Bearer x', cookie: 'a=b', 'x-api-key': 'k', 'x-topic': 'orders' }
    const runId = await accepted(await send(hook, '{"order":{"id":7}}', headers, '?shop=1&tag=a&tag=b'))
    const [run] = await runsOf(hook.workflowId)
    assert.equal(run?.id, runId)
    assert.equal(run?.trigger_type, 'webhook')
    const {
      headers: kept,
      query,
      body,
    } = (run?.input.webhook ?? {}) as Record<string, Record<string, string>>
    assert.deepEqual(query, { shop: '1', tag: ['a', 'b'] })
    assert.deepEqual(body, { order: { id: 7 } })
    assert.equal(kept?.['x-topic'], 'orders')
    for (const name of ['authorization', 'cookie', 'x-api-key', 'host', 'connection']) {
      assert.equal(kept?.[name], undefined, name)
    }
    const put = await server.raw(hook.path, {
      method: 'PUT',
      body: 'plain',
      headers: { 'content-type': 'text/plain' },
    })
    await accepted(put)
    assert.equal((await server.raw(hook.path)).status, 404)
  })

  it('form fields, text and unknown types are read, bytes that are no text are not', async () => {
    const hook = await makeHook()
    const form = { 'content-type': 'application/x-www-form-urlencoded;charset=UTF-8' }
    await accepted(await send(hook, 'a=1&b=2&b=3&__proto__=x&c=%C3%A9', form))
    await accepted(await send(hook, '<a>é</a>', { 'content-type': 'application/soap+xml' }))
    await accepted(await send(hook, '[1]', { 'content-type': 'application/cloudevents+json; charset=utf-8' }))
    const untyped = { method: 'POST', body: new TextEncoder().encode('no type') }
    await accepted(await server.raw(hook.path, untyped))
    await accepted(await send(hook, ''))
    const bodies = (await runsOf(hook.workflowId)).map(run => run.input.webhook.body)
    assert.deepEqual(bodies, [{ a: '1', b: ['2', '3'], c: 'é' }, '<a>é</a>', [1], 'no type', null])
    const bytes = await send(hook, new Uint8Array([0xff, 0xfe, 0]), {
      'content-type': 'application/octet-stream',
    })
    assert.equal((await refusal(bytes)).status, 415)
  })

  it('hostile bodies are refused by name and start nothing', async () => {
    const hook = await makeHook()
    const before = (await runsOf(hook.workflowId)).length
    for (const body of ['{', '{"a":1,"a":2}', '\ufeff{}', 'nul', '{"a":"\u0001"}']) {
      assert.equal((await refusal(await send(hook, body))).status, 400, body)
    }
    for (const body of [
      '{"a":"\\u0000"}',
      '{"\\ud800":1}',
      '{"__proto__":1}',
      '['.repeat(40) + ']'.repeat(40),
    ]) {
      assert.equal((await refusal(await send(hook, body))).status, 422, body)
    }
    const nul = await send(hook, 'a\u0000b', { 'content-type': 'text/plain' })
    assert.equal((await refusal(nul)).status, 422)
    assert.equal((await refusal(await send(hook, `"${'x'.repeat(262_143)}"`))).status, 413)
    await accepted(await send(hook, `"${'x'.repeat(262_142)}"`))
    assert.equal((await runsOf(hook.workflowId)).length, before + 1)
  })

  it('an address that leads nowhere answers 404, whatever it looks like', async () => {
    const hook = await makeHook()
    const mistaken = hook.path.slice(0, -1) + (hook.path.endsWith('A') ? 'B' : 'A')
    for (const path of [
      mistaken,
      '/hooks/x',
      '/hooks/..%2f..%2fv1',
      `/hooks/${'a'.repeat(32)}`,
      '/hooks/%00',
      `/hooks/${newId()}`,
    ]) {
      const response = await server.raw(path, { method: 'POST', body: '{}' })
      assert.equal(response.status, 404, path)
    }
  })

  it('only what was signed with the secret starts a run, and the answer does not say what was wrong', async () => {
    const hook = await makeHook({ verification: { type: 'stripe' } })
    const body = '{"id":"evt_1","type":"x"}'
    await accepted(await send(hook, body, stripeSigned(hook, body)))
    const now = t.kit.clock.now().getTime() / 1000
    const bad = [
      {},
      stripeSigned(hook, `${body} `),
      stripeSigned({ ...hook, secret: 'another' }, body),
      stripeSigned(hook, body, now - 301),
      stripeSigned(hook, body, now + 301),
    ]
    const answers = await Promise.all(bad.map(async headers => refusal(await send(hook, body, headers))))
    for (const answer of answers) {
      assert.deepEqual(answer, { status: 401, code: 'flow.webhook_refused', detail: undefined })
    }
    assert.equal((await runsOf(hook.workflowId)).length, 1)
  })

  it('the secret of another organization signs nothing here', async () => {
    const hook = await makeHook({ verification: { type: 'secret_header', header: 'X-Secret' } })
    const theirs = await inOrganization(
      t.kit,
      { orgId: other.orgId, actor: { type: 'user', userId: other.userId } },
      ctx => createWorkflow(ctx, { name: 'Theirs' }),
    )
    const { secret, url } = await client(other.orgId).call(api.rotateWebhookSecret, {
      params: { workflowId: theirs },
      body: {},
    })
    assert.equal((await send(hook, '{}', { 'x-secret': secret })).status, 401)
    await accepted(await send(hook, '{}', { 'x-secret': hook.secret }))
    const [run] = await runsOf(hook.workflowId)
    assert.ok(!JSON.stringify(run?.input).includes(hook.secret))
    await assert.rejects(
      client(other.orgId).call(api.getWebhook, { params: { workflowId: hook.workflowId } }),
      /404|nothing here/,
    )
    await assert.rejects(
      client(other.orgId).call(api.rotateWebhookSecret, {
        params: { workflowId: hook.workflowId },
        body: {},
      }),
      /404|nothing here/,
    )
    const unpublished = await send({ ...hook, path: new URL(url).pathname }, '{}')
    assert.deepEqual(await refusal(unpublished), {
      status: 409,
      code: 'flow.webhook_closed',
      detail: 'The workflow is not published. Nothing was kept of the delivery.',
    })
  })

  it('100 identical deliveries at once are one run', async () => {
    const hook = await makeHook({ verification: { type: 'standard_webhooks' } })
    const headers = standardSigned(hook, 'msg_1', '{"n":1}')
    const runIds = await Promise.all(
      Array.from({ length: 100 }, async () => accepted(await send(hook, '{"n":1}', headers))),
    )
    assert.equal(new Set(runIds).size, 1)
    assert.equal((await runsOf(hook.workflowId)).length, 1)
    const reused = await send(hook, '{"n":2}', standardSigned(hook, 'msg_1', '{"n":2}'))
    assert.equal((await refusal(reused)).code, 'flow.delivery_reused')
    await accepted(await send(hook, '{"n":2}', standardSigned(hook, 'msg_2', '{"n":2}')))
    assert.equal((await runsOf(hook.workflowId)).length, 2)
  })

  it('a delivery is known by what its settings or its sender say', async () => {
    const byPath = await makeHook({ deduplicateBy: { path: 'order.id' } })
    const long = 'ü'.repeat(5_000)
    for (const body of [
      { order: { id: 1 } },
      { order: { id: 1 }, again: true },
      { order: { id: long } },
      { order: { id: long } },
      {},
      {},
    ]) {
      await accepted(await send(byPath, JSON.stringify(body)))
    }
    assert.equal((await runsOf(byPath.workflowId)).length, 4)
    const byHeader = await makeHook({ deduplicateBy: { header: 'X-Delivery' } })
    for (const id of ['a', 'a', 'b']) await accepted(await send(byHeader, '{}', { 'x-delivery': id }))
    assert.equal((await runsOf(byHeader.workflowId)).length, 2)
    const stripe = await makeHook({ verification: { type: 'stripe' } })
    for (const body of ['{"id":"evt_1","pending_webhooks":2}', '{"id":"evt_1","pending_webhooks":1}']) {
      await accepted(await send(stripe, body, stripeSigned(stripe, body)))
    }
    assert.equal((await runsOf(stripe.workflowId)).length, 1)
    // The same id means nothing in another workflow.
    await accepted(await send(byPath, '{"order":{"id":"evt_1"}}'))
  })

  it('a paused, archived or otherwise started workflow says so and keeps its address', async () => {
    const hook = await makeHook()
    const setStatus = (status: string) =>
      t.asSuperuser('update flow.workflows set status = $2 where id = $1', [hook.workflowId, status])
    for (const [status, words] of [
      ['paused', /paused/],
      ['archived', /archived/],
      ['draft', /not published/],
    ] as const) {
      await setStatus(status)
      const { status: code, detail } = await refusal(await send(hook, '{}'))
      assert.equal(code, 409)
      assert.match(detail ?? '', words)
    }
    await setStatus('active')
    await publishTrigger(hook.workflowId, 'manual', {})
    assert.match((await refusal(await send(hook, '{}'))).detail ?? '', /no longer starts by its webhook/)
    await publishTrigger(hook.workflowId, 'webhook', {
      verification: { type: 'secret_header', header: 'x-secret' },
    })
    await accepted(await send(hook, '{}', { 'x-secret': hook.secret }))
    const { url, verification, closedBecause } = await client().call(api.getWebhook, {
      params: { workflowId: hook.workflowId },
    })
    assert.equal(new URL(url ?? '').pathname, hook.path)
    assert.deepEqual(verification, { type: 'secret_header', header: 'x-secret' })
    assert.equal(closedBecause, null)
    await t.asSuperuser('update flow.workflows set deleted_at = now() where id = $1', [hook.workflowId])
    assert.equal((await send(hook, '{}', { 'x-secret': hook.secret })).status, 404)
  })

  it('a new secret replaces the one before, at once or after a time', async () => {
    const hook = await makeHook({ verification: { type: 'secret_header', header: 'x-secret' } })
    const rotate = (body: { secret?: string; keepPreviousHours?: number }) =>
      client().call(api.rotateWebhookSecret, { params: { workflowId: hook.workflowId }, body })
    const status = async (secret: string) => (await send(hook, '{}', { 'x-secret': secret })).status
    const { secret: second } = await rotate({})
    assert.deepEqual([await status(hook.secret), await status(second)], [401, 202])
    await rotate({ secret: 'made-by-the-sender', keepPreviousHours: 24 })
    assert.deepEqual([await status(second), await status('made-by-the-sender')], [202, 202])
    await t.asSuperuser(
      `update flow.webhooks set previous_until = now() - interval '1 second' where workflow_id = $1`,
      [hook.workflowId],
    )
    assert.deepEqual([await status(second), await status('made-by-the-sender')], [401, 202])
    const [row] = await t.asSuperuser<{ row: string }>(
      'select row_to_json(h)::text as row from flow.webhooks h where workflow_id = $1',
      [hook.workflowId],
    )
    assert.ok(row && !row.row.includes('made-by-the-sender') && !row.row.includes(second), 'sealed at rest')
    await publishTrigger(hook.workflowId, 'webhook', { verification: { type: 'standard_webhooks' } })
    await assert.rejects(rotate({ secret: 'made-by-the-sender' }), /cannot be the secret/)
  })

  it('keeps the last five deliveries, long ones cut', async () => {
    const hook = await makeHook()
    for (let n = 1; n <= 6; n++) await accepted(await send(hook, JSON.stringify({ n }), { 'x-n': String(n) }))
    await accepted(await send(hook, JSON.stringify('é'.repeat(40_000))))
    const { samples } = await client().call(api.getWebhook, { params: { workflowId: hook.workflowId } })
    assert.deepEqual(
      samples.map(({ body, isCut }) => (isCut ? 'cut' : body)),
      ['cut', { n: 6 }, { n: 5 }, { n: 4 }, { n: 3 }],
    )
    assert.equal(samples[1]?.headers['x-n'], '6')
    const size = Buffer.byteLength(JSON.stringify(samples[0]?.body))
    assert.ok(size > 30_000 && size <= 33_000, `${size} bytes`)
    assert.ok(!String(samples[0]?.body).includes('\ufffd'))
  })

  it('one address that sends too much to one webhook is told to wait', async () => {
    const slow = await testKit({ modules, env: { WEBHOOK_POSTS_PER_MINUTE: '3' } })
    const slowServer = await testServer(slow, modules)
    try {
      const person = await makeOwner(slow.kit)
      const key = await inOrganization(
        slow.kit,
        { orgId: person.orgId, actor: { type: 'user', userId: person.userId } },
        async ctx => {
          const workflowId = await createWorkflow(ctx, { name: 'Slow' })
          const node = { id: 'start', type: 'webhook', config: {}, position: { x: 0, y: 0 } }
          await saveDraft(ctx, workflowId, { graph: { nodes: [node], edges: [] }, revision: 0 })
          await publishWorkflow(ctx, workflowId)
          const found = await ctx.db.query<{ key: string }>(
            'select key from flow.webhooks where org_id = $1',
            [ctx.orgId],
          )
          return found.rows[0]?.key
        },
      )
      const statuses: number[] = []
      for (let n = 0; n < 4; n++) {
        const response = await slowServer.raw(`/hooks/${key}`, { method: 'POST', body: '{}' })
        statuses.push(response.status)
        if (response.status === 429) assert.ok(Number(response.headers.get('retry-after')) > 0)
      }
      assert.deepEqual(statuses, [202, 202, 202, 429])
    } finally {
      await slowServer.close()
      await slow.close()
    }
  })

  it('a sender that waits is answered with the result once the run is over', async () => {
    const hook = await makeHook({ reply: 'result', deduplicateBy: { header: 'x-delivery' } }, [LONG])
    const answer = send(hook, '{}', { 'x-delivery': '1' })
    let runId: string | undefined
    while (!runId) runId = (await runsOf(hook.workflowId))[0]?.id
    const ended = runId
    await inOrg(async ctx => {
      await ctx.db.query(
        `update flow.runs set status = 'completed', output = '{"ok":true}' where org_id = $1 and id = $2`,
        [ctx.orgId, ended],
      )
      await publish(ctx, workflowCompleted, {
        subjects: [{ type: 'run', id: ended }],
        payload: { runId: ended, workflowId: hook.workflowId, leadId: null },
      })
    })
    const response = await answer
    assert.equal(response.status, 200)
    assert.deepEqual(await response.json(), { runId, status: 'completed', result: { ok: true } })
    const again = await send(hook, '{}', { 'x-delivery': '1' })
    assert.deepEqual(
      [again.status, await again.json()],
      [200, { runId, status: 'completed', result: { ok: true } }],
    )
  })

  it('waiting for a result ends without one when its time is up', async () => {
    const hook = await makeHook({}, [LONG])
    const runId = await accepted(await send(hook, '{}'))
    const stop = new AbortController()
    const waiting = waitForResult(t.kit, { orgId: owner.orgId, runId }, stop.signal)
    stop.abort()
    assert.equal(await waiting, null)
    assert.equal(t.kit.live.count(), 0)
  })
})
