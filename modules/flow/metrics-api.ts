/** The routes of figures and logs of runs, and what they answer. Browser-safe. */

import { z } from 'zod'
import { Id, PageQuery, pageOf, Timestamp } from '#platform/contract/fields.ts'
import { defineRoute } from '#platform/contract/route.ts'

const WorkflowPath = z.object({ workflowId: Id })

const Duration = z.number().nullable().describe('Milliseconds; null when no run completed.')

/** What is said of the runs of a span, for one workflow or all. */
const figures = {
  runs: z.number().int().describe('Runs that ended.'),
  completed: z.number().int(),
  failed: z.number().int(),
  cancelled: z.number().int(),
  successRate: z
    .number()
    .nullable()
    .describe('Completed of completed and failed, from 0 to 1; null when there was neither.'),
  steps: z.number().int(),
  meanMs: Duration,
  p50Ms: Duration,
  p95Ms: Duration,
  p99Ms: Duration,
}

const MetricsInterval = z.enum(['hour', 'day'])

export const WorkflowMetrics = z
  .object({
    from: Timestamp,
    to: Timestamp,
    interval: MetricsInterval,
    timeZone: z.string(),
    ...figures,
    points: z
      .array(
        z.object({
          at: Timestamp.describe('When the hour or day begins.'),
          completed: z.number().int(),
          failed: z.number().int(),
          cancelled: z.number().int(),
        }),
      )
      .describe('Every hour or day of the span, also those without runs.'),
    errors: z
      .array(
        z.object({
          nodeId: z.string().nullable(),
          code: z.string(),
          count: z.number().int(),
          lastMessage: z.string(),
          lastAt: Timestamp,
        }),
      )
      .describe('The ten most frequent.'),
    nodes: z
      .array(
        z.object({
          nodeId: z.string(),
          steps: z.number().int(),
          failed: z.number().int(),
          p50Ms: z.number().nullable(),
          p95Ms: z.number().nullable(),
        }),
      )
      .describe('From the first 200 steps of each of the last 100 runs, whatever the span.'),
  })
  .meta({ id: 'WorkflowMetrics' })
export type WorkflowMetrics = z.output<typeof WorkflowMetrics>

const TimeZone = z
  .string()
  .max(64)
  .refine(isTimeZone, { message: 'Use the name of a time zone, such as Europe/Paris.' })

function isTimeZone(name: string): boolean {
  try {
    new Intl.DateTimeFormat('en', { timeZone: name })
    return true
  } catch {
    return false
  }
}

const Instant = z.iso.datetime({ offset: true })

const BOUND =
  'Percentiles are of completed runs, from start to end with all waiting. They come from durations counted by their logarithm: an answer differs from the exact one by less than 9.1 %, or by less than a millisecond below one.'

export const MetricsQuery = z.strictObject({
  from: Instant.optional().describe(
    'By default 24 hours before `to`, or 30 days by day. Moved back to the start of its hour or day.',
  ),
  to: Instant.optional().describe('Now by default.'),
  interval: MetricsInterval.default('day').describe('At most 31 days by hour, 731 days by day.'),
  timeZone: TimeZone.default('UTC'),
})
export type MetricsQuery = z.output<typeof MetricsQuery>

export const getWorkflowMetrics = defineRoute({
  id: 'flow.metrics.get',
  method: 'GET',
  path: '/v1/workflows/:workflowId/metrics',
  summary: 'Read how the runs of a workflow went',
  description: `Runs count when they end. Figures are kept by the hour for 24 months. ${BOUND} Days begin at midnight of \`timeZone\`; where a zone is half an hour off, the hour across midnight counts for the day it began in.`,
  access: 'runs:read',
  params: WorkflowPath,
  query: MetricsQuery,
  response: WorkflowMetrics,
  errors: ['flow.invalid_span'],
})

const MetricsRange = z.enum(['24h', '7d', '30d'])

export const AllMetrics = z.object({
  from: Timestamp,
  to: Timestamp,
  ...figures,
  items: z.array(z.object({ workflowId: Id, name: z.string(), ...figures })),
})
export type AllMetrics = z.output<typeof AllMetrics>

export const listWorkflowMetrics = defineRoute({
  id: 'flow.metrics.list',
  method: 'GET',
  path: '/v1/workflow-metrics',
  summary: 'Read how the runs of all workflows went',
  description: `Workflows without a run in the span are left out; the one with most runs comes first. ${BOUND}`,
  access: 'runs:read',
  query: z.strictObject({ range: MetricsRange.default('7d') }),
  response: AllMetrics,
})

export const LogLevel = z.enum(['debug', 'info', 'warn', 'error'])
export type LogLevel = z.output<typeof LogLevel>

export const LogsQuery = PageQuery.extend({
  level: LogLevel.optional().describe('The least level; lines below it are left out.'),
  step: z.coerce.number().int().min(0).max(65_535).optional().describe('Lines of this step only.'),
})
export type LogsQuery = z.output<typeof LogsQuery>

export const RunLogs = pageOf(
  z.object({
    id: Id,
    level: LogLevel,
    message: z.string(),
    nodeId: z.string().nullable(),
    step: z.number().int().nullable(),
    at: Timestamp,
  }),
)
export type RunLogs = z.output<typeof RunLogs>

export const listRunLogs = defineRoute({
  id: 'flow.run.list_logs',
  method: 'GET',
  path: '/v1/runs/:runId/logs',
  summary: 'List the log lines of a run, the oldest first',
  description:
    'A run keeps 1,000 lines and one that says that more were left out. Lines are kept for 90 days.',
  access: 'runs:read',
  params: z.object({ runId: Id }),
  query: LogsQuery,
  response: RunLogs,
})

const LogSetting = z.object({ level: LogLevel })

export const getLogLevel = defineRoute({
  id: 'flow.log_level.get',
  method: 'GET',
  path: '/v1/workflows/:workflowId/log-level',
  summary: 'Read the least level of log lines that runs of a workflow keep',
  access: 'workflows:read',
  params: WorkflowPath,
  response: LogSetting,
})

export const setLogLevel = defineRoute({
  id: 'flow.log_level.set',
  method: 'PUT',
  path: '/v1/workflows/:workflowId/log-level',
  summary: 'Choose the least level of log lines that runs of a workflow keep',
  description: 'Holds for lines written from now on, also by runs that are under way.',
  access: 'workflows:write',
  params: WorkflowPath,
  body: z.strictObject({ level: LogLevel }),
  response: LogSetting,
})
