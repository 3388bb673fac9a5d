import assert from 'node:assert/strict'
import { connect } from 'node:net'
import { after, before, describe, it } from 'node:test'
import { newId } from '#platform/ids.ts'
import { anyOrgId, type TestKit, testKit } from '#test/database.ts'
import { openEventStream } from '#test/event-stream.ts'
import { signedInAs, type TestServer, testServer } from '#test/http.ts'

describe('a live stream', () => {
  let t: TestKit
  let server: TestServer
  const orgId = anyOrgId()
  before(async () => {
    t = await testKit()
    server = await testServer(t, [], signedInAs(orgId, newId()))
  })
  after(async () => {
    await server?.close()
    await t?.close()
  })
  const url = () => `${server.url}/v1/live`
  const send = (subjects = [{ type: 'lead', id: newId() }]) => {
    const message = { id: newId(), orgId, type: 'lead.moved', subjects }
    t.kit.live.send(message)
    t.kit.live.flush()
    return message
  }
  const turn = () => new Promise(resolve => setImmediate(resolve))

  it('says where it is, and each message what changed', async () => {
    const stream = await openEventStream(url(), {})
    const hello = await stream.find(({ event }) => event === 'hello')
    assert.match(hello?.id ?? '', /^\d+$/)
    const { id, type, subjects } = send()
    const heard = await stream.find(({ event }) => event === 'message')
    assert.deepEqual(heard?.data, { id, type, subjects })
    assert.ok(Number(heard?.id) >= Number(hello?.id))
    stream.close()
  })

  it('begins with a reset when nobody knows what was missed', async () => {
    for (const [query, headers] of [
      ['?after=1', {}],
      ['', { 'last-event-id': 'made-up' }],
    ] as const) {
      const stream = await openEventStream(url() + query, headers)
      assert.equal((await stream.find(({ event }) => event !== 'hello'))?.event, 'reset')
      stream.close()
    }
  })

  it('may be open thirty times at once for one person, and again when one is closed', async () => {
    while (t.kit.live.count() > 0) await turn()
    const streams = await Promise.all(Array.from({ length: 30 }, () => openEventStream(url(), {})))
    const refused = await fetch(url())
    assert.equal(refused.status, 429)
    assert.equal(((await refused.json()) as { code: string }).code, 'live.too_many_streams')
    assert.equal(refused.headers.get('retry-after'), '5')
    streams[0]?.close()
    while (t.kit.live.count() === 30) await turn()
    streams.push(await openEventStream(url(), {}))
    for (const stream of streams) stream.close()
    while (t.kit.live.count() > 0) await turn()
  })

  it('is ended for a reader that does not keep up', async () => {
    const { hostname, port } = new URL(server.url)
    const socket = connect(Number(port), hostname)
    socket.on('error', () => {})
    socket.pause()
    socket.write('GET /v1/live HTTP/1.1\r\nHost: localhost\r\n\r\n')
    while (t.kit.live.count() === 0) await turn()
    const subjects = Array.from({ length: 100 }, () => ({ type: 'lead', id: newId() }))
    // As much as the sockets between hold, and then the queue.
    for (let sent = 0; t.kit.live.count() > 0; sent++) {
      assert.ok(sent < 50_000, 'nobody ended it')
      send(subjects)
      if (sent % 50 === 0) await turn()
    }
    socket.destroy()
  })
})
