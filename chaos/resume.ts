import type pg from 'pg'

/** What a process had in its hands when it was killed. */
interface Death {
  /** By the database's clock, in milliseconds. */
  readonly at: number
  readonly runIds: readonly string[]
}

/** Measures how long runs stood still because the process that held them died. */
export class ResumeTimes {
  readonly #deaths: Death[] = []

  /** Notes what a dead worker still holds; ask right after its death, while nobody can have taken it over. */
  async note(client: pg.Client, workerName: string): Promise<void> {
    const held = await client.query<{ at: number; run_ids: string[] }>(
      `select extract(epoch from clock_timestamp())::float8 * 1000 as at,
         array(select l.run_id::text from flow.leases l join jobs.workers w on w.id = l.worker_id where w.name = $1) as run_ids`,
      [workerName],
    )
    const row = held.rows[0]
    if (row && row.run_ids.length > 0) this.#deaths.push({ at: row.at, runIds: row.run_ids })
  }

  /**
   * For each run that was held: the time from the death to the first step that began or ended after it, in
   * milliseconds, in rising order. Of several deaths before that step only the last counts, because the time of each is
   * asked for. Read from the steps afterwards, so that measuring changes nothing.
   */
  async read(client: pg.Client): Promise<number[]> {
    const progress = new Map<string, { at: number; deathAt: number }>()
    for (const { at, runIds } of this.#deaths.sort((a, b) => a.at - b.at)) {
      const resumed = await client.query<{ run_id: string; at: number }>(
        `select s.run_id, extract(epoch from min(t.at))::float8 * 1000 as at
         from flow.steps s cross join lateral (values (s.started_at), (s.finished_at)) as t (at)
         where s.run_id = any($1) and t.at > to_timestamp($2 / 1000.0) group by s.run_id`,
        [runIds, at],
      )
      // A later death before the same step has the same key and takes the place of the earlier one.
      for (const row of resumed.rows) progress.set(`${row.run_id} ${row.at}`, { at: row.at, deathAt: at })
    }
    return [...progress.values()].map(({ at, deathAt }) => at - deathAt).sort((a, b) => a - b)
  }
}

/** The value that `share` of the sorted values do not exceed; 0 for none. */
export function quantile(sorted: readonly number[], share: number): number {
  return sorted[Math.max(0, Math.ceil(sorted.length * share) - 1)] ?? 0
}
