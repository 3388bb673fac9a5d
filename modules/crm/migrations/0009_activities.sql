-- What people did and have to do: calls, e-mails, meetings, tasks and notes. One organization's rows lie in one partition.
create table crm.activities (
  org_id uuid not null,
  id uuid not null,
  kind text not null check (kind in ('call', 'email', 'meeting', 'task', 'note')),
  title text not null check (length(title) <= 300),
  -- Markdown, as it was typed. It is never read as HTML.
  body text not null default '' check (length(body) <= 20000),
  priority text not null default 'normal' check (priority in ('low', 'normal', 'high')),
  outcome text check (outcome in ('connected', 'left_message', 'no_answer', 'busy', 'wrong_number')),
  due_on date,
  starts_at timestamptz,
  ends_at timestamptz,
  assignee_user_id uuid,
  completed_at timestamptz,
  completed_by uuid,
  created_by uuid,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  deleted_at timestamptz,
  primary key (org_id, id),
  foreign key (org_id, assignee_user_id) references iam.members (org_id, user_id) on delete set null (assignee_user_id),
  check (title <> '' or body <> ''),
  check (outcome is null or kind = 'call'),
  check (ends_at is null or starts_at <= ends_at)
) partition by hash (org_id);
create index activities_assignee on crm.activities (org_id, assignee_user_id, id) where assignee_user_id is not null;
create index activities_open on crm.activities (org_id, assignee_user_id, due_on, id)
  where completed_at is null and deleted_at is null;
select platform.tenant_table('crm.activities');

-- What an activity is about. Which records it has decides who sees it, so that the links themselves are shown to all of the
-- organization: they are ids only.
create table crm.activity_links (
  org_id uuid not null,
  activity_id uuid not null,
  object text not null check (object in ('company', 'person', 'deal')),
  record_id uuid not null,
  created_at timestamptz not null default now(),
  primary key (org_id, record_id, activity_id),
  foreign key (org_id, activity_id) references crm.activities (org_id, id) on delete cascade
) partition by hash (org_id);
create index activity_links_activity on crm.activity_links (org_id, activity_id);
select platform.tenant_table('crm.activity_links');

-- Partitions as platform.ensure_partitions makes them: forced row-level security, no policy, no grants.
do $$
declare
  parent text;
  part text;
begin
  foreach parent in array array['activities', 'activity_links'] loop
    for remainder in 0..15 loop
      part := format('%s_h%s', parent, to_char(remainder, 'FM00'));
      execute format(
        'create table crm.%I partition of crm.%I for values with (modulus 16, remainder %s)', part, parent, remainder
      );
      execute format('alter table crm.%I enable row level security, force row level security', part);
      execute format('revoke all on crm.%I from public, millrace_runtime', part);
    end loop;
  end loop;
end $$;

alter table crm.companies add column if not exists last_activity_at timestamptz;

-- That something happened to a record is no change of it: whoever edits it meanwhile is in nobody's way.
drop trigger touch_updated_at on crm.people;
create trigger touch_updated_at before update on crm.people for each row
  when (old.last_activity_at is not distinct from new.last_activity_at)
  execute function platform.touch_updated_at();
drop trigger touch_updated_at on crm.companies;
create trigger touch_updated_at before update on crm.companies for each row
  when (old.last_activity_at is not distinct from new.last_activity_at)
  execute function platform.touch_updated_at();
