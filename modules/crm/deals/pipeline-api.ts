import { z } from 'zod'
import { Id, line, Timestamp } from '#platform/contract/fields.ts'
import { defineRoute } from '#platform/contract/route.ts'

/** Whether deals in a stage are still open, or how they ended. */
export const StageType = z.enum(['open', 'won', 'lost'])
export type StageType = z.output<typeof StageType>

export const Currency = z
  .string()
  .regex(/^[A-Z]{3}$/, 'Use the three letters of a currency, such as EUR.')
  .meta({ example: 'EUR' })

const FieldKey = z
  .string()
  .max(100)
  .regex(/^(custom\.)?[a-z][a-zA-Z0-9_]*$/, 'Use the key of a field of deals.')
  .describe('The key of a field, such as `value` or `custom.budget`.')
  .meta({ example: 'value' })

export const Stage = z
  .object({
    id: Id,
    key: z.string().describe('What programs call it; stays when the name changes.'),
    name: z.string(),
    type: StageType,
    probability: z.number().int().describe('Of being won, in percent.'),
    rottingDays: z
      .number()
      .int()
      .nullable()
      .describe('After so many days in it a deal is shown as rotting; null for never.'),
    requiredFields: z.array(z.string()).describe('What has to be filled in before a deal enters.'),
  })
  .meta({ id: 'Stage' })
export type Stage = z.output<typeof Stage>

export const Pipeline = z
  .object({
    id: Id,
    name: z.string(),
    currency: Currency.describe('What a new deal is worth money in, unless it says otherwise.'),
    asksLostReason: z.boolean().describe('Whether a deal that is lost has to say why.'),
    archivedAt: Timestamp.nullable(),
    stages: z.array(Stage).describe('In the order of the board.'),
    createdAt: Timestamp,
    updatedAt: Timestamp,
  })
  .meta({ id: 'Pipeline' })
export type Pipeline = z.output<typeof Pipeline>

export const LostReason = z.object({ id: Id, name: z.string() }).meta({ id: 'LostReason' })
export type LostReason = z.output<typeof LostReason>

const pipelineParams = z.strictObject({ pipelineId: Id })
const stageParams = z.strictObject({ pipelineId: Id, stageId: Id })
const percent = z.int().min(0).max(100)
const Place = z.int().min(0).max(1_000).describe('Where it stands among the others, from 0.')

export const listPipelines = defineRoute({
  id: 'crm.pipeline.list',
  method: 'GET',
  path: '/v1/pipelines',
  summary: 'List pipelines with their stages',
  access: 'deals:read',
  query: z.strictObject({ archived: z.enum(['true', 'false']).optional() }),
  response: z.object({ items: z.array(Pipeline) }),
})

export const createPipeline = defineRoute({
  id: 'crm.pipeline.create',
  method: 'POST',
  path: '/v1/pipelines',
  summary: 'Make a pipeline with the stages every pipeline begins with',
  access: 'pipelines:manage',
  body: z.strictObject({
    name: line(100),
    currency: Currency.optional(),
    asksLostReason: z.boolean().optional(),
  }),
  response: Pipeline,
  status: 201,
  errors: ['crm.too_many_pipelines'],
})

export const changePipeline = defineRoute({
  id: 'crm.pipeline.update',
  method: 'PATCH',
  path: '/v1/pipelines/:pipelineId',
  summary: 'Rename, move, archive or bring back a pipeline',
  access: 'pipelines:manage',
  params: pipelineParams,
  body: z.strictObject({
    name: line(100).optional(),
    currency: Currency.optional(),
    asksLostReason: z.boolean().optional(),
    position: Place.optional(),
    archived: z.boolean().optional(),
  }),
  response: Pipeline,
  errors: ['crm.last_pipeline'],
})

export const deletePipeline = defineRoute({
  id: 'crm.pipeline.delete',
  method: 'DELETE',
  path: '/v1/pipelines/:pipelineId',
  summary: 'Delete a pipeline that no deal ever went through',
  access: 'pipelines:manage',
  params: pipelineParams,
  status: 204,
  errors: ['crm.last_pipeline', 'crm.pipeline_has_deals'],
})

export const createStage = defineRoute({
  id: 'crm.stage.create',
  method: 'POST',
  path: '/v1/pipelines/:pipelineId/stages',
  summary: 'Add a stage to a pipeline',
  access: 'pipelines:manage',
  params: pipelineParams,
  body: z.strictObject({
    name: line(100),
    type: StageType.default('open'),
    probability: percent.optional().describe('Open stages alone: won ones have 100, lost ones 0.'),
    rottingDays: z.int().min(1).max(3_650).nullable().optional(),
    requiredFields: z.array(FieldKey).max(20).optional(),
    position: Place.optional(),
  }),
  response: Pipeline,
  status: 201,
  errors: ['crm.too_many_stages'],
})

export const changeStage = defineRoute({
  id: 'crm.stage.update',
  method: 'PATCH',
  path: '/v1/pipelines/:pipelineId/stages/:stageId',
  summary: 'Change or move a stage',
  description: 'A stage that deals are in keeps its type.',
  access: 'pipelines:manage',
  params: stageParams,
  body: z.strictObject({
    name: line(100).optional(),
    type: StageType.optional(),
    probability: percent.optional(),
    rottingDays: z.int().min(1).max(3_650).nullable().optional(),
    requiredFields: z.array(FieldKey).max(20).optional(),
    position: Place.optional(),
  }),
  response: Pipeline,
  errors: ['crm.stage_has_deals', 'crm.stage_needed'],
})

export const deleteStage = defineRoute({
  id: 'crm.stage.delete',
  method: 'DELETE',
  path: '/v1/pipelines/:pipelineId/stages/:stageId',
  summary: 'Take a stage away; its deals go to another one',
  access: 'pipelines:manage',
  params: stageParams,
  query: z.strictObject({
    moveTo: Id.optional().describe('The stage its deals go to, of the same pipeline and type.'),
  }),
  response: Pipeline,
  errors: ['crm.stage_has_deals', 'crm.stage_needed'],
})

export const listLostReasons = defineRoute({
  id: 'crm.lost-reason.list',
  method: 'GET',
  path: '/v1/lost-reasons',
  summary: 'List the reasons for which deals are lost',
  access: 'deals:read',
  response: z.object({ items: z.array(LostReason) }),
})

export const createLostReason = defineRoute({
  id: 'crm.lost-reason.create',
  method: 'POST',
  path: '/v1/lost-reasons',
  summary: 'Add a reason for which deals are lost',
  access: 'pipelines:manage',
  body: z.strictObject({ name: line(100) }),
  response: LostReason,
  status: 201,
  errors: ['crm.too_many_lost_reasons'],
})

export const changeLostReason = defineRoute({
  id: 'crm.lost-reason.update',
  method: 'PATCH',
  path: '/v1/lost-reasons/:lostReasonId',
  summary: 'Rename, move or bring back a reason',
  access: 'pipelines:manage',
  params: z.strictObject({ lostReasonId: Id }),
  body: z.strictObject({
    name: line(100).optional(),
    position: Place.optional(),
    archived: z.literal(false).optional(),
  }),
  response: LostReason,
})

export const deleteLostReason = defineRoute({
  id: 'crm.lost-reason.delete',
  method: 'DELETE',
  path: '/v1/lost-reasons/:lostReasonId',
  summary: 'Offer a reason no more; deals that were lost for it keep it',
  access: 'pipelines:manage',
  params: z.strictObject({ lostReasonId: Id }),
  status: 204,
})
