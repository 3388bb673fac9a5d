import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import fc from 'fast-check'
import { inRounds } from './rounds.ts'

describe('questions in rounds', () => {
  it('are all answered, each with its own, and never two of one key at once or out of order', async () => {
    const questions = fc.array(
      fc.uniqueArray(fc.constantFrom<string>('a', 'b', 'c', 'd'), { maxLength: 3 }),
      {
        maxLength: 12,
      },
    )
    await fc.assert(
      fc.asyncProperty(questions, async given => {
        const asked = given.map((keys, place) => ({ keys, place }))
        const seen: number[] = []
        const answers = await inRounds(
          asked,
          ({ keys }) => keys,
          async round => {
            const keys = round.flatMap(each => each.keys)
            assert.equal(new Set(keys).size, keys.length)
            seen.push(...round.map(({ place }) => place))
            return round.map(({ place }) => place)
          },
        )
        assert.deepEqual(
          answers,
          asked.map(({ place }) => place),
        )
        for (const key of ['a', 'b', 'c', 'd']) {
          const order = seen.filter(place => asked[place]?.keys.includes(key))
          assert.deepEqual(
            order,
            order.toSorted((a, b) => a - b),
          )
        }
      }),
    )
  })

  it('take one round when they have nothing in common', async () => {
    let rounds = 0
    const answers = await inRounds(
      ['a', 'b', 'c'],
      key => [key],
      async round => {
        rounds += 1
        return round
      },
    )
    assert.deepEqual([answers, rounds], [['a', 'b', 'c'], 1])
  })
})
