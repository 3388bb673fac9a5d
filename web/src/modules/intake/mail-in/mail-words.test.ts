import assert from 'node:assert/strict'
import { test } from 'node:test'
import { senderWords, sizeWords, tagOf } from './mail-words.ts'

test('the name of a workflow suggests the word of its address', () => {
  assert.equal(tagOf('Crème & Söhne GmbH'), 'creme-sohne-gmbh')
  assert.equal(tagOf('  Support (EU)  '), 'support-eu')
  assert.equal(tagOf('日本'), '')
  assert.match(tagOf(`${'a'.repeat(39)} b`), /^a{39}$/)
})

test('sizes are in the unit that suits them', () => {
  assert.deepEqual([1, 2_048, 3_500_000].map(sizeWords), ['1 B', '2 kB', '3.3 MB'])
})

test('a sender is named by what is known of them', () => {
  assert.equal(senderWords({ sender: 'ada@example.com', senderName: 'Ada' }), 'Ada')
  assert.equal(senderWords({ sender: 'ada@example.com', senderName: '' }), 'ada@example.com')
  assert.equal(senderWords({ sender: null, senderName: '' }), 'Somebody')
})
