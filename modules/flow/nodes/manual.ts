import { z } from 'zod'
import { MAIN_ONLY, NO_FIELDS, type NodeType } from '../node-type.ts'

export const manualConfig = z.strictObject({})

export const manual: NodeType<z.infer<typeof manualConfig>> = {
  type: 'manual',
  kind: 'trigger',
  title: 'Started by hand',
  description: 'Starts a run when a member or the API asks for it.',
  icon: 'play',
  purity: 'pure',
  config: manualConfig,
  handles: () => MAIN_ONLY,
  summary: () => 'When someone starts it',
  templates: () => NO_FIELDS,
  conditions: () => NO_FIELDS,
}
