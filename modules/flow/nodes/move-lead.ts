import { z } from 'zod'
import { MAIN_ONLY, NO_FIELDS, type NodeType, shortened } from '../node-type.ts'
import { naming } from './record-reference.ts'

export const moveLeadConfig = z.strictObject({
  status: z
    .string()
    .min(1)
    .max(500)
    .describe('The column of the board, by its name or its status such as QUALIFIED. May hold placeholders.')
    .meta(naming('lead_status')),
})

export type MoveLeadConfig = z.infer<typeof moveLeadConfig>

export const moveLead: NodeType<MoveLeadConfig> = {
  type: 'move_lead',
  kind: 'action',
  title: 'Move lead',
  description: 'Moves the lead of the run to another column of its board.',
  icon: 'columns-3',
  purity: 'local',
  config: moveLeadConfig,
  handles: () => MAIN_ONLY,
  summary: config => shortened(`Move to ${config.status}`),
  templates: config => [{ path: ['status'], text: config.status }],
  conditions: () => NO_FIELDS,
}
