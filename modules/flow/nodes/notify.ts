import { z } from 'zod'
import { MAIN_ONLY, NO_FIELDS, type NodeType, shortened } from '../node-type.ts'

export const notifyConfig = z.strictObject({
  roles: z
    .array(z.enum(['owner', 'admin', 'manager', 'member']))
    .min(1)
    .default(['owner'])
    .describe('The members who are told: everyone with one of these roles.'),
  title: z.string().min(1).max(500),
  body: z.string().max(5_000).default(''),
})

export type NotifyConfig = z.infer<typeof notifyConfig>

export const notify: NodeType<NotifyConfig> = {
  type: 'notify',
  kind: 'action',
  title: 'Notify',
  description: 'Tells members inside Millrace.',
  icon: 'bell',
  purity: 'local',
  config: notifyConfig,
  handles: () => MAIN_ONLY,
  summary: config => shortened(`Tell ${config.roles.map(role => `${role}s`).join(', ')}: ${config.title}`),
  templates: config => [
    { path: ['title'], text: config.title },
    { path: ['body'], text: config.body },
  ],
  conditions: () => NO_FIELDS,
}
