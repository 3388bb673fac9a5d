import { type NodeRunner, next } from '../node-run.ts'
import type { FilterConfig } from './filter.ts'
import { valuesReader } from './values-read.ts'

export const filterRunner: NodeRunner<FilterConfig> = {
  type: 'filter',
  load(config, tools) {
    const { test, paths } = tools.condition(config.condition)
    const values = valuesReader(paths)
    return {
      run({ scope, now }) {
        const passed = test(scope, now)
        return next(passed ? 'out' : 'rejected', { passed }, values(scope))
      },
    }
  },
}
