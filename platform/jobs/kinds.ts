import type { z } from 'zod'
import type { Context, Kit } from '../context.ts'
import type { Tx } from '../db/database.ts'
import { newId } from '../ids.ts'

/** What a job's code receives. It opens its own transactions, because remote calls must not hold one open. */
export interface JobRun<P> {
  readonly kit: Kit
  readonly orgId: string
  readonly jobId: string
  /** 1 for the first try. */
  readonly attempt: number
  readonly payload: P
  /** Fires when the job's time is over or the program stops. */
  readonly signal: AbortSignal
}

export interface JobKind<S extends z.ZodType = z.ZodType> {
  /** `module.verb`. */
  readonly kind: string
  readonly payload: S
  /** After this many failed tries the job is a dead letter. */
  readonly attemptsMax: number
  readonly timeoutMs: number
  // A method and not a property, so that kinds of different payloads fit one list; each parses its own payload.
  run(job: JobRun<z.output<S>>): Promise<void>
}

/** Declares a kind of job, in the module that owns it. */
export function defineJob<S extends z.ZodType>(kind: JobKind<S>): JobKind<S> {
  return Object.freeze(kind)
}

/** All kinds of jobs of the program by name. */
export type JobKinds = ReadonlyMap<string, JobKind>

/** Builds the registry. Throws when a name is used twice. */
export function createJobKinds(list: readonly JobKind[]): JobKinds {
  const kinds = new Map<string, JobKind>()
  for (const kind of list) {
    if (kinds.has(kind.kind)) throw new Error(`The job kind ${kind.kind} is declared twice.`)
    kinds.set(kind.kind, kind)
  }
  return kinds
}

/** Thrown by a job that knows when trying again makes sense; does not count as a failed try. */
export class RetryLater extends Error {
  readonly afterMs: number
  constructor(reason: string, afterMs: number) {
    super(reason)
    this.afterMs = afterMs
  }
}

const ENQUEUE = `
  with stored as (
    insert into jobs.jobs (org_id, id, kind, key, payload)
    select $1, j.id, j.kind, j.key, j.payload
    from unnest($2::uuid[], $3::text[], $4::text[], $5::jsonb[]) as j (id, kind, key, payload)
    on conflict (org_id, kind, key) do nothing
    returning id
  )
  insert into jobs.ready (org_id, job_id, run_at)
  select $1, s.id, coalesce(j.run_at, now())
  from stored s join unnest($2::uuid[], $6::timestamptz[]) as j (id, run_at) on j.id = s.id`

interface JobRow {
  readonly orgId: string
  readonly id: string
  readonly kind: string
  readonly key: string
  readonly payload: string
  readonly runAt: Date | null
}

function writeJobs(tx: Tx, rows: readonly JobRow[]): void {
  tx.send(ENQUEUE, [
    rows[0]?.orgId,
    rows.map(({ id }) => id),
    rows.map(({ kind }) => kind),
    rows.map(({ key }) => key),
    rows.map(({ payload }) => payload),
    rows.map(({ runAt }) => runAt),
  ])
}

/**
 * Stores the intention to run a job, in the caller's transaction and with all others of it, before its commit. The key
 * makes it one job however often it is stated while that job exists; state it only in the transaction that decides the effect.
 */
export async function enqueue<S extends z.ZodType>(
  ctx: Context,
  kind: JobKind<S>,
  job: { key: string; payload: z.input<S>; runAt?: Date },
): Promise<void> {
  const payload = JSON.stringify(kind.payload.parse(job.payload))
  const { orgId } = ctx
  const row = { orgId, id: newId(), kind: kind.kind, key: job.key, payload, runAt: job.runAt ?? null }
  ctx.db.gather(writeJobs, row)
  if (!job.runAt) ctx.db.afterCommit(() => ctx.kit.wake.signal('jobs'))
}

/** Brings the dead jobs of an organization back to life; returns how many. */
export async function replayDeadJobs(ctx: Context, ids: readonly string[]): Promise<number> {
  const result = await ctx.db.query(
    `with revived as (
       update jobs.jobs set status = 'pending', attempts = 0
       where org_id = $1 and id = any($2) and status = 'dead'
       returning id
     )
     insert into jobs.ready (org_id, job_id, run_at) select $1, id, now() from revived`,
    [ctx.orgId, ids],
  )
  ctx.db.afterCommit(() => ctx.kit.wake.signal('jobs'))
  return result.rowCount ?? 0
}
