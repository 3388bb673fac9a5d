import type { Kit } from '#platform/context.ts'
import type { Tx } from '#platform/db/database.ts'
import { newId } from '#platform/ids.ts'
import type { SliceInput } from './run-state.ts'

// A ready row that is there already is touched, not passed over: the lock keeps a claim from taking it away before
// this news is committed, which would leave the run with news and nobody to wake it.
const TELL = `
  with told as (
    insert into flow.inbox (org_id, run_id, id, input)
    select $1, n.run_id, n.id, n.input from unnest($2::uuid[], $3::uuid[], $4::jsonb[]) as n (run_id, id, input)
    on conflict (org_id, run_id, id) do nothing
  )
  insert into flow.ready (org_id, run_id) select distinct $1::uuid, run_id from unnest($2::uuid[]) as r (run_id) order by run_id
  on conflict (org_id, run_id) do update set ready_at = least(flow.ready.ready_at, excluded.ready_at)`

/** Something that happened for a run that is under way. */
export interface RunNews {
  runId: string
  input: SliceInput
  /** Makes the news happen once when it may be told several times. */
  id?: string
}

/**
 * Leaves news for runs, in the caller's transaction, and makes them ready to take it in. The caller sees to it that
 * the runs are under way: news for a run that is over is dropped by whoever takes it up.
 */
export async function tellRuns(
  { kit, orgId, db }: { kit: Kit; orgId: string; db: Tx },
  news: readonly RunNews[],
): Promise<void> {
  if (news.length === 0) return
  await db.query(TELL, [
    orgId,
    news.map(({ runId }) => runId),
    news.map(({ id }) => id ?? newId()),
    news.map(({ input }) => JSON.stringify(input)),
  ])
  db.afterCommit(() => kit.wake.signal('flow'))
}
