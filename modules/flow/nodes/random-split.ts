import { z } from 'zod'
import { NO_FIELDS, type NodeType, shortened } from '../node-type.ts'
import { EXITS_MAX, exitId } from './switch.ts'

export const randomSplitConfig = z
  .strictObject({
    exits: z
      .array(
        z.strictObject({
          id: exitId,
          label: z.string().max(100).default('').describe('What the exit is called on the canvas.'),
          weight: z.number().min(0).max(1_000_000).describe('Its share, compared with the other weights.'),
        }),
      )
      .min(2)
      .max(EXITS_MAX),
  })
  .superRefine(({ exits }, context) => {
    if (exits.every(({ weight }) => weight === 0)) {
      context.addIssue({ code: 'custom', path: ['exits'], message: 'One weight at least is above zero.' })
    }
    exits.forEach(({ id }, index) => {
      if (exits.findIndex(exit => exit.id === id) === index) return
      const message = `Two exits are called "${id}".`
      context.addIssue({ code: 'custom', path: ['exits', index, 'id'], message })
    })
  })

export type RandomSplitConfig = z.infer<typeof randomSplitConfig>

export const randomSplit: NodeType<RandomSplitConfig> = {
  type: 'random_split',
  kind: 'logic',
  title: 'Random split',
  description:
    'Sends runs over several exits by chance, in the shares you say. A run that is repeated goes the same way.',
  icon: 'shuffle',
  purity: 'pure',
  config: randomSplitConfig,
  handles: ({ exits }) => exits.map(({ id, label }) => ({ id, label: label || id })),
  summary: ({ exits }) => {
    const total = exits.reduce((sum, { weight }) => sum + weight, 0)
    const shares = exits.map(
      ({ id, label, weight }) => `${label || id} ${Math.round((weight / total) * 100)}%`,
    )
    return shortened(shares.join(', '))
  },
  templates: () => NO_FIELDS,
  conditions: () => NO_FIELDS,
}
