import { z } from 'zod'
import { conditionSchema } from '../condition.ts'
import { conditionWords } from '../condition-text.ts'
import { NO_FIELDS, type NodeType, shortened } from '../node-type.ts'

export const conditionConfig = z.strictObject({
  condition: conditionSchema.describe('Decides which exit is taken.'),
})

export type ConditionConfig = z.infer<typeof conditionConfig>

export const condition: NodeType<ConditionConfig> = {
  type: 'condition',
  kind: 'logic',
  title: 'Condition',
  description: 'Goes one way when something holds and the other way when it does not.',
  icon: 'split',
  purity: 'pure',
  config: conditionConfig,
  handles: () => [
    { id: 'true', label: 'Yes' },
    { id: 'false', label: 'No' },
  ],
  summary: config => shortened(conditionWords(config.condition)),
  templates: () => NO_FIELDS,
  conditions: config => [{ path: ['condition'], condition: config.condition }],
}
