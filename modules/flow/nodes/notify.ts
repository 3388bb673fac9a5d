import { z } from 'zod'
import { MAIN_ONLY, NO_FIELDS, type NodeType, shortened } from '../node-type.ts'
import { naming } from './record-reference.ts'

export const notifyConfig = z
  .strictObject({
    roles: z
      .array(z.enum(['owner', 'admin', 'manager', 'member']))
      .default(['owner'])
      .describe('The members who are told: everyone with one of these roles.'),
    members: z
      .array(z.string().min(1).max(1_000))
      .max(20)
      .default([])
      .describe(
        'Members besides, by e-mail address or id, such as {{ nodes.deal.deal.ownerUserId }}. One that comes out empty is left out.',
      )
      .meta(naming('member')),
    title: z.string().min(1).max(500),
    body: z.string().max(5_000).default(''),
  })
  .refine(({ roles, members }) => roles.length + members.length > 0, {
    message: 'Say who is told.',
    path: ['roles'],
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
  summary: ({ roles, members, title }) =>
    shortened(`Tell ${[...roles.map(role => `${role}s`), ...members].join(', ')}: ${title}`),
  templates: config => [
    { path: ['title'], text: config.title },
    { path: ['body'], text: config.body },
    ...config.members.map((text, index) => ({ path: ['members', index], text })),
  ],
  conditions: () => NO_FIELDS,
}
