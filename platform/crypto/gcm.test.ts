import assert from 'node:assert/strict'
import { createDecipheriv } from 'node:crypto'
import { describe, test } from 'node:test'
import { gcmOpen, gcmSeal } from './gcm.ts'

const KEY = Buffer.alloc(32, 1)
const AAD = Buffer.from('place')

describe('authenticated encryption', () => {
  test('is AES-256-GCM with IV, ciphertext and tag in this order', () => {
    const sealed = gcmSeal(KEY, Buffer.from('value'), AAD)
    assert.equal(sealed.length, 12 + 5 + 16)
    const decipher = createDecipheriv('aes-256-gcm', KEY, sealed.subarray(0, 12)).setAAD(AAD)
    decipher.setAuthTag(sealed.subarray(-16))
    assert.equal(
      decipher.update(sealed.subarray(12, -16), undefined, 'utf8') + decipher.final('utf8'),
      'value',
    )
  })

  test('never uses an IV twice', () => {
    const ivs = Array.from({ length: 2000 }, () => gcmSeal(KEY, AAD, AAD).toString('hex', 0, 12))
    assert.equal(new Set(ivs).size, 2000)
  })

  test('opens nothing shorter than an IV and a whole tag, and no cut of a value', () => {
    const sealed = gcmSeal(KEY, Buffer.from('value'), AAD)
    for (let length = 0; length < sealed.length; length += 1) {
      assert.equal(gcmOpen(KEY, sealed.subarray(0, length), AAD), undefined, `${length} bytes`)
    }
    assert.equal(gcmOpen(KEY, Buffer.concat([sealed, Buffer.alloc(1)]), AAD), undefined)
    assert.equal(gcmOpen(KEY, sealed, AAD)?.toString(), 'value')
  })

  test('opens nothing with another key or other authenticated data', () => {
    const sealed = gcmSeal(KEY, Buffer.from('value'), AAD)
    assert.equal(gcmOpen(Buffer.alloc(32, 2), sealed, AAD), undefined)
    assert.equal(gcmOpen(KEY, sealed, Buffer.from('plac')), undefined)
    assert.equal(gcmOpen(KEY, sealed, Buffer.alloc(0)), undefined)
  })
})
