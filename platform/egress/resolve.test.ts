import assert from 'node:assert/strict'
import { createSocket, type Socket } from 'node:dgram'
import { after, before, describe, test } from 'node:test'
import { isForbidden } from './addresses.ts'
import { EgressError } from './errors.ts'
import { checkedAddresses, lookUpText, publicResolve, publicResolveText, resolveLocal } from './resolve.ts'

const A = 1
const AAAA = 28
const TXT = 16
const NOERROR = 0
const SERVFAIL = 2
const NXDOMAIN = 3

/** What the name server says about a name, per record type: addresses as bytes, or an error code. */
const zone: Record<string, Record<number, readonly number[][] | number>> = {
  'both.example.com': {
    [A]: [
      [8, 8, 8, 8],
      [9, 9, 9, 9],
    ],
    [AAAA]: [[0x26, 6, 0x47, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0x11, 0x11]],
  },
  'v4.example.com': { [A]: [[8, 8, 8, 8]], [AAAA]: [] },
  'v6.example.com': { [A]: [], [AAAA]: [[0x26, 6, 0x47, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0x11, 0x11]] },
  'half.example.com': { [A]: [[8, 8, 8, 8]], [AAAA]: SERVFAIL },
  'inside6.example.com': { [A]: [[8, 8, 8, 8]], [AAAA]: [[...Array.from({ length: 15 }, () => 0), 1]] },
  'empty.example.com': { [A]: [], [AAAA]: [] },
  'ill.example.com': { [A]: [], [AAAA]: SERVFAIL, [TXT]: SERVFAIL },
  'said.example.com': { [TXT]: [text('one ', 'text'), text('another')] },
}

/** A record of texts: each part with its length before it (RFC 1035, 3.3.14). */
function text(...parts: string[]): number[] {
  return parts.flatMap(part => [part.length, ...Buffer.from(part, 'latin1')])
}

const server: Socket = createSocket('udp4')
let resolve = publicResolve()
let resolveText = publicResolveText()

before(async () => {
  server.on('message', (query, from) => server.send(answer(query), from.port, from.address))
  await new Promise<void>(ready => server.bind(0, '127.0.0.1', ready))
  resolve = publicResolve([`127.0.0.1:${server.address().port}`])
  resolveText = publicResolveText([`127.0.0.1:${server.address().port}`])
})

after(() => server.close())

describe('a public name', () => {
  test('resolves to all its IPv4 and IPv6 addresses', async () => {
    assert.deepEqual(await resolve('both.example.com'), ['8.8.8.8', '9.9.9.9', '2606:4700::1111'])
    assert.deepEqual(await resolve('v4.example.com'), ['8.8.8.8'])
    assert.deepEqual(await resolve('v6.example.com'), ['2606:4700::1111'])
  })

  test('resolves to what is known when one of the two questions fails', async () => {
    assert.deepEqual(await resolve('half.example.com'), ['8.8.8.8'])
  })

  test('is refused when only its IPv6 address leads inside', async () => {
    const outcome = checkedAddresses({ host: 'inside6.example.com', exempt: false }, isForbidden, resolve)
    await assert.rejects(
      outcome,
      (error: unknown) => error instanceof EgressError && error.code === 'forbidden_address',
    )
  })

  test('that does not exist reads differently from one that could not be looked up', async () => {
    const message = async (host: string) => {
      const outcome = checkedAddresses({ host, exempt: false }, isForbidden, resolve)
      const error = await outcome.catch((reason: unknown) => reason)
      assert.ok(error instanceof EgressError && error.code === 'dns' && !error.sent, String(error))
      return error.message
    }
    assert.match(await message('missing.example.com'), /was not found/)
    assert.match(await message('empty.example.com'), /was not found/)
    assert.match(await message('ill.example.com'), /could not be looked up just now/)
  })
})

describe('the texts of a public name', () => {
  test('come one by one, each in one piece', async () => {
    assert.deepEqual(await lookUpText('said.example.com', resolveText), ['one text', 'another'])
  })

  test('are none when the name has none, and unknown when nobody answers', async () => {
    assert.deepEqual(await lookUpText('missing.example.com', resolveText), [])
    const outcome = lookUpText('ill.example.com', resolveText)
    await assert.rejects(outcome, (error: unknown) => error instanceof EgressError && error.code === 'dns')
  })
})

test('an allowed local name resolves as the operating system does', async () => {
  const addresses = await resolveLocal('localhost')
  assert.ok(
    addresses.length > 0 && addresses.every(address => ['127.0.0.1', '::1'].includes(address)),
    addresses.join(),
  )
})

/** A reply (RFC 1035, 4) to a query with one question. */
function answer(query: Buffer): Buffer {
  const labels: string[] = []
  let at = 12
  for (let length = query[at] ?? 0; length > 0; length = query[at] ?? 0) {
    labels.push(query.toString('latin1', at + 1, at + 1 + length))
    at += 1 + length
  }
  const type = query.readUInt16BE(at + 1)
  const found = zone[labels.join('.').toLowerCase()]?.[type] ?? NXDOMAIN
  const [code, records] = typeof found === 'number' ? [found, []] : [NOERROR, found]
  const header = Buffer.from(query.subarray(0, 12))
  header.writeUInt16BE(0x8180 | code, 2)
  header.writeUInt16BE(records.length, 6)
  header.writeUInt32BE(0, 8)
  const body = records.map(bytes => {
    const record = Buffer.from([0xc0, 12, 0, type, 0, 1, 0, 0, 0, 0, 0, bytes.length])
    return Buffer.concat([record, Buffer.from(bytes)])
  })
  return Buffer.concat([header, query.subarray(12, at + 5), ...body])
}
