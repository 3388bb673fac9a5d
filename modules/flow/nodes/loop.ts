import { z } from 'zod'
import { DONE_HANDLE, EACH_HANDLE, NO_FIELDS, type NodeType, shortened } from '../node-type.ts'

export const collectField = z
  .string()
  .max(20_000)
  .optional()
  .describe(
    'What each round leaves behind, as a template. The results are the output of this step, in order.',
  )

export const loopConfig = z.strictObject({
  items: z
    .string()
    .min(1)
    .max(20_000)
    .describe('A template that gives a list, or a number of rounds. A round reads its item as {{ item }}.'),
  concurrency: z
    .number()
    .int()
    .min(1)
    .max(64)
    .default(1)
    .describe('How many rounds may be under way at once.'),
  onError: z
    .enum(['stop', 'continue'])
    .default('stop')
    .describe('Whether a round that fails ends everything or only itself.'),
  collect: collectField,
  maxItems: z
    .number()
    .int()
    .min(1)
    .max(10_000)
    .default(1_000)
    .describe('A longer list fails the step before the first round.'),
})

export type LoopConfig = z.infer<typeof loopConfig>

export const loop: NodeType<LoopConfig> = {
  type: 'loop',
  kind: 'logic',
  title: 'Loop over items',
  description:
    'Does what leaves by "For each" once for every item, one after the other or several at a time.',
  icon: 'repeat',
  purity: 'pure',
  config: loopConfig,
  hasRounds: true,
  handles: () => [
    { id: EACH_HANDLE, label: 'For each' },
    { id: DONE_HANDLE, label: 'When all are done' },
  ],
  summary: ({ items, concurrency }) =>
    shortened(`For each of ${items}${concurrency > 1 ? `, ${concurrency} at a time` : ''}`),
  templates: ({ items, collect }) => [
    { path: ['items'], text: items },
    ...(collect === undefined ? [] : [{ path: ['collect'], text: collect }]),
  ],
  conditions: () => NO_FIELDS,
}
