import assert from 'node:assert/strict'
import diagnostics from 'node:diagnostics_channel'
import { readFileSync } from 'node:fs'
import { after, before, describe, test } from 'node:test'
import { createEgress } from './egress.ts'
import { EgressError } from './errors.ts'
import { createFakeInternet } from './fake-internet.ts'

const FORBIDDEN_V4 = [
  '0.0.0.0',
  '10.0.0.1',
  '100.64.0.1',
  '127.0.0.1',
  '127.8.8.8',
  '169.254.169.254',
  '172.16.0.1',
  '172.31.255.254',
  '192.0.0.192',
  '192.0.2.1',
  '192.88.99.1',
  '192.168.1.1',
  '198.18.0.1',
  '198.51.100.1',
  '203.0.113.1',
  '224.0.0.1',
  '240.0.0.1',
  '255.255.255.255',
  '168.63.129.16',
  '100.100.100.200',
]
const FORBIDDEN_V6 = [
  '::',
  '::1',
  'fe80::1',
  'fc00::1',
  'fd00:ec2::254',
  'ff02::1',
  '2001:db8::1',
  '2001::1',
  '2002:7f00:1::',
  '3fff::1',
  '64:ff9b:1::1',
  'fec0::1',
]
const PUBLIC = ['8.8.8.8', '192.88.98.7', '2606:4700::1111', '::ffff:9.9.9.9']

/** Every connection any code of this process begins, whatever module it used. */
const connections: unknown[] = []
const onConnection = (message: unknown) => connections.push(message)
before(() => diagnostics.subscribe('net.client.socket', onConnection))
after(() => diagnostics.unsubscribe('net.client.socket', onConnection))

describe('a forbidden place', () => {
  test('of the public corpus is reached by none of its URLs', async () => {
    const text = readFileSync(new URL('../../test/fixtures/security/ssrf-urls.txt', import.meta.url), 'utf8')
    const urls = text.split('\n').filter(line => line !== '')
    assert.equal(urls.length, 63)
    const egress = createEgress({ resolve: hostsFile })
    for (const url of urls) await refused(egress.request({ url }), url)
    assert.equal(connections.length, 0)
    await egress.close()
  })

  test('is reached by no spelling of its address', async () => {
    const lookups: string[] = []
    const egress = createEgress({
      resolve: host => Promise.reject(lookups.push(host)),
      alternatePorts: [8080, 8443],
    })
    const hosts = [...FORBIDDEN_V4.flatMap(spellings), ...FORBIDDEN_V6.map(address => `[${address}]`)]
    let tried = 0
    for (const host of hosts) {
      for (const url of [
        `http://${host}/`,
        `https://${host}/latest?x=1`,
        `http://${host}:8080`,
        `https:${host}`,
      ]) {
        assert.equal(await refused(egress.request({ url }), url), 'forbidden_address', url)
        tried += 1
      }
      for (const url of [
        `http://example.com@${host}/`,
        `http://example.com:80\\@${host}/`,
        `http://${host}:22/`,
        `//${host}/`,
      ]) {
        await refused(egress.request({ url }), url)
        tried += 1
      }
    }
    assert.ok(tried >= 2000, `${tried} URLs`)
    assert.deepEqual([lookups, connections], [[], []])
    await egress.close()
  })

  test('is reached by no name that resolves to it, alone or among public addresses', async () => {
    const internet = createFakeInternet()
    const egress = createEgress(internet)
    for (const address of [
      ...FORBIDDEN_V4,
      ...FORBIDDEN_V6,
      ...FORBIDDEN_V4.map(v4 => `::ffff:${v4}`),
      'fe80::1%eth0',
      'not an address',
      '',
    ]) {
      for (const answer of [
        [address],
        [address, '8.8.8.8'],
        ['8.8.8.8', address],
        ['8.8.8.8', '2606:4700::1111', '9.9.9.9', address],
      ]) {
        internet.name('inside.example.com', answer)
        const url = 'http://inside.example.com/'
        assert.equal(
          await refused(egress.request({ url }), answer.join()),
          'forbidden_address',
          answer.join(),
        )
        assert.equal(
          await refused(egress.checkHost('inside.example.com', 587), answer.join()),
          'forbidden_address',
        )
      }
    }
    assert.deepEqual([internet.dialed, connections], [[], []])
    await egress.close()
  })

  test('is not named in the error, so that the inside cannot be mapped', async () => {
    const egress = createEgress({ resolve: async () => ['10.11.12.13'] })
    await assert.rejects(
      egress.request({ url: 'http://inside.example.com/' }),
      (error: Error) => !JSON.stringify([error.message, error]).includes('10.11'),
    )
    await egress.close()
  })

  test('includes the own public addresses of the installation', async () => {
    const egress = createEgress({
      ownAddresses: ['192.88.98.7', '2606:4700:0::1111'],
      resolve: async () => ['192.88.98.7'],
    })
    for (const url of [
      'http://app.example.com/',
      'http://192.88.98.7/',
      'http://[2606:4700::1111]/',
      'http://[::ffff:192.88.98.7]/',
    ]) {
      assert.equal(await refused(egress.request({ url }), url), 'forbidden_address')
    }
    assert.equal(connections.length, 0)
    await egress.close()
  })
})

describe('a public place', () => {
  test('is reached at exactly the address that was checked', async () => {
    const internet = createFakeInternet()
    const egress = createEgress(internet)
    for (const address of PUBLIC) {
      internet.name('outside.example.com', [address])
      internet.dialed.length = 0
      await assert.rejects(egress.request({ url: 'http://outside.example.com/' }), { code: 'connect' })
      assert.deepEqual(internet.dialed, [`${address}:80`])
      assert.equal((await egress.checkHost('outside.example.com', 993)).address, address)
    }
    await egress.close()
  })
})

describe('a name that changes its address between look-ups', () => {
  test('never leads inside, because each request looks up once and connects to that answer', async () => {
    const internet = createFakeInternet()
    let asked = 0
    internet.name('rebind.example.com', () => (asked++ % 2 === 0 ? ['8.8.8.8'] : ['127.0.0.1']))
    await internet.http('8.8.8.8', (_request, response) => response.end('public'))
    const egress = createEgress(internet)
    const outcomes: string[] = []
    for (let round = 0; round < 40; round += 1) {
      const outcome = egress.request({ url: 'http://rebind.example.com/' }).then(
        answer => answer.text(),
        (error: EgressError) => error.code,
      )
      outcomes.push(await outcome)
    }
    assert.deepEqual(outcomes, Array.from({ length: 20 }, () => ['public', 'forbidden_address']).flat())
    assert.equal(asked, 40)
    assert.deepEqual(new Set(internet.dialed), new Set(['8.8.8.8:80']))
    await egress.close()
    await internet.close()
  })

  test('never leads inside a mail connection either, because the checked address is what is handed out', async () => {
    const internet = createFakeInternet()
    let asked = 0
    internet.name('rebind.example.com', () => (asked++ === 0 ? ['8.8.8.8'] : ['127.0.0.1']))
    const egress = createEgress(internet)
    assert.deepEqual(await egress.checkHost('rebind.example.com', 587), {
      host: 'rebind.example.com',
      port: 587,
      address: '8.8.8.8',
      family: 4,
    })
    assert.equal(asked, 1)
    await egress.close()
  })
})

describe('a connection that ends elsewhere than at the checked address', () => {
  for (const [secure, ended] of [
    [false, '127.0.0.1'],
    [true, '127.0.0.1'],
    [false, '9.9.9.9'],
    [true, '::ffff:10.0.0.1'],
  ] as const) {
    test(`at ${ended} is cut before a byte is sent, ${secure ? 'with' : 'without'} TLS`, async () => {
      const internet = createFakeInternet()
      const received: (Buffer | string)[] = []
      const closed = Promise.withResolvers<void>()
      await internet.tcp('8.8.8.8', secure ? 443 : 80, socket => {
        socket.on('data', data => received.push(data)).on('close', () => closed.resolve())
      })
      internet.name('outside.example.com', ['8.8.8.8'])
      internet.divert('8.8.8.8', ended)
      const egress = createEgress(internet)
      const url = `${secure ? 'https' : 'http'}://outside.example.com/`
      assert.equal(
        await refused(egress.request({ url, method: 'POST', body: 'secret' }), url),
        'forbidden_address',
      )
      await closed.promise
      assert.deepEqual(received, [])
      await egress.close()
      await internet.close()
    })
  }
})

/** What a resolver with an ordinary hosts file answers for the names of the corpus. */
async function hostsFile(host: string): Promise<string[]> {
  if (host === 'localhost') return ['127.0.0.1', '::1']
  if (['ip6-localhost', 'ip6-loopback'].includes(host)) return ['::1']
  throw Object.assign(new Error(`no such host ${host}`), { code: 'ENOTFOUND' })
}

async function refused(outcome: Promise<unknown>, what: string): Promise<string> {
  const error = await outcome.then(
    () => assert.fail(`${what} was let through`),
    (reason: unknown) => reason,
  )
  assert.ok(error instanceof EgressError, `${what}: ${error}`)
  assert.equal(error.sent, false, what)
  return error.code
}

/** The spellings of an IPv4 address that URL parsers, resolvers and IPv6 understand. */
function spellings(address: string): string[] {
  const octets = address.split('.').map(Number)
  const [a = 0, b = 0, c = 0, d = 0] = octets
  const value = ((a * 256 + b) * 256 + c) * 256 + d
  const hex = (number: number) => number.toString(16)
  const octal = (number: number) => `0${number.toString(8)}`
  const pair = `${hex(a * 256 + b)}:${hex(c * 256 + d)}`
  const wide = [...address]
    .map(digit => (digit === '.' ? '\u3002' : String.fromCodePoint(0xff10 + Number(digit))))
    .join('')
  return [
    address,
    `${address}.`,
    String(value),
    `0x${hex(value)}`,
    `0X${hex(value).toUpperCase()}`,
    octal(value),
    octets.map(octet => `0x${hex(octet)}`).join('.'),
    octets.map(octal).join('.'),
    `${octal(a)}.0x${hex(b)}.${c}.${octal(d)}`,
    `000${octal(a)}.${b}.${c}.${d}`,
    `${a}.${(b * 256 + c) * 256 + d}`,
    `${a}.${b}.${c * 256 + d}`,
    address.replaceAll('.', '%2e'),
    [...address].map(letter => `%${hex(letter.charCodeAt(0))}`).join(''),
    wide,
    `[::ffff:${address}]`,
    `[::FFFF:${pair}]`,
    `[0:0:0:0:0:ffff:${address}]`,
    `[64:ff9b::${address}]`,
    `[64:ff9b::${pair}]`,
    `[::${address}]`,
    `[2002:${pair}::]`,
    `[fe80::5efe:${address}]`,
  ]
}
