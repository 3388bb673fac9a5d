import { startRuns } from '#modules/flow/index.ts'
import { makeCases } from './engine/cases.ts'
import { type Installation, openInstallation } from './engine/installation.ts'
import { startWorkers } from './engine/workers.ts'
import { collect, median, type Report } from './measure.ts'

const SLEEPERS = 1_000_000
const STARTED = 5_000
const IDLE_MS = 3_000

/**
 * What a million runs cost that wait for a time: how long a look for due timers takes, how busy an idle worker is, and
 * how many runs per second it does beside them, each before and after.
 */
export async function sleepers({
  runs,
  say,
}: {
  runs: number
  say: (text: string) => void
}): Promise<Report> {
  const figures = collect('sleepers')
  const on = await openInstallation()
  const workers = await startWorkers(on, 1, 64)
  try {
    const [pure] = await makeCases(on)
    const workflowId = pure?.workflowId ?? ''
    await startMany(on, workflowId)
    for (const count of [0, SLEEPERS]) {
      if (count > 0) await putToSleep(on, workflowId, say)
      const name = count === 0 ? 'with none' : 'with a million'
      for (let run = 1; run <= runs; run++) {
        figures.add(`runs per second, ${name}`, await startMany(on, workflowId), '/s')
        figures.add(`busy while idle, ${name}`, await idle(), 'ms/s')
        figures.add(`look for due timers, ${name}`, await look(on), 'ms')
      }
      say(`${name}: measured`)
    }
    const [size] = await on.sql<{ bytes: string }>(
      `select (pg_total_relation_size('flow.timers') + pg_total_relation_size('flow.run_states')
         + (select sum(pg_total_relation_size(inhrelid)) from pg_inherits where inhparent = 'flow.runs'::regclass)) as bytes`,
    )
    figures.add('stored for a sleeping run', Number(size?.bytes) / SLEEPERS, 'bytes')
    return figures.report(runs)
  } finally {
    await workers.stop()
    await on.close()
  }
}

async function startMany(on: Installation, workflowId: string): Promise<number> {
  const begin = performance.now()
  for (let from = 0; from < STARTED; from += 1_000) {
    const starts = Array.from({ length: 1_000 }, (_, n) => ({ workflowId, trigger: 'manual', input: { n } }))
    await on.act(ctx => startRuns(ctx, starts))
  }
  return STARTED / ((performance.now() - begin) / 1000)
}

/** Processor time that this process, which is the worker, takes per second while there is nothing to do. */
async function idle(): Promise<number> {
  const before = process.cpuUsage()
  await new Promise(resolve => setTimeout(resolve, IDLE_MS))
  const { user, system } = process.cpuUsage(before)
  return (user + system) / 1000 / (IDLE_MS / 1000)
}

async function look(on: Installation): Promise<number> {
  const ms: number[] = []
  for (let n = 0; n < 20; n++) {
    const begin = performance.now()
    await on.sql(
      'select org_id from flow.timers where fire_at <= now() group by org_id order by min(fire_at) limit 64',
    )
    ms.push(performance.now() - begin)
  }
  return median(ms)
}

/** A million runs in the middle of a wait of days, written as the engine would have left them. */
async function putToSleep(on: Installation, workflowId: string, say: (text: string) => void): Promise<void> {
  const [version] = await on.sql<{ id: string }>('select id from flow.versions where workflow_id = $1', [
    workflowId,
  ])
  const piece = 100_000
  for (let from = 0; from < SLEEPERS; from += piece) {
    await on.sql(
      `with slept as (
         insert into flow.runs (org_id, id, workflow_id, version_id, status, trigger_type, input, steps, started_at)
         select $1, (substr(at, 1, 8) || '-' || substr(at, 9, 4) || '-7' || substr(md5(n::text), 1, 3) || '-8' || substr(md5(n::text), 4, 3)
           || '-' || substr(md5(n::text), 7, 12))::uuid, $2, $3, 'waiting', 'manual', '{"n":1}', 2, now()
         from (select n, lpad(to_hex((extract(epoch from now()) * 1000)::bigint - n), 12, '0') as at
               from generate_series($4::bigint, $5::bigint) as n) as numbered
         returning id
       ), remembered as (
         insert into flow.run_states (org_id, run_id, state)
         select $1, id, '{"format":1,"step":2,"tokens":[{"node":"a","path":"","step":2,"attempt":1,"turn":1,"startedAt":1,"input":null,"parked":{"for":"time","until":1},"wake":null}],"joins":{},"vars":{},"outputs":{},"weight":0,"end":null}'
         from slept
       )
       insert into flow.timers (org_id, run_id, token, fire_at)
       select $1, id, 'a#1', now() + interval '3 days' + random() * interval '30 days' from slept`,
      [on.orgId, workflowId, version?.id, from + 1, from + piece],
    )
  }
  say(`${SLEEPERS} runs sleep`)
  await on.sql('vacuum analyze flow.timers')
  await on.sql('vacuum analyze flow.run_states')
}
