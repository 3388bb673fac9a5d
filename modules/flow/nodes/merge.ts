import { z } from 'zod'
import { NO_FIELDS, type NodeType } from '../node-type.ts'

export const mergeConfig = z
  .strictObject({
    mode: z
      .enum(['all', 'any', 'count'])
      .default('all')
      .describe('Goes on when all branches are here, the first one, or as many as counted.'),
    count: z.number().int().min(1).max(1_000).optional().describe('How many branches must come.'),
    cancelRest: z
      .boolean()
      .default(false)
      .describe('Whether branches that are still under way end when the run goes on here.'),
  })
  .refine(config => config.mode !== 'count' || config.count !== undefined, {
    message: 'Say how many branches must come.',
    path: ['count'],
  })

export type MergeConfig = z.infer<typeof mergeConfig>

export const merge: NodeType<MergeConfig> = {
  type: 'merge',
  kind: 'logic',
  title: 'Merge',
  description:
    'Brings branches together and goes on once. Branches that cannot come any more are not waited for.',
  icon: 'merge',
  purity: 'pure',
  config: mergeConfig,
  join: ({ mode, count = 1, cancelRest }) => ({
    need: mode === 'all' ? 'all' : mode === 'any' ? 1 : count,
    cancelRest,
  }),
  handles: config =>
    config.mode === 'count'
      ? [
          { id: 'out', label: 'Enough came' },
          { id: 'short', label: 'Too few came' },
        ]
      : [{ id: 'out', label: 'Next' }],
  summary: summaryOf,
  templates: () => NO_FIELDS,
  conditions: () => NO_FIELDS,
}

function summaryOf({ mode, count, cancelRest }: MergeConfig): string {
  const rest = cancelRest ? ', the others end' : ''
  if (mode === 'all') return 'Wait for all branches'
  if (mode === 'any') return `Go on with the first branch${rest}`
  return `Wait for ${count} ${count === 1 ? 'branch' : 'branches'}${rest}`
}
