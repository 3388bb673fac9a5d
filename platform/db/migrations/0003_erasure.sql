-- Organizations that are being erased, or were. The runtime role may say that one shall be; everything else is
-- done by the owner, so that no request can take rows away one by one.
create table platform.erasures (
  org_id uuid primary key,
  -- The person who asked for it. No foreign key: they may go too, and the platform knows no people.
  requested_by uuid,
  requested_at timestamptz not null default now(),
  -- When the organization itself went.
  emptied_at timestamptz,
  -- When it was certain that nothing came after it, such as the last breath of a process that hung.
  finished_at timestamptz
);
create index erasures_unfinished on platform.erasures (requested_at) where finished_at is null;
create index erasures_requested_by on platform.erasures (requested_by, requested_at);
select platform.global_table(
  'platform.erasures', 'Outlives the organization; ids and times only.', 'select, insert'
);

-- Rows that are written once leave with the whole organization and never otherwise. Three locks stand before a
-- DELETE: the runtime role has no such privilege, row-level security shows the owner one organization at a time, and
-- this trigger lets go of rows only while the erasure of that very organization is on record.
create or replace function platform.refuse_change() returns trigger
language plpgsql set search_path = ''
as $$
begin
  if tg_op = 'DELETE' then
    -- A cascade from a parent that is being erased runs inside another trigger; a direct statement does not.
    if pg_trigger_depth() > 1 then
      return old;
    end if;
    if exists (
      select 1 from platform.erasures where org_id = iam.current_org() and finished_at is null
    ) then
      -- A table without this column belongs to no organization, and asking for it refuses as well.
      if old.org_id = iam.current_org() then
        return old;
      end if;
    end if;
  end if;
  raise exception '% rows are immutable', tg_table_name using errcode = '23001';
end $$;
