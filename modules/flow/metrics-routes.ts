import { type Implemented, implement } from '#platform/http/handlers.ts'
import * as api from './metrics-api.ts'
import { readAllMetrics, readWorkflowMetrics } from './metrics-read.ts'
import { readLogLevel, readRunLogs, writeLogLevel } from './run-logs.ts'

export const metricsRoutes: readonly Implemented[] = [
  implement(api.getWorkflowMetrics, (ctx, { params, query }) =>
    readWorkflowMetrics(ctx, params.workflowId, query),
  ),
  implement(api.listWorkflowMetrics, (ctx, { query }) => readAllMetrics(ctx, query.range)),
  implement(api.listRunLogs, (ctx, { params, query }) => readRunLogs(ctx, params.runId, query)),
  implement(api.getLogLevel, (ctx, { params }) => readLogLevel(ctx, params.workflowId)),
  implement(api.setLogLevel, (ctx, { params, body }) => writeLogLevel(ctx, params.workflowId, body.level)),
]
