import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { BUGS } from './bugs.ts'
import { simulate } from './simulate.ts'

const SEEDS = 200
/** Each has found a mistake once. */
const TELLING_SEEDS = [1_270, 2_224, 5_010, 8_893, 12_410]
const SEEDS_OF_A_BUG = 2_000

describe('simulated runs', () => {
  it('keep every promise while messages are lost, processes die and clocks disagree', () => {
    let steps = 0
    for (const seed of [...Array(SEEDS).keys(), ...TELLING_SEEDS]) {
      const result = simulate(seed)
      assert.equal(result.violation, null, `seed ${seed}\n${result.trace.join('\n')}`)
      steps += result.steps
    }
    assert.ok(steps > SEEDS, `${steps} steps`)
  })

  it('have the same history for the same seed, and another one for another', () => {
    const hashes = [1, 2, 3].map(seed => simulate(seed).hash)
    assert.deepEqual(
      [1, 2, 3].map(seed => simulate(seed).hash),
      hashes,
    )
    assert.equal(new Set(hashes).size, 3)
  })

  for (const bug of BUGS) {
    it(`notice when ${bug}`, () => {
      for (let seed = 0; seed < SEEDS_OF_A_BUG; seed++) {
        // What is found has to be the mistake that was built in.
        if (simulate(seed, { bug }).violation !== null && simulate(seed).violation === null) return
      }
      assert.fail('nothing was noticed')
    })
  }
})
