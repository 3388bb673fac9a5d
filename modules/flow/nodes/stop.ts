import { z } from 'zod'
import { NO_FIELDS, type NodeType, shortened } from '../node-type.ts'
import { namedTemplates, namedValues } from './named-values.ts'

export const stopConfig = z.strictObject({
  output: namedValues().default([]).describe('What the run gives as its result, by name.'),
})

export type StopConfig = z.infer<typeof stopConfig>

export const stop: NodeType<StopConfig> = {
  type: 'stop',
  kind: 'logic',
  title: 'Stop',
  description: 'Ends the whole run as completed at once, whatever its other branches are doing.',
  icon: 'circle-stop',
  purity: 'pure',
  config: stopConfig,
  handles: () => NO_FIELDS,
  summary: ({ output }) =>
    output.length === 0
      ? 'End the run'
      : shortened(`End the run with ${output.map(value => value.name).join(', ')}`),
  templates: config => namedTemplates('output', config.output),
  conditions: () => NO_FIELDS,
}
