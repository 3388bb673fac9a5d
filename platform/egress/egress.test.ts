import assert from 'node:assert/strict'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterEach, beforeEach, describe, test } from 'node:test'
import { createEgress, type Egress } from './egress.ts'
import type { EgressErrorCode } from './errors.ts'
import { createFakeInternet, type FakeInternet, fakeCertificate } from './fake-internet.ts'
import { bodyOf, fails } from './rude-server.ts'

const HOST = 'api.example.com'
const ADDRESS = '8.8.8.8'
const URL_ = `http://${HOST}/hook`

let internet: FakeInternet
let egress: Egress

beforeEach(() => {
  internet = createFakeInternet()
  internet.name(HOST, [ADDRESS])
  egress = createEgress({ ...internet, extraCa: [fakeCertificate.cert] })
})

afterEach(async () => {
  await egress.close()
  await internet.close()
})

describe('a request', () => {
  test('carries its method, path, headers and body and gives back the whole answer', async () => {
    const seen: { method?: string; url?: string; headers?: object; body?: string } = {}
    await internet.http(ADDRESS, async (request, response) => {
      Object.assign(seen, {
        method: request.method,
        url: request.url,
        headers: request.headers,
        body: await bodyOf(request),
      })
      response.writeHead(
        201,
        [
          ['X-Two', 'a'],
          ['X-Two', 'b'],
          ['Content-Type', 'text/plain; charset="iso-8859-1"'],
        ].flat(),
      )
      response.end(Buffer.from('caf\u00e9', 'latin1'))
    })
    const answer = await egress.request({
      url: `${URL_}?a=1&b=%20#fragment`,
      method: 'POST',
      headers: { 'Content-Type': 'application/json', 'X-Key': 'k' },
      body: '{"name":"Zoë"}',
    })
    assert.deepEqual(seen, {
      method: 'POST',
      url: '/hook?a=1&b=%20',
      headers: {
        host: HOST,
        connection: 'keep-alive',
        'user-agent': 'Millrace',
        accept: '*/*',
        'accept-encoding': 'gzip, br',
        'content-type': 'application/json',
        'x-key': 'k',
        'content-length': '15',
      },
      body: '{"name":"Zoë"}',
    })
    assert.equal(answer.status, 201)
    assert.equal(answer.headers['x-two'], 'a, b')
    assert.equal(answer.text(), 'café')
    assert.equal(answer.truncated, false)
    assert.equal(answer.address, ADDRESS)
    assert.equal(answer.url, `${URL_}?a=1&b=%20`)
    assert.ok(answer.ms >= 0)
  })

  test('sends bytes as they are', async () => {
    let received = Buffer.alloc(0)
    await internet.http(ADDRESS, async (request, response) => {
      received = Buffer.concat(await Array.fromAsync(request))
      response.end()
    })
    const bytes = Uint8Array.from({ length: 256 }, (_, index) => index)
    await egress.request({ url: URL_, method: 'PUT', body: bytes.subarray(3, 250) })
    assert.deepEqual(received, Buffer.from(bytes.subarray(3, 250)))
  })

  test('gives errors of the other side as answers', async () => {
    await internet.http(ADDRESS, (_request, response) => response.writeHead(503).end('later'))
    const answer = await egress.request({ url: URL_ })
    assert.deepEqual([answer.status, answer.text()], [503, 'later'])
  })

  test('with HEAD reads no body and no encoding', async () => {
    await internet.http(ADDRESS, (_request, response) => {
      response.writeHead(200, { 'Content-Encoding': 'gzip', 'Content-Length': '500' }).end()
    })
    const answer = await egress.request({ url: URL_, method: 'HEAD' })
    assert.deepEqual([answer.status, answer.body.length, answer.headers['content-length']], [200, 0, '500'])
  })

  test('reuses connections within a partition and never across partitions', async () => {
    const ports = { a: new Set<number>(), b: new Set<number>() }
    await internet.http(ADDRESS, (request, response) => {
      ports[request.url === '/a' ? 'a' : 'b'].add(request.socket.remotePort ?? 0)
      response.end('ok')
    })
    for (const partition of ['a', 'a', 'b', 'b', 'a', 'b'] as const) {
      const url = `http://${HOST}/${partition}`
      await Promise.all(Array.from({ length: 5 }, () => egress.request({ url, partition })))
      // A connection is free for the next request two turns of the event loop after its answer.
      for (let turn = 0; turn < 3; turn += 1) await new Promise(resolve => setImmediate(resolve))
    }
    assert.deepEqual([ports.a.size, ports.b.size, ports.a.union(ports.b).size], [5, 5, 10])
    assert.equal(internet.dialed.length, 10)
  })

  test('ignores proxies named in the environment', async () => {
    let proxied = 0
    const proxy = createServer().on('connection', () => {
      proxied += 1
    })
    await new Promise<void>(resolve => proxy.listen(0, '127.0.0.1', resolve))
    const address = `http://127.0.0.1:${(proxy.address() as AddressInfo).port}`
    const names = ['HTTP_PROXY', 'http_proxy', 'HTTPS_PROXY', 'https_proxy', 'ALL_PROXY']
    const saved = names.map(name => process.env[name])
    for (const name of names) process.env[name] = address
    try {
      await internet.http(ADDRESS, (_request, response) => response.end('direct'))
      const fresh = createEgress(internet)
      assert.equal((await fresh.request({ url: URL_ })).text(), 'direct')
      await assert.rejects(fresh.request({ url: `https://${HOST}/` }), { code: 'connect' })
      await fresh.close()
      assert.equal(proxied, 0)
    } finally {
      for (const [index, name] of names.entries()) {
        const value = saved[index]
        if (value === undefined) delete process.env[name]
        else process.env[name] = value
      }
      proxy.close()
    }
  })

  test('reaches an allowed private host and port over a real connection', async () => {
    const server = createServer((_request, response) => response.end('inside'))
    await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
    const { port } = server.address() as AddressInfo
    const plain = createEgress({ allowPrivate: [`127.0.0.1:${port}`, `localhost:${port}`] })
    assert.equal((await plain.request({ url: `http://127.0.0.1:${port}/` })).text(), 'inside')
    assert.equal((await plain.request({ url: `http://localhost:${port}/` })).text(), 'inside')
    await fails(plain.request({ url: `http://127.0.0.2:${port}/` }), 'bad_port', false)
    assert.equal((await plain.checkHost('127.0.0.1', port)).address, '127.0.0.1')
    await plain.close()
    server.close()
  })
})

describe('the headers of a caller', () => {
  const refused: [string, string][] = [
    ['Host', 'inside'],
    ['host', 'inside'],
    ['Content-Length', '0'],
    ['Transfer-Encoding', 'chunked'],
    ['Connection', 'close'],
    ['Upgrade', 'h2c'],
    ['Expect', '100-continue'],
    ['X-A', 'a\r\nX-B: b'],
    ['X-A', 'a\nb'],
    ['X-A', 'a\0b'],
    ['X-A', 'snowman \u2603'],
    ['X-A\r\nX-B', 'a'],
    ['X A', 'a'],
    ['X-A:', 'a'],
    ['', 'a'],
    ['\u0130', 'a'],
  ]
  for (const [name, value] of refused) {
    test(`cannot be ${JSON.stringify(name)}: ${JSON.stringify(value)}`, async () => {
      await internet.http(ADDRESS, (_request, response) => response.end())
      await fails(egress.request({ url: URL_, headers: { [name]: value } }), 'bad_request', false)
      assert.deepEqual(internet.dialed, [])
    })
  }

  test('cannot name one header twice or exceed 32 kB', async () => {
    await fails(egress.request({ url: URL_, headers: { 'X-Key': 'a', 'x-key': 'b' } }), 'bad_request', false)
    await fails(egress.request({ url: URL_, headers: { 'X-Key': 'a'.repeat(33_000) } }), 'bad_request', false)
    await fails(egress.request({ url: URL_, method: 'CONNECT' as 'GET' }), 'bad_request', false)
    await fails(
      egress.request({ url: URL_, method: 'GET / HTTP/1.1\r\nX: y\r\n\r\nGET' as 'GET' }),
      'bad_request',
      false,
    )
  })
})

describe('a redirect', () => {
  const seen: {
    host: string | undefined
    method: string | undefined
    url: string | undefined
    headers: IncomingMessage['headers']
    body: string
  }[] = []

  /** Every server notes what it got and redirects to what its path says, with the status the path says. */
  const redirecting = async (request: IncomingMessage, response: ServerResponse) => {
    seen.push({
      host: request.headers.host,
      method: request.method,
      url: request.url,
      headers: request.headers,
      body: await bodyOf(request),
    })
    const [, status, ...to] = (request.url ?? '').split('/')
    if (Number(status) >= 300)
      response.writeHead(Number(status), { Location: decodeURIComponent(to.join('/')) }).end('moved')
    else response.end(`arrived at ${request.headers.host}`)
  }

  const through = (status: number, to: string) => `/${status}/${encodeURIComponent(to)}`

  beforeEach(async () => {
    seen.length = 0
    await internet.http(ADDRESS, redirecting)
  })

  test('is the answer when none are followed', async () => {
    const answer = await egress.request({ url: `http://${HOST}${through(302, 'http://127.0.0.1/')}` })
    assert.deepEqual(
      [answer.status, answer.headers.location, answer.text()],
      [302, 'http://127.0.0.1/', 'moved'],
    )
    assert.equal(seen.length, 1)
  })

  test('is followed as often as asked and not once more', async () => {
    const chain = through(302, through(301, through(307, '/200')))
    const answer = await egress.request({ url: `http://${HOST}${chain}`, redirects: 3 })
    assert.deepEqual([answer.status, answer.url, seen.length], [200, `http://${HOST}/200`, 4])
    seen.length = 0
    await fails(egress.request({ url: `http://${HOST}${chain}`, redirects: 2 }), 'redirect', true)
    assert.equal(seen.length, 3)
    await internet.http('9.9.9.9', (_request, response) => response.writeHead(302, { Location: '/' }).end())
    internet.name('loop.example.com', ['9.9.9.9'])
    await fails(egress.request({ url: 'http://loop.example.com/', redirects: 3 }), 'redirect', true)
  })

  test('to a forbidden place is refused at every hop, by address, name, scheme and port', async () => {
    internet.name('inside.example.com', ['10.0.0.5'])
    internet.name('mixed.example.com', ['9.9.9.9', '169.254.169.254'])
    const targets: [string, EgressErrorCode][] = [
      ['http://127.0.0.1/', 'forbidden_address'],
      ['http://169.254.169.254/latest/meta-data/', 'forbidden_address'],
      ['http://[::ffff:7f00:1]/', 'forbidden_address'],
      ['//2130706433/', 'forbidden_address'],
      ['http://localhost/', 'forbidden_address'],
      ['http://inside.example.com/', 'forbidden_address'],
      ['http://mixed.example.com/', 'forbidden_address'],
      ['http://api.example.com:22/', 'bad_port'],
      ['http://user:pass@api.example.com/', 'bad_url'],
      ['file:///etc/passwd', 'bad_url'],
      ['gopher://api.example.com/', 'bad_url'],
      ['javascript:alert(1)', 'bad_url'],
      ['http://', 'redirect'],
    ]
    for (const [to, code] of targets) {
      const direct = `http://${HOST}${through(302, to)}`
      await fails(egress.request({ url: direct, redirects: 3 }), code, true)
      const later = `http://${HOST}${through(301, through(307, to))}`
      await fails(egress.request({ url: later, redirects: 3 }), code, true)
    }
    assert.ok(
      internet.dialed.every(place => place === `${ADDRESS}:80`),
      internet.dialed.join(),
    )
  })

  test('of a name that changes its address in between is checked again', async () => {
    let asked = 0
    internet.name('rebind.example.com', () => (asked++ === 0 ? [ADDRESS] : ['127.0.0.1']))
    const url = `http://rebind.example.com${through(302, '/200')}`
    await fails(egress.request({ url, redirects: 1 }), 'forbidden_address', true)
    assert.equal(asked, 2)
    assert.deepEqual(internet.dialed, [`${ADDRESS}:80`])
  })

  test('to another origin takes no credentials along, nor any header it cannot know to be harmless', async () => {
    internet.name('other.example.com', ['9.9.9.9'])
    await internet.http('9.9.9.9', redirecting)
    const headers = {
      Authorization: 'Bearer t',
      Cookie: 'c=1',
      'Idempotency-Key': 'i',
      'X-Api-Key': 'k',
      'Content-Type': 'text/plain',
      Accept: 'text/html',
    }
    const send = (to: string) =>
      egress.request({
        url: `http://${HOST}${through(307, to)}`,
        method: 'POST',
        headers,
        body: 'x',
        redirects: 3,
      })
    await send('http://other.example.com/200')
    const { authorization, cookie, accept, ...foreign } = seen[1]?.headers ?? {}
    assert.deepEqual(
      [authorization, cookie, foreign['idempotency-key'], foreign['x-api-key']],
      [undefined, undefined, undefined, undefined],
    )
    assert.deepEqual(
      [accept, foreign['content-type'], foreign.host, seen[1]?.body],
      ['text/html', 'text/plain', 'other.example.com', 'x'],
    )

    seen.length = 0
    await send('/200')
    assert.deepEqual([seen[1]?.headers.authorization, seen[1]?.headers['x-api-key']], ['Bearer t', 'k'])

    seen.length = 0
    await send(`http://other.example.com${through(307, `http://${HOST}/200`)}`)
    assert.deepEqual(
      [seen[2]?.host, seen[2]?.headers.authorization],
      [HOST, undefined],
      'coming back does not bring them back',
    )
  })

  test('becomes GET where HTTP says so and keeps method and body elsewhere', async () => {
    const outcomes: Record<string, string> = {}
    for (const method of ['GET', 'POST', 'PUT', 'DELETE'] as const) {
      for (const status of [301, 302, 303, 307, 308]) {
        seen.length = 0
        const body = method === 'GET' ? {} : { body: 'data', headers: { 'Content-Type': 'text/plain' } }
        await egress.request({
          url: `http://${HOST}${through(status, '/200')}`,
          method,
          redirects: 1,
          ...body,
        })
        outcomes[`${method} ${status}`] =
          `${seen[1]?.method} ${seen[1]?.body} ${seen[1]?.headers['content-type']}`
      }
    }
    for (const [request, outcome] of Object.entries(outcomes)) {
      const [method, status] = request.split(' ')
      const toGet =
        method === 'GET' || status === '303' || (method === 'POST' && (status === '301' || status === '302'))
      assert.equal(outcome, toGet ? 'GET  undefined' : `${method} data text/plain`, request)
    }
  })

  test('from https to http is refused, and from http to https followed', async () => {
    internet.name('hooks.example.com', ['192.88.98.7'])
    await internet.https('192.88.98.7', redirecting)
    const down = `https://hooks.example.com${through(302, `http://${HOST}/200`)}`
    await fails(egress.request({ url: down, redirects: 3 }), 'redirect', true)
    assert.equal(seen.length, 1)
    const up = `http://${HOST}${through(302, 'https://hooks.example.com/200')}`
    assert.equal((await egress.request({ url: up, redirects: 3 })).text(), 'arrived at hooks.example.com')
  })

  test('without a place to go is the answer', async () => {
    await internet.http('9.9.9.9', (_request, response) => response.writeHead(304).end())
    internet.name('same.example.com', ['9.9.9.9'])
    assert.equal((await egress.request({ url: 'http://same.example.com/', redirects: 3 })).status, 304)
  })
})
