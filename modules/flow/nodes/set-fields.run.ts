import type { NodeRunner, Scope } from '../node-run.ts'
import type { Json } from '../plain-data.ts'
import type { SetFieldsConfig } from './set-fields.ts'

export const setFieldsRunner: NodeRunner<SetFieldsConfig> = {
  type: 'set_fields',
  load(config, tools) {
    const fields = config.fields.map(({ name, value }): { name: string; read: (scope: Scope) => Json } => ({
      name,
      read: typeof value === 'string' ? tools.value(value, { missing: 'empty' }) : () => value,
    }))
    return {
      run({ scope }) {
        const vars: Record<string, Json> = {}
        for (const { name, read } of fields) vars[name] = read(scope)
        return { do: 'next', handle: 'out', input: null, output: vars, vars, effect: null }
      },
    }
  },
}
