import type pg from 'pg'

/** A table whose rows belong to organizations. */
export interface ErasableTable {
  /** Quoted `schema.name`. */
  readonly name: string
  /** Quoted columns of the primary key; empty without one. */
  readonly key: readonly string[]
  /** The other such tables it refers to, whether at once or at the end of a transaction. */
  readonly parents: readonly string[]
}

// Tables of ours with an `org_id`, whether ruled by row-level security or readable by all, such as slugs and sessions.
// The books of erasures themselves stay.
const TABLES = `
  with tables as (
    select c.oid, format('%I.%I', n.nspname, c.relname) as name
    from pg_class c join pg_namespace n on n.oid = c.relnamespace
    join pg_attribute a on a.attrelid = c.oid and a.attname = 'org_id' and not a.attisdropped
    where c.relkind in ('r', 'p') and not c.relispartition and a.atttypid = 'uuid'::regtype
      and c.relowner = (select relowner from pg_class where oid = 'platform.migrations'::regclass)
      and c.oid <> 'platform.erasures'::regclass
  )
  select name,
    array(
      select quote_ident(a.attname) from pg_index i cross join unnest(i.indkey::int2[]) with ordinality part (n, at)
      join pg_attribute a on a.attrelid = i.indrelid and a.attnum = part.n
      where i.indrelid = tables.oid and i.indisprimary order by part.at
    ) as key,
    array(
      select distinct other.name from pg_constraint k join tables other on other.oid = k.confrelid
      where k.conrelid = tables.oid and k.contype = 'f' and other.oid <> tables.oid order by 1
    ) as parents
  from tables order by name`

/** Finds them in the catalogue, so that a table of tomorrow is erased without anybody remembering. */
export async function readErasableTables(client: pg.Client): Promise<ErasableTable[]> {
  return (await client.query<ErasableTable>(TABLES)).rows
}

/**
 * The tables in the order in which they can be emptied: each after all that refer to it. Those that refer to each other
 * in a circle form one group.
 */
export function inErasureOrder(tables: readonly ErasableTable[]): ErasableTable[][] {
  const above = ancestorsOf(tables)
  const refersTo = (table: ErasableTable, other: ErasableTable) =>
    above.get(table.name)?.has(other.name) === true
  const groups: ErasableTable[][] = []
  let left = [...tables]
  while (left.length > 0) {
    const next = left.find(table => left.every(other => !refersTo(other, table) || refersTo(table, other)))
    // There always is one: what refers to each other counts as one, and among those no circle is left.
    if (next === undefined) throw new Error('The tables that refer to each other have no order.')
    const group = left.filter(other => other === next || (refersTo(other, next) && refersTo(next, other)))
    groups.push(group)
    left = left.filter(table => !group.includes(table))
  }
  return groups
}

/** By name: everything a table refers to, directly or over others. */
function ancestorsOf(tables: readonly ErasableTable[]): Map<string, Set<string>> {
  const parents = new Map(tables.map(table => [table.name, table.parents]))
  return new Map(
    tables.map(({ name }) => {
      const found = new Set<string>()
      const visit = (each: string) => {
        for (const parent of parents.get(each) ?? []) {
          if (found.has(parent)) continue
          found.add(parent)
          visit(parent)
        }
      }
      visit(name)
      return [name, found]
    }),
  )
}
