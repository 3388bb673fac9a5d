-- People whose data are being erased from an organization, or were. The runtime role may say that one shall be; the rest is
-- done by the owner, because some of it is written once.
create table platform.person_erasures (
  org_id uuid not null,
  person_id uuid not null,
  requested_by uuid,
  requested_at timestamptz not null default now(),
  -- Ids of everything that was about the person, by kind, so that what comes late is found when nothing leads there any more.
  traces jsonb not null default '{}' check (jsonb_typeof(traces) = 'object'),
  -- When everything known was gone.
  emptied_at timestamptz,
  -- When it was certain that nothing came after it.
  finished_at timestamptz,
  primary key (org_id, person_id)
);
create index person_erasures_unfinished on platform.person_erasures (requested_at) where finished_at is null;
select platform.global_table(
  'platform.person_erasures', 'Outlives the person; ids and times only.', 'select, insert'
);

-- Rows that are written once also go with the person they are about. Of the three locks before a DELETE two are as they were:
-- the runtime role has no such privilege, and row-level security shows the owner one organization at a time.
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
    ) or exists (
      select 1 from platform.person_erasures where org_id = iam.current_org() and finished_at is null
    ) then
      -- A table without this column belongs to no organization, and asking for it refuses as well.
      if old.org_id = iam.current_org() then
        return old;
      end if;
    end if;
  end if;
  raise exception '% rows are immutable', tg_table_name using errcode = '23001';
end $$;
