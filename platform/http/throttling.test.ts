import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { z } from 'zod'
import { PageQuery, pageOf } from '#platform/contract/fields.ts'
import { defineRoute } from '#platform/contract/route.ts'
import { newId } from '#platform/ids.ts'
import { type TestKit, testKit } from '#test/database.ts'
import { signedInAs, type TestServer, testServer } from '#test/http.ts'
import { Answer, implement, implementPublic } from './handlers.ts'

const one = { method: 'GET', summary: 'Read', access: 'things:read', response: z.object({}) } as const
const read = defineRoute({ ...one, id: 'probe.thing.get', path: '/v1/thing' })
const list = defineRoute({
  ...one,
  id: 'probe.thing.list',
  path: '/v1/things',
  query: PageQuery,
  response: pageOf(z.object({})),
})
const stream = defineRoute({
  id: 'probe.live',
  method: 'GET',
  path: '/v1/stream',
  summary: 'Follow',
  access: 'things:read',
  produces: 'text/event-stream',
})
const open = defineRoute({ ...one, id: 'probe.open', path: '/v1/open', access: 'public' })
const routes = [
  implement(read, async () => ({})),
  implement(list, async () => ({ items: [], nextCursor: null })),
  implement(stream, async () => new Answer(200, 'data: 1\n\n', { 'content-type': 'text/event-stream' })),
  implementPublic(open, async () => ({})),
]

describe('a caller who asks too much', () => {
  let t: TestKit
  let server: TestServer
  before(async () => {
    const env = { API_REQUESTS_PER_MINUTE: '4', API_REQUESTS_PER_MINUTE_ORGANIZATION: '1000' }
    t = await testKit({ env })
    server = await testServer(t, [{ name: 'probe', routes }], signedInAs(newId(), newId()))
  })
  after(async () => {
    await server.close()
    await t.close()
  })

  it('hears what is left, then waits, while the stream and public pages stay open', async () => {
    const first = await server.raw('/v1/thing')
    assert.equal(first.headers.get('ratelimit-policy'), '"caller";q=4;w=60, "organization";q=1000;w=60')
    assert.equal(first.headers.get('ratelimit'), '"caller";r=3;t=15, "organization";r=999;t=1')
    const second = await server.raw('/v1/things')
    assert.match(second.headers.get('ratelimit') ?? '', /^"caller";r=1;t=\d+, "organization";r=99\d;t=\d+$/)
    assert.equal((await server.raw('/v1/thing')).status, 200)
    const refused = await server.raw('/v1/thing')
    assert.equal(refused.status, 429)
    assert.match(refused.headers.get('ratelimit') ?? '', /^"caller";r=0;t=\d+, /)
    assert.match(refused.headers.get('retry-after') ?? '', /^([1-9]|1[0-5])$/)
    const problem = (await refused.json()) as { code: string }
    assert.equal(problem.code, 'request.too_many')
    for (const path of ['/v1/stream', '/v1/open', '/healthz'])
      for (let n = 0; n < 5; n++) assert.equal((await server.raw(path)).status, 200, path)
    assert.equal((await server.raw('/v1/stream')).headers.get('ratelimit'), null)
  })
})
