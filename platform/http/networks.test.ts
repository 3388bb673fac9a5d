import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { isWithin } from './networks.ts'

const CASES: readonly (readonly [address: string, networks: readonly string[], is: boolean])[] = [
  ['203.0.113.7', ['203.0.113.7'], true],
  ['203.0.113.8', ['203.0.113.7'], false],
  ['203.0.113.255', ['203.0.113.0/24'], true],
  ['203.0.114.0', ['203.0.113.0/24'], false],
  ['203.0.113.200', ['203.0.113.5/24'], true],
  ['10.1.2.3', ['192.0.2.1', '10.0.0.0/8'], true],
  ['::ffff:10.1.2.3', ['10.0.0.0/8'], true],
  ['2001:db8:1::1', ['2001:db8::/32'], true],
  ['2001:DB9::1', ['2001:db8::/32'], false],
  ['2001:0db8::0001', ['2001:db8::1'], true],
  ['::1', ['127.0.0.1'], false],
  ['0.0.0.0', ['0.0.0.0/0'], true],
  ['::1', ['::/0'], true],
  ['10.0.0.1', [], false],
  ['unknown', ['0.0.0.0/0', '::/0'], false],
  ['', ['0.0.0.0/0'], false],
  ['10.0.0.1', ['nonsense', '10.0.0.1'], true],
]

describe('an address within networks', () => {
  for (const [address, networks, is] of CASES) {
    it(`${address} is ${is ? '' : 'not '}in ${networks.join(' or ') || 'none'}`, () => {
      assert.equal(isWithin(address, networks), is)
    })
  }
})
