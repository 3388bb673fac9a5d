import type { NodeRunner } from '../node-run.ts'
import { durationMs, type WaitConfig } from './wait.ts'

export const waitRunner: NodeRunner<WaitConfig> = {
  type: 'wait',
  load(config) {
    const length = durationMs(config)
    return {
      run({ now }) {
        const until = now + length
        return { do: 'wait', until, input: { until: new Date(until).toISOString() } }
      },
    }
  },
}
