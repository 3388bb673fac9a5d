import { cpus } from 'node:os'
import { startRuns, startSoon } from '#modules/flow/index.ts'
import type { Kit } from '#platform/context.ts'
import { newId } from '#platform/ids.ts'
import { median, percentile } from '../measure.ts'
import { type EngineCase, makeCases } from './cases.ts'
import { type Installation, openInstallation } from './installation.ts'
import { overHttp } from './over-http.ts'
import { rawRate } from './raw.ts'
import { startWorkers, type Workers } from './workers.ts'

const WORKFLOW_RUNS = 10_000
const PIECE = 1_000
const LATENCY_SECONDS = 4
const TICK_MS = 5
const OVER_HTTP = 'one by one over HTTP'

/** What is measured of one kind of run, once. */
interface Sample {
  runsPerSecond: number
  commitsPerRun: number
  walBytesPerRun: number
  baseline: number
  firstStepP50Ms: number
  firstStepP99Ms: number
  p50Ms: number
  p99Ms: number
}

export interface EngineReport {
  bench: 'engine'
  machine: string
  runs: number
  stored: number
  workers: number
  cases: ({ name: string; stepsPerSecond: number; ratio: number } & Sample)[]
}

export interface EngineOptions {
  runs: number
  workers: number
  stored: number
  only: string | undefined
  say(text: string): void
}

/**
 * How many runs per second the engine starts and ends, what they cost the database, and how long one takes from its
 * trigger to its first step and to its end while the engine works at half of that rate. Each figure is the median of
 * several rounds, and stands beside what the same driver inserts and commits in batches in the same round.
 */
export async function engine(options: EngineOptions): Promise<EngineReport> {
  const on = await openInstallation()
  const report: EngineReport = {
    bench: 'engine',
    machine: `${cpus().length} × ${cpus()[0]?.model ?? 'cpu'}, Node ${process.version}`,
    runs: options.runs,
    stored: options.stored,
    workers: options.workers,
    cases: [],
  }
  try {
    const cases = await makeCases(on)
    if (options.stored > 0) await storeRuns(on, cases[0]?.workflowId ?? '', options.stored, options.say)
    for (const one of cases) {
      if (options.only !== undefined && one.name !== options.only) continue
      on.kit.config.sliceNodes = one.sliceNodes
      const workers = await startWorkers(on, options.workers, one.sliceNodes)
      const samples: Sample[] = []
      await drain(on, one, 1_000)
      for (let run = 1; run <= options.runs; run++) {
        const sample = await measure(on, one, workers)
        samples.push(sample)
        options.say(
          `${one.name} ${run}: ${Math.round(sample.runsPerSecond)} runs/s, raw ${Math.round(sample.baseline)}/s, end p50 ${sample.p50Ms.toFixed(1)} ms`,
        )
      }
      await workers.stop()
      report.cases.push(summary(one, samples))
    }
    if (options.only === undefined || options.only === OVER_HTTP)
      report.cases.push(await measureHttp(on, options))
    return report
  } finally {
    await on.close()
  }
}

/** Webhook deliveries one by one, each answered once its run of five nodes is durable and, as it happens, over. */
async function measureHttp(on: Installation, options: EngineOptions): Promise<EngineReport['cases'][number]> {
  on.kit.config.sliceNodes = 64
  on.kit.config.hookPostsPerMinute = 1_000_000
  const workers = await startWorkers(on, options.workers, 64)
  const samples: Sample[] = []
  for (let run = 0; run <= options.runs; run++) {
    const before = await costs(on)
    const { perSecond, accepted, p50Ms, p99Ms } = await overHttp(on)
    const after = await costs(on)
    const baseline = await rawRate(on, { runs: WORKFLOW_RUNS, steps: 5 })
    // The first round warms up.
    if (run === 0) continue
    options.say(
      `${OVER_HTTP} ${run}: ${Math.round(perSecond)} runs/s, raw ${Math.round(baseline)}/s, answer p50 ${p50Ms.toFixed(1)} ms`,
    )
    samples.push({
      runsPerSecond: perSecond,
      commitsPerRun: (after.commits - before.commits) / accepted,
      walBytesPerRun: (after.wal - before.wal) / accepted,
      baseline,
      firstStepP50Ms: p50Ms,
      firstStepP99Ms: p99Ms,
      p50Ms,
      p99Ms,
    })
  }
  await workers.stop()
  return summary({ name: OVER_HTTP, steps: 5 }, samples)
}

async function measure(on: Installation, one: EngineCase, workers: Workers): Promise<Sample> {
  const before = await costs(on)
  const runsPerSecond = await drain(on, one, WORKFLOW_RUNS)
  const after = await costs(on)
  const baseline = await rawRate(on, { runs: WORKFLOW_RUNS, steps: one.steps })
  const latency = await halfLoad(on, one, runsPerSecond / 2, workers)
  return {
    runsPerSecond,
    baseline,
    commitsPerRun: (after.commits - before.commits) / WORKFLOW_RUNS,
    walBytesPerRun: (after.wal - before.wal) / WORKFLOW_RUNS,
    firstStepP50Ms: percentile(latency.first, 0.5),
    firstStepP99Ms: percentile(latency.first, 0.99),
    p50Ms: percentile(latency.end, 0.5),
    p99Ms: percentile(latency.end, 0.99),
  }
}

async function costs({ sql }: Installation): Promise<{ commits: number; wal: number }> {
  const [row] = await sql<{ commits: string; wal: string }>(
    `select (select xact_commit from pg_stat_database where datname = 'millrace') as commits,
       pg_wal_lsn_diff(pg_current_wal_lsn(), '0/0') as wal`,
  )
  return { commits: Number(row?.commits), wal: Number(row?.wal) }
}

/** Starts many runs in bulk and waits for the end of the last; runs per second. */
async function drain(on: Installation, one: EngineCase, runs: number): Promise<number> {
  const first = newId()
  const begin = performance.now()
  for (let from = 0; from < runs; from += PIECE) {
    const starts = Array.from({ length: Math.min(PIECE, runs - from) }, (_, n) => ({
      workflowId: one.workflowId,
      trigger: 'manual',
      input: { n: from + n },
    }))
    await on.act(ctx => startRuns(ctx, starts))
  }
  while ((await open(on)) > 0) await new Promise(resolve => setTimeout(resolve, 5))
  const seconds = (performance.now() - begin) / 1000
  const done = await countSince(on, one, first)
  if (done !== runs) throw new Error(`${runs} started, ${done} ended.`)
  return runs / seconds
}

/** Counted by id, so that the counting does not read what is stored of old. */
async function countSince({ sql }: Installation, { workflowId }: EngineCase, first: string): Promise<number> {
  const [row] = await sql<{ n: number }>(
    `select count(*)::int as n from flow.runs where workflow_id = $1 and id > $2 and status = 'completed'`,
    [workflowId, first],
  )
  return row?.n ?? 0
}

async function open({ sql }: Installation): Promise<number> {
  const [row] = await sql<{ n: number }>(
    'select (exists (select 1 from flow.ready) or exists (select 1 from flow.leases))::int as n',
  )
  return row?.n ?? 0
}

/** Starts runs one by one at a steady rate and measures how long until the first steps and the end are durable. */
async function halfLoad(
  on: Installation,
  one: EngineCase,
  rate: number,
  workers: Workers,
): Promise<{ first: number[]; end: number[] }> {
  const begun = new Map<string, number>()
  const first = new Map<string, number>()
  const end = new Map<string, number>()
  const heard = (runId: string, at: number) => {
    if (!first.has(runId)) first.set(runId, at)
    end.set(runId, at)
  }
  const stop = workers.listen(on.orgId, heard)
  const started: Promise<void>[] = []
  const zero = performance.now()
  let asked = 0
  while (performance.now() - zero < LATENCY_SECONDS * 1000) {
    const due = Math.floor(((performance.now() - zero) / 1000) * rate)
    for (; asked < due; asked++) started.push(startOne(on.kit, on.orgId, one, asked, begun))
    await new Promise(resolve => setTimeout(resolve, TICK_MS))
  }
  await Promise.all(started)
  while ((await open(on)) > 0) await new Promise(resolve => setTimeout(resolve, 20))
  stop()
  const since = (at: ReadonlyMap<string, number>) =>
    [...begun].flatMap(([runId, from]) => {
      const to = at.get(runId)
      return to === undefined ? [] : [Math.max(to - from, 0)]
    })
  return { first: since(first), end: since(end) }
}

async function startOne(
  kit: Kit,
  orgId: string,
  one: EngineCase,
  n: number,
  begun: Map<string, number>,
): Promise<void> {
  const from = performance.now()
  const actor = { type: 'system', name: 'bench' } as const
  const { runId } = await startSoon(kit, orgId, actor, {
    workflowId: one.workflowId,
    trigger: 'manual',
    input: { n },
  })
  begun.set(runId, from)
}

/** Finished runs with their steps, as if they had piled up over the months whose partitions exist. */
async function storeRuns(
  on: Installation,
  workflowId: string,
  stored: number,
  say: (text: string) => void,
): Promise<void> {
  const [version] = await on.sql<{ id: string }>('select id from flow.versions where workflow_id = $1', [
    workflowId,
  ])
  const piece = 500_000
  for (let from = 0; from < stored; from += piece) {
    const count = Math.min(piece, stored - from)
    await on.sql(
      `with made as (
         insert into flow.runs (org_id, id, workflow_id, version_id, status, trigger_type, input, steps, started_at, finished_at)
         select $1, (substr(at, 1, 8) || '-' || substr(at, 9, 4) || '-7' || substr(md5(n::text), 1, 3) || '-8' || substr(md5(n::text), 4, 3)
           || '-' || substr(md5(n::text), 7, 12))::uuid, $2, $3, 'completed', 'manual', '{"n":1}', 5, now(), now()
         from (select n, lpad(to_hex((extract(epoch from now()) * 1000)::bigint - n), 12, '0') as at
               from generate_series($4::bigint, $5::bigint) as n) as numbered
         returning id
       )
       insert into flow.steps (org_id, id, run_id, number, attempt, node_id, node_type, status, output, started_at, finished_at)
       select $1, (left(made.id::text, 30) || lpad(to_hex(s), 4, '0') || '01')::uuid, made.id, s, 1, 'a', 'set_fields', 'completed', '{"a":"1"}', now(), now()
       from made cross join generate_series(1, 5) as s on conflict do nothing`,
      [on.orgId, workflowId, version?.id, from + 1, from + count],
    )
    say(`${from + count} finished runs stored`)
  }
  await on.sql('vacuum analyze flow.runs')
  await on.sql('vacuum analyze flow.steps')
  // What was written is on the disk before anything is measured.
  await on.sql('checkpoint')
}

function summary(
  one: Pick<EngineCase, 'name' | 'steps'>,
  samples: readonly Sample[],
): EngineReport['cases'][number] {
  const of = (read: (sample: Sample) => number) => Math.round(median(samples.map(read)) * 100) / 100
  const runsPerSecond = of(sample => sample.runsPerSecond)
  return {
    name: one.name,
    runsPerSecond,
    stepsPerSecond: Math.round(runsPerSecond * one.steps),
    firstStepP50Ms: of(sample => sample.firstStepP50Ms),
    firstStepP99Ms: of(sample => sample.firstStepP99Ms),
    p50Ms: of(sample => sample.p50Ms),
    p99Ms: of(sample => sample.p99Ms),
    commitsPerRun: Math.round(median(samples.map(sample => sample.commitsPerRun)) * 10_000) / 10_000,
    walBytesPerRun: Math.round(median(samples.map(sample => sample.walBytesPerRun))),
    baseline: of(sample => sample.baseline),
    ratio: Math.round(median(samples.map(sample => sample.runsPerSecond / sample.baseline)) * 1000) / 1000,
  }
}
