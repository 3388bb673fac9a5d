import { z } from 'zod'
import { type Condition, conditionSchema } from '../condition.ts'
import { eventKinds, eventTitle } from '../event-kinds.ts'
import { MAIN_ONLY, NO_FIELDS, type NodeType } from '../node-type.ts'

export const eventConfig = z.strictObject({
  event: z.enum(eventKinds.map(({ kind }) => kind.type)).describe('What has to happen.'),
  condition: conditionSchema
    .optional()
    .describe('Starts a run only when this holds. It reads event.type, event.payload, event.at and lead.'),
  allowOwn: z
    .boolean()
    .default(false)
    .describe('Whether what a run of this workflow does itself may start the workflow again.'),
})

export interface EventConfig {
  event: string
  condition?: Condition | undefined
  allowOwn: boolean
}

export const event: NodeType<EventConfig> = {
  type: 'event',
  kind: 'trigger',
  title: 'Event',
  description: 'Starts a run whenever something of this kind happens, such as a lead that is moved.',
  icon: 'radio',
  purity: 'pure',
  config: eventConfig,
  handles: () => MAIN_ONLY,
  summary: config => `When: ${eventTitle(config.event)}`,
  templates: () => NO_FIELDS,
  conditions: ({ condition }) => (condition === undefined ? NO_FIELDS : [{ path: ['condition'], condition }]),
}
