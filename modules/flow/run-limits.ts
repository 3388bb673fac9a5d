import type { Context } from '#platform/context.ts'
import type { JsonObject } from '#platform/contract/plain-data.ts'
import type { Tx } from '#platform/db/database.ts'
import { flowErrors } from './errors.ts'
import { scopeOf } from './scope.ts'
import { parseTemplate, renderTemplate, templatePaths } from './template.ts'
import { TemplateError } from './template-parse.ts'
import type { RunLimit } from './workflow-settings.ts'

const KEY_LENGTH_MAX = 300
/** Runs that get their turn in one transaction. */
const ADMIT_MAX = 500

interface StartFacts {
  runId: string
  input: JsonObject
  now: Date
}

/** What is counted for a run beside its workflow; empty when nothing is, or when what starts it does not say. */
export function limitKeyOf(limit: RunLimit, { runId, input, now }: StartFacts): string {
  if (limit.perKey === null) return ''
  try {
    const template = parseTemplate(limit.perKey.key)
    const roots = templatePaths(template).map(path => String(path[0]))
    const at = now.getTime()
    const run = { orgId: '', runId, startedAt: at, input }
    const scope = scopeOf(roots, { run, now: at, random: () => 0 }, { vars: {}, outputs: {} })
    return renderTemplate(template, scope, { missing: 'empty' }).trim().slice(0, KEY_LENGTH_MAX)
  } catch (error) {
    if (error instanceof TemplateError) return ''
    throw error
  }
}

const HELD = `
  select count(*)::int as runs, (count(*) filter (where key = $3))::int as of_key
  from flow.places where org_id = $1 and workflow_id = $2`

/** Puts a new run in line for its place. Throws `flow.limit_reached` when the workflow refuses what is beyond its limit. */
export async function admitOrRefuse(
  ctx: Context,
  limit: RunLimit,
  { runId, workflowId, limitKey }: { runId: string; workflowId: string; limitKey: string },
): Promise<void> {
  const { db, orgId } = ctx
  if (limit.overflow === 'refuse') {
    // The lock lets starts of this workflow count one after the other, so that two cannot take the last place.
    await db.query('select 1 from flow.workflows where org_id = $1 and id = $2 for no key update', [
      orgId,
      workflowId,
    ])
    const held = await db.query<{ runs: number; of_key: number }>(HELD, [orgId, workflowId, limitKey])
    const { runs = 0, of_key: ofKey = 0 } = held.rows[0] ?? {}
    const isFull = limit.runs !== null && runs >= limit.runs
    const isKeyFull = limit.perKey !== null && limitKey !== '' && ofKey >= limit.perKey.runs
    if (isFull || isKeyFull) throw flowErrors.limit_reached()
  }
  db.send(
    'insert into flow.places (org_id, run_id, workflow_id, key, is_held) values ($1, $2, $3, $4, false)',
    [orgId, runId, workflowId, limitKey],
  )
  db.send('insert into flow.queued (org_id, run_id, workflow_id) values ($1, $2, $3)', [
    orgId,
    runId,
    workflowId,
  ])
}

/** Workflows whose runs wait for a place, over all organizations. */
export const FIND_QUEUED = `
  select org_id, workflow_id from flow.queued group by org_id, workflow_id order by min(queued_at) limit 256`

// A key that is full holds up only its own runs. Of one key, as many go as have room, the oldest first.
const ADMIT = `
  with held as (
    select key, count(*) as runs from flow.places where org_id = $1 and workflow_id = $2 and is_held group by key
  ), room as (
    select least(coalesce($3::bigint - (select sum(runs) from held), $3::bigint, ${ADMIT_MAX}), ${ADMIT_MAX}) as runs
  ), waiting as (
    select p.run_id, p.key, row_number() over (partition by p.key order by p.run_id) as rank
    from flow.places p
    where p.org_id = $1 and p.workflow_id = $2 and not p.is_held
      and ($4::bigint is null or p.key = '' or coalesce((select h.runs from held h where h.key = p.key), 0) < $4::bigint)
  ), chosen as (
    select w.run_id from waiting w left join held h on h.key = w.key
    where $4::bigint is null or w.key = '' or w.rank + coalesce(h.runs, 0) <= $4::bigint
    order by w.run_id limit greatest((select runs from room), 0)
  ), taken as (
    update flow.places p set is_held = true from chosen c where p.org_id = $1 and p.run_id = c.run_id returning p.run_id
  ), gone as (
    delete from flow.queued q using taken t where q.org_id = $1 and q.run_id = t.run_id
  )
  insert into flow.ready (org_id, run_id) select $1, run_id from taken
  on conflict (org_id, run_id) do nothing`

/** Gives free places of a workflow to the runs that wait for them; returns how many go on. */
export async function admitRuns(tx: Tx, orgId: string, workflowId: string): Promise<number> {
  // Two workers that count at once would both see the last place free.
  const found = await tx.query<{ limit: RunLimit | null }>(
    `select settings->'limit' as limit from flow.workflows where org_id = $1 and id = $2 for no key update`,
    [orgId, workflowId],
  )
  const limit = found.rows[0]?.limit ?? null
  const admitted = await tx.query(ADMIT, [
    orgId,
    workflowId,
    limit?.runs ?? null,
    limit?.perKey?.runs ?? null,
  ])
  return admitted.rowCount ?? 0
}

/** Frees the places of runs that are over. */
export function leavePlaces(
  put: (text: string, values: readonly unknown[]) => void,
  runIds: readonly string[],
): void {
  if (runIds.length === 0) return
  put('delete from flow.places where org_id = $1 and run_id = any($2)', [runIds])
  put('delete from flow.queued where org_id = $1 and run_id = any($2)', [runIds])
}
