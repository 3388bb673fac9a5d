import { type Implemented, implement } from '#platform/http/handlers.ts'
import { getPipelineSummary as summaryRoute } from './board-api.ts'
import { archiveLostReason, changeLostReason, createLostReason, listLostReasons } from './lost-reasons.ts'
import {
  changeLostReason as changeLostReasonRoute,
  changePipeline as changePipelineRoute,
  changeStage as changeStageRoute,
  createLostReason as createLostReasonRoute,
  createPipeline as createPipelineRoute,
  createStage as createStageRoute,
  deleteLostReason as deleteLostReasonRoute,
  deletePipeline as deletePipelineRoute,
  deleteStage as deleteStageRoute,
  listLostReasons as listLostReasonsRoute,
  listPipelines as listPipelinesRoute,
} from './pipeline-api.ts'
import { summarizePipeline } from './pipeline-summary.ts'
import { changePipeline, createPipeline, deletePipeline, listPipelines } from './pipelines.ts'
import { changeStage, createStage, deleteStage } from './stages.ts'

/** What the crm module answers about pipelines, stages and lost reasons over HTTP. */
export const pipelineRoutes: readonly Implemented[] = [
  implement(listPipelinesRoute, async (ctx, { query }) => ({
    items: await listPipelines(ctx, { archived: query.archived === 'true' }),
  })),
  implement(createPipelineRoute, (ctx, { body }) => createPipeline(ctx, body)),
  implement(changePipelineRoute, (ctx, { params, body }) => changePipeline(ctx, params.pipelineId, body)),
  implement(deletePipelineRoute, (ctx, { params }) =>
    deletePipeline(ctx, params.pipelineId).then(() => undefined),
  ),
  implement(summaryRoute, (ctx, { params, query }) => summarizePipeline(ctx, params.pipelineId, query.days)),
  implement(createStageRoute, (ctx, { params, body }) => createStage(ctx, params.pipelineId, body)),
  implement(changeStageRoute, (ctx, { params, body }) =>
    changeStage(ctx, params.pipelineId, params.stageId, body),
  ),
  implement(deleteStageRoute, (ctx, { params, query }) =>
    deleteStage(ctx, params.pipelineId, params.stageId, query.moveTo),
  ),
  implement(listLostReasonsRoute, async ctx => ({ items: await listLostReasons(ctx) })),
  implement(createLostReasonRoute, (ctx, { body }) => createLostReason(ctx, body.name)),
  implement(changeLostReasonRoute, (ctx, { params, body }) =>
    changeLostReason(ctx, params.lostReasonId, body),
  ),
  implement(deleteLostReasonRoute, (ctx, { params }) =>
    archiveLostReason(ctx, params.lostReasonId).then(() => undefined),
  ),
]
