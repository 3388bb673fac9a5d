import type { NodeRunner } from '../node-run.ts'
import type { CompleteTaskConfig } from './complete-task.ts'
import { loadReference } from './record-reference.run.ts'

export const completeTaskRunner: NodeRunner<CompleteTaskConfig> = {
  type: 'complete_task',
  load(config, tools) {
    const isOfDeal = config.deal.trim() !== ''
    const named = isOfDeal
      ? loadReference(config.deal, 'deal', tools)
      : loadReference(config.task, 'activity', tools)
    return {
      run({ scope }) {
        const payload = isOfDeal ? { task: null, deal: named(scope) } : { task: named(scope), deal: null }
        return {
          do: 'next',
          handle: 'out',
          input: payload,
          output: payload,
          vars: null,
          effect: { kind: 'complete_task', payload },
        }
      },
    }
  },
}
