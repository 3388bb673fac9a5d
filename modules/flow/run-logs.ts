import type { Context } from '#platform/context.ts'
import { generalErrors } from '#platform/errors.ts'
import { pageOfRows, readIdCursor } from '#platform/http/page.ts'
import { LogLevel, type LogsQuery, type RunLogs } from './metrics-api.ts'
import { runSeen } from './run-sight.ts'
import type { LogLine, SliceResult } from './run-state.ts'

/** Lines a run keeps; one more says that others were left out. */
export const RUN_LOGS_MAX = 1000

const RANK: Readonly<Record<LogLevel, number>> = { debug: 0, info: 1, warn: 2, error: 3 }

/**
 * What of a run's new log lines is stored. `stored` is how many lines of the run are stored already; the answer tells how
 * many it is afterwards. Lines below `least` are left out and not counted; after the last line that has room, one
 * line says that more were left out, and from then on nothing is stored.
 */
export function capLogs(
  lines: readonly LogLine[],
  stored: number,
  least: LogLevel,
): { lines: readonly LogLine[]; stored: number } {
  if (lines.length === 0) return { lines, stored }
  const wanted = lines.filter(line => RANK[line.level] >= RANK[least])
  const kept = wanted.slice(0, Math.max(0, RUN_LOGS_MAX - stored))
  const first = wanted[kept.length]
  if (first === undefined || stored > RUN_LOGS_MAX) return { lines: kept, stored: stored + kept.length }
  const message = `This run wrote more than ${RUN_LOGS_MAX.toLocaleString('en')} lines. The others were left out.`
  return { lines: [...kept, { ...first, level: 'warn', message }], stored: stored + kept.length + 1 }
}

/** The result of a slice with those of its log lines that are to be stored. */
export function withKeptLogs(result: SliceResult, least: LogLevel): SliceResult {
  if (result.logs.length === 0) return result
  const { lines, stored } = capLogs(result.logs, result.state.logged ?? 0, least)
  return { ...result, logs: lines, state: { ...result.state, logged: stored } }
}

/** A page of a run's log lines, the oldest first. */
export async function readRunLogs(ctx: Context, runId: string, filter: LogsQuery): Promise<RunLogs> {
  const exists = await ctx.db.query(
    `select 1 from flow.runs r where r.org_id = $1 and r.id = $2${runSeen(ctx, 'r')}`,
    [ctx.orgId, runId],
  )
  if (exists.rowCount === 0) throw generalErrors.not_found()
  const least = RANK[filter.level ?? 'debug']
  // No line is older than its run, so partitions of earlier months need not be looked into.
  const rows = await ctx.db.query<{
    id: string
    level: LogLevel
    message: string
    node_id: string | null
    step: number | null
    created_at: Date
  }>(
    `select id, level, message, node_id, step, created_at from flow.logs
     where org_id = $1 and run_id = $2 and id > $3 and level = any($4) and ($5::int is null or step = $5)
     order by id limit $6`,
    [
      ctx.orgId,
      runId,
      readIdCursor(filter) ?? runId,
      LogLevel.options.filter(level => RANK[level] >= least),
      filter.step ?? null,
      filter.limit + 1,
    ],
  )
  return pageOfRows(filter, rows.rows, row => ({
    id: row.id,
    level: row.level,
    message: row.message,
    nodeId: row.node_id,
    step: row.step,
    at: row.created_at.toISOString(),
  }))
}

/** The least level of log lines that runs of a workflow keep. */
export async function readLogLevel(ctx: Context, workflowId: string): Promise<{ level: LogLevel }> {
  const found = await ctx.db.query<{ level: LogLevel }>(
    'select log_level as level from flow.workflows where org_id = $1 and id = $2 and deleted_at is null',
    [ctx.orgId, workflowId],
  )
  const row = found.rows[0]
  if (!row) throw generalErrors.not_found()
  return { level: row.level }
}

/** Chooses the least level of log lines that runs of a workflow keep from now on. */
export async function writeLogLevel(
  ctx: Context,
  workflowId: string,
  level: LogLevel,
): Promise<{ level: LogLevel }> {
  const changed = await ctx.db.query(
    'update flow.workflows set log_level = $3 where org_id = $1 and id = $2 and deleted_at is null',
    [ctx.orgId, workflowId, level],
  )
  if (changed.rowCount === 0) throw generalErrors.not_found()
  return { level }
}
