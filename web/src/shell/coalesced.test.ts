import assert from 'node:assert/strict'
import { test } from 'node:test'
import { coalesced } from './coalesced.ts'

/** A piece of work that ends when told to, and a clock that rings when told to. */
function setUp() {
  const works: { end: () => void; fail: () => void }[] = []
  const gaps: (() => void)[] = []
  const signal = coalesced(
    () =>
      new Promise((end, fail) =>
        works.push({ end: () => end(undefined), fail: () => fail(new Error('no')) }),
      ),
    100,
    run => gaps.push(run),
  )
  const settle = () => new Promise(resolve => setImmediate(resolve))
  return { works, gaps, signal, settle }
}

test('the first signal starts the work at once', () => {
  const { works, signal } = setUp()
  signal()
  assert.equal(works.length, 1)
})

test('a hundred signals during the work start it exactly once more', async () => {
  const { works, gaps, signal, settle } = setUp()
  signal()
  for (let count = 0; count < 100; count++) signal()
  assert.equal(works.length, 1)
  works[0]?.end()
  gaps[0]?.()
  await settle()
  assert.equal(works.length, 2)
  works[1]?.end()
  gaps[1]?.()
  await settle()
  assert.equal(works.length, 2, 'nothing was asked for since')
})

test('work that ends early waits for the gap before it starts again', async () => {
  const { works, gaps, signal, settle } = setUp()
  signal()
  works[0]?.end()
  signal()
  await settle()
  assert.equal(works.length, 1)
  gaps[0]?.()
  await settle()
  assert.equal(works.length, 2)
})

test('work that outlasts the gap is not started beside itself', async () => {
  const { works, gaps, signal, settle } = setUp()
  signal()
  gaps[0]?.()
  signal()
  await settle()
  assert.equal(works.length, 1)
})

test('after a failure the next signal starts the work again', async () => {
  const { works, gaps, signal, settle } = setUp()
  signal()
  works[0]?.fail()
  gaps[0]?.()
  await settle()
  signal()
  assert.equal(works.length, 2)
})
