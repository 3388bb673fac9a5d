import { z } from 'zod'
import { MAIN_ONLY, NO_FIELDS, type NodeType, shortened } from '../node-type.ts'
import { isForbiddenName } from '../plain-data.ts'

export const setFieldsConfig = z.strictObject({
  fields: z
    .array(
      z.strictObject({
        name: z
          .string()
          .regex(/^[A-Za-z_][A-Za-z0-9_]{0,63}$/, 'A name has letters, digits and underscores.')
          .refine(name => !isForbiddenName(name), 'This name is reserved.')
          .describe('Read later as {{ vars.name }}.'),
        value: z
          .union([z.string().max(20_000), z.number(), z.boolean(), z.null()])
          .describe('A value, or a template. A single placeholder keeps the type of what it reads.'),
      }),
    )
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
  templates: config =>
    config.fields.flatMap((field, index) =>
      typeof field.value === 'string' ? [{ path: ['fields', index, 'value'], text: field.value }] : [],
    ),
  conditions: () => NO_FIELDS,
}
