import { z } from 'zod'
import { MAIN_ONLY, NO_FIELDS, type NodeType, shortened } from '../node-type.ts'
import { namedTemplates, namedValues } from './named-values.ts'

export const formatConfig = z.strictObject({
  values: namedValues()
    .refine(values => values.length > 0, 'There is no value yet.')
    .describe('What the step gives, read later by its name in the output of this step.'),
})

export type FormatConfig = z.infer<typeof formatConfig>

export const format: NodeType<FormatConfig> = {
  type: 'format',
  kind: 'utility',
  title: 'Format',
  description: 'Makes values out of templates. They stand in the output of this step only.',
  icon: 'text-cursor-input',
  purity: 'pure',
  config: formatConfig,
  handles: () => MAIN_ONLY,
  summary: config => shortened(config.values.map(({ name }) => name).join(', ')),
  templates: config => namedTemplates('values', config.values),
  conditions: () => NO_FIELDS,
}
