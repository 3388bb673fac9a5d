import { z } from 'zod'
import { Id } from '#platform/contract/fields.ts'

/** How many runs of a workflow may be under way at once, those that wait included. */
export const RunLimit = z.strictObject({
  runs: z.number().int().min(1).max(10_000).nullable().default(null).describe('Of the whole workflow.'),
  perKey: z
    .strictObject({
      key: z
        .string()
        .min(1)
        .max(500)
        .describe('A template read from what started the run, such as {{ lead.id }}.'),
      runs: z.number().int().min(1).max(10_000).default(1),
    })
    .nullable()
    .default(null)
    .describe('Of all runs with the same key.'),
  overflow: z
    .enum(['queue', 'refuse'])
    .default('queue')
    .describe('Whether a run beyond the limit waits for its turn or is not started.'),
})
export type RunLimit = z.output<typeof RunLimit>

/** What people set for a workflow beside its graph; takes effect at once, for every version. */
export const WorkflowSettings = z
  .strictObject({
    limit: RunLimit.nullable().default(null),
    errorWorkflowId: Id.nullable().default(null).describe('Started when a run fails for good.'),
  })
  .meta({ id: 'WorkflowSettings' })
export type WorkflowSettings = z.output<typeof WorkflowSettings>
