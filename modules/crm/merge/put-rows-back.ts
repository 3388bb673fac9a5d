import type { Context } from '#platform/context.ts'

/** Rows of one table of which the same columns were written, in the numbers that they have in the merge. */
export interface StoredBlock {
  readonly table: string
  /** Whether the rows went. */
  readonly isGone: boolean
  readonly columns: readonly string[]
  readonly key: readonly string[]
  readonly first: number
  readonly last: number
}

const NAME = /^[a-z_]+(\.[a-z_]+)?$/

const STEPS = (table: string) => `
  select jsonb_populate_record(null::${table}, row_key) as k, jsonb_populate_record(null::${table}, before) as b,
    jsonb_populate_record(null::${table}, after) as a, before, after
  from crm.merge_rows
  where org_id = $1 and change_set_id = $2 and number between $3 and $4 and table_name = $5 and (after is null) = $6
    and array(select jsonb_object_keys(before) order by 1) = $7::text[]`

/**
 * Puts rows back as they were. A column that holds something else than the merge wrote stays, and says so in \`changed\`; \`rows\` is
 * how many rows have such a column, or are not there any more.
 */
export async function putRowsBack(
  ctx: Context,
  changeSetId: string,
  { table, isGone, columns, key, first, last }: StoredBlock,
): Promise<{ changed: string[]; rows: number }> {
  if (![table, ...columns, ...key].every(name => NAME.test(name))) throw new Error('A step names no column.')
  const values = [ctx.orgId, changeSetId, first, last, table, isGone, columns]
  if (isGone) {
    await ctx.db.queryOnce(
      `insert into ${table} (${columns.join(', ')})
       select ${columns.map(name => `(m.b).${name}`).join(', ')} from (${STEPS(table)}) m on conflict do nothing`,
      values,
    )
    return { changed: [], rows: 0 }
  }
  const written = columns.filter(name => name !== 'updated_at')
  const isSame = (name: string) => `t.${name} is not distinct from (m.a).${name}`
  const sets = written.map(
    name => `${name} = case when ${isSame(name)} then (m.b).${name} else ${kept(name)} end`,
  )
  const isTouched = columns.includes('updated_at')
  if (isTouched)
    sets.push(
      `updated_at = case when ${columns.map(isSame).join(' and ')} then (m.b).updated_at else now() end`,
    )
  const at = key.map(name => `t.${name} = (m.k).${name}`).join(' and ')
  const other = written.map(name => `case when not (${isSame(name)}) then '${name}' end`)
  // What differs is asked first, because an UPDATE answers what it has made of it.
  const found = await ctx.db.queryOnce<{
    changed: string[] | null
    there: string
    all: string
    rows: string
  }>(
    `select array_agg(distinct d.name) filter (where d.name is not null) as changed, count(distinct m.n) filter (where t.org_id is not null) as there,
       count(distinct m.n) as all, count(distinct m.n) filter (where d.name is not null) as rows
     from (select row_number() over () as n, s.* from (${STEPS(table)}) s) m
     left join ${table} t on t.org_id = $1 and ${at}
     left join lateral unnest(array_remove(array[${other.join(', ')}]::text[], null)) d (name) on t.org_id is not null`,
    values,
  )
  await ctx.db.queryOnce(
    `update ${table} t set ${sets.join(', ')} from (${STEPS(table)}) m where t.org_id = $1 and ${at}`,
    values,
  )
  const row = found.rows[0]
  const missing = Number(row?.all ?? 0) - Number(row?.there ?? 0)
  return { changed: row?.changed ?? [], rows: Number(row?.rows ?? 0) + missing }
}

/** What a column that was changed since is set to: fields of the organization go back one by one, any other stays. */
function kept(name: string): string {
  if (name !== 'custom') return `t.${name}`
  return `(select coalesce(jsonb_object_agg(key, value), '{}') from (
      select key, case when t.custom->key is not distinct from m.after->'custom'->key then m.before->'custom'->key else t.custom->key end as value
      from (select jsonb_object_keys(t.custom || coalesce(m.before->'custom', '{}')) as key) keys
    ) merged where value is not null)`
}
