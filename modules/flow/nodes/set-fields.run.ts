import type { NodeRunner } from '../node-run.ts'
import { loadNamedValues } from './named-values.ts'
import type { SetFieldsConfig } from './set-fields.ts'

export const setFieldsRunner: NodeRunner<SetFieldsConfig> = {
  type: 'set_fields',
  load(config, tools) {
    const fields = loadNamedValues(config.fields, tools)
    return {
      run({ scope }) {
        const vars = fields(scope)
        return { do: 'next', handle: 'out', input: null, output: vars, vars, effect: null }
      },
    }
  },
}
