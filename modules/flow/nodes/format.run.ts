import { type NodeRunner, next } from '../node-run.ts'
import type { FormatConfig } from './format.ts'
import { loadNamedValues } from './named-values.ts'

export const formatRunner: NodeRunner<FormatConfig> = {
  type: 'format',
  load(config, tools) {
    const values = loadNamedValues(config.values, tools)
    return { run: ({ scope }) => next('out', values(scope)) }
  },
}
