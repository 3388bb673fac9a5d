import { z } from 'zod'
import { conditionSchema } from '../condition.ts'
import { conditionWords } from '../condition-text.ts'
import { NO_FIELDS, type NodeType, shortened } from '../node-type.ts'

export const filterConfig = z.strictObject({
  condition: conditionSchema.describe('What must hold for the run to go on here.'),
})

export type FilterConfig = z.infer<typeof filterConfig>

export const filter: NodeType<FilterConfig> = {
  type: 'filter',
  kind: 'logic',
  title: 'Filter',
  description: 'Goes on only when something holds. What does not pass may leave by an exit of its own.',
  icon: 'funnel',
  purity: 'pure',
  config: filterConfig,
  handles: () => [
    { id: 'out', label: 'Passes' },
    { id: 'rejected', label: 'Does not pass' },
  ],
  summary: config => shortened(conditionWords(config.condition)),
  templates: () => NO_FIELDS,
  conditions: config => [{ path: ['condition'], condition: config.condition }],
}
