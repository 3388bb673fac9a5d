import { durationBucket } from '#platform/duration-buckets.ts'

/** A run that is over, as far as the figures are concerned. */
export interface EndedRun {
  readonly workflowId: string
  readonly outcome: 'completed' | 'failed' | 'cancelled'
  /** From the run's start to its end, waiting included, in milliseconds. */
  readonly durationMs: number
  readonly steps: number
  /** Why it failed; `nodeId` is missing when it was no node's doing. */
  readonly error: {
    readonly code: string
    readonly message: string
    readonly nodeId?: string | null | undefined
  } | null
  readonly endedAt: Date
}

// Rows are inserted in the order of the arrays, which is the order of the key: two workers that share rows lock them in
// the same order and cannot deadlock.
const COUNT_RUNS = `
  insert into flow.metrics_hourly as m (org_id, workflow_id, hour, outcome, bucket, shard, runs, duration_ms, steps)
  select $1, n.workflow_id, n.hour, n.outcome, n.bucket, $8::smallint, n.runs, n.duration_ms, n.steps
  from unnest($2::uuid[], $3::timestamptz[], $4::text[], $5::smallint[], $6::bigint[], $7::bigint[], $9::bigint[])
    as n (workflow_id, hour, outcome, bucket, runs, duration_ms, steps)
  on conflict (org_id, workflow_id, hour, outcome, bucket, shard) do update set
    runs = m.runs + excluded.runs, duration_ms = m.duration_ms + excluded.duration_ms, steps = m.steps + excluded.steps`

const COUNT_ERRORS = `
  insert into flow.metrics_errors as m (org_id, workflow_id, hour, node_id, code, shard, count, last_message, last_at)
  select $1, n.workflow_id, n.hour, n.node_id, n.code, $6::smallint, n.count, n.last_message, n.last_at
  from unnest($2::uuid[], $3::timestamptz[], $4::text[], $5::text[], $7::bigint[], $8::text[], $9::timestamptz[])
    as n (workflow_id, hour, node_id, code, count, last_message, last_at)
  on conflict (org_id, workflow_id, hour, node_id, code, shard) do update set
    count = m.count + excluded.count, last_message = excluded.last_message, last_at = excluded.last_at`

/** What of an error's message and code is kept with the figures. */
const MESSAGE_CHARACTERS = 500
const CODE_CHARACTERS = 100

type Put = (text: string, values: readonly unknown[]) => void

/**
 * Adds ended runs of one organization to the figures: at most one statement for each table, whatever the number of runs.
 * `put` sends a statement with the organization's id before the given values, in the transaction that ends the runs.
 * `shard` is the worker's own number from 0 to 15.
 */
export function putMetrics(put: Put, ended: readonly EndedRun[], shard: number): void {
  if (ended.length === 0) return
  putRuns(put, ended, shard)
  const failed = ended.filter(run => run.error !== null)
  if (failed.length > 0) putErrors(put, failed, shard)
}

function putRuns(put: Put, ended: readonly EndedRun[], shard: number): void {
  const rows = new Map<string, { of: EndedRun; hour: Date; bucket: number; runs: EndedRun[] }>()
  for (const run of ended) {
    const hour = hourOf(run.endedAt)
    const bucket = durationBucket(run.durationMs)
    const key = `${run.workflowId} ${hour.toISOString()} ${run.outcome} ${String(bucket).padStart(3, '0')}`
    const row = rows.get(key)
    if (row) row.runs.push(run)
    else rows.set(key, { of: run, hour, bucket, runs: [run] })
  }
  const sorted = inKeyOrder(rows)
  put(COUNT_RUNS, [
    sorted.map(row => row.of.workflowId),
    sorted.map(row => row.hour),
    sorted.map(row => row.of.outcome),
    sorted.map(row => row.bucket),
    sorted.map(row => row.runs.length),
    sorted.map(row => Math.round(sum(row.runs, run => Math.max(0, run.durationMs)))),
    shard,
    sorted.map(row => sum(row.runs, run => run.steps)),
  ])
}

function putErrors(put: Put, failed: readonly EndedRun[], shard: number): void {
  const rows = new Map<string, { of: EndedRun; hour: Date; nodeId: string; code: string; runs: number }>()
  for (const run of failed) {
    const hour = hourOf(run.endedAt)
    const nodeId = run.error?.nodeId ?? ''
    const code = (run.error?.code ?? '').slice(0, CODE_CHARACTERS)
    const key = `${run.workflowId} ${hour.toISOString()} ${nodeId} ${code}`
    const row = rows.get(key)
    if (!row) {
      rows.set(key, { of: run, hour, nodeId, code, runs: 1 })
      continue
    }
    row.runs += 1
    if (run.endedAt >= row.of.endedAt) row.of = run
  }
  const sorted = inKeyOrder(rows)
  put(COUNT_ERRORS, [
    sorted.map(row => row.of.workflowId),
    sorted.map(row => row.hour),
    sorted.map(row => row.nodeId),
    sorted.map(row => row.code),
    shard,
    sorted.map(row => row.runs),
    sorted.map(row => storable(row.of.error?.message ?? '')),
    sorted.map(row => row.of.endedAt),
  ])
}

/** A message cut to size, without what PostgreSQL cannot store as text. */
function storable(message: string): string {
  return message.slice(0, MESSAGE_CHARACTERS).replaceAll('\u0000', '').toWellFormed()
}

/** The rows in the order of their keys; every worker's program sorts them alike. */
function inKeyOrder<Row>(rows: ReadonlyMap<string, Row>): Row[] {
  return [...rows].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, row]) => row)
}

function sum(runs: readonly EndedRun[], of: (run: EndedRun) => number): number {
  return runs.reduce((total, run) => total + of(run), 0)
}

/** The start of an instant's hour in UTC. */
export function hourOf(at: Date): Date {
  return new Date(Math.floor(at.getTime() / 3_600_000) * 3_600_000)
}
