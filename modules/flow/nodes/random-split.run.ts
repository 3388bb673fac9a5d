import { type NodeRunner, next } from '../node-run.ts'
import type { RandomSplitConfig } from './random-split.ts'

export const randomSplitRunner: NodeRunner<RandomSplitConfig> = {
  type: 'random_split',
  load({ exits }) {
    const total = exits.reduce((sum, { weight }) => sum + weight, 0)
    return {
      run(context) {
        let rest = chanceOf(context.effectId()) * total
        // Rounding may leave a rest behind, which then falls to the last exit that anything can fall to.
        let taken = ''
        for (const { id, weight } of exits) {
          if (weight === 0) continue
          taken = id
          if (rest < weight) break
          rest -= weight
        }
        return next(taken, { exit: taken })
      },
    }
  },
}

/**
 * A number from 0 up to but not including 1 that is the same whenever this step of this run is repeated: the last 48 bits
 * of the id, which come from a hash of run, node and round and not from the time.
 */
function chanceOf(effectId: string): number {
  return Number.parseInt(effectId.slice(-12), 16) / 2 ** 48
}
