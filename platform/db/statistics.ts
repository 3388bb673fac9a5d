import type { Database } from './database.ts'
import { asOwnerRole } from './owner.ts'

/** Rows at which an estimate made for an empty table begins to mislead. */
const ROWS_MIN = 200

const GROWN = `
  select format('%I.%I', s.schemaname, s.relname) as name
  from pg_stat_user_tables s join pg_class c on c.oid = s.relid
  where s.n_live_tup >= $1 and s.last_analyze is null and s.last_autoanalyze is null
    and c.relowner = (select relowner from pg_class where oid = 'platform.migrations'::regclass)
  order by 1 limit 50`

/**
 * Gives PostgreSQL its first statistics of tables that grew from empty, because its own first look may come a minute
 * later and until then plans are made for tables without rows. Returns the tables. Run every few seconds by the
 * schedule; the owner connects only when there is something to do.
 */
export async function analyzeGrownTables(db: Database, ownerUrl: string): Promise<string[]> {
  const grown = await db.withGlobal(tx => tx.query<{ name: string }>(GROWN, [ROWS_MIN]))
  const names = grown.rows.map(row => row.name)
  if (names.length === 0) return []
  await asOwnerRole(ownerUrl, 'statistics', async client => {
    for (const name of names) await client.query(`analyze ${name}`)
  })
  return names
}
