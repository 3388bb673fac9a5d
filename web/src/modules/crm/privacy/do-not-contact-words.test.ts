import assert from 'node:assert/strict'
import { test } from 'node:test'
import { namedIn } from './do-not-contact-words.ts'

test('addresses and domains are told apart, however they are pasted', () => {
  assert.deepEqual(namedIn('ada@example.com, <eve@example.org>;\nshop.test @mail.test  '), [
    { email: 'ada@example.com' },
    { email: 'eve@example.org' },
    { domain: 'shop.test' },
    { domain: 'mail.test' },
  ])
  assert.deepEqual(namedIn('  \n'), [])
})
