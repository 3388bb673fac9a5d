import { z } from 'zod'
import { MAIN_ONLY, type NodeType, shortened } from '../node-type.ts'
import { naming } from './record-reference.ts'

export const takeTurnsConfig = z.strictObject({
  choices: z
    .array(z.string().min(1).max(1_000))
    .min(1)
    .max(100)
    .describe(
      'What is given out, one after the other, such as e-mail addresses of members. May hold placeholders.',
    )
    .meta(naming('member_address')),
})

export type TakeTurnsConfig = z.infer<typeof takeTurnsConfig>

export const takeTurns: NodeType<TakeTurnsConfig> = {
  type: 'take_turns',
  kind: 'utility',
  title: 'Take turns',
  description:
    'Gives each run the next of a list, from the first again after the last: for owners who take turns. The output calls it "choice".',
  icon: 'iteration-cw',
  purity: 'remote',
  config: takeTurnsConfig,
  retry: { attempts: 3, backoffMs: 500, growth: 'exponential' },
  timeoutMs: 30_000,
  handles: () => MAIN_ONLY,
  summary: ({ choices }) => shortened(`In turn: ${choices.join(', ')}`),
  templates: ({ choices }) => choices.map((text, index) => ({ path: ['choices', index], text })),
  conditions: () => [],
}
