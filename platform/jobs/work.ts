import type { Kit } from '../context.ts'
import { Together } from '../db/together.ts'
import { faultPoint } from '../faults.ts'
import { messageOf } from '../log.ts'
import { letRequestsGoFirst } from '../pressure.ts'
import type { Heartbeat } from './heartbeat.ts'
import { RetryLater } from './kinds.ts'

const CONCURRENCY = 16
const PER_ORGANIZATION = 4
const POLL_MS = 250
const RECOVER_MS = 1000
const BACKOFF_FIRST_MS = 1000
const BACKOFF_MAX_MS = 3_600_000

const FIND = `
  select org_id from jobs.ready where run_at <= now()
  group by org_id order by min(run_at) limit 64`

const CLAIM = `
  with picked as materialized (
    select job_id from jobs.ready where org_id = $1 and run_at <= now()
    order by run_at limit $2 for update skip locked
  ), taken as (
    delete from jobs.ready r using picked
    where r.org_id = $1 and r.job_id = picked.job_id
    returning r.job_id
  ), started as (
    update jobs.jobs j set attempts = j.attempts + 1 from taken
    where j.org_id = $1 and j.id = taken.job_id
    returning j.id, j.kind, j.payload, j.attempts
  ), leased as (
    insert into jobs.leases (org_id, job_id, worker_id, attempt)
    select $1, id, $3, attempts from started
  )
  select id, kind, payload, attempts from started`

// The lease row is the fence: a worker that lost it deletes nothing and changes nothing.
const FINISH = `
  delete from jobs.jobs j
  using unnest($2::uuid[], $4::int[]) as done (id, attempt), jobs.leases l
  where j.org_id = $1 and j.id = done.id and l.org_id = $1 and l.job_id = done.id and l.worker_id = $3
    and l.attempt = done.attempt`

const POSTPONE = `
  with mine as (
    delete from jobs.leases where org_id = $1 and job_id = $2 and worker_id = $3 and attempt = $4 returning job_id
  ), noted as (
    update jobs.jobs j set last_error = $5, attempts = j.attempts - $7::int,
      status = case when $6::float8 is null then 'dead' else 'pending' end
    from mine where j.org_id = $1 and j.id = mine.job_id
    returning j.id
  )
  insert into jobs.ready (org_id, job_id, run_at)
  select $1, id, now() + make_interval(secs => $6::float8) from noted where $6::float8 is not null`

const FIND_ORPHANS = `
  select distinct l.org_id, l.worker_id from jobs.leases l
  left join jobs.workers w on w.id = l.worker_id
  where w.id is null or w.lease_until < now()
  limit 64`

const RECOVER = `
  with orphans as (
    delete from jobs.leases where org_id = $1 and worker_id = $2 returning job_id
  )
  insert into jobs.ready (org_id, job_id, run_at) select $1, job_id, now() from orphans`

// A claim is known to its worker within milliseconds, and an outcome that could not be stored is known to nobody.
const FIND_LEASED = `
  select org_id, job_id, attempt from jobs.leases
  where worker_id = $1 and leased_at < now() - interval '5 seconds'`

const GIVE_BACK = `
  with forgotten as (
    delete from jobs.leases where org_id = $1 and job_id = $2 and worker_id = $3 and attempt = $4 returning job_id
  )
  insert into jobs.ready (org_id, job_id, run_at) select $1, job_id, now() from forgotten`

/** What this worker is doing, by organization and job. */
type Running = Map<string, Promise<void>>

interface Claimed {
  id: string
  kind: string
  payload: unknown
  attempts: number
}

/**
 * Runs jobs until aborted: finds organizations with due jobs, takes a few from each in turn, so that one
 * organization with many cannot hold up another with one. Resolves when what was running has ended.
 */
export async function workJobs(kit: Kit, heartbeat: Heartbeat, abort: AbortSignal): Promise<void> {
  const running: Running = new Map()
  const finished = finishing(kit, heartbeat.workerId)
  let recoverAt = 0
  while (!abort.aborted) {
    try {
      if (performance.now() >= recoverAt) {
        recoverAt = performance.now() + RECOVER_MS
        await recoverJobs(kit)
        await giveBackForgottenJobs(kit, heartbeat.workerId, running)
      }
      await letRequestsGoFirst(kit, abort)
      const started = heartbeat.isAlive() ? await claimRound(kit, heartbeat, { running, finished }, abort) : 0
      if (started === 0) await kit.wake.wait('jobs', POLL_MS, abort)
      else if (running.size >= CONCURRENCY) await Promise.race(running.values())
    } catch (error) {
      kit.log.error({ error: messageOf(error) }, 'jobs.round_failed')
      await kit.wake.wait('jobs', POLL_MS, abort)
    }
  }
  await Promise.allSettled(running.values())
}

async function claimRound(
  kit: Kit,
  heartbeat: Heartbeat,
  { running, finished }: { running: Running; finished: Together<Finished, undefined> },
  abort: AbortSignal,
): Promise<number> {
  const found = await kit.db.withDispatch(tx => tx.query<{ org_id: string }>(FIND))
  let started = 0
  for (const { org_id: orgId } of found.rows) {
    // Alone it may have everything; in company each gets its turn.
    const share = found.rows.length === 1 ? CONCURRENCY : PER_ORGANIZATION
    const room = Math.min(share, CONCURRENCY - running.size)
    if (room <= 0) break
    const claimed = await kit.db.withOrg(
      orgId,
      tx => tx.query<Claimed>(CLAIM, [orgId, room, heartbeat.workerId]),
      { plans: 'kept' },
    )
    for (const job of claimed.rows) {
      const key = `${orgId}/${job.id}`
      const work: Promise<void> = runJob(kit, heartbeat, finished, { orgId, job }, abort).finally(() => {
        // Given up and claimed anew, the job may have the next run of it in this place already.
        if (running.get(key) === work) running.delete(key)
        kit.wake.signal('jobs')
      })
      running.set(key, work)
      started++
    }
  }
  return started
}

/** A job that is done. */
interface Finished {
  readonly orgId: string
  readonly jobId: string
  readonly attempt: number
}

/** Takes what is done at the same time off the list in one commit. */
function finishing(kit: Kit, workerId: string): Together<Finished, undefined> {
  return new Together(all =>
    kit.db.withBatch(async batch => {
      for (const [orgId, jobs] of Map.groupBy(all, job => job.orgId)) {
        const ids = jobs.map(({ jobId }) => jobId)
        const attempts = jobs.map(({ attempt }) => attempt)
        await batch.inOrg(orgId, tx => tx.query(FINISH, [orgId, ids, workerId, attempts]))
      }
      return all.map(() => ({ status: 'fulfilled', value: undefined }) as const)
    }),
  )
}

async function runJob(
  kit: Kit,
  heartbeat: Heartbeat,
  finished: Together<Finished, undefined>,
  { orgId, job }: { orgId: string; job: Claimed },
  abort: AbortSignal,
): Promise<void> {
  const identity = [orgId, job.id, heartbeat.workerId, job.attempts]
  try {
    const kind = kit.jobs.get(job.kind)
    if (!kind) throw new Error(`No job kind is called ${job.kind}.`)
    faultPoint('job.before_run')
    try {
      await kind.run({
        kit,
        orgId,
        jobId: job.id,
        attempt: job.attempts,
        payload: kind.payload.parse(job.payload),
        signal: AbortSignal.any([abort, AbortSignal.timeout(kind.timeoutMs)]),
      })
    } catch (error) {
      const reason = messageOf(error)
      const postponed = error instanceof RetryLater
      const dead = !postponed && job.attempts >= kind.attemptsMax
      const waitMs = postponed ? error.afterMs : backoffMs(job.attempts)
      kit.log.warn({ job: job.kind, attempt: job.attempts, dead, error: reason }, 'jobs.attempt_failed')
      await kit.db.withOrg(orgId, tx =>
        tx.query(POSTPONE, [...identity, reason, dead ? null : waitMs / 1000, postponed ? 1 : 0]),
      )
      return
    }
    faultPoint('job.after_run')
    await finished.add({ orgId, jobId: job.id, attempt: job.attempts })
  } catch (error) {
    // The lease stays, is found to be nobody's, and another round takes the job up again.
    kit.log.error({ job: job.kind, error: messageOf(error) }, 'jobs.outcome_not_stored')
  }
}

/** Full jitter: anything between nothing and twice the exponential step, so that failures do not march in step. */
function backoffMs(attempt: number): number {
  return Math.random() * Math.min(BACKOFF_MAX_MS, BACKOFF_FIRST_MS * 2 ** attempt)
}

/** Gives the jobs of dead workers back; returns how many workers' leases were taken over. */
export async function recoverJobs(kit: Kit): Promise<number> {
  const found = await kit.db.withDispatch(tx => tx.query<{ org_id: string; worker_id: string }>(FIND_ORPHANS))
  for (const orphan of found.rows) {
    await kit.db.withOrg(orphan.org_id, tx => tx.query(RECOVER, [orphan.org_id, orphan.worker_id]))
  }
  return found.rows.length
}

/**
 * Makes ready again what is leased to this worker although it is not doing it: the connection may break after the claim
 * was committed and before the worker heard of it, and no time-out ends the lease of a worker that is alive.
 */
async function giveBackForgottenJobs(kit: Kit, workerId: string, running: Running): Promise<void> {
  const leased = await kit.db.withDispatch(tx =>
    tx.query<{ org_id: string; job_id: string; attempt: number }>(FIND_LEASED, [workerId]),
  )
  for (const { org_id: orgId, job_id: jobId, attempt } of leased.rows) {
    if (running.has(`${orgId}/${jobId}`)) continue
    await kit.db.withOrg(orgId, tx => tx.query(GIVE_BACK, [orgId, jobId, workerId, attempt]))
  }
}
