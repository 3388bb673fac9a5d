import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { Seeded } from './seeded.ts'

const draw = (seed: number) => {
  const chance = new Seeded(seed)
  return Array.from({ length: 8 }, () => chance.bits())
}

describe('seeded chance', () => {
  it('is the same for the same seed and another one for a neighbour', () => {
    assert.deepEqual(draw(7), draw(7))
    for (const other of [8, 7 + 2 ** 32]) assert.equal(new Set([...draw(7), ...draw(other)]).size, 16)
  })

  it('never changes, so that a seed somebody noted finds the same again', () => {
    assert.deepEqual(draw(1).slice(0, 4), [393288148, 2174103013, 3814759091, 2092745082])
  })

  it('is spread evenly, also over the first draws of neighbouring seeds', () => {
    const counts = Array.from({ length: 10 }, () => 0)
    for (let seed = 0; seed < 20_000; seed++) {
      const tenth = new Seeded(seed).whole(0, 9)
      counts[tenth] = (counts[tenth] ?? 0) + 1
    }
    for (const count of counts) assert.ok(Math.abs(count - 2000) < 200, String(count))
  })

  it('shuffles without losing anything', () => {
    const items = Array.from({ length: 50 }, (_, index) => index)
    const mixed = new Seeded(3).shuffled(items)
    assert.notDeepEqual(mixed, items)
    assert.deepEqual(
      [...mixed].sort((a, b) => a - b),
      items,
    )
  })
})
