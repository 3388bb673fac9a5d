import assert from 'node:assert/strict'
import { test } from 'node:test'
import { actsOn, hasArrived, varsBefore } from './run-control.ts'

test('what can be done depends on how the run stands', () => {
  assert.deepEqual(actsOn('waiting'), ['cancel', 'pause'])
  assert.deepEqual(actsOn('paused'), ['cancel', 'resume'])
  assert.deepEqual(actsOn('failed'), ['repeat', 'retry'])
  assert.deepEqual(actsOn('completed'), ['repeat'])
})

test('an action is on its way until the run stands there or is over', () => {
  assert.equal(hasArrived('pause', 'waiting'), false)
  assert.equal(hasArrived('pause', 'paused'), true)
  assert.equal(hasArrived('resume', 'paused'), false)
  assert.equal(hasArrived('resume', 'running'), true)
  assert.equal(hasArrived('cancel', 'paused'), false)
  assert.equal(hasArrived('cancel', 'completed'), true)
})

test('the variables before a step are those that finished steps outside loops have set', () => {
  const set = (number: number, output: unknown, more = {}) => ({
    number,
    nodeType: 'set_fields',
    status: 'completed',
    path: '',
    output,
    ...more,
  })
  const steps = [
    set(1, { a: 1, b: 1 }),
    set(2, { b: 2 }),
    set(3, { c: 3 }, { path: 'each.0' }),
    set(4, { d: 4 }, { nodeType: 'notify' }),
    set(5, null, { status: 'failed' }),
    set(6, { e: 6 }),
  ]
  assert.deepEqual(varsBefore(steps, 6), { a: 1, b: 2 })
})
