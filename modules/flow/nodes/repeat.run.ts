import type { NodeRunner } from '../node-run.ts'
import { loadCollect } from './loop.run.ts'
import type { RepeatConfig } from './repeat.ts'

export const repeatRunner: NodeRunner<RepeatConfig> = {
  type: 'repeat',
  load(config, tools) {
    const { test } = tools.condition(config.condition)
    return {
      run: () => ({
        do: 'rounds',
        items: null,
        roundsMax: config.maxRounds,
        atOnce: 1,
        keepGoing: false,
        input: null,
      }),
      goesOn: test,
      collect: loadCollect(config.collect, tools),
    }
  },
}
