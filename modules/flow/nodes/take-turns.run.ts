import type { NodeRunner } from '../node-run.ts'
import type { TakeTurnsConfig } from './take-turns.ts'

export const takeTurnsRunner: NodeRunner<TakeTurnsConfig> = {
  type: 'take_turns',
  load({ choices }, tools) {
    const readers = choices.map(text => tools.text(text, { missing: 'error' }))
    return {
      run: ({ scope }) => ({
        do: 'call',
        kind: 'take_turn',
        request: { choices: readers.map(read => read(scope).trim()) },
      }),
    }
  },
}
