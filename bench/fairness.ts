import { randomUUID } from 'node:crypto'
import { loadavg } from 'node:os'
import { startRun } from '#modules/flow/index.ts'
import { signUpOrganization } from '#modules/iam/index.ts'
import { inOrganization } from '#platform/context.ts'
import { type EngineCase, makeCases } from './engine/cases.ts'
import { type Installation, openInstallation } from './engine/installation.ts'
import { startWorkers, type Workers } from './engine/workers.ts'
import { collect, percentile, type Report } from './measure.ts'

const QUEUED = 100_000
/** Runs of the light organization in each part of a round, one after the other. */
const SINGLE_RUNS = 400
const WARM_UP_RUNS = 100
const LOOK_EVERY = 20
const LOG_FILES = 60
/** With fewer queued runs than that, the light organization is as good as alone. */
const QUEUED_MIN = 5_000

/**
 * How long a single run waits for its first step while another organization has 100,000 runs queued, beside how long it
 * waits when nobody has. The queued runs are stored as the API stores them before the engine takes them up: each has two
 * local effects. The light organization starts one run, waits for its progress to be durable, and starts the next.
 */
export async function fairness({
  runs,
  workers: count,
  say,
}: {
  runs: number
  workers: number
  say: (text: string) => void
}): Promise<Report> {
  const figures = collect('fairness')
  const light = await openInstallation()
  const { orgId, userId } = await signUpOrganization(light.kit, {
    name: 'Heavy',
    email: 'heavy@example.com',
    password: randomUUID(),
    organizationName: 'Heavy',
  })
  const heavy: Installation = {
    ...light,
    orgId,
    act: work => inOrganization(light.kit, { orgId, actor: { type: 'user', userId } }, work),
  }
  try {
    const [pure] = await makeCases(light)
    const effects = (await makeCases(heavy)).at(-1)
    if (!pure || !effects) throw new Error('There is nothing to run.')
    const workers = await startWorkers(light, count, pure.sliceNodes)
    await startOneByOne(light, pure, workers, WARM_UP_RUNS)
    await queueMany(heavy, effects, 2_000)
    await drained(heavy)
    await ageLog(light)
    for (let run = 1; run <= runs; run++) {
      const idle = await startOneByOne(light, pure, workers, SINGLE_RUNS)
      await queueMany(heavy, effects, QUEUED)
      const before = await waiting(heavy)
      const begin = performance.now()
      const loaded = await startOneByOne(light, pure, workers, SINGLE_RUNS, () => hasQueued(heavy))
      const seconds = (performance.now() - begin) / 1000
      const left = await waiting(heavy)
      await forgetQueued(heavy)
      const ratio = percentile(loaded, 0.99) / percentile(idle, 0.99)
      figures.add('idle p50', percentile(idle, 0.5), 'ms')
      figures.add('idle p99', percentile(idle, 0.99), 'ms')
      figures.add('loaded p50', percentile(loaded, 0.5), 'ms')
      figures.add('loaded p99', percentile(loaded, 0.99), 'ms')
      figures.add('loaded p99 / idle p99', ratio, '')
      figures.add('of the 100,000 done meanwhile', before - left, 'runs')
      figures.add('single runs', loaded.length, 'runs')
      figures.add('done per second meanwhile', (before - left) / seconds, 'runs/s')
      figures.add('load of the machine', loadavg()[0] ?? 0, '')
      say(
        `run ${run}: p99 ${percentile(idle, 0.99).toFixed(1)} ms idle, ${percentile(loaded, 0.99).toFixed(1)} ms loaded, ratio ${ratio.toFixed(2)}, ${Math.round((before - left) / seconds)} queued runs/s`,
      )
    }
    await workers.stop()
    return figures.report(runs)
  } finally {
    await light.close()
  }
}

/** Starts runs one after the other; how long each took from before its start to its first durable step, in milliseconds. */
async function startOneByOne(
  { orgId, act }: Installation,
  { workflowId }: EngineCase,
  workers: Workers,
  runs: number,
  goesOn: () => Promise<boolean> = async () => true,
): Promise<number[]> {
  const waits: number[] = []
  let heard: (runId: string, at: number) => void = () => {}
  const stop = workers.listen(orgId, (runId, at) => heard(runId, at))
  for (let n = 0; n < runs; n++) {
    if (n % LOOK_EVERY === 0 && !(await goesOn())) break
    const progressed = new Map<string, number>()
    const first = Promise.withResolvers<void>()
    heard = (runId, at) => {
      if (!progressed.has(runId)) progressed.set(runId, at)
      first.resolve()
    }
    const begin = performance.now()
    const { runId } = await act(ctx => startRun(ctx, { workflowId, trigger: 'manual', input: { n } }))
    await first.promise
    waits.push((progressed.get(runId) ?? Number.NaN) - begin)
    // At a moment of its own, not always just after the end of the one before.
    await new Promise(resolve => setTimeout(resolve, Math.random() * 10))
  }
  stop()
  return waits
}

/** Runs that wait to be taken up, as many as one organization could have queued overnight. */
async function queueMany(
  { orgId, sql }: Installation,
  { workflowId }: EngineCase,
  runs: number,
): Promise<void> {
  const [version] = await sql<{ id: string }>('select id from flow.versions where workflow_id = $1', [
    workflowId,
  ])
  await sql(
    `with made as (
       insert into flow.runs (org_id, id, workflow_id, version_id, trigger_type, input)
       select $1, (left(at, 8) || '-' || substr(at, 9, 4) || '-7' || substr(r, 1, 3) || '-8' || substr(r, 4, 3) || '-' || substr(r, 7, 12))::uuid,
         $2, $3, 'manual', jsonb_build_object('n', n)
       from (select n, lpad(to_hex((extract(epoch from clock_timestamp()) * 1000)::bigint), 12, '0') as at,
           md5(random()::text || n) as r
         from generate_series(1, $4::int) as n) as numbered
       returning id
     )
     insert into flow.ready (org_id, run_id) select $1, id from made`,
    [orgId, workflowId, version?.id, runs],
  )
}

async function waiting({ orgId, sql }: Installation): Promise<number> {
  const [row] = await sql<{ n: number }>('select count(*)::int as n from flow.ready where org_id = $1', [
    orgId,
  ])
  return row?.n ?? 0
}

/**
 * A server that has run for a while writes its log into files that it has used before. A new one makes and fills a file of
 * 16 MB every second under this load, and every commit waits for that.
 */
async function ageLog({ sql }: Installation): Promise<void> {
  await sql('create table public.bench_log (n int)')
  for (let file = 0; file < LOG_FILES; file++) {
    await sql('insert into public.bench_log values (1)')
    await sql('select pg_switch_wal()')
  }
  await sql('checkpoint')
}

async function hasQueued({ orgId, sql }: Installation): Promise<boolean> {
  const rows = await sql('select 1 from flow.ready where org_id = $1 offset $2 limit 1', [orgId, QUEUED_MIN])
  return rows.length > 0
}

async function drained(on: Installation): Promise<void> {
  const { orgId, sql } = on
  const leases = () =>
    sql<{ n: number }>('select count(*)::int as n from flow.leases where org_id = $1', [orgId])
  while ((await waiting(on)) > 0 || ((await leases())[0]?.n ?? 0) > 0)
    await new Promise(resolve => setTimeout(resolve, 20))
}

/** Takes what is still queued away, so that the next round begins on an idle engine. */
async function forgetQueued(on: Installation): Promise<void> {
  await on.sql('delete from flow.ready where org_id = $1', [on.orgId])
  await drained(on)
  await on.sql('vacuum flow.ready, flow.leases')
}
