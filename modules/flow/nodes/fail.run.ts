import { type NodeRunner, permanent } from '../node-run.ts'
import type { FailConfig } from './fail.ts'

const MESSAGE_LENGTH_MAX = 2_000

export const failRunner: NodeRunner<FailConfig> = {
  type: 'fail',
  load(config, tools) {
    const message = tools.text(config.message, { missing: 'empty' })
    return {
      run({ scope }) {
        const reason =
          message(scope).trim().slice(0, MESSAGE_LENGTH_MAX) || 'The workflow ended this run as failed.'
        return {
          do: 'end',
          outcome: 'failed',
          input: null,
          output: null,
          error: permanent('workflow.failed', reason),
        }
      },
    }
  },
}
