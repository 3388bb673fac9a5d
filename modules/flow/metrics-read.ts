import type { Context } from '#platform/context.ts'
import { percentileOf } from '#platform/duration-buckets.ts'
import { generalErrors } from '#platform/errors.ts'
import { isNarrowed } from '#platform/owned.ts'
import { flowErrors } from './errors.ts'
import { hourOf } from './metrics.ts'
import type { AllMetrics, MetricsQuery, WorkflowMetrics } from './metrics-api.ts'

const HOUR_MS = 3_600_000
const DAY_MS = 24 * HOUR_MS
const HOURS_MAX = 31 * 24
const DAYS_MAX = 731

type Figures = Omit<AllMetrics['items'][number], 'workflowId' | 'name'>

/** How the runs of one workflow went in a span; see the route. Throws `flow.invalid_span` when it is too long or empty. */
export async function readWorkflowMetrics(
  ctx: Context,
  workflowId: string,
  query: MetricsQuery,
): Promise<WorkflowMetrics> {
  const exists = await ctx.db.query(
    'select 1 from flow.workflows where org_id = $1 and id = $2 and deleted_at is null',
    [ctx.orgId, workflowId],
  )
  if (exists.rowCount === 0) throw generalErrors.not_found()
  const { interval, timeZone } = query
  const { starts, to } = spanOf(query, ctx.clock.now())
  const from = starts[0] ?? to
  const of = [ctx.orgId, workflowId, from, to]
  const [counts, totals, errors, nodes] = await Promise.all([
    ctx.db.query<{ hour: Date; outcome: 'completed' | 'failed' | 'cancelled'; runs: string }>(BY_HOUR, of),
    ctx.db.query<TotalRow>(TOTALS, of),
    ctx.db.query<ErrorRow>(ERRORS, of),
    ctx.db.query<NodeRow>(NODES, [ctx.orgId, workflowId]),
  ])
  const points = starts.map(at => ({ at: at.toISOString(), completed: 0, failed: 0, cancelled: 0 }))
  let last = 0
  for (const { hour, outcome, runs } of counts.rows) {
    while (last + 1 < starts.length && (starts[last + 1] ?? to) <= hour) last += 1
    const point = points[last]
    if (point) point[outcome] += Number(runs)
  }
  return {
    from: from.toISOString(),
    to: to.toISOString(),
    interval,
    timeZone,
    ...figuresOf(totals.rows),
    points,
    errors: errors.rows.map(row => ({
      nodeId: row.node_id === '' ? null : row.node_id,
      code: row.code,
      count: Number(row.count),
      // A message may name whom the run was about.
      lastMessage: isNarrowed(ctx) ? '' : row.last_message,
      lastAt: row.last_at.toISOString(),
    })),
    nodes: nodes.rows.map(row => ({
      nodeId: row.node_id,
      steps: Number(row.steps),
      failed: Number(row.failed),
      p50Ms: row.p50_ms,
      p95Ms: row.p95_ms,
    })),
  }
}

/** The starts of the hours or days from `from` to `to`, and the end of the span. */
function spanOf({ from, to, interval, timeZone }: MetricsQuery, now: Date): { starts: Date[]; to: Date } {
  const end = to === undefined ? now : new Date(to)
  const wanted =
    from === undefined
      ? new Date(end.getTime() - (interval === 'hour' ? DAY_MS : 30 * DAY_MS))
      : new Date(from)
  const most = interval === 'hour' ? HOURS_MAX * HOUR_MS : DAYS_MAX * DAY_MS
  if (!(wanted < end) || end.getTime() - wanted.getTime() > most) throw flowErrors.invalid_span()
  return { starts: interval === 'hour' ? hoursOf(wanted, end) : daysOf(wanted, end, timeZone), to: end }
}

function hoursOf(from: Date, to: Date): Date[] {
  const first = hourOf(from).getTime()
  return Array.from(
    { length: Math.ceil((to.getTime() - first) / HOUR_MS) },
    (_, n) => new Date(first + n * HOUR_MS),
  )
}

/** Days are counted on the calendar of the zone, because some of them have 23 or 25 hours. */
function daysOf(from: Date, to: Date, timeZone: string): Date[] {
  const days: Date[] = []
  let day = Temporal.Instant.fromEpochMilliseconds(from.getTime()).toZonedDateTimeISO(timeZone).startOfDay()
  while (day.epochMilliseconds < to.getTime()) {
    days.push(new Date(day.epochMilliseconds))
    day = day.add({ days: 1 }).startOfDay()
  }
  return days
}

const SPAN = 'm.org_id = $1 and m.workflow_id = $2 and m.hour >= $3 and m.hour < $4'

const BY_HOUR = `
  select m.hour, m.outcome, sum(m.runs) as runs from flow.metrics_hourly m where ${SPAN}
  group by m.hour, m.outcome order by m.hour`

const TOTALS = `
  select m.outcome, m.bucket, sum(m.runs) as runs, sum(m.duration_ms) as duration_ms, sum(m.steps) as steps
  from flow.metrics_hourly m where ${SPAN} group by m.outcome, m.bucket`

const ERRORS = `
  select m.node_id, m.code, sum(m.count) as count, max(m.last_at) as last_at,
    (array_agg(m.last_message order by m.last_at desc))[1] as last_message
  from flow.metrics_errors m where ${SPAN}
  group by m.node_id, m.code order by count desc, m.code, m.node_id limit 10`

// A run's steps are one range of the primary key, so this reads at most 20,000 rows, and none of another run.
const NODES = `
  with recent as materialized (
    select id from flow.runs where org_id = $1 and workflow_id = $2 order by id desc limit 100
  )
  select s.node_id, count(*) as steps, count(*) filter (where s.status = 'failed') as failed,
    percentile_disc(0.5) within group (order by s.ms) as p50_ms, percentile_disc(0.95) within group (order by s.ms) as p95_ms
  from recent r cross join lateral (
    select number, node_id, status, extract(epoch from finished_at - started_at)::float8 * 1000 as ms from flow.steps
    where org_id = $1 and id >= (left(r.id::text, 30) || '000000')::uuid and id <= (left(r.id::text, 30) || 'ffffff')::uuid
    order by id limit 200
  ) s
  where s.status in ('completed', 'failed')
  group by s.node_id order by min(s.number), s.node_id limit 200`

interface TotalRow {
  outcome: 'completed' | 'failed' | 'cancelled'
  bucket: number
  runs: string
  duration_ms: string
  steps: string
}

interface ErrorRow {
  node_id: string
  code: string
  count: string
  last_message: string
  last_at: Date
}

interface NodeRow {
  node_id: string
  steps: string
  failed: string
  p50_ms: number | null
  p95_ms: number | null
}

function figuresOf(rows: readonly TotalRow[]): Figures {
  const count = { completed: 0, failed: 0, cancelled: 0 }
  const durations = new Map<number, number>()
  let steps = 0
  let completedMs = 0
  for (const row of rows) {
    const runs = Number(row.runs)
    count[row.outcome] += runs
    steps += Number(row.steps)
    if (row.outcome !== 'completed') continue
    durations.set(row.bucket, (durations.get(row.bucket) ?? 0) + runs)
    completedMs += Number(row.duration_ms)
  }
  const decided = count.completed + count.failed
  return {
    runs: decided + count.cancelled,
    ...count,
    successRate: decided === 0 ? null : count.completed / decided,
    steps,
    meanMs: count.completed === 0 ? null : completedMs / count.completed,
    p50Ms: percentileOf(durations, 0.5),
    p95Ms: percentileOf(durations, 0.95),
    p99Ms: percentileOf(durations, 0.99),
  }
}

const RANGE_MS = { '24h': DAY_MS, '7d': 7 * DAY_MS, '30d': 30 * DAY_MS } as const

// Workflow by workflow, so that each is one range of the primary key and older figures are not walked past.
const ALL_TOTALS = `
  select w.id as workflow_id, w.name, m.outcome, m.bucket, m.runs, m.duration_ms, m.steps
  from flow.workflows w cross join lateral (
    select outcome, bucket, sum(runs) as runs, sum(duration_ms) as duration_ms, sum(steps) as steps
    from flow.metrics_hourly
    where org_id = $1 and workflow_id = w.id and hour >= $2
    group by outcome, bucket
  ) m
  where w.org_id = $1 and w.deleted_at is null`

/** How the runs of all workflows went lately, the busiest workflow first. */
export async function readAllMetrics(ctx: Context, range: keyof typeof RANGE_MS): Promise<AllMetrics> {
  const to = ctx.clock.now()
  const from = hourOf(new Date(to.getTime() - RANGE_MS[range]))
  const { rows } = await ctx.db.query<TotalRow & { workflow_id: string; name: string }>(ALL_TOTALS, [
    ctx.orgId,
    from,
  ])
  const items = [...Map.groupBy(rows, row => row.workflow_id)].map(([workflowId, of]) => ({
    workflowId,
    name: of[0]?.name ?? '',
    ...figuresOf(of),
  }))
  items.sort((a, b) => b.runs - a.runs || a.name.localeCompare(b.name))
  return { from: from.toISOString(), to: to.toISOString(), ...figuresOf(rows), items }
}
