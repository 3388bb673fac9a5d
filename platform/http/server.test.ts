import assert from 'node:assert/strict'
import { connect } from 'node:net'
import { after, before, describe, it } from 'node:test'
import { z } from 'zod'
import { anyOrgId, type TestKit, testKit } from '#test/database.ts'
import { signedInAs, type TestServer, testServer } from '#test/http.ts'
import { Id } from '../contract/fields.ts'
import { Problem } from '../contract/problem.ts'
import { defineRoute } from '../contract/route.ts'
import { newId } from '../ids.ts'
import type { Module } from '../module.ts'
import { implement, implementPublic } from './handlers.ts'

const note = defineRoute({
  id: 'test.note.create',
  method: 'POST',
  path: '/v1/test/:boxId/notes',
  summary: 'Keeps a note',
  access: 'notes:write',
  params: z.strictObject({ boxId: Id }),
  body: z.strictObject({ text: z.string().max(20), tags: z.array(z.string()).optional() }),
  response: z.object({ id: z.string(), text: z.string() }),
  status: 201,
})

const echo = defineRoute({
  id: 'test.echo',
  method: 'POST',
  path: '/v1/test/echo',
  summary: 'Says it back',
  access: 'public',
  body: z.record(z.string(), z.unknown()),
  response: z.object({ keys: z.number() }),
})

const welcome = defineRoute({
  id: 'test.welcome',
  method: 'POST',
  path: '/v1/test/:boxId/welcome',
  summary: 'Takes in what a partner sends',
  access: 'public',
  params: z.strictObject({ boxId: z.string() }),
  body: z.strictObject({ text: z.string() }),
  response: z.object({ text: z.string() }),
})

const testModule: Module = {
  name: 'test',
  routes: [
    implement(note, async (ctx, { body }) => {
      const id = newId()
      await ctx.db.query(
        `insert into jobs.jobs (org_id, id, kind, key, payload) values ($1, $2, 'note', $3, $4)`,
        [ctx.orgId, id, id, JSON.stringify(body)],
      )
      if (body.text === 'fail') throw new Error('secret detail')
      return { id, text: body.text, hidden: 'never leaves' }
    }),
    implementPublic(welcome, async (_http, { body }) => body, {
      admits: async (_kit, { host }, params) =>
        host === 'partner.example' && (params as { boxId: string }).boxId === 'open',
    }),
    implementPublic(echo, async (_http, { body }) => ({ keys: Object.keys(body).length })),
  ],
}

describe('the HTTP server', () => {
  let t: TestKit
  let server: TestServer
  let nobody: TestServer
  let reader: TestServer
  const orgId = anyOrgId()
  const userId = newId()
  const path = `/v1/test/${newId()}/notes`
  before(async () => {
    t = await testKit()
    server = await testServer(t, [testModule], signedInAs(orgId, userId))
    nobody = await testServer(t, [testModule])
    reader = await testServer(
      t,
      [testModule],
      signedInAs(orgId, userId, permission => permission.endsWith(':read')),
    )
  })
  after(async () => {
    await Promise.all([server.close(), nobody.close(), reader.close()])
    await t.close()
  })

  const post = (body: unknown, headers: Record<string, string> = {}, to = server, url = path) =>
    to.raw(url, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...headers },
      body: typeof body === 'string' || body instanceof Uint8Array ? (body as string) : JSON.stringify(body),
    })
  const stored = async () =>
    Number((await t.asSuperuser<{ n: string }>('select count(*) as n from jobs.jobs'))[0]?.n)
  const problem = async (response: Response) => {
    assert.equal(response.headers.get('content-type'), 'application/problem+json; charset=utf-8')
    const parsed = Problem.parse(await response.json())
    assert.equal(parsed.status, response.status)
    assert.equal(parsed.requestId, response.headers.get('x-request-id'))
    return parsed
  }

  it('answers only the declared fields', async () => {
    const response = await post({ text: 'hello' })
    assert.equal(response.status, 201)
    assert.deepEqual(Object.keys((await response.json()) as object), ['id', 'text'])
  })

  it('refuses a caller without a session, and one whose role does not allow it', async () => {
    assert.equal((await problem(await post({ text: 'x' }, {}, nobody))).code, 'request.not_signed_in')
    assert.equal((await problem(await post({ text: 'x' }, {}, reader))).code, 'request.forbidden')
  })

  it('points at each wrong field and stores nothing', async () => {
    const count = await stored()
    const cases: [unknown, string[]][] = [
      [{}, ['/text']],
      [{ text: 5 }, ['/text']],
      [{ text: 'x'.repeat(21) }, ['/text']],
      [{ text: 'x', extra: 1, 'a/b': 2 }, ['/extra', '/a~1b']],
      [{ text: 'x', tags: ['ok', 7] }, ['/tags/1']],
      [{ text: 'a\u0000b' }, ['/text']],
      [{ text: '\ud800' }, ['/text']],
      [['text'], ['']],
      ['null', ['']],
    ]
    for (const [body, pointers] of cases) {
      const response = await post(body)
      assert.equal(response.status, 422, JSON.stringify(body))
      const { errors } = await problem(response)
      assert.deepEqual(
        errors?.map(error => error.pointer),
        pointers,
      )
      assert.ok(errors?.every(error => error.in === 'body' && error.message.length > 0))
    }
    assert.equal(await stored(), count)
  })

  it('refuses what is not exactly JSON', async () => {
    const malformed = [
      '',
      '{',
      '{"text":"x",}',
      '\ufeff{"text":"x"}',
      '{"text":"x","text":"y"}',
      "{'text':1}",
      new Uint8Array([0x22, 0xff, 0x22]),
    ]
    for (const body of malformed) {
      const response = await post(body)
      assert.equal(response.status, 400, String(body))
      const { detail } = await problem(response)
      assert.doesNotMatch(detail ?? '', /text/)
    }
    const refused = [`${'['.repeat(40)}${']'.repeat(40)}`, '{"__proto__":{"polluted":true}}']
    for (const body of refused)
      assert.equal((await post(body, {}, nobody, '/v1/test/echo')).status, 422, body)
    const manyKeys = JSON.stringify(
      Object.fromEntries(Array.from({ length: 50_001 }, (_, n) => [`k${n}`, n])),
    )
    assert.equal((await post(manyKeys, {}, nobody, '/v1/test/echo')).status, 422)
    assert.equal(Object.hasOwn(Object.prototype, 'polluted'), false)
  })

  it('accepts no other content type, however similar', async () => {
    const types = [
      'text/plain',
      'application/json; charset=latin1',
      'application/json;x=y',
      'application/jsonp',
      'application/x-www-form-urlencoded',
      'multipart/form-data; boundary=x',
      'application/json, text/html',
      'text/plain; application/json',
      'application/json\t; charset=utf-8',
    ]
    for (const type of types)
      assert.equal((await post('{"text":"x"}', { 'content-type': type })).status, 415, type)
    assert.equal(
      (await post('{"text":"x"}', { 'content-type': 'Application/JSON; charset=UTF-8' })).status,
      201,
    )
  })

  it('refuses a body of ten megabytes without reading it into memory', async () => {
    const response = await post(JSON.stringify({ text: 'x'.repeat(10_000_000) }))
    assert.equal((await problem(response)).code, 'request.too_large')
  })

  it('answers a malformed id like one that names nothing', async () => {
    for (const id of ['1', 'x', '..%2f..', '%00', newId().toUpperCase(), `${newId()}'--`]) {
      const response = await post({ text: 'x' }, {}, server, `/v1/test/${id}/notes`)
      assert.equal(response.status, 404, id)
      assert.equal((await problem(response)).code, 'request.not_found')
    }
  })

  it('never shows what failed inside', async () => {
    const count = await stored()
    const response = await post({ text: 'fail' })
    assert.equal(response.status, 500)
    assert.doesNotMatch(JSON.stringify(await problem(response)), /secret/)
    assert.equal(await stored(), count)
  })

  it('refuses a change that a browser says comes from another site', async () => {
    for (const headers of [
      { 'sec-fetch-site': 'cross-site' },
      { 'sec-fetch-site': 'same-site' },
      { origin: 'https://evil.example' },
      { origin: 'null' },
    ]) {
      assert.equal((await problem(await post({ text: 'x' }, headers))).code, 'request.cross_site')
    }
    assert.equal((await post({ text: 'x' }, { 'sec-fetch-site': 'same-origin' })).status, 201)
  })

  it('lets the pages of a site that a route welcomes call it and read the answer, and no other', async () => {
    const ask = (box: string, origin: string, method = 'POST', body: string | null = '{"text":"x"}') =>
      nobody.raw(`/v1/test/${box}/welcome`, {
        method,
        body,
        headers: {
          origin,
          'sec-fetch-site': 'cross-site',
          ...(body === null ? {} : { 'content-type': 'application/json' }),
        },
      })
    const preflight = (box: string, origin: string) => ask(box, origin, 'OPTIONS', null)
    const partner = 'https://partner.example'
    const asked = await preflight('open', partner)
    assert.equal(asked.status, 204)
    assert.equal(asked.headers.get('access-control-allow-origin'), partner)
    assert.equal(asked.headers.get('access-control-allow-methods'), 'POST')
    const sent = await ask('open', partner)
    assert.deepEqual([sent.status, await sent.json()], [200, { text: 'x' }])
    assert.equal(sent.headers.get('access-control-allow-origin'), partner)
    assert.equal(sent.headers.get('access-control-allow-credentials'), null)
    assert.equal(sent.headers.get('vary'), 'origin')
    // What is wrong with a request can be read as well.
    const wrong = await ask('open', partner, 'POST', '{}')
    assert.deepEqual([wrong.status, wrong.headers.get('access-control-allow-origin')], [422, partner])
    for (const [box, origin] of [
      ['shut', partner],
      ['open', 'https://evil.example'],
      ['open', 'https://partner.example.evil.example'],
      ['open', 'https://partner.example/'],
      ['open', 'null'],
    ] as const) {
      for (const response of [await preflight(box, origin), await ask(box, origin)]) {
        assert.equal((await problem(response)).code, 'request.cross_site', `${box} ${origin}`)
        assert.equal(response.headers.get('access-control-allow-origin'), null)
      }
    }
  })

  it('describes every route in OpenAPI and on a page', async () => {
    const document = (await (await nobody.raw('/openapi.json')).json()) as {
      openapi: string
      paths: Record<string, Record<string, { operationId: string }>>
    }
    assert.equal(document.openapi, '3.1.0')
    assert.equal(document.paths['/v1/test/{boxId}/notes']?.post?.operationId, 'test.note.create')
    const page = await (await nobody.raw('/docs/api')).text()
    assert.match(page, /Keeps a note/)
    assert.match(await (await nobody.raw('/docs/errors')).text(), /id="request.not_found"/)
  })

  it('says that it is alive, ready and measured', async () => {
    assert.equal((await nobody.raw('/healthz')).status, 200)
    assert.equal((await nobody.raw('/readyz')).status, 200)
    assert.match(await (await nobody.raw('/metrics')).text(), /http_request_duration_seconds_count/)
  })

  it('streams live changes of the own organization only', async () => {
    const gone = new AbortController()
    const response = await server.raw('/v1/live', { signal: gone.signal })
    assert.equal(response.headers.get('content-type'), 'text/event-stream; charset=utf-8')
    const reader = response.body?.pipeThrough(new TextDecoderStream()).getReader()
    assert.ok(reader)
    let text = (await reader.read()).value ?? ''
    t.kit.live.send({ id: newId(), orgId: anyOrgId(), type: 'lead.created', subjects: [] })
    t.kit.live.send({ id: newId(), orgId, type: 'lead.moved', subjects: [{ type: 'lead', id: userId }] })
    while (!text.includes('lead.moved')) text += (await reader.read()).value ?? ''
    assert.doesNotMatch(text, /lead\.created/)
    gone.abort()
    await reader.read().catch(() => {})
  })

  it('does not understand two lengths at once', async () => {
    const answer = await new Promise<string>((resolve, reject) => {
      const { hostname, port } = new URL(server.url)
      const socket = connect(Number(port), hostname)
      let text = ''
      socket.on('data', data => {
        text += data.toString()
      })
      socket.on('close', () => resolve(text))
      socket.on('error', reject)
      socket.write(
        `POST ${path} HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n`,
      )
    })
    assert.match(answer, /^HTTP\/1\.1 400/)
  })
})
