import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { Refusals } from './refusals.ts'

describe('how many refusals a log takes', () => {
  it('ten a minute of one actor, and it says how many were left out', () => {
    let at = 0
    const refusals = new Refusals(() => at)
    const take = (actor = 'a') => refusals.take('o', actor)
    for (let n = 0; n < 10; n++) assert.deepEqual(take(), { leftOut: 0 })
    assert.equal(take(), null)
    assert.equal(take(), null)
    assert.deepEqual(take('b'), { leftOut: 2 })
    at += 5_999
    assert.equal(take(), null)
    at += 1
    assert.deepEqual(take(), { leftOut: 1 })
  })

  it('sixty a minute of one organization, whoever it was, and others have their own', () => {
    const refusals = new Refusals(() => 0)
    const given = Array.from({ length: 100 }, (_, n) => refusals.take('o', `actor ${n}`))
    assert.equal(given.filter(Boolean).length, 60)
    assert.deepEqual(refusals.take('p', 'actor 1'), { leftOut: 0 })
  })
})
