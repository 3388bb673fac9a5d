import type pg from 'pg'
import { RUNTIME_ROLE } from './relations.ts'
import type { Finding } from './table-rules.ts'

/** SECURITY DEFINER functions that are known to check the organization themselves: none so far. */
const DEFINERS: readonly string[] = []

const OF_EXTENSION = (catalog: string, oid: string) =>
  `exists (select 1 from pg_depend d where d.classid = '${catalog}'::regclass and d.objid = ${oid} and d.deptype = 'e')`
const FOREIGN_SCHEMA = `n.nspname not in ('pg_catalog', 'information_schema') and n.nspname !~ '^pg_(toast|temp)'`

const FUNCTIONS = `
  select n.nspname || '.' || p.proname as name, p.prosecdef as definer, l.lanname as language,
    coalesce(p.proconfig, '{}') as settings
  from pg_proc p join pg_namespace n on n.oid = p.pronamespace join pg_language l on l.oid = p.prolang
  where ${FOREIGN_SCHEMA} and not ${OF_EXTENSION('pg_proc', 'p.oid')} order by 1`

async function functions(client: pg.ClientBase): Promise<Finding[]> {
  const { rows } = await client.query<{
    name: string
    definer: boolean
    language: string
    settings: string[]
  }>(FUNCTIONS)
  return rows.flatMap(({ name, definer, language, settings }) => {
    const findings: Finding[] = []
    if (definer && !DEFINERS.includes(name)) {
      findings.push({ rule: 'functions', object: name, what: 'runs with the rights of its owner' })
    }
    if (language !== 'sql' && !settings.includes('search_path=""')) {
      findings.push({ rule: 'functions', object: name, what: 'finds names by the search_path of its caller' })
    }
    return findings
  })
}

const RECORD_ACCESS = `iam.record_access('deal', id, id)`
const ANY_ROW = '(select gen_random_uuid() as id offset 0) any_row'

/** What the planner makes of each function the policies call, when it can put the body in place of the call. */
const INLINED: Readonly<Record<string, string>> = {
  'iam.current_org()': `(NULLIF(current_setting('app.org_id'::text, true), ''::text))::uuid`,
  'iam.is_worker()':
    `((COALESCE(current_setting('app.worker'::text, true), ''::text) = 'on'::text) ` +
    `AND (current_setting('transaction_read_only'::text) = 'on'::text))`,
  'iam.search_pattern(2)': `COALESCE(NULLIF(current_setting('app.search_2'::text, true), ''::text), '%'::text)`,
  [RECORD_ACCESS]:
    `CASE WHEN (COALESCE(current_setting('app.sees_deal'::text, true), ''::text) = ''::text) THEN 'write'::text ` +
    ['o', 'w', 'r']
      .map(
        letter =>
          `WHEN (strpos(current_setting('app.sees_deal'::text), ('${letter}'::text || (any_row.id)::text)) > 0) ` +
          `THEN '${letter === 'r' ? 'read' : 'write'}'::text `,
      )
      .join('') +
    'ELSE NULL::text END',
}

async function policyFunctions(client: pg.ClientBase): Promise<Finding[]> {
  const findings: Finding[] = []
  for (const [call, wanted] of Object.entries(INLINED)) {
    const plan = await client.query<{ 'QUERY PLAN': string }>(
      `explain (verbose, costs off) select ${call} from ${ANY_ROW}`,
    )
    const output = plan.rows.map(row => /Output: (.*)$/.exec(row['QUERY PLAN'])?.[1]).find(Boolean)
    if (output !== wanted) {
      findings.push({
        rule: 'policy-functions',
        object: call,
        what: `becomes ${output} instead of ${wanted}`,
      })
    }
  }
  const volatile = await client.query<{ name: string }>(`
    select p.proname as name from pg_proc p join pg_namespace n on n.oid = p.pronamespace
    where (n.nspname, p.proname) in (('iam', 'current_org'), ('iam', 'is_worker'), ('iam', 'record_access'), ('iam', 'search_pattern')) and p.provolatile <> 's'`)
  for (const { name } of volatile.rows) {
    const object = Object.keys(INLINED).find(call => call.startsWith(`iam.${name}(`)) ?? name
    findings.push({ rule: 'policy-functions', object, what: 'is not STABLE' })
  }
  return findings
}

const ROLE_FLAGS = `
  select flag from pg_roles, lateral (values ('SUPERUSER', rolsuper), ('BYPASSRLS', rolbypassrls),
    ('CREATEROLE', rolcreaterole), ('CREATEDB', rolcreatedb), ('REPLICATION', rolreplication), ('INHERIT', rolinherit)
  ) as flags (flag, is_set) where rolname = $1 and is_set`

const ROLE_TIES = `
  select 'owns ' || coalesce(pg_describe_object(s.classid, s.objid, 0), s.objid::text) as what
  from pg_shdepend s where s.refclassid = 'pg_authid'::regclass and s.refobjid = to_regrole($1) and s.deptype = 'o'
    and s.dbid in (0, (select oid from pg_database where datname = current_database()))
  union all
  select 'is a member of ' || pg_get_userbyid(roleid) from pg_auth_members where member = to_regrole($1)
  union all
  select 'may create in the schema ' || n.nspname from pg_namespace n
  where has_schema_privilege($1::name, n.oid, 'create') and n.nspname !~ '^pg_'
  union all
  select 'may create schemas' where has_database_privilege($1::name, current_database(), 'create')`

async function runtimeRole(client: pg.ClientBase): Promise<Finding[]> {
  const finding = (what: string): Finding => ({ rule: 'runtime-role', object: RUNTIME_ROLE, what })
  const exists = await client.query('select 1 from pg_roles where rolname = $1', [RUNTIME_ROLE])
  if (exists.rowCount === 0) return [finding('does not exist')]
  const flags = await client.query<{ flag: string }>(ROLE_FLAGS, [RUNTIME_ROLE])
  const ties = await client.query<{ what: string }>(ROLE_TIES, [RUNTIME_ROLE])
  return [...flags.rows.map(row => finding(`is ${row.flag}`)), ...ties.rows.map(row => finding(row.what))]
}

const SETTINGS = `
  select 'server' as object, 'has row_security off' as what
  from pg_settings where name = 'row_security' and reset_val <> 'on'
  union all
  select coalesce(pg_get_userbyid(nullif(setrole, 0)), 'database'), 'is set up with ' || setting
  from pg_db_role_setting cross join unnest(setconfig) setting
  where setting ~* '^(row_security|app\\.org_id|app\\.worker|role|session_replication_role)='
    and setdatabase in (0, (select oid from pg_database where datname = current_database()))
  union all
  select 'default privileges', 'of ' || pg_get_userbyid(defaclrole) || ' give something away unseen'
  from pg_default_acl`

async function settings(client: pg.ClientBase): Promise<Finding[]> {
  const { rows } = await client.query<{ object: string; what: string }>(SETTINGS)
  return rows.map(row => ({ rule: 'settings', ...row }))
}

// Bounds are compared as ids: each of the three months from now must have the partition of exactly that month. Partitions by
// hash are of the organization alone, and as many as their modulus says, or some organization could write nothing.
const PARTITIONS = `
  with parents as (
    select c.oid, n.nspname || '.' || c.relname as name, p.partstrat = 'h' as is_hashed,
      pg_get_partkeydef(c.oid) as key
    from pg_partitioned_table p join pg_class c on c.oid = p.partrelid join pg_namespace n on n.oid = c.relnamespace
    where not c.relispartition
  ), months as (
    select date_trunc('month', now() at time zone 'UTC') + make_interval(months => ahead) as month
    from generate_series(0, 2) ahead
  )
  select name as object, 'is partitioned and platform.partitioned_tables does not say for how long it is kept' as what
  from parents where not is_hashed and name not in (select name from platform.partitioned_tables)
  union all
  select name, 'is partitioned by ' || key || ' instead of its organization' from parents
  where is_hashed and key <> 'HASH (org_id)'
  union all
  select name, 'has ' || count(part.oid) || ' partitions of ' || coalesce(string_agg(distinct
    substring(pg_get_expr(part.relpartbound, part.oid) from 'modulus ([0-9]+)'), ' and '), 'an unknown number')
  from parents left join pg_inherits i on i.inhparent = parents.oid left join pg_class part on part.oid = i.inhrelid
  where is_hashed group by name
  having count(part.oid)::text is distinct from string_agg(distinct
    substring(pg_get_expr(part.relpartbound, part.oid) from 'modulus ([0-9]+)'), ' and ')
  union all
  select name, 'has no partition for ' || to_char(month, 'YYYY-MM') from parents cross join months
  where not is_hashed and not exists (
    select 1 from pg_inherits i join pg_class part on part.oid = i.inhrelid
    where i.inhparent = parents.oid and pg_get_expr(part.relpartbound, part.oid) = format(
      'FOR VALUES FROM (%L) TO (%L)', platform.id_floor(month at time zone 'UTC'),
      platform.id_floor((month + interval '1 month') at time zone 'UTC')))`

async function partitions(client: pg.ClientBase): Promise<Finding[]> {
  const { rows } = await client.query<{ object: string; what: string }>(PARTITIONS)
  return rows.map(row => ({ rule: 'partitions', ...row }))
}

/** The rules about functions, the runtime role, settings and partitions, by name. */
export const databaseRules: Readonly<Record<string, (client: pg.ClientBase) => Promise<Finding[]>>> = {
  functions,
  'policy-functions': policyFunctions,
  'runtime-role': runtimeRole,
  settings,
  partitions,
}
