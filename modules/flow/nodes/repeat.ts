import { z } from 'zod'
import { conditionSchema } from '../condition.ts'
import { conditionWords } from '../condition-text.ts'
import { DONE_HANDLE, EACH_HANDLE, type NodeType, shortened } from '../node-type.ts'
import { collectField } from './loop.ts'

export const repeatConfig = z.strictObject({
  condition: conditionSchema.describe(
    'Looked at before every round; the first time it does not hold, it is done.',
  ),
  maxRounds: z
    .number()
    .int()
    .min(1)
    .max(1_000)
    .default(100)
    .describe('Ends after so many rounds whatever the condition says.'),
  collect: collectField,
})

export type RepeatConfig = z.infer<typeof repeatConfig>

export const repeat: NodeType<RepeatConfig> = {
  type: 'repeat',
  kind: 'logic',
  title: 'Repeat',
  description: 'Does what leaves by "Each time" again and again while something holds.',
  icon: 'iteration-cw',
  purity: 'pure',
  config: repeatConfig,
  hasRounds: true,
  handles: () => [
    { id: EACH_HANDLE, label: 'Each time' },
    { id: DONE_HANDLE, label: 'When done' },
  ],
  summary: config => shortened(`While ${conditionWords(config.condition)}`),
  templates: ({ collect }) => (collect === undefined ? [] : [{ path: ['collect'], text: collect }]),
  conditions: config => [{ path: ['condition'], condition: config.condition }],
}
