-- Which records of an organization a transaction may see. Beside `app.org_id` it may set one text for each object, for
-- example `app.sees_lead`: words made of a letter and a uuid, `o` for an owner whose records are seen, `w` for one record
-- that may be seen and changed, `r` for one that may only be seen. Not set means all of them: that is what
-- engine, workers, reactions and migrations work with. A uuid has no such letters in it, so a word is found nowhere else.
--
-- One expression without sub-selects, so that it is inlined and may be spread over machines. The answer is a word instead
-- of a truth because `is not null` is what the planner takes for almost always true: plans stay as they are without it.
create function iam.record_access(object text, owner_user_id uuid, record_id uuid) returns text
language sql stable parallel safe
as $$
  select case
    when coalesce(current_setting('app.sees_' || object, true), '') = '' then 'write'
    when strpos(current_setting('app.sees_' || object), 'o' || owner_user_id::text) > 0 then 'write'
    when strpos(current_setting('app.sees_' || object), 'w' || record_id::text) > 0 then 'write'
    when strpos(current_setting('app.sees_' || object), 'r' || record_id::text) > 0 then 'read'
  end
$$;

-- The tables whose rows not every member sees, so that the catalogue test can tell a narrowed policy from a damaged one.
create table platform.narrowed_tables (
  name text primary key,
  object text not null check (object ~ '^[a-z]+$'),
  -- Null for a table whose rows belong to a record of another table.
  owner_column text,
  record_column text not null
);

create function platform.narrow_table(target regclass, object text, owner_column text, record_column text)
returns void
language plpgsql set search_path = ''
as $$
declare
  access text := format(
    'iam.record_access(%L, %s, %I)', object, coalesce(quote_ident(owner_column), 'null::uuid'), record_column
  );
begin
  insert into platform.narrowed_tables (name, object, owner_column, record_column)
  select format('%s.%s', n.nspname, c.relname), narrow_table.object, narrow_table.owner_column, narrow_table.record_column
  from pg_catalog.pg_class c join pg_catalog.pg_namespace n on n.oid = c.relnamespace
  where c.oid = target;
  execute format(
    'alter policy tenant on %s using (org_id = iam.current_org() and %s is not null) '
    'with check (org_id = iam.current_org() and %s = ''write'')',
    target, access, access
  );
end $$;

-- Records that somebody owns. The table has been made by platform.tenant_table; its policy is narrowed, not joined
-- by a second one.
create function platform.owned_table(target regclass, object text, owner_column text) returns void
language sql
as $$ select platform.narrow_table(target, object, owner_column, 'id') $$;

-- Rows that belong to an owned record. They are seen where the record itself was named: shared, or opened by a statement
-- that read it under its own policy.
create function platform.part_table(target regclass, object text, record_column text) returns void
language sql
as $$ select platform.narrow_table(target, object, null, record_column) $$;
