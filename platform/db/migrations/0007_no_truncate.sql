-- What is written once is not emptied at a stroke either, not even by its owner: TRUNCATE asks no trigger of rows and no policy.
-- Erasure deletes rows, and old partitions are dropped whole, so neither needs it. Partitions are named, because a trigger for
-- statements is not handed down to them as one for rows is.
create function platform.refuse_truncate(target regclass) returns void
language plpgsql set search_path = ''
as $$
begin
  execute format(
    'create trigger refuse_truncate before truncate on %s for each statement execute function platform.refuse_change()',
    target
  );
end $$;

-- The template of 0001_tenancy.sql with one trigger more.
create or replace function platform.protect(target regclass, writable boolean, policy_using text)
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
    perform platform.refuse_truncate(target);
  end if;
end $$;

-- Monthly partitions of a table partitioned by RANGE (id), from one month to another, both included.
-- A partition has forced row-level security without a policy and no grants: named directly it shows
-- nothing to anyone, and access through the parent is ruled by the parent's policy.
create or replace function platform.ensure_partitions(parent regclass, first_month date, last_month date)
returns integer
language plpgsql set search_path = ''
as $$
declare
  schema_name text;
  table_name text;
  month date := date_trunc('month', first_month)::date;
  part text;
  made integer := 0;
  keeps_all boolean := exists (
    select 1 from pg_catalog.pg_trigger where tgrelid = parent and tgname = 'refuse_truncate'
  );
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
      if keeps_all then
        perform platform.refuse_truncate(format('%I.%I', schema_name, part)::regclass);
      end if;
      made := made + 1;
    end if;
    month := (month + interval '1 month')::date;
  end loop;
  return made;
end $$;

-- What there is already, of organizations: the tables and their partitions.
do $$
declare
  kept regclass;
begin
  for kept in
    with kept_tables as (
      select c.oid
      from pg_catalog.pg_class c
      join pg_catalog.pg_trigger t on t.tgrelid = c.oid
      join pg_catalog.pg_policy p on p.polrelid = c.oid
      where t.tgname = 'refuse_change' and not c.relispartition
    )
    select oid::regclass from kept_tables
    union
    select i.inhrelid::regclass from pg_catalog.pg_inherits i join kept_tables k on k.oid = i.inhparent
  loop
    perform platform.refuse_truncate(kept);
  end loop;
end $$;
