import { type NodeRunner, next, type Scope } from '../node-run.ts'
import { type Json, type Path, readPath } from '../plain-data.ts'
import type { ConditionConfig } from './condition.ts'

const SHOWN_LENGTH_MAX = 200

export const conditionRunner: NodeRunner<ConditionConfig> = {
  type: 'condition',
  load(config, tools) {
    const { test, paths } = tools.condition(config.condition)
    const named = paths.map(path => ({ path, name: path.join('.') }))
    return {
      run({ scope, now }) {
        const result = test(scope, now)
        return next(result ? 'true' : 'false', { result }, valuesRead(named, scope))
      },
    }
  },
}

/** The values that decided, so that a person can see why; long texts are cut, lists and objects left out. */
function valuesRead(named: readonly { path: Path; name: string }[], scope: Scope): Json {
  const values: Record<string, Json> = {}
  for (const { path, name } of named) {
    const value = readPath(scope, path)
    if (typeof value === 'string')
      values[name] = value.length > SHOWN_LENGTH_MAX ? value.slice(0, SHOWN_LENGTH_MAX) : value
    else if (typeof value === 'number' || typeof value === 'boolean') values[name] = value
    else if (value === undefined || value === null) values[name] = null
  }
  return values
}
