import assert from 'node:assert/strict'
import { test } from 'node:test'
import { prettyJson, readJsonObject, tidiedJson } from './json-text.ts'

test('names and values are read, and nothing is no values', () => {
  assert.deepEqual(readJsonObject('{ "a": [1, null] }'), { value: { a: [1, null] } })
  assert.deepEqual(readJsonObject(' \n'), { value: {} })
})

test('text that is not JSON is refused with the place', () => {
  assert.deepEqual(readJsonObject('{\n  "a": 1,\n}'), {
    problem: 'This is not JSON: look at line 3, column 1.',
  })
  assert.deepEqual(readJsonObject('{'), { problem: 'This is not JSON: look at line 1, column 2.' })
})

test('a value without names is refused', () => {
  for (const text of ['[1]', '1', 'null', '"a"'])
    assert.deepEqual(readJsonObject(text), { problem: 'Write names and values between { and }.' })
})

test('tidying keeps what cannot be read', () => {
  assert.equal(tidiedJson('{"a":{"b":1}}'), '{\n  "a": {\n    "b": 1\n  }\n}')
  assert.equal(tidiedJson('{"a":'), '{"a":')
  assert.equal(prettyJson(undefined), '{}')
})
