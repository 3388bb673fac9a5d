import type pg from 'pg'

/** The role the product works as; the migrator makes it. */
export const RUNTIME_ROLE = 'millrace_runtime'

export interface Column {
  readonly name: string
  /** Type without its modifier, for example `timestamptz` or `_text` for an array of text. */
  readonly type: string
  readonly isNullable: boolean
  readonly hasDefault: boolean
  readonly isGenerated: boolean
  /** Labels of an enum type, in order. */
  readonly labels: readonly string[]
}

export interface Policy {
  readonly name: string
  readonly isPermissive: boolean
  /** `*` for all commands, else r, a, w or d. */
  readonly command: string
  readonly roles: readonly string[]
  readonly using: string | null
  readonly check: string | null
}

export interface Grant {
  readonly to: string
  readonly privilege: string
  /** The column it is limited to. */
  readonly column: string | null
}

export interface Index {
  readonly name: string
  readonly isPrimary: boolean
  readonly isUnique: boolean
  /** Key columns in order; an expression is null. */
  readonly keys: readonly (string | null)[]
  /** Key columns and those of its predicate. */
  readonly uses: readonly string[]
}

export interface ForeignKey {
  readonly name: string
  readonly columns: readonly string[]
  readonly target: string
  readonly targetColumns: readonly string[]
  /** Checked when the transaction ends. */
  readonly isDeferred: boolean
  /** Columns that SET NULL or SET DEFAULT would overwrite. */
  readonly overwrites: readonly string[]
}

export interface Check {
  readonly name: string
  readonly columns: readonly string[]
  readonly text: string
}

export interface Trigger {
  readonly name: string
  readonly function: string
  /** The bits of pg_trigger.tgtype: 1 row, 2 before, 8 delete, 16 update. */
  readonly type: number
  readonly isEnabled: boolean
}

/** Anything with rows, as the catalogue knows it. */
export interface Relation {
  /** `schema.name` */
  readonly name: string
  /** pg_class.relkind: r table, p partitioned table, v view, m materialized view, S sequence, f foreign table. */
  readonly kind: string
  readonly isPartition: boolean
  /** The table it is a partition of. */
  readonly parent: string | null
  readonly bound: string | null
  readonly rowSecurity: boolean
  readonly isForced: boolean
  readonly options: readonly string[]
  readonly columns: readonly Column[]
  readonly policies: readonly Policy[]
  /** What others than its owner may do. */
  readonly grants: readonly Grant[]
  readonly indexes: readonly Index[]
  readonly foreignKeys: readonly ForeignKey[]
  readonly checks: readonly Check[]
  readonly triggers: readonly Trigger[]
  /** Rewrite rules beyond the one that makes a view a view. */
  readonly rules: readonly string[]
}

const LIST = (select: string) => `coalesce((select json_agg(x) from (${select}) x), '[]')`
const NAMES = (key: string, table: string) =>
  `array(select (select attname::text from pg_attribute where attrelid = ${table} and attnum = part.n) from unnest(${key}) with ordinality part (n, at) order by part.at)`
const ROLE = (oid: string) => `case when ${oid} = 0 then 'PUBLIC' else pg_get_userbyid(${oid})::text end`

const READ = `
select n.nspname || '.' || c.relname as name, c.relkind as kind, c.relispartition as "isPartition",
  (select pn.nspname || '.' || p.relname from pg_inherits i join pg_class p on p.oid = i.inhparent
     join pg_namespace pn on pn.oid = p.relnamespace where i.inhrelid = c.oid and c.relispartition) as parent,
  pg_get_expr(c.relpartbound, c.oid) as bound,
  c.relrowsecurity as "rowSecurity", c.relforcerowsecurity as "isForced", coalesce(c.reloptions, '{}') as options,
  ${LIST(`select a.attname as name, t.typname as type, not a.attnotnull as "isNullable", a.atthasdef as "hasDefault",
      a.attgenerated <> '' or a.attidentity <> '' as "isGenerated",
      array(select enumlabel::text from pg_enum where enumtypid = t.oid order by enumsortorder) as labels
    from pg_attribute a join pg_type t on t.oid = a.atttypid
    where a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped order by a.attnum`)} as columns,
  ${LIST(`select polname as name, polpermissive as "isPermissive", polcmd as command,
      array(select ${ROLE('r')} from unnest(polroles) r) as roles,
      pg_get_expr(polqual, polrelid) as "using", pg_get_expr(polwithcheck, polrelid) as "check"
    from pg_policy where polrelid = c.oid order by polname`)} as policies,
  ${LIST(`select ${ROLE('g.grantee')} as "to", g.privilege_type as privilege, null as "column"
    from aclexplode(c.relacl) g where g.grantee <> c.relowner
    union all
    select ${ROLE('g.grantee')}, g.privilege_type, a.attname
    from pg_attribute a cross join aclexplode(a.attacl) g where a.attrelid = c.oid and g.grantee <> c.relowner`)} as grants,
  ${LIST(`select ic.relname as name, i.indisprimary as "isPrimary", i.indisunique as "isUnique",
      (${NAMES('i.indkey::int2[]', 'c.oid')})[1:i.indnkeyatts] as keys,
      array(select attname::text from pg_attribute where attrelid = c.oid and (attnum = any (i.indkey) or attnum in (
        select refobjsubid from pg_depend where classid = 'pg_class'::regclass and objid = i.indexrelid
          and refclassid = 'pg_class'::regclass and refobjid = c.oid and refobjsubid > 0))) as uses
    from pg_index i join pg_class ic on ic.oid = i.indexrelid where i.indrelid = c.oid order by ic.relname`)} as indexes,
  ${LIST(`select k.conname as name, ${NAMES('k.conkey', 'c.oid')} as columns,
      (select fn.nspname || '.' || f.relname from pg_class f join pg_namespace fn on fn.oid = f.relnamespace
        where f.oid = k.confrelid) as target,
      ${NAMES('k.confkey', 'k.confrelid')} as "targetColumns", k.condeferred as "isDeferred",
      case when k.confdeltype in ('n', 'd') and k.confdelsetcols is not null then ${NAMES('k.confdelsetcols', 'c.oid')}
        when k.confdeltype in ('n', 'd') or k.confupdtype in ('n', 'd') then ${NAMES('k.conkey', 'c.oid')}
        else '{}' end as overwrites
    from pg_constraint k where k.conrelid = c.oid and k.contype = 'f' and k.conparentid = 0 order by k.conname`)} as "foreignKeys",
  ${LIST(`select conname as name, ${NAMES('conkey', 'c.oid')} as columns, pg_get_constraintdef(oid) as text
    from pg_constraint where conrelid = c.oid and contype = 'c' order by conname`)} as checks,
  ${LIST(`select tgname as name, tgtype as type, tgenabled in ('O', 'A') as "isEnabled",
      (select pn.nspname || '.' || p.proname from pg_proc p join pg_namespace pn on pn.oid = p.pronamespace
        where p.oid = tgfoid) as function
    from pg_trigger where tgrelid = c.oid and not tgisinternal order by tgname`)} as triggers,
  array(select rulename::text from pg_rewrite where ev_class = c.oid and rulename <> '_RETURN') as rules
from pg_class c join pg_namespace n on n.oid = c.relnamespace
where c.relkind in ('r', 'p', 'v', 'm', 'S', 'f')
  and n.nspname not in ('pg_catalog', 'information_schema') and n.nspname !~ '^pg_(toast|temp)'
  and not exists (select 1 from pg_depend d where d.classid = 'pg_class'::regclass and d.objid = c.oid and d.deptype = 'e')
order by 1`

/** Every relation outside the system's own schemas, whoever made it. */
export async function readRelations(client: pg.ClientBase): Promise<Relation[]> {
  // Compiling this one long statement would take a server with JIT a second each time.
  await client.query('set jit = off')
  return (await client.query<Relation>(READ)).rows
}

/** The names in platform.global_tables with the reason given there. */
export async function readGlobalTables(client: pg.ClientBase): Promise<Map<string, string>> {
  const result = await client.query<{ name: string; reason: string }>(
    'select name, reason from platform.global_tables',
  )
  return new Map(result.rows.map(row => [row.name, row.reason]))
}

/** A table of which a transaction may see a part only, as platform.narrowed_tables names it. */
export interface Narrowed {
  /** Null where each row names its own in a column. */
  readonly object: string | null
  readonly objectColumn: string | null
  /** Null for a table whose rows belong to a record of another one. */
  readonly owner: string | null
  /** The column with the record's id. */
  readonly record: string
  /** The column that searches compare in the policy itself; null for a table that is not searched. */
  readonly search: string | null
}

/** The tables with a narrowed policy, by name. */
export async function readNarrowedTables(client: pg.ClientBase): Promise<Map<string, Narrowed>> {
  const result = await client.query<Narrowed & { name: string }>(
    'select name, object, object_column as "objectColumn", owner_column as owner, record_column as record, search_column as search from platform.narrowed_tables',
  )
  return new Map(result.rows.map(({ name, ...narrowed }) => [name, narrowed]))
}

/** The columns of the primary key, in order. */
export function primaryKeyOf(relation: Relation): string[] {
  return (relation.indexes.find(index => index.isPrimary)?.keys ?? []).flatMap(key => key ?? [])
}

export function columnOf(relation: Relation, name: string): Column | undefined {
  return relation.columns.find(column => column.name === name)
}

export type Class = 'tenant' | 'append-only' | 'dispatch' | 'global' | 'partition' | 'books' | 'view'

// The books of the migrator itself: the runtime role has no business in them.
const BOOKS = new Set(['platform.migrations', 'platform.global_tables', 'platform.narrowed_tables'])

/** Every class a relation lays claim to; a well-kept one has exactly one. */
export function classesOf(relation: Relation, globalTables: ReadonlyMap<string, string>): Class[] {
  if (relation.kind === 'v' || relation.kind === 'm') return ['view']
  if (relation.kind !== 'r' && relation.kind !== 'p') return []
  if (relation.isPartition) return ['partition']
  const classes: Class[] = []
  if (BOOKS.has(relation.name)) classes.push('books')
  if (globalTables.has(relation.name)) classes.push('global')
  const isProtected = relation.rowSecurity || relation.policies.length > 0
  if (isProtected || (classes.length === 0 && columnOf(relation, 'org_id')))
    classes.push(tenantClass(relation))
  return classes
}

function tenantClass(relation: Relation): Class {
  if (relation.policies.some(policy => policy.using?.includes('is_worker'))) return 'dispatch'
  const mayUpdate = relation.grants.some(grant => grant.to === RUNTIME_ROLE && grant.privilege === 'UPDATE')
  const refuses = relation.triggers.some(trigger => trigger.function === 'platform.refuse_change')
  return refuses || !mayUpdate ? 'append-only' : 'tenant'
}

const WITH_ORGANIZATION: readonly Class[] = ['tenant', 'append-only', 'dispatch']

/** Whether rows of this class belong to an organization. */
export function isTenantClass(kind: Class | undefined): boolean {
  return kind !== undefined && WITH_ORGANIZATION.includes(kind)
}
