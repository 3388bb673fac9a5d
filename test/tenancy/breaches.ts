/** One way to get tenancy wrong, as somebody might write it in a migration. */
export interface Breach {
  /** The rule that has to notice it. */
  readonly rule: string
  /** What is wrong, as a clause. */
  readonly because: string
  readonly sql: string
  /** What has to be named; the table `probe.things` otherwise. */
  readonly object?: string
}

/** Well-kept tables of every class; the breaches below change them. A database with them has no findings. */
export const SOUND = `
  create schema probe;
  grant usage on schema probe to millrace_runtime;
  create table probe.things (
    org_id uuid not null, id uuid not null, name text not null, parent_id uuid,
    created_at timestamptz not null default now(), updated_at timestamptz not null default now(),
    primary key (org_id, id)
  );
  select platform.tenant_table('probe.things');
  create table probe.parts (
    org_id uuid not null, id uuid not null, thing_id uuid not null, created_at timestamptz not null default now(),
    primary key (org_id, id), foreign key (org_id, thing_id) references probe.things (org_id, id)
  );
  select platform.append_only_table('probe.parts');
  create table probe.queue (
    org_id uuid not null, thing_id uuid not null, due_at timestamptz not null, primary key (org_id, thing_id)
  );
  create index queue_due on probe.queue (due_at, org_id);
  select platform.dispatch_table('probe.queue');
  create table probe.marks (
    org_id uuid not null, id uuid not null, created_at timestamptz not null default now(), primary key (org_id, id)
  ) partition by range (id);
  select platform.append_only_table('probe.marks');
  select platform.partition_monthly('probe.marks', 12);
  create table probe.calls (
    org_id uuid not null, id uuid not null, created_at timestamptz not null default now(),
    updated_at timestamptz not null default now(), primary key (org_id, id)
  ) partition by hash (org_id);
  select platform.tenant_table('probe.calls');
  create table probe.calls_h0 partition of probe.calls for values with (modulus 2, remainder 0);
  create table probe.calls_h1 partition of probe.calls for values with (modulus 2, remainder 1);
  alter table probe.calls_h0 enable row level security, force row level security;
  alter table probe.calls_h1 enable row level security, force row level security;
  create table probe.deals (
    org_id uuid not null, id uuid not null, name text not null, owner_user_id uuid, deleted_at timestamptz,
    created_at timestamptz not null default now(), updated_at timestamptz not null default now(),
    primary key (org_id, id)
  );
  select platform.tenant_table('probe.deals');
  select platform.owned_table('probe.deals', 'deal', 'owner_user_id');
  create table probe.remarks (
    org_id uuid not null, id uuid not null, deal_id uuid not null, created_at timestamptz not null default now(),
    primary key (org_id, id), foreign key (org_id, deal_id) references probe.deals (org_id, id)
  );
  select platform.append_only_table('probe.remarks');
  select platform.part_table('probe.remarks', 'deal', 'deal_id');
  create table probe.plans (id uuid primary key, price integer not null);
  select platform.global_table('probe.plans', 'Prices are the same for everybody.', 'select');
  create view probe.names with (security_invoker = true) as select org_id, name from probe.things;
  grant select on probe.names to millrace_runtime;
  create function probe.count_things() returns bigint language sql stable as 'select count(*) from probe.things'`

const THIS_MONTH = `(select min(inhrelid::regclass::text) from pg_inherits where inhparent = 'probe.marks'::regclass)`

/** Runs a statement with the name of a partition of `probe.marks` in place of %s. */
const onPartition = (statement: string) =>
  `do $$ begin execute format('${statement.replaceAll("'", "''")}', ${THIS_MONTH}); end $$`

const PART = 'a partition of probe.marks'

const classes: Breach[] = [
  {
    rule: 'one-class',
    because: 'a table says nothing about organizations',
    sql: 'create table probe.forgotten (id uuid primary key)',
    object: 'probe.forgotten',
  },
  {
    rule: 'one-class',
    because: 'a table is global and has a policy',
    sql: `insert into platform.global_tables values ('probe.things', 'Both.')`,
  },
  {
    rule: 'one-class',
    because: 'a sequence counts what all organizations make',
    sql: 'create sequence probe.numbers',
    object: 'probe.numbers',
  },
  {
    rule: 'row-security',
    because: 'a table with org_id was never protected',
    sql: 'create table probe.naked (org_id uuid not null, id uuid, created_at timestamptz not null default now(), primary key (org_id, id))',
    object: 'probe.naked',
  },
  {
    rule: 'row-security',
    because: 'row-level security is disabled',
    sql: 'alter table probe.things disable row level security',
  },
  {
    rule: 'row-security',
    because: 'the owner is exempt',
    sql: 'alter table probe.queue no force row level security',
    object: 'probe.queue',
  },
  {
    rule: 'row-security',
    because: 'a partition was made by hand',
    sql: `create table probe.marks_old partition of probe.marks for values from ('00000000-0000-0000-0000-000000000000') to ('00000000-0000-0000-0000-000000000001')`,
    object: 'probe.marks_old',
  },
]

const keys: Breach[] = [
  {
    rule: 'tenant-key',
    because: 'org_id is a text',
    sql: `drop view probe.names; drop table probe.parts; drop policy tenant on probe.things; alter table probe.things alter org_id type text; create policy tenant on probe.things using (org_id = iam.current_org()::text)`,
  },
  {
    rule: 'tenant-key',
    because: 'org_id may be null',
    sql: 'alter table probe.queue drop constraint queue_pkey; alter table probe.queue alter org_id drop not null',
    object: 'probe.queue',
  },
  {
    rule: 'tenant-key',
    because: 'org_id has a default',
    sql: `alter table probe.things alter org_id set default gen_random_uuid()`,
  },
  {
    rule: 'tenant-key',
    because: 'the primary key begins with the id',
    sql: 'alter table probe.queue drop constraint queue_pkey, add primary key (thing_id, org_id)',
    object: 'probe.queue',
  },
  {
    rule: 'tenant-key',
    because: 'a protected table has no org_id',
    sql: 'create table probe.odd (id uuid primary key); alter table probe.odd enable row level security, force row level security',
    object: 'probe.odd',
  },
  {
    rule: 'indexes',
    because: 'an index begins with something else',
    sql: 'create index on probe.things (name, org_id)',
  },
  {
    rule: 'indexes',
    because: 'an index begins with an expression',
    sql: 'create index on probe.things (lower(name))',
  },
  {
    rule: 'indexes',
    because: 'an index of a partition begins with the id',
    sql: onPartition('create index on %s (id)'),
    object: PART,
  },
  {
    rule: 'indexes',
    because: 'uniqueness spans organizations',
    sql: 'create unique index on probe.things (name)',
  },
  {
    rule: 'indexes',
    because: 'a unique index of a queue begins with the time',
    sql: 'create unique index on probe.queue (due_at, org_id)',
    object: 'probe.queue',
  },
  {
    rule: 'indexes',
    because: 'an index of a queue has no org_id',
    sql: 'create index on probe.queue (due_at)',
    object: 'probe.queue',
  },
  {
    rule: 'foreign-keys',
    because: 'a reference leaves the organization out',
    sql: 'alter table probe.things add unique (id); alter table probe.parts add foreign key (thing_id) references probe.things (id)',
    object: 'probe.parts',
  },
  {
    rule: 'foreign-keys',
    because: 'org_id is compared with something else',
    sql: 'alter table probe.things add unique (id, org_id); alter table probe.parts add foreign key (org_id, thing_id) references probe.things (id, org_id)',
    object: 'probe.parts',
  },
  {
    rule: 'foreign-keys',
    because: 'deleting the parent would take the organization away',
    sql: 'alter table probe.things add foreign key (org_id, parent_id) references probe.things (org_id, id) on delete set null',
  },
  {
    rule: 'foreign-keys',
    because: 'a global table refers to a tenant table',
    sql: 'alter table probe.plans add org_id uuid, add foreign key (org_id, id) references probe.things (org_id, id)',
    object: 'probe.plans',
  },
]

const replaced = (policy: string) =>
  `drop policy tenant on probe.things; create policy tenant on probe.things ${policy}`
const OWN = 'using (org_id = iam.current_org()) with check (org_id = iam.current_org())'

const DEAL = `iam.record_access('deal', owner_user_id, id)`
const narrowedTo = (using: string, check: string) =>
  `alter policy tenant on probe.deals using (${using}) with check (${check})`

const policies: Breach[] = [
  { rule: 'one-policy', because: 'there is none', sql: 'drop policy tenant on probe.things' },
  {
    rule: 'one-policy',
    because: 'a second one lets everything through',
    sql: 'create policy support on probe.things using (true)',
  },
  {
    rule: 'one-policy',
    because: 'a second one restricts',
    sql: 'create policy narrow on probe.things as restrictive using (true)',
  },
  { rule: 'one-policy', because: 'it is restrictive', sql: replaced(`as restrictive ${OWN}`) },
  {
    rule: 'one-policy',
    because: 'it is for one command',
    sql: replaced('for select using (org_id = iam.current_org())'),
  },
  { rule: 'one-policy', because: 'it is for one role', sql: replaced(`to millrace_runtime ${OWN}`) },
  {
    rule: 'one-policy',
    because: 'rows to write are not checked on their own',
    sql: replaced('using (org_id = iam.current_org())'),
  },
  {
    rule: 'one-policy',
    because: 'any row may be written',
    sql: replaced('using (org_id = iam.current_org()) with check (true)'),
  },
  {
    rule: 'one-policy',
    because: 'it lets more through',
    sql: replaced(
      `using (org_id = iam.current_org() or name = 'public') with check (org_id = iam.current_org())`,
    ),
  },
  {
    rule: 'one-policy',
    because: 'it asks in a sub-select',
    sql: replaced('using (org_id = (select iam.current_org())) with check (org_id = iam.current_org())'),
  },
  {
    rule: 'one-policy',
    because: 'a worker may write',
    sql: 'drop policy tenant on probe.queue; create policy tenant on probe.queue using (org_id = iam.current_org() or iam.is_worker()) with check (org_id = iam.current_org() or iam.is_worker())',
    object: 'probe.queue',
  },
  {
    rule: 'one-policy',
    because: 'a partition has one',
    sql: onPartition('create policy tenant on %s using (true)'),
    object: PART,
  },
  {
    rule: 'one-policy',
    because: 'records of others are shown',
    sql: narrowedTo('org_id = iam.current_org()', `org_id = iam.current_org() and ${DEAL} = 'write'`),
    object: 'probe.deals',
  },
  {
    rule: 'one-policy',
    because: 'records of others may be written',
    sql: narrowedTo(`org_id = iam.current_org() and ${DEAL} is not null`, 'org_id = iam.current_org()'),
    object: 'probe.deals',
  },
  {
    rule: 'one-policy',
    because: 'what may be looked at may be written',
    sql: narrowedTo(
      `org_id = iam.current_org() and ${DEAL} is not null`,
      `org_id = iam.current_org() and ${DEAL} is not null`,
    ),
    object: 'probe.deals',
  },
  {
    rule: 'one-policy',
    because: 'it asks about another object',
    sql: narrowedTo(
      `org_id = iam.current_org() and ${DEAL.replace("'deal'", "'lead'")} is not null`,
      `org_id = iam.current_org() and ${DEAL} = 'write'`,
    ),
    object: 'probe.deals',
  },
  {
    rule: 'one-policy',
    because: 'what belongs to a record is shown without it',
    sql: 'alter policy tenant on probe.remarks using (org_id = iam.current_org())',
    object: 'probe.remarks',
  },
  {
    rule: 'owned-records',
    because: 'a table with owners is not owned',
    sql: 'alter table probe.things add owner_user_id uuid',
  },
  {
    rule: 'owned-records',
    because: 'what belongs to an owned record is not narrowed',
    sql: 'alter table probe.parts add deal_id uuid, add foreign key (org_id, deal_id) references probe.deals (org_id, id)',
    object: 'probe.parts',
  },
  {
    rule: 'dispatch-content',
    because: 'a worker could read what an organization keeps',
    sql: 'alter table probe.queue add updated_at timestamptz not null default now()',
    object: 'probe.queue',
  },
  {
    rule: 'dispatch-content',
    because: 'a worker could read content',
    sql: 'alter table probe.queue add payload jsonb',
    object: 'probe.queue',
  },
  {
    rule: 'dispatch-content',
    because: 'a worker could read a name',
    sql: 'alter table probe.queue add name text',
    object: 'probe.queue',
  },
  {
    rule: 'global-content',
    because: 'a global table holds what an organization wrote',
    sql: 'alter table probe.plans add org_id uuid, add note text',
    object: 'probe.plans',
  },
]

const rights: Breach[] = [
  ...['truncate', 'references', 'trigger'].map(right => ({
    rule: 'grants',
    because: `the runtime role has ${right}`,
    sql: `grant ${right} on probe.things to millrace_runtime`,
  })),
  { rule: 'grants', because: 'everybody may read', sql: 'grant select on probe.things to public' },
  {
    rule: 'grants',
    because: 'everybody may read one column',
    sql: 'grant select (name) on probe.things to public',
  },
  { rule: 'grants', because: 'another role may read', sql: 'grant select on probe.things to pg_monitor' },
  {
    rule: 'grants',
    because: 'the product cannot write',
    sql: 'revoke insert on probe.things from millrace_runtime',
  },
  {
    rule: 'grants',
    because: 'an append-only table may be changed',
    sql: 'grant update on probe.parts to millrace_runtime',
    object: 'probe.parts',
  },
  {
    rule: 'grants',
    because: 'one column of an append-only table may be changed',
    sql: 'grant update (created_at) on probe.parts to millrace_runtime',
    object: 'probe.parts',
  },
  {
    rule: 'grants',
    because: 'a partition may be read directly',
    sql: onPartition('grant select on %s to millrace_runtime'),
    object: PART,
  },
  {
    rule: 'grants',
    because: 'a materialized view may be read',
    sql: 'create materialized view probe.copies as select * from probe.things; grant select on probe.copies to millrace_runtime',
    object: 'probe.copies',
  },
  {
    rule: 'grants',
    because: 'a view may be written',
    sql: 'grant update on probe.names to millrace_runtime',
    object: 'probe.names',
  },
  {
    rule: 'grants',
    because: 'a global table may be emptied',
    sql: 'grant truncate on probe.plans to millrace_runtime',
    object: 'probe.plans',
  },
  {
    rule: 'grants',
    because: 'the books of the migrator may be read',
    sql: 'grant select on platform.migrations to millrace_runtime',
    object: 'platform.migrations',
  },
  {
    rule: 'append-only',
    because: 'the trigger is gone',
    sql: 'drop trigger refuse_change on probe.parts',
    object: 'probe.parts',
  },
  {
    rule: 'append-only',
    because: 'the trigger is disabled',
    sql: 'alter table probe.parts disable trigger refuse_change',
    object: 'probe.parts',
  },
  {
    rule: 'append-only',
    because: 'the trigger lets DELETE through',
    sql: 'drop trigger refuse_change on probe.parts; create trigger refuse_change before update on probe.parts for each row execute function platform.refuse_change()',
    object: 'probe.parts',
  },
  {
    rule: 'append-only',
    because: 'the table can be emptied at a stroke',
    sql: 'drop trigger refuse_truncate on probe.parts',
    object: 'probe.parts',
  },
  {
    rule: 'append-only',
    because: 'one partition can be emptied at a stroke',
    sql: onPartition('drop trigger refuse_truncate on %s'),
    object: PART,
  },
  {
    rule: 'views',
    because: 'a view reads as its owner',
    sql: 'create view probe.leak as select * from probe.things',
    object: 'probe.leak',
  },
  {
    rule: 'rewrite-rules',
    because: 'a rule writes as the owner',
    sql: 'create rule copy as on insert to probe.plans do also insert into probe.queue values (new.id, new.id, now())',
    object: 'probe.plans',
  },
  {
    rule: 'times',
    because: 'created_at is missing',
    sql: 'alter table probe.parts drop created_at',
    object: 'probe.parts',
  },
  { rule: 'times', because: 'updated_at is missing', sql: 'alter table probe.things drop updated_at' },
  {
    rule: 'times',
    because: 'nothing keeps updated_at',
    sql: 'drop trigger touch_updated_at on probe.things',
  },
]

const CURRENT_ORG = 'create or replace function iam.current_org() returns uuid'
const role = (sql: string, because: string): Breach => ({
  rule: 'runtime-role',
  because,
  sql,
  object: 'millrace_runtime',
})
const WHOLE = { rule: 'policy-functions', object: 'iam.current_org()' }

const RECORD_ACCESS = (cases: string) =>
  `create or replace function iam.record_access(object text, owner_user_id uuid, record_id uuid) returns text
   language sql stable as $$ select case ${cases} end $$`

const surroundings: Breach[] = [
  {
    rule: 'functions',
    because: 'a function runs as its owner',
    sql: `create function probe.all_things() returns bigint language sql security definer set search_path = '' as 'select count(*) from probe.things'`,
    object: 'probe.all_things',
  },
  {
    rule: 'functions',
    because: 'a function finds names by the path of its caller',
    sql: `create function probe.path() returns int language plpgsql as 'begin return 1; end'`,
    object: 'probe.path',
  },
  {
    ...WHOLE,
    because: 'it cannot be inlined',
    sql: `${CURRENT_ORG} language plpgsql stable as $$ begin return nullif(current_setting('app.org_id', true), '')::uuid; end $$`,
  },
  {
    ...WHOLE,
    because: 'it is volatile',
    sql: `${CURRENT_ORG} language sql volatile as $$ select nullif(current_setting('app.org_id', true), '')::uuid $$`,
  },
  {
    ...WHOLE,
    because: 'it has settings of its own',
    sql: `${CURRENT_ORG} language sql stable set search_path = '' as $$ select nullif(current_setting('app.org_id', true), '')::uuid $$`,
  },
  {
    ...WHOLE,
    because: 'it falls back to some organization',
    sql: `${CURRENT_ORG} language sql stable as $$ select coalesce(nullif(current_setting('app.org_id', true), ''), '00000000-0000-0000-0000-000000000001')::uuid $$`,
  },
  {
    rule: 'policy-functions',
    because: 'a worker may write',
    sql: `create or replace function iam.is_worker() returns boolean language sql stable as $$ select coalesce(current_setting('app.worker', true), '') = 'on' $$`,
    object: 'iam.is_worker()',
  },
  {
    rule: 'policy-functions',
    because: 'nothing named is everything seen',
    sql: RECORD_ACCESS(`when current_setting('app.sees_' || object, true) in ('', '.') then 'write'`),
    object: `iam.record_access('deal', id, id)`,
  },
  {
    rule: 'policy-functions',
    because: 'what is shared for reading may be written',
    sql: RECORD_ACCESS(`when coalesce(current_setting('app.sees_' || object, true), '') = '' then 'write'
      when strpos(current_setting('app.sees_' || object), record_id::text) > 0 then 'write'`),
    object: `iam.record_access('deal', id, id)`,
  },
  ...['superuser', 'bypassrls', 'createrole', 'createdb', 'replication', 'inherit'].map(flag =>
    role(`alter role millrace_runtime ${flag}`, `it is ${flag}`),
  ),
  role('grant pg_read_all_data to millrace_runtime', 'it belongs to another role'),
  role('grant create on schema probe to millrace_runtime', 'it may create tables'),
  role('grant create on schema public to public', 'everybody may create tables'),
  role('alter table probe.plans owner to millrace_runtime', 'it owns a table'),
  role('alter function probe.count_things() owner to millrace_runtime', 'it owns a function'),
  role(
    `do $$ begin execute format('grant create on database %I to millrace_runtime', current_database()); end $$`,
    'it may create schemas',
  ),
  {
    rule: 'settings',
    because: 'row-level security is off for a role',
    sql: 'alter role millrace_runtime set row_security = off',
    object: 'millrace_runtime',
  },
  {
    rule: 'settings',
    because: 'an organization is set for everybody',
    sql: `do $$ begin execute format('alter database %I set app.org_id = %L', current_database(), gen_random_uuid()); end $$`,
    object: 'database',
  },
  {
    rule: 'settings',
    because: 'tables to come are open to everybody',
    sql: 'alter default privileges in schema probe grant select on tables to public',
    object: 'default privileges',
  },
  {
    rule: 'partitions',
    because: 'nobody says how long it is kept',
    sql: `delete from platform.partitioned_tables where name = 'probe.marks'`,
    object: 'probe.marks',
  },
  {
    rule: 'partitions',
    because: 'next month has no partition',
    sql: `do $$ begin execute 'drop table probe.marks_' || to_char(now() at time zone 'UTC' + interval '1 month', 'YYYY_MM'); end $$`,
    object: 'probe.marks',
  },
  {
    rule: 'partitions',
    because: 'some organizations have no partition',
    sql: `drop table probe.calls_h1`,
    object: 'probe.calls',
  },
  {
    rule: 'partitions',
    because: 'an organization is spread over partitions',
    sql: `create table probe.spread (
        org_id uuid not null, id uuid not null, created_at timestamptz not null default now(),
        updated_at timestamptz not null default now(), primary key (org_id, id)
      ) partition by hash (org_id, id);
      select platform.tenant_table('probe.spread')`,
    object: 'probe.spread',
  },
]

/** Every way to get tenancy wrong that the lint claims to notice. */
export const breaches: readonly Breach[] = [...classes, ...keys, ...policies, ...rights, ...surroundings]
