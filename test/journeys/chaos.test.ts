import assert from 'node:assert/strict'
import { before, describe, it } from 'node:test'
import { FAULT_POINTS } from '#platform/faults.ts'
import { type ChaosResult, runChaos } from '../../chaos/chaos.ts'
import { readInvariants } from '../../chaos/invariants.ts'
import { SABOTAGE, violationsOf } from '../../chaos/sabotage.ts'

/** Half a minute would have to pass before this one can be broken. */
const SLOW = 'transaction_left_open'

describe('25 deaths of processes and the database under load', () => {
  let result: ChaosResult
  const unseen: string[] = []
  before(async () => {
    result = await runChaos({
      seed: 1,
      kills: 25,
      inspect: async client => {
        for (const { name } of readInvariants()) {
          if (name === SLOW) continue
          const sabotage = SABOTAGE[name]
          if (sabotage === undefined) unseen.push(`${name} has no sabotage`)
          else if (!(await violationsOf(client, name, sabotage))) unseen.push(`${name} did not notice it`)
        }
      },
    })
  })

  it('lose nothing that was confirmed and do nothing twice', () => {
    assert.deepEqual(result.findings, [])
    assert.equal(result.lostRuns + result.duplicateEffects + result.invariantViolations, 0)
    assert.ok(result.kills >= 25, `${result.kills} kills`)
    assert.ok(result.runs > 0 && result.resumeSamples > 0, `${result.runs} runs`)
  })

  it('happen at every named point', () => {
    const missing = FAULT_POINTS.filter(point => result.faults.counts[point] === undefined)
    assert.deepEqual(missing, [])
  })

  it('are judged by rules that notice when they are broken', () => {
    assert.deepEqual(unseen, [])
  })
})
