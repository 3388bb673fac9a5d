-- What every tenant table stands on. `iam.current_org()` lives in the schema of the module that owns
-- organizations, but it must exist before any table of any module.
create extension if not exists citext;
create extension if not exists pg_trgm;
create extension if not exists btree_gin;

create schema if not exists iam;
grant usage on schema iam to millrace_runtime;

-- Inlinable (SQL, STABLE, one expression): the planner folds it into an index condition. After a
-- transaction with SET LOCAL the setting reads '' instead of NULL, hence nullif.
create function iam.current_org() returns uuid
language sql stable parallel safe
as $$ select nullif(current_setting('app.org_id', true), '')::uuid $$;

-- Workers find organizations with work through the dispatch tables, which hold ids and times only. Reading
-- across organizations needs a read-only transaction, because DELETE is checked by USING alone.
create function iam.is_worker() returns boolean
language sql stable parallel safe
as $$
  select coalesce(current_setting('app.worker', true), '') = 'on'
    and current_setting('transaction_read_only') = 'on'
$$;

create function platform.touch_updated_at() returns trigger
language plpgsql set search_path = ''
as $$
begin
  new.updated_at := now();
  return new;
end $$;

create function platform.refuse_change() returns trigger
language plpgsql set search_path = ''
as $$
begin
  -- A cascade from a parent that is being erased runs inside another trigger; a direct statement does not.
  if tg_op = 'DELETE' and pg_trigger_depth() > 1 then
    return old;
  end if;
  raise exception '% rows are immutable', tg_table_name using errcode = '23001';
end $$;

-- One template for every table that holds an organization's data. Never written by hand, so that no
-- table can have a policy of its own taste; the catalogue test compares the text.
create function platform.protect(target regclass, writable boolean, policy_using text)
returns void
language plpgsql set search_path = ''
as $$
declare
  has_updated_at boolean := exists (
    select 1 from pg_catalog.pg_attribute
    where attrelid = target and attname = 'updated_at' and not attisdropped
  );
begin
  execute format('alter table %s enable row level security', target);
  execute format('alter table %s force row level security', target);
  execute format(
    'create policy tenant on %s as permissive for all to public using (%s) with check (org_id = iam.current_org())',
    target, policy_using
  );
  execute format('revoke all on %s from public', target);
  execute format(
    case when writable then 'grant select, insert, update, delete on %s to millrace_runtime'
         else 'grant select, insert on %s to millrace_runtime' end,
    target
  );
  if has_updated_at then
    execute format(
      'create trigger touch_updated_at before update on %s for each row execute function platform.touch_updated_at()',
      target
    );
  end if;
  if not writable then
    execute format(
      'create trigger refuse_change before update or delete on %s for each row execute function platform.refuse_change()',
      target
    );
  end if;
end $$;

-- Content of an organization: visible only inside its own transactions.
create function platform.tenant_table(target regclass) returns void
language sql
as $$ select platform.protect(target, true, 'org_id = iam.current_org()') $$;

-- Content that is written once: no UPDATE or DELETE for the runtime role, and a trigger that refuses
-- them even to the owner.
create function platform.append_only_table(target regclass) returns void
language sql
as $$ select platform.protect(target, false, 'org_id = iam.current_org()') $$;

-- Queues of ids and times. A worker may read them across organizations; writing still needs the one
-- organization, because WITH CHECK has no exception.
create function platform.dispatch_table(target regclass) returns void
language sql
as $$ select platform.protect(target, true, '(org_id = iam.current_org()) or iam.is_worker()') $$;

-- Tables without an organization (users, sessions, plans). They are listed here so that the catalogue
-- test can tell a deliberate one from a forgotten one.
create table platform.global_tables (
  name text primary key,
  reason text not null
);

create function platform.global_table(target regclass, reason text, privileges text default 'select, insert, update, delete')
returns void
language plpgsql set search_path = ''
as $$
begin
  insert into platform.global_tables (name, reason)
  select format('%s.%s', n.nspname, c.relname), global_table.reason
  from pg_catalog.pg_class c join pg_catalog.pg_namespace n on n.oid = c.relnamespace
  where c.oid = target;
  execute format('revoke all on %s from public', target);
  execute format('grant %s on %s to millrace_runtime', privileges, target);
  if exists (
    select 1 from pg_catalog.pg_attribute
    where attrelid = target and attname = 'updated_at' and not attisdropped
  ) then
    execute format(
      'create trigger touch_updated_at before update on %s for each row execute function platform.touch_updated_at()',
      target
    );
  end if;
end $$;

-- The smallest UUID of an instant: 48 bits of Unix milliseconds, then zeros (RFC 9562, section 5.7).
-- Every UUIDv7 minted at or after the instant sorts at or above it, so it is a partition bound.
create function platform.id_floor(at timestamptz) returns uuid
language sql immutable parallel safe
as $$
  select (
    lpad(to_hex((extract(epoch from at) * 1000)::bigint), 12, '0') || repeat('0', 20)
  )::uuid
$$;

-- Monthly partitions of a table partitioned by RANGE (id), from one month to another, both included.
-- A partition has forced row-level security without a policy and no grants: named directly it shows
-- nothing to anyone, and access through the parent is ruled by the parent's policy.
create function platform.ensure_partitions(parent regclass, first_month date, last_month date)
returns integer
language plpgsql set search_path = ''
as $$
declare
  schema_name text;
  table_name text;
  month date := date_trunc('month', first_month)::date;
  part text;
  made integer := 0;
begin
  select n.nspname, c.relname into schema_name, table_name
  from pg_catalog.pg_class c join pg_catalog.pg_namespace n on n.oid = c.relnamespace
  where c.oid = parent;
  while month <= last_month loop
    part := format('%s_%s', table_name, to_char(month, 'YYYY_MM'));
    if to_regclass(format('%I.%I', schema_name, part)) is null then
      execute format(
        'create table %I.%I partition of %s for values from (%L) to (%L)',
        schema_name, part, parent,
        platform.id_floor(month::timestamp at time zone 'UTC'),
        platform.id_floor((month + interval '1 month')::timestamp at time zone 'UTC')
      );
      execute format('alter table %I.%I enable row level security, force row level security', schema_name, part);
      execute format('revoke all on %I.%I from public, millrace_runtime', schema_name, part);
      made := made + 1;
    end if;
    month := (month + interval '1 month')::date;
  end loop;
  return made;
end $$;

-- How long a partitioned table is kept; the maintenance schedule makes and drops partitions from it.
create table platform.partitioned_tables (
  name text primary key,
  keep_months integer not null check (keep_months > 0)
);
select platform.global_table('platform.partitioned_tables', 'Retention of partitioned tables; no tenant data.', 'select');

create function platform.partition_monthly(parent regclass, keep_months integer) returns void
language plpgsql set search_path = ''
as $$
begin
  insert into platform.partitioned_tables (name, keep_months)
  select format('%s.%s', n.nspname, c.relname), partition_monthly.keep_months
  from pg_catalog.pg_class c join pg_catalog.pg_namespace n on n.oid = c.relnamespace
  where c.oid = parent;
  -- Four months back so that the demo organization can have a past; two months ahead always.
  perform platform.ensure_partitions(
    parent, (now() - interval '4 months')::date, (now() + interval '2 months')::date
  );
end $$;
