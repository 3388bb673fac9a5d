import { z } from 'zod'
import { MAIN_ONLY, NO_FIELDS, type NodeType, shortened } from '../node-type.ts'
import { namedTemplates, namedValue, valueName } from './named-values.ts'

export const setFieldsConfig = z.strictObject({
  fields: z
    .array(z.strictObject({ name: valueName.describe('Read later as {{ vars.name }}.'), value: namedValue }))
    .min(1)
    .max(50),
})

export type SetFieldsConfig = z.infer<typeof setFieldsConfig>

export const setFields: NodeType<SetFieldsConfig> = {
  type: 'set_fields',
  kind: 'utility',
  title: 'Set fields',
  description: 'Keeps values under names for the steps that follow.',
  icon: 'pencil-line',
  purity: 'pure',
  config: setFieldsConfig,
  handles: () => MAIN_ONLY,
  summary: config => shortened(`Set ${config.fields.map(field => field.name).join(', ')}`),
  templates: config => namedTemplates('fields', config.fields),
  conditions: () => NO_FIELDS,
}
