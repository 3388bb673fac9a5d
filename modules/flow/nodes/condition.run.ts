import { type NodeRunner, next } from '../node-run.ts'
import type { ConditionConfig } from './condition.ts'
import { valuesReader } from './values-read.ts'

export const conditionRunner: NodeRunner<ConditionConfig> = {
  type: 'condition',
  load(config, tools) {
    const { test, paths } = tools.condition(config.condition)
    const values = valuesReader(paths)
    return {
      run({ scope, now }) {
        const result = test(scope, now)
        return next(result ? 'true' : 'false', { result }, values(scope))
      },
    }
  },
}
