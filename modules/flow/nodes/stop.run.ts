import type { NodeRunner } from '../node-run.ts'
import { loadNamedValues } from './named-values.ts'
import type { StopConfig } from './stop.ts'

export const stopRunner: NodeRunner<StopConfig> = {
  type: 'stop',
  load(config, tools) {
    const result = loadNamedValues(config.output, tools)
    return {
      run: ({ scope }) => ({
        do: 'end',
        outcome: 'completed',
        input: null,
        output: config.output.length === 0 ? null : result(scope),
        error: null,
      }),
    }
  },
}
