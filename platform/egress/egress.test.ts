import assert from 'node:assert/strict'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo, Socket } from 'node:net'
import { afterEach, beforeEach, describe, test } from 'node:test'
import { brotliCompressSync, deflateSync, gzipSync } from 'node:zlib'
import { createEgress, type Egress, type EgressRequest } from './egress.ts'
import { EgressError, type EgressErrorCode } from './errors.ts'
import { createFakeInternet, type FakeInternet, fakeCertificate } from './fake-internet.ts'

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

describe('an answer', () => {
  const answering = (body: Buffer | string, headers: Record<string, string> = {}) =>
    internet.http(ADDRESS, (_request, response) => response.writeHead(200, headers).end(body))

  test('over the size asked for is cut there and says so', async () => {
    await answering('x'.repeat(100_000))
    const answer = await egress.request({ url: URL_, maxResponseBytes: 1024 })
    assert.deepEqual([answer.text(), answer.truncated], ['x'.repeat(1024), true])
    assert.equal((await egress.request({ url: URL_, maxResponseBytes: 100_000 })).truncated, false)
    const none = await egress.request({ url: URL_, maxResponseBytes: 0 })
    assert.deepEqual([none.body.length, none.truncated], [0, true])
  })

  test('without end is cut at 5 MiB', async () => {
    const cutOff = Promise.withResolvers<void>()
    await internet.http(ADDRESS, (_request, response) => {
      response.on('close', () => cutOff.resolve())
      pour(response, Buffer.alloc(65_536, 'x'))
    })
    const answer = await egress.request({ url: URL_ })
    assert.deepEqual([answer.body.length, answer.truncated], [5 * 1024 * 1024, true])
    await cutOff.promise
  })

  for (const [encoding, compress] of [
    ['gzip', gzipSync],
    ['x-gzip', gzipSync],
    ['deflate', deflateSync],
    ['br', brotliCompressSync],
  ] as const) {
    test(`in ${encoding} is decoded, and its size counts decoded`, async () => {
      const text = Array.from({ length: 4_000 }, (_, index) => `line ${index * 7919} of the answer`).join(
        '\n',
      )
      await answering(compress(text), { 'Content-Encoding': encoding })
      const answer = await egress.request({ url: URL_ })
      assert.equal(answer.text(), text)
      assert.deepEqual(
        [answer.headers['content-encoding'], answer.headers['content-length']],
        [undefined, undefined],
      )
      const cut = await egress.request({ url: URL_, maxResponseBytes: 1000 })
      assert.deepEqual([cut.text(), cut.truncated], [text.slice(0, 1000), true])
    })
  }

  test('that unpacks to more than a hundred times its size is refused', async () => {
    const zeros = Buffer.alloc(4 * 1024 * 1024)
    for (const [encoding, bomb] of [
      ['gzip', gzipSync(zeros)],
      ['deflate', deflateSync(zeros)],
      ['br', brotliCompressSync(zeros)],
    ] as const) {
      internet.name(`${encoding}.example.com`, [`9.9.9.${encoding.length}`])
      await internet.http(`9.9.9.${encoding.length}`, (_request, response) =>
        response.writeHead(200, { 'Content-Encoding': encoding }).end(bomb),
      )
      await fails(egress.request({ url: `http://${encoding}.example.com/` }), 'too_large', true)
    }
  })

  test('in layered, unknown, broken or cut encodings is refused', async () => {
    const whole = gzipSync('hello '.repeat(50))
    const bodies: [string, Buffer][] = [
      ['gzip, gzip', gzipSync(whole)],
      ['gzip, br', whole],
      ['zstd', whole],
      ['compress', whole],
      ['gzip', Buffer.from('not gzip at all')],
      ['gzip', whole.subarray(0, -9)],
      ['br', Buffer.from('not brotli')],
    ]
    let turn = 0
    await internet.http(ADDRESS, (_request, response) => {
      const [encoding, body] = bodies[turn] ?? ['', Buffer.alloc(0)]
      response.writeHead(200, { 'Content-Encoding': encoding }).end(body)
    })
    for (turn = 0; turn < bodies.length; turn += 1)
      await fails(egress.request({ url: URL_ }), 'bad_response', true)
  })

  test('that names an encoding and has no body is an empty answer', async () => {
    await answering('', { 'Content-Encoding': 'gzip' })
    assert.equal((await egress.request({ url: URL_ })).text(), '')
  })

  test('with too many headers is refused', async () => {
    await answering('', { 'X-Big': 'x'.repeat(64_000) })
    await fails(egress.request({ url: URL_ }), 'too_large', true)
  })

  test('that is not HTTP is refused, and one that breaks off is a reset', async () => {
    const replies: [string, EgressErrorCode][] = [
      ['SSH-2.0-OpenSSH_9.9\r\n', 'bad_response'],
      ['HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nshort', 'reset'],
      ['HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhel', 'reset'],
      ['HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n', 'bad_response'],
      ['HTTP/1.1 101 Switching Protocols\r\nConnection: upgrade\r\nUpgrade: x\r\n\r\n', 'reset'],
      ['', 'reset'],
    ]
    let turn = 0
    await internet.tcp(ADDRESS, 80, socket => socket.once('data', () => socket.end(replies[turn]?.[0] ?? '')))
    for (const [reply, code] of replies) {
      await fails(egress.request({ url: URL_, method: 'POST' }), code, true, JSON.stringify(reply))
      turn += 1
    }
  })
})

describe('time', () => {
  const quick = (request: Partial<EgressRequest>) => egress.request({ url: URL_, ...request })

  test('runs out for a server that never answers', async () => {
    await internet.tcp(ADDRESS, 80, () => {})
    await fails(quick({ headersTimeoutMs: 60 }), 'timeout', true)
    await fails(quick({ timeoutMs: 60 }), 'timeout', true)
  })

  test('runs out for headers or a body that trickle without end', async () => {
    await internet.tcp(ADDRESS, 80, socket => trickle(socket, 'HTTP/1.1 200 OK\r\n', 'X-A: b\r\n'))
    await fails(quick({ headersTimeoutMs: 120 }), 'timeout', true)
    internet.name('slow-body.example.com', ['9.9.9.9'])
    await internet.tcp('9.9.9.9', 80, socket =>
      trickle(socket, 'HTTP/1.1 200 OK\r\nContent-Length: 99999\r\n\r\n', 'x'),
    )
    const started = performance.now()
    await fails(quick({ url: 'http://slow-body.example.com/', timeoutMs: 150 }), 'timeout', true)
    assert.ok(performance.now() - started < 3000)
  })

  test('runs out for name servers that never answer', async () => {
    internet.name(HOST, [ADDRESS])
    const stuck = createEgress({ resolve: () => new Promise(() => {}) })
    await fails(stuck.request({ url: URL_, timeoutMs: 50 }), 'timeout', false)
    await stuck.close()
  })

  test('runs out for a TLS handshake that never comes', async () => {
    await internet.tcp(ADDRESS, 443, () => {})
    const hasty = createEgress({ ...internet, connectTimeoutMs: 60 })
    await fails(hasty.request({ url: `https://${HOST}/` }), 'timeout', false)
    await hasty.close()
  })

  test('covers a whole chain of redirects together', async () => {
    await internet.http(ADDRESS, (_request, response) => {
      setTimeout(() => response.writeHead(302, { Location: '/next' }).end(), 60)
    })
    await fails(quick({ redirects: 3, timeoutMs: 150 }), 'timeout', true)
  })

  test('that ran out before sending means the request is never sent later', async () => {
    const received: string[] = []
    let accept = (): void => {}
    await internet.tcp(ADDRESS, 80, socket => {
      socket.on('data', data => received.push(String(data)))
      socket.on('close', () => accept())
    })
    const closed = new Promise<void>(resolve => {
      accept = resolve
    })
    const controller = new AbortController()
    const late = createEgress({
      ...internet,
      // The caller gives up in the moment the connection is being made.
      dial: to => {
        controller.abort()
        return internet.dial(to)
      },
    })
    await fails(
      late.request({ url: URL_, method: 'POST', body: 'x', signal: controller.signal }),
      'aborted',
      false,
    )
    await closed
    assert.deepEqual(received, [])
    await late.close()
  })

  test('ends early when the caller gives up, and says whether anything was sent', async () => {
    const controller = new AbortController()
    await internet.http(ADDRESS, () => controller.abort())
    await fails(quick({ signal: controller.signal }), 'aborted', true)
    await fails(quick({ signal: AbortSignal.abort() }), 'aborted', false)
  })

  test('that makes no sense is a mistake of the caller', async () => {
    for (const wrong of [
      { timeoutMs: 0 },
      { timeoutMs: Number.NaN },
      { timeoutMs: 600_001 },
      { headersTimeoutMs: -1 },
      { maxResponseBytes: Number.NaN },
    ]) {
      await assert.rejects(quick(wrong), RangeError)
    }
  })
})

describe('whether a request was sent', () => {
  test('is no for a name that does not exist and for a connection that cannot be made', async () => {
    await fails(egress.request({ url: 'http://missing.example.com/' }), 'dns', false)
    internet.name('empty.example.com', [])
    await fails(egress.request({ url: 'http://empty.example.com/' }), 'dns', false)
    await fails(egress.request({ url: URL_ }), 'connect', false)
  })

  test('is yes once a byte may have arrived, even if the connection then breaks', async () => {
    await internet.tcp(ADDRESS, 80, socket => socket.once('data', () => socket.resetAndDestroy()))
    await fails(egress.request({ url: URL_, method: 'POST', body: 'x' }), 'reset', true)
  })

  test('is yes when the first hop was sent and the second cannot be', async () => {
    await internet.http(ADDRESS, (_request, response) =>
      response.writeHead(307, { Location: 'http://missing.example.com/' }).end(),
    )
    await fails(egress.request({ url: URL_, method: 'POST', redirects: 1 }), 'dns', true)
  })

  test('is no for everything after the program began to stop', async () => {
    await egress.close()
    await fails(egress.request({ url: URL_ }), 'closed', false)
  })

  test('another address is tried only while nothing was sent', async () => {
    internet.name('two.example.com', ['2606:4700::1111', '9.9.9.9'])
    await internet.http('2606:4700::1111', (_request, response) => response.end('by IPv6'))
    const answer = await egress.request({ url: 'http://two.example.com/', method: 'POST' })
    assert.deepEqual([answer.text(), answer.address], ['by IPv6', '2606:4700::1111'])
    assert.deepEqual(internet.dialed, ['9.9.9.9:80', '2606:4700::1111:80'])

    internet.dialed.length = 0
    internet.name('broken.example.com', ['9.9.9.8', '2606:4700::1111'])
    await internet.tcp('9.9.9.8', 80, socket => socket.once('data', () => socket.destroy()))
    await fails(egress.request({ url: 'http://broken.example.com/', method: 'POST' }), 'reset', true)
    assert.deepEqual(internet.dialed, ['9.9.9.8:80'])

    internet.dialed.length = 0
    internet.name('silent.example.com', ['9.9.9.7', '2606:4700::1111'])
    await internet.tcp('9.9.9.7', 80, () => {})
    const silent = { url: 'http://silent.example.com/', method: 'POST', headersTimeoutMs: 60 } as const
    await fails(egress.request(silent), 'timeout', true)
    assert.deepEqual(internet.dialed, ['9.9.9.7:80'])
  })

  test('a connection that was kept and then closed by the server is replaced without an error', async () => {
    const sockets: Socket[] = []
    await internet.http(ADDRESS, (request, response) => {
      sockets.push(request.socket)
      response.end('ok')
    })
    await egress.request({ url: URL_, method: 'POST' })
    const [first] = sockets
    await new Promise(resolve => first?.once('close', resolve).end())
    assert.equal((await egress.request({ url: URL_, method: 'POST' })).text(), 'ok')
    assert.equal(internet.dialed.length, 2)
  })
})

describe('a secure connection', () => {
  beforeEach(async () => {
    await internet.https('192.88.98.7', (request, response) => {
      response.end(
        `${'servername' in request.socket ? request.socket.servername : ''} ${request.headers.host}`,
      )
    })
    internet.name('hooks.example.com', ['192.88.98.7'])
    internet.name('other.example.com', ['192.88.98.7'])
  })

  test('asks for the name, not the address it connects to', async () => {
    const answer = await egress.request({ url: 'https://hooks.example.com/' })
    assert.deepEqual([answer.text(), answer.address], ['hooks.example.com hooks.example.com', '192.88.98.7'])
  })

  test('to an address checks the certificate for that address', async () => {
    assert.equal((await egress.request({ url: 'https://192.88.98.7/' })).text(), 'false 192.88.98.7')
  })

  test('with a certificate for another host or from an unknown authority is refused before anything is sent', async () => {
    await fails(
      egress.request({ url: 'https://other.example.com/', method: 'POST' }),
      'tls',
      false,
      'is for another host',
    )
    const strict = createEgress(internet)
    await fails(
      strict.request({ url: 'https://hooks.example.com/' }),
      'tls',
      false,
      'not issued by a trusted authority',
    )
    await strict.close()
  })

  test('cannot be made lax by the environment', async () => {
    const saved = process.env.NODE_TLS_REJECT_UNAUTHORIZED
    const emitWarning = process.emitWarning
    process.emitWarning = () => {}
    process.env.NODE_TLS_REJECT_UNAUTHORIZED = '0'
    try {
      const strict = createEgress(internet)
      await fails(strict.request({ url: 'https://hooks.example.com/' }), 'tls', false)
      await strict.close()
    } finally {
      process.emitWarning = emitWarning
      if (saved === undefined) delete process.env.NODE_TLS_REJECT_UNAUTHORIZED
      else process.env.NODE_TLS_REJECT_UNAUTHORIZED = saved
    }
  })

  test('to a server that speaks no TLS is refused', async () => {
    internet.name('plain.example.com', ['9.9.9.9'])
    await internet.tcp('9.9.9.9', 443, socket => socket.end('HTTP/1.1 400 Bad Request\r\n\r\n'))
    await fails(egress.request({ url: 'https://plain.example.com/' }), 'tls', false)
  })
})

describe('the log', () => {
  test('names host and outcome and never a path, header, body or address', async () => {
    const lines: string[] = []
    const note = (level: string) => (fields: object, message: string) =>
      lines.push(JSON.stringify([level, fields, message]))
    const logged = createEgress({ ...internet, log: { debug: note('debug'), warn: note('warn') } })
    await internet.http(ADDRESS, (_request, response) => response.end('canary-answer'))
    internet.name('inside.example.com', ['10.11.12.13'])
    const secret = {
      headers: { Authorization: 'canary-header' },
      body: 'canary-body',
      method: 'POST',
    } as const
    await logged.request({ url: `${URL_}/canary-path?key=canary-query`, ...secret })
    await fails(
      logged.request({ url: 'http://inside.example.com/canary-path', ...secret }),
      'forbidden_address',
      false,
    )
    await fails(logged.request({ url: 'http://missing.example.com/canary-path', ...secret }), 'dns', false)
    await fails(logged.checkHost('inside.example.com', 587), 'forbidden_address', false)
    assert.deepEqual(
      lines.map(line => JSON.parse(line)[0]),
      ['debug', 'warn', 'debug', 'warn'],
    )
    assert.match(lines[0] ?? '', /"host":"api\.example\.com","status":200/)
    assert.doesNotMatch(lines.join('\n'), /canary|10\.11|8\.8\.8/)
    await logged.close()
  })
})

async function bodyOf(request: IncomingMessage): Promise<string> {
  return Buffer.concat(await Array.fromAsync(request)).toString()
}

async function fails(
  outcome: Promise<unknown>,
  code: EgressErrorCode,
  sent: boolean,
  text = '',
): Promise<void> {
  const error = await outcome.then(
    () => assert.fail(`got an answer where ${code} was due`),
    (reason: unknown) => reason,
  )
  assert.ok(error instanceof EgressError, String(error))
  assert.deepEqual([error.code, error.sent], [code, sent], `${error.message} ${text}`)
  assert.match(error.message, /^[\w:"].*\.$/)
  if (code === 'tls') assert.ok(error.message.includes(text), error.message)
}

/** Writes without end, as fast as the other side reads. */
function pour(response: ServerResponse, chunk: Buffer): void {
  const more = (): void => {
    while (!response.destroyed && response.write(chunk));
  }
  response.on('drain', more)
  more()
}

/** Writes a beginning and then one crumb every 10 milliseconds. */
function trickle(socket: Socket, beginning: string, crumb: string): void {
  socket.write(beginning)
  const timer = setInterval(() => socket.write(crumb), 10)
  socket.on('close', () => clearInterval(timer))
}
