import { z } from 'zod'
import { NO_FIELDS, type NodeType, shortened } from '../node-type.ts'

export const failConfig = z.strictObject({
  message: z.string().min(1).max(2_000).describe('Why the run failed, for people. May hold placeholders.'),
})

export type FailConfig = z.infer<typeof failConfig>

export const fail: NodeType<FailConfig> = {
  type: 'fail',
  kind: 'logic',
  title: 'Fail',
  description: 'Ends the whole run as failed at once, with a reason.',
  icon: 'circle-x',
  purity: 'pure',
  config: failConfig,
  handles: () => NO_FIELDS,
  summary: config => shortened(`Fail: ${config.message}`),
  templates: config => [{ path: ['message'], text: config.message }],
  conditions: () => NO_FIELDS,
}
