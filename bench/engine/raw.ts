import { randomUUID } from 'node:crypto'
import pg from 'pg'
import type { Installation } from './installation.ts'

const BATCH = 500

/**
 * What the same server and driver do when there is no engine: as many rows of the same size as a run leaves, in batches of
 * the same size, each batch committed, into tables with one key and no row-level security. Runs per second.
 */
export async function rawRate(
  on: Installation,
  { runs, steps }: { runs: number; steps: number },
): Promise<number> {
  const client = new pg.Client({ connectionString: on.ownerUrl })
  await client.connect()
  try {
    await client.query(`
      create table if not exists public.bench_runs (org_id uuid, id uuid, workflow_id uuid, version_id uuid, status text,
        trigger_type text, input jsonb, started_at timestamptz, finished_at timestamptz, primary key (org_id, id));
      create table if not exists public.bench_steps (org_id uuid, id uuid, run_id uuid, number int, attempt smallint,
        node_id text, node_type text, status text, output jsonb, started_at timestamptz, finished_at timestamptz,
        primary key (org_id, id));
      truncate public.bench_runs, public.bench_steps`)
    const begin = performance.now()
    for (let done = 0; done < runs; done += BATCH) await insertBatch(client, on.orgId, steps)
    return runs / ((performance.now() - begin) / 1000)
  } finally {
    await client.end()
  }
}

async function insertBatch(client: pg.Client, orgId: string, steps: number): Promise<void> {
  const ids = Array.from({ length: BATCH }, () => randomUUID())
  const stepRuns = ids.flatMap(id => Array.from({ length: steps }, () => id))
  await client.query('begin')
  await client.query({
    name: 'runs',
    text: `insert into public.bench_runs
      select $1, r.id, $1, $1, 'completed', 'manual', r.input, now(), now() from unnest($2::uuid[], $3::jsonb[]) as r (id, input)`,
    values: [orgId, ids, ids.map((_, n) => JSON.stringify({ n }))],
  })
  await client.query({
    name: 'steps',
    text: `insert into public.bench_steps
      select $1, s.id, s.run_id, 1, 1, 'a', 'set_fields', 'completed', s.output, now(), now()
      from unnest($2::uuid[], $3::uuid[], $4::jsonb[]) as s (id, run_id, output)`,
    values: [
      orgId,
      stepRuns.map(() => randomUUID()),
      stepRuns,
      stepRuns.map((_, n) => JSON.stringify({ a: n })),
    ],
  })
  await client.query('commit')
}
