import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { EgressError } from './errors.ts'
import { type Policy, parseAllowed, parseHostPort, parseTarget } from './target.ts'

const WEB: Policy = { allowed: new Set(), ports: new Set([80, 443]) }
const refuses = (code: string) => (error: unknown) =>
  error instanceof EgressError && error.code === code && !error.sent

describe('a URL', () => {
  test('is read once into host, port and scheme', () => {
    const { url, ...rest } = parseTarget('https://Hooks.Example.com./a/../b?q=1#part', WEB)
    assert.equal(url.href, 'https://hooks.example.com/b?q=1')
    assert.deepEqual(rest, { host: 'hooks.example.com', port: 443, secure: true, exempt: false })
    assert.equal(parseTarget('http://bücher.example/', WEB).host, 'xn--bcher-kva.example')
    assert.equal(parseTarget('http://[2606:4700::1111]/', WEB).host, '2606:4700::1111')
    assert.equal(parseTarget('http://0x8.8/', WEB).host, '8.0.0.8')
  })

  test('with another scheme, a user name or no host is refused', () => {
    const urls = [
      '',
      'example.com',
      '//example.com',
      'ftp://example.com',
      'file:///etc/passwd',
      'gopher://example.com',
      'data:,x',
      'javascript:alert(1)',
      'ws://example.com',
      'https://',
      'https://user@example.com',
      'https://user:pass@example.com',
      'https://:pass@example.com',
    ]
    for (const url of urls) assert.throws(() => parseTarget(url, WEB), refuses('bad_url'), url)
  })

  test('that parsers could read differently is refused', () => {
    const urls = [
      'https://example.com\\@127.0.0.1/',
      'https://exa\tmple.com/',
      'https://example.com/a b',
      '\u00a0https://example.com',
      'https://example.com/\r\nHost: x',
      'https://example.com/\u0000',
      'https://example.com/\u2028',
      `https://example.com/${'a'.repeat(9000)}`,
    ]
    for (const url of urls)
      assert.throws(() => parseTarget(url, WEB), refuses('bad_url'), JSON.stringify(url.slice(0, 60)))
  })

  test('with an impossible host name is refused', () => {
    const hosts = [
      'a..example.com',
      '.example.com',
      'example.com..',
      `${'a'.repeat(64)}.com`,
      `${'a.'.repeat(127)}com`,
      'exa$mple.com',
      'exa,mple.com',
      'a!.example.com',
      '%00.example.com',
    ]
    for (const host of hosts)
      assert.throws(() => parseTarget(`https://${host}/`, WEB), refuses('bad_url'), host)
  })

  test('on another port is refused unless that port is open to all', () => {
    for (const port of [0, 22, 25, 81, 6379, 8080, 65535]) {
      assert.throws(() => parseTarget(`http://example.com:${port}/`, WEB), refuses('bad_port'), String(port))
    }
    assert.equal(parseTarget('http://example.com:443/', WEB).port, 443)
    assert.equal(parseTarget('http://example.com:8080/', { ...WEB, ports: new Set([80, 8080]) }).port, 8080)
  })

  test('with a name that only means something locally is refused before any look-up', () => {
    const hosts = [
      'localhost',
      'LOCALHOST.',
      'app.localhost',
      'printer.local',
      'metadata.google.internal',
      'router.lan',
      'nas.home.arpa',
      'intranet',
      'ip6-loopback',
      'metadata',
    ]
    for (const host of hosts)
      assert.throws(() => parseTarget(`http://${host}/`, WEB), refuses('forbidden_address'), host)
    assert.equal(parseTarget('http://localhost.example.com/', WEB).host, 'localhost.example.com')
  })
})

describe('an allowed host and port', () => {
  const policy: Policy = {
    ...WEB,
    allowed: new Set(['127.0.0.1:8025', 'mailpit:1025', '[::1]:3000', 'LocalHost:4000'].map(parseAllowed)),
  }

  test('is exempt, in every spelling of that address', () => {
    for (const url of [
      'http://127.0.0.1:8025/x',
      'http://0x7f000001:8025',
      'http://127.1:8025',
      'http://mailpit:1025',
      'http://[::1]:3000',
      'http://[0:0::1]:3000',
      'http://localhost:4000',
      'https://LOCALHOST.:4000',
    ]) {
      assert.equal(parseTarget(url, policy).exempt, true, url)
    }
  })

  test('exempts no other port, host or neighbour', () => {
    for (const url of [
      'http://127.0.0.1:8026',
      'http://127.0.0.2:8025',
      'http://mailpit:8025',
      'http://mailpit.evil.com:1025',
      'http://evil-mailpit:1025',
      'http://mailpit',
      'http://localhost:8025',
      'http://127.0.0.1.nip.io:8025',
    ]) {
      assert.throws(() => parseTarget(url, policy), EgressError, url)
    }
    assert.equal(parseTarget('http://127.0.0.1/', policy).exempt, false)
  })

  test('is written as exactly host:port, or the program does not start', () => {
    for (const entry of [
      '',
      'mailpit',
      ':80',
      'mailpit:',
      'mailpit:0',
      'mailpit:65536',
      'mailpit:80/',
      'http://mailpit:80',
      '*:80',
      '*.corp:80',
      'a b:80',
      'user@mailpit:80',
      '10.0.0.0/8:80',
      'mailpit:80:80',
    ]) {
      assert.throws(() => parseAllowed(entry), RangeError, entry)
    }
    assert.equal(parseAllowed('127.1:80'), '127.0.0.1:80')
  })
})

describe('a mail host', () => {
  const mail: Policy = { allowed: new Set(['greenmail:3025']), ports: new Set([587, 993]) }

  test('is normalised like the host of a URL', () => {
    assert.deepEqual(parseHostPort('SMTP.Example.com.', 587, mail), {
      host: 'smtp.example.com',
      port: 587,
      exempt: false,
    })
    assert.equal(parseHostPort('0x7f.1', 587, mail).host, '127.0.0.1')
    assert.equal(parseHostPort('2606:4700::1111', 993, mail).host, '2606:4700::1111')
    assert.equal(parseHostPort('[2606:4700::1111]', 993, mail).host, '2606:4700::1111')
    assert.equal(parseHostPort('greenmail', 3025, mail).exempt, true)
  })

  test('with anything besides the host, or on a port of another service, is refused', () => {
    for (const host of [
      '',
      ' ',
      'smtp.example.com:587',
      'a@smtp.example.com',
      'smtp.example.com/x',
      'smtp.example.com?',
      'smtp.example.com#',
      'smtp example.com',
      'smtp.example.com\r\nEHLO',
      'fe80::1%eth0',
      '[::1]:587',
      '[::1',
      'a%2eb.com',
    ]) {
      assert.throws(() => parseHostPort(host, 587, mail), refuses('bad_url'), JSON.stringify(host))
    }
    for (const port of [22, 80, 6379, 5432]) {
      assert.throws(() => parseHostPort('smtp.example.com', port, mail), refuses('bad_port'), String(port))
    }
    assert.throws(() => parseHostPort('localhost', 587, mail), refuses('forbidden_address'))
  })
})
