import { z } from 'zod'
import { Id, Timestamp } from '#platform/contract/fields.ts'

export const Lead = z
  .object({
    id: Id,
    workflowId: Id,
    personId: Id,
    email: z.string(),
    name: z.string().describe('As the form was answered; the e-mail address when it asks for no name.'),
    status: z.string(),
    source: z.string(),
    ownerUserId: Id.nullable(),
    createdAt: Timestamp,
    updatedAt: Timestamp,
    lastSubmittedAt: Timestamp,
    statusChangedAt: Timestamp,
  })
  .meta({ id: 'Lead' })
export type Lead = z.output<typeof Lead>
