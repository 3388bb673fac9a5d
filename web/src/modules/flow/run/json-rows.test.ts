import assert from 'node:assert/strict'
import { test } from 'node:test'
import { jsonText, kindOf, leafText, lineOf, membersOf, sizeWords } from './json-rows.ts'

test('every kind of value has members or a text, and lists name theirs by position', () => {
  assert.deepEqual(membersOf({ a: 1, b: null }), [
    { name: 'a', value: 1 },
    { name: 'b', value: null },
  ])
  assert.deepEqual(membersOf(['x']), [{ name: '0', value: 'x' }])
  for (const leaf of ['x', 1, true, null, undefined]) assert.deepEqual(membersOf(leaf), [])
  assert.deepEqual(['x', 1, true, null, [], {}].map(kindOf), [
    'text',
    'number',
    'word',
    'word',
    'list',
    'object',
  ])
})

test('a short list of plain values stands on one line, anything else is unfolded', () => {
  assert.equal(lineOf(['content-type', 'application/json']), 'content-type, application/json')
  assert.equal(lineOf('plain'), 'plain')
  assert.equal(lineOf(null), 'null')
  assert.equal(lineOf([]), undefined)
  assert.equal(lineOf([['nested']]), undefined)
  assert.equal(lineOf(['two\nlines']), undefined)
  assert.equal(lineOf(['x'.repeat(200)]), undefined)
})

test('what is closed says how much is in it', () => {
  assert.equal(sizeWords({}), 'empty')
  assert.equal(sizeWords([1]), '1 item')
  assert.equal(sizeWords({ a: 1, b: 2 }), '2 values')
})

test('what is copied is JSON, a missing value is null', () => {
  assert.deepEqual(JSON.parse(jsonText({ a: ['x'] })), { a: ['x'] })
  assert.equal(jsonText(undefined), 'null')
  assert.equal(leafText(undefined), 'null')
})
