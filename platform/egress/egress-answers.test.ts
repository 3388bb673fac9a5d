import assert from 'node:assert/strict'
import type { Socket } from 'node:net'
import { afterEach, beforeEach, describe, test } from 'node:test'
import { brotliCompressSync, deflateSync, gzipSync } from 'node:zlib'
import { createEgress, type Egress, type EgressRequest } from './egress.ts'
import type { EgressErrorCode } from './errors.ts'
import { createFakeInternet, type FakeInternet, fakeCertificate } from './fake-internet.ts'
import { fails, pour, trickle } from './rude-server.ts'

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

  // What is said to have been sent needs time to be, also where much else runs.
  test('runs out for a server that never answers', async () => {
    await internet.tcp(ADDRESS, 80, () => {})
    await fails(quick({ headersTimeoutMs: 60 }), 'timeout', true)
    await fails(quick({ timeoutMs: 1000 }), 'timeout', true)
  })

  test('runs out for headers or a body that trickle without end', async () => {
    await internet.tcp(ADDRESS, 80, socket => trickle(socket, 'HTTP/1.1 200 OK\r\n', 'X-A: b\r\n'))
    await fails(quick({ headersTimeoutMs: 120 }), 'timeout', true)
    internet.name('slow-body.example.com', ['9.9.9.9'])
    await internet.tcp('9.9.9.9', 80, socket =>
      trickle(socket, 'HTTP/1.1 200 OK\r\nContent-Length: 99999\r\n\r\n', 'x'),
    )
    // Nothing else ends this body.
    await fails(quick({ url: 'http://slow-body.example.com/', timeoutMs: 1000 }), 'timeout', true)
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
      setTimeout(() => response.writeHead(302, { Location: '/next' }).end(), 600)
    })
    await fails(quick({ redirects: 3, timeoutMs: 1500 }), 'timeout', true)
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
      { timeoutMs: 900_001 },
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
