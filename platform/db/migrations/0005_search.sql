-- What a search looks for. LIKE and trigram operators are not leakproof: in a condition of a query they are asked only after the
-- policy has let a row through, and never reach an index. As a part of the policy they are asked together with it, so an
-- index over both serves them. A transaction says what it looks for with SET LOCAL; one that says nothing sees every row.
-- Three words are narrow enough for any index; further ones are compared afterwards.
create function iam.search_pattern(number integer) returns text
language sql stable parallel safe
as $$ select coalesce(nullif(current_setting('app.search_' || number, true), ''), '%') $$;

alter table platform.narrowed_tables add column search_column text;

-- Texts by which records of several objects are found: platform.part_of_any, with the search in the same policy. What is
-- written is not compared with it.
create function platform.searched_table(
  target regclass, object_column text, owner_column text, record_column text, search_column text
) returns void
language plpgsql set search_path = ''
as $$
begin
  perform platform.part_of_any(target, object_column, owner_column, record_column);
  update platform.narrowed_tables set search_column = searched_table.search_column
  where name = (
    select format('%s.%s', n.nspname, c.relname)
    from pg_catalog.pg_class c join pg_catalog.pg_namespace n on n.oid = c.relnamespace where c.oid = target
  );
  execute format(
    'alter policy tenant on %1$s using (org_id = iam.current_org() and iam.record_access(%2$I, %3$I, %4$I) is not null '
    'and %5$I like iam.search_pattern(1) and %5$I like iam.search_pattern(2) and %5$I like iam.search_pattern(3))',
    target, object_column, owner_column, record_column, search_column
  );
end $$;

-- Rows that are put back as they were keep the time of their last change too: the undo that says so writes what stood there.
create or replace function platform.touch_updated_at() returns trigger
language plpgsql set search_path = ''
as $$
begin
  if coalesce(current_setting('app.keeps_updated_at', true), '') <> 'on' then
    new.updated_at := now();
  end if;
  return new;
end $$;
