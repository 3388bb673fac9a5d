import assert from 'node:assert/strict'
import { createHmac } from 'node:crypto'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import { encodeParts } from './parts.ts'
import { constantTimeEqual, deriveKey, hmacSign, hmacVerify, randomToken, sha256 } from './tokens.ts'

const KEY = Buffer.alloc(32, 7)

describe('random tokens', () => {
  test('hold 256 bits by default, are safe in a URL and never repeat', () => {
    const tokens = Array.from({ length: 1000 }, () => randomToken())
    assert.equal(new Set(tokens).size, 1000)
    for (const token of tokens) assert.match(token, /^[A-Za-z0-9_-]{43}$/)
  })

  test('shorter than 128 bits are refused', () => {
    assert.throws(() => randomToken(15), RangeError)
    assert.throws(() => randomToken(16.5), RangeError)
    assert.equal(Buffer.from(randomToken(16), 'base64url').length, 16)
  })
})

describe('sha256', () => {
  test('is SHA-256 of the UTF-8 bytes (FIPS 180-4 example)', () => {
    assert.equal(
      sha256('abc').toString('hex'),
      'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad',
    )
    assert.deepEqual(sha256('é'), sha256(Buffer.from([0xc3, 0xa9])))
  })

  test('refuses text that UTF-8 cannot express, because different texts would become equal', () => {
    assert.throws(() => sha256('a\ud800'), TypeError)
  })
})

test('a constant-time comparison says the same as an ordinary one', () => {
  fc.assert(
    fc.property(fc.string(), fc.string(), (a, b) => {
      assert.equal(constantTimeEqual(a, b), a === b)
      assert.equal(constantTimeEqual(a, a), true)
    }),
  )
  assert.equal(constantTimeEqual('', 'x'), false)
  assert.equal(constantTimeEqual('abc', Buffer.from('abc')), true)
})

describe('signatures', () => {
  test('verify for the same key and parts only', () => {
    const parts = fc.array(fc.string({ unit: 'grapheme' }), { maxLength: 5 })
    fc.assert(
      fc.property(parts, parts, (signed, asked) => {
        const same = JSON.stringify(signed) === JSON.stringify(asked)
        assert.equal(hmacVerify(KEY, hmacSign(KEY, ...signed), ...asked), same)
      }),
    )
    assert.equal(hmacVerify(Buffer.alloc(32, 8), hmacSign(KEY, 'a'), 'a'), false)
  })

  test('do not let text move from one part into the next', () => {
    const signature = hmacSign(KEY, 'org1', '2')
    for (const moved of [['org', '12'], ['org12'], ['org12', ''], ['', 'org12'], ['org1', '2', '']]) {
      assert.equal(hmacVerify(KEY, signature, ...moved), false, JSON.stringify(moved))
    }
  })

  test('are HMAC-SHA256 over count, lengths and bytes', () => {
    const bytes = Buffer.from('00000002' + '00000001' + '61' + '00000002' + '6263', 'hex')
    assert.deepEqual(encodeParts(['a', 'bc']), bytes)
    assert.equal(hmacSign(KEY, 'a', 'bc'), createHmac('sha256', KEY).update(bytes).digest('base64url'))
  })

  test('in any other spelling are refused without an exception', () => {
    const signature = hmacSign(KEY, 'a')
    for (const wrong of [
      '',
      `${signature}=`,
      signature.slice(1),
      `${signature} `,
      '\ud800',
      '../',
      signature.toUpperCase(),
    ]) {
      assert.equal(hmacVerify(KEY, wrong, 'a'), false, JSON.stringify(wrong))
    }
  })

  test('with a short key are refused', () => {
    assert.throws(() => hmacSign(Buffer.alloc(31), 'a'), RangeError)
  })
})

describe('derived keys', () => {
  test('differ for every purpose and every master key, and repeat for the same', () => {
    const keys = ['session', 'unsubscribe', 'session '].map(purpose =>
      deriveKey(KEY, purpose).toString('hex'),
    )
    assert.equal(new Set(keys).size, 3)
    assert.deepEqual(deriveKey(KEY, 'session'), deriveKey(Buffer.from(KEY), 'session'))
    assert.notDeepEqual(deriveKey(KEY, 'session'), deriveKey(Buffer.alloc(32, 8), 'session'))
    assert.equal(deriveKey(KEY, 'session').length, 32)
  })

  test('cannot be made from a short master key or for no purpose', () => {
    assert.throws(() => deriveKey(Buffer.alloc(16), 'session'), RangeError)
    assert.throws(() => deriveKey(KEY, ''), RangeError)
  })
})
