import assert from 'node:assert/strict'
import { BlockList, isIPv4 } from 'node:net'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import { isForbidden, parseAddress, sameAddress } from './addresses.ts'

const FORBIDDEN = `
  0.0.0.0 0.1.2.3 10.0.0.1 10.255.255.255 100.64.0.1 100.127.255.255 127.0.0.1 127.255.255.254 169.254.169.254
  172.16.0.1 172.31.255.255 192.0.0.192 192.0.2.1 192.88.99.1 192.168.0.1 192.168.255.255 198.18.0.1 198.19.255.255
  198.51.100.7 203.0.113.9 224.0.0.1 239.255.255.255 240.0.0.1 255.255.255.255 168.63.129.16 100.100.100.200
  :: ::1 ::2 fe80::1 febf::1 fc00::1 fd00:ec2::254 fdff::1 ff02::1 fec0::1 100::1 64:ff9b:1::1 5f00::1
  2001::1 2001:0:4136:e378:8000:63bf:3fff:fdd2 2001:1::1 2001:20::1 2001:db8::1 2002:7f00:1:: 2002:808:808::1
  3fff::1 3fff:fff:ffff::1 4000::1
  ::ffff:127.0.0.1 ::ffff:7f00:1 0:0:0:0:0:ffff:10.0.0.1 ::ffff:169.254.169.254 ::ffff:0:127.0.0.1
  64:ff9b::127.0.0.1 64:ff9b::a9fe:a9fe 64:ff9b::10.1.2.3 ::127.0.0.1 ::8.8.8.8`

const PUBLIC = `
  1.1.1.1 8.8.8.8 9.255.255.255 11.0.0.0 100.63.255.255 100.128.0.0 126.255.255.255 128.0.0.0 169.253.255.255
  169.255.0.0 172.15.255.255 172.32.0.0 192.0.1.0 192.88.98.7 192.167.255.255 192.169.0.0 198.17.255.255
  198.20.0.0 223.255.255.255 168.63.129.15 168.63.129.17
  2001:4860:4860::8888 2001:200::1 2606:4700::1111 2003::1 2a00:1450::1 3ffe::1
  ::ffff:8.8.8.8 ::ffff:808:808 64:ff9b::8.8.8.8 64:ff9b::808:808`

const list = (text: string) => text.trim().split(/\s+/)

describe('an address', () => {
  for (const address of list(FORBIDDEN)) {
    test(`${address} is forbidden`, () => assert.equal(isForbidden(address), true))
  }

  for (const address of list(PUBLIC)) {
    test(`${address} is public`, () => assert.equal(isForbidden(address), false))
  }

  test('in any other spelling is forbidden, since only a parsed URL or a resolver may name one', () => {
    const texts = [
      '',
      'example.com',
      '127.1',
      '0x7f.0.0.1',
      '8.8.8',
      '8.8.8.8 ',
      '8.8.8.8.',
      '[2606:4700::1111]',
      '2606:4700::1111%eth0',
      'fe80::1%1',
      '1.2.3.4:80',
      '08.8.8.8',
    ]
    for (const text of texts) assert.equal(isForbidden(text), true, JSON.stringify(text))
  })

  test('is judged the same as by the BlockList of Node over the same ranges', () => {
    // Two lists, because a list with IPv6 ranges judges an IPv4 address by its mapped form as well.
    const [oracle4, oracle6] = [new BlockList(), new BlockList()]
    const v4 =
      '0/8 10/8 100.64/10 127/8 169.254/16 172.16/12 192.0.0/24 192.0.2/24 192.88.99/24 192.168/16 198.18/15 198.51.100/24 203.0.113/24 224/4 240/4 168.63.129.16/32 100.100.100.200/32'
    for (const range of v4.split(' ')) {
      const [base = '', bits] = range.split('/')
      oracle4.addSubnet([...base.split('.'), '0', '0', '0'].slice(0, 4).join('.'), Number(bits), 'ipv4')
    }
    for (const range of [
      '::/3',
      '4000::/2',
      '8000::/1',
      '2001::/23',
      '2001:db8::/32',
      '2002::/16',
      '3fff::/20',
    ]) {
      const [base = '', bits] = range.split('/')
      oracle6.addSubnet(base, Number(bits), 'ipv6')
    }
    const v4Text = fc.ipV4()
    const v6Text = fc
      .ipV6()
      .filter(
        text =>
          !/^(0*:)*(0*ffff|0*64:0*ff9b|::)/i.test(text) && !text.startsWith('::') && !text.startsWith('64:'),
      )
    fc.assert(
      fc.property(fc.oneof(v4Text, v6Text), text => {
        assert.equal(
          isForbidden(text),
          isIPv4(text) ? oracle4.check(text, 'ipv4') : oracle6.check(text, 'ipv6'),
          text,
        )
      }),
      { numRuns: 5000 },
    )
  })

  test('wrapped in an IPv6 form is judged by the address inside', () => {
    fc.assert(
      fc.property(fc.ipV4(), text => {
        const forbidden = isForbidden(text)
        for (const wrapped of [`::ffff:${text}`, `64:ff9b::${text}`, `0:0:0:0:0:FFFF:${text}`]) {
          assert.equal(isForbidden(wrapped), forbidden, wrapped)
        }
        assert.equal(isForbidden(`::${text}`), true)
      }),
    )
  })

  test('has one value whatever its spelling', () => {
    assert.deepEqual(parseAddress('::ffff:1.2.3.4'), { family: 4, value: 0x01020304n })
    assert.deepEqual(parseAddress('2001:db8::1:0'), { family: 6, value: 0x20010db8000000000000000000010000n })
    assert.ok(sameAddress('2606:4700:0:0::1111', '2606:4700::1111'))
    assert.ok(sameAddress('::ffff:8.8.8.8', '8.8.8.8'))
    assert.ok(!sameAddress('8.8.8.8', '::8.8.8.8'))
    assert.ok(!sameAddress('example.com', 'example.com'))
  })
})
