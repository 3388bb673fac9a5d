import type { Json } from '#platform/contract/plain-data.ts'
import { areEqual } from '../comparison.ts'
import { type NodeRunner, next } from '../node-run.ts'
import { ELSE_HANDLE, type SwitchConfig } from './switch.ts'
import { valuesReader } from './values-read.ts'

const SHOWN_LENGTH_MAX = 200

export const switchRunner: NodeRunner<SwitchConfig> = {
  type: 'switch',
  load(config, tools) {
    if (config.mode === 'rules') {
      const rules = config.rules.map(({ id, condition }) => ({ id, ...tools.condition(condition) }))
      const values = valuesReader(rules.flatMap(rule => rule.paths))
      return {
        run({ scope, now }) {
          const exits = exitsThatHold(rules, config.all, rule => rule.test(scope, now))
          return { ...next(ELSE_HANDLE, { exits }, values(scope)), handle: exits }
        },
      }
    }
    const read = tools.value(config.value, { missing: 'empty' })
    return {
      run({ scope }) {
        const value = read(scope)
        const exit = config.cases.find(each => areEqual(value, each.equals))?.id ?? ELSE_HANDLE
        return next(exit, { exits: [exit] }, { value: shown(value) })
      },
    }
  },
}

function exitsThatHold<Rule extends { id: string }>(
  rules: readonly Rule[],
  all: boolean,
  holds: (rule: Rule) => boolean,
): string[] {
  const first = all ? undefined : rules.find(holds)
  const exits = all ? rules.filter(holds) : first === undefined ? [] : [first]
  return exits.length === 0 ? [ELSE_HANDLE] : exits.map(rule => rule.id)
}

/** Enough of the value for a person to see why; lists and objects are left out. */
function shown(value: Json): Json {
  if (typeof value === 'string') return value.slice(0, SHOWN_LENGTH_MAX)
  return typeof value === 'object' ? null : value
}
