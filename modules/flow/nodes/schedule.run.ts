import { isPlainObject } from '#platform/contract/plain-data.ts'
import { type NodeRunner, next } from '../node-run.ts'

/** The slot is in the run's input; the step shows it too. A run started by hand has none. */
export const scheduleRunner: NodeRunner = {
  type: 'schedule',
  load(_config, tools) {
    const slot = tools.value('{{ schedule }}', { missing: 'empty' })
    return {
      run({ scope }) {
        const schedule = slot(scope)
        return next('out', isPlainObject(schedule) ? { schedule } : null)
      },
    }
  },
}
