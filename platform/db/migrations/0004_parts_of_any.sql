-- Tables whose rows belong to records of several objects, each row naming its own: what was changed, what was said, what is
-- found by a search. The policy is the one of the others, with a column in place of the object's name.
alter table platform.narrowed_tables
  alter column object drop not null,
  add column object_column text,
  add check ((object is null) <> (object_column is null));

-- `owner_column` is null for rows that are seen only where their record was named: shared, or opened.
create function platform.part_of_any(target regclass, object_column text, owner_column text, record_column text)
returns void
language plpgsql set search_path = ''
as $$
declare
  access text := format(
    'iam.record_access(%I, %s, %I)', object_column, coalesce(quote_ident(owner_column), 'null::uuid'), record_column
  );
begin
  insert into platform.narrowed_tables (name, object_column, owner_column, record_column)
  select format('%s.%s', n.nspname, c.relname), part_of_any.object_column, part_of_any.owner_column, part_of_any.record_column
  from pg_catalog.pg_class c join pg_catalog.pg_namespace n on n.oid = c.relnamespace
  where c.oid = target;
  execute format(
    'alter policy tenant on %s using (org_id = iam.current_org() and %s is not null) '
    'with check (org_id = iam.current_org() and %s = ''write'')',
    target, access, access
  );
end $$;
