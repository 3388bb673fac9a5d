import assert from 'node:assert/strict'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { after, afterEach, before, beforeEach, describe, it } from 'node:test'
import { type FakeClamd, startFakeClamd } from '#test/fakes/clamd.ts'
import { readConfig } from '../config.ts'
import { createEgress } from '../egress/egress.ts'
import type { LogFields } from '../log.ts'
import { scanFile } from './scan.ts'

const MB = 1_048_576
const GOOD = Buffer.from('Dear all')
const BAD = Buffer.from('X5O EICAR-STANDARD-ANTIVIRUS-TEST-FILE')

async function* piecesOf(bytes: Uint8Array, size = 65_536): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size)
}

/** Scans with a scanner at a place, over the real way out, and what the operator reads about it. */
async function scanned(
  at: string,
  bytes: Uint8Array | AsyncIterable<Uint8Array>,
  { allow = '', silenceMs = 20_000 }: { allow?: string; silenceMs?: number } = {},
): Promise<{ result: string; said: string }> {
  const config = readConfig({ FILE_SCANNER: at, EGRESS_ALLOW: allow })
  const egress = createEgress({ allowPrivate: config.egressAllow })
  const lines: string[] = []
  const note = (fields: LogFields, message: string) => lines.push(`${message} ${JSON.stringify(fields)}`)
  const log = { debug: note, info: note, warn: note, error: note }
  try {
    const chunks = bytes instanceof Uint8Array ? piecesOf(bytes) : bytes
    return { result: await scanFile({ config, egress, log }, chunks, { silenceMs }), said: lines.join('') }
  } finally {
    await egress.close()
  }
}

describe('a scanner that is asked over HTTP', () => {
  let answer: (body: Buffer, response: ServerResponse, request: IncomingMessage) => void
  const heard: { method: string | undefined; path: string | undefined; type: string | undefined }[] = []
  const server = createServer(async (request, response) => {
    const pieces: Buffer[] = []
    request.on('error', () => {})
    for await (const piece of request) pieces.push(piece as Buffer)
    heard.push({ method: request.method, path: request.url, type: request.headers['content-type'] })
    answer(Buffer.concat(pieces), response, request)
  })
  let allow = ''
  before(async () => {
    await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
    allow = `127.0.0.1:${(server.address() as AddressInfo).port}`
  })
  after(() => {
    server.closeAllConnections()
    server.close()
  })
  beforeEach(() => {
    heard.length = 0
    answer = (body, response) => response.writeHead(body.includes('EICAR') ? 406 : 200).end('done')
  })
  const ask = (bytes: Uint8Array, change: { silenceMs?: number } = {}) =>
    scanned(`http://${allow}/scan?key=1`, bytes, { allow, ...change })

  it('is sent the bytes and says what it thinks of them', async () => {
    let length = 0
    answer = (body, response) => {
      length = body.length
      response.writeHead(200).end()
    }
    assert.deepEqual(await ask(Buffer.alloc(30 * MB, 65)), { result: 'clean', said: '' })
    assert.equal(length, 30 * MB)
    assert.deepEqual(heard, [{ method: 'POST', path: '/scan?key=1', type: 'application/octet-stream' }])
    for (const status of [406, 422]) {
      answer = (_, response) => response.writeHead(status, { 'content-type': 'application/json' }).end('{}')
      assert.equal((await ask(BAD)).result, 'infected')
    }
  })

  it('has not looked when it answers anything else', async () => {
    const answers: Record<string, typeof answer> = {
      'answered 204': (_, response) => response.writeHead(204).end(),
      'answered 302': (_, response) => response.writeHead(302, { location: '/login' }).end(),
      'answered 401': (_, response) => response.writeHead(401).end('Sign in'),
      'answered 413': (_, response) => response.writeHead(413).end(),
      'answered 503': (_, response) => response.writeHead(503).end('Loading signatures'),
    }
    for (const [words, given] of Object.entries(answers)) {
      answer = given
      const { result, said } = await ask(GOOD)
      assert.equal(result, 'unreachable', words)
      assert.ok(said.includes(words), said)
    }
  })

  it('is not there when it hangs up, talks nonsense, is silent, or stops in the middle', async () => {
    const ways: (typeof answer)[] = [
      (_body, _response, { socket }) => socket.destroy(),
      (_body, _response, { socket }) => socket.end('stream: OK\r\n\r\n'),
      () => {},
      (_, response) => response.writeHead(200, { 'content-length': '100' }).write('half'),
    ]
    for (const way of ways) {
      answer = way
      assert.equal((await ask(GOOD, { silenceMs: 300 })).result, 'unreachable')
    }
  })

  it('is not asked inside the network unless the operator named it', async () => {
    const { result, said } = await scanned(`http://${allow}/scan`, GOOD)
    assert.equal(result, 'unreachable')
    assert.match(said, /scanner_unreachable/)
    assert.equal(heard.length, 0)
  })
})

describe('a scanner that speaks as clamd does', () => {
  let clamd: FakeClamd
  before(async () => {
    clamd = await startFakeClamd()
  })
  after(() => clamd.stop())
  afterEach(() => {
    clamd.bytesMax = Number.POSITIVE_INFINITY
  })
  const ask = (bytes: Uint8Array | AsyncIterable<Uint8Array>) =>
    scanned(`clamd://127.0.0.1:${clamd.port}`, bytes)

  it('is sent the bytes in chunks and says what it thinks of them', async () => {
    assert.deepEqual(await ask(Buffer.concat([Buffer.alloc(MB, 65), BAD])), { result: 'infected', said: '' })
    assert.equal((await ask(Buffer.alloc(MB, 65))).result, 'clean')
  })

  it('says why it does not look at what is longer than it takes', async () => {
    clamd.bytesMax = 100_000
    const { result, said } = await ask(Buffer.alloc(8 * MB, 65))
    assert.equal(result, 'unreachable')
    assert.match(said, /size limit exceeded|EPIPE|ECONNRESET/)
  })

  it('is not there when nobody listens, which is said', async () => {
    await clamd.stop()
    const { result, said } = await ask(GOOD)
    await clamd.start()
    assert.equal(result, 'unreachable')
    assert.match(said, /ECONNREFUSED/)
  })

  it('hears no more of a file that breaks off', async () => {
    async function* broken(): AsyncGenerator<Uint8Array> {
      yield GOOD
      throw new Error('This file is not what it was.')
    }
    const { result, said } = await ask(broken())
    assert.equal(result, 'unreachable')
    assert.match(said, /not what it was/)
  })
})
