-- What happened to records, told by the events of all modules: one row for each record an event is about. An id is the
-- event's, so that an event heard twice is told once.
create table crm.timeline_entries (
  org_id uuid not null,
  id uuid not null,
  object text not null check (object in ('company', 'person', 'deal')),
  record_id uuid not null,
  -- The company whose timeline has it as well: the one of the person or deal when it happened. A company's own entries name
  -- the company itself, so that its timeline is one range of one index.
  company_id uuid,
  -- The type of the event.
  kind text not null check (length(kind) <= 100),
  topic text not null check (topic in ('activity', 'email', 'form', 'lead', 'run', 'deal', 'change')),
  actor jsonb not null,
  -- What people read of it, and the ids that its links lead to.
  data jsonb not null default '{}' check (jsonb_typeof(data) = 'object'),
  -- [{ type, id }]: everything it is about. Whoever does not see one of them does not see the entry.
  subjects jsonb not null,
  activity_id uuid,
  -- Further events that were told together with the first.
  event_ids uuid[] not null default '{}',
  created_at timestamptz not null,
  updated_at timestamptz not null,
  primary key (org_id, record_id, id)
) partition by range (id);
create index timeline_entries_company on crm.timeline_entries (org_id, company_id, id) where company_id is not null;
select platform.tenant_table('crm.timeline_entries');
select platform.part_of_any('crm.timeline_entries', 'object', null, 'record_id');
select platform.partition_monthly('crm.timeline_entries', 120);

-- How far the events from before there were timelines have been told.
create table crm.timeline_backfills (
  org_id uuid not null,
  -- The last event that was told; null before the first.
  told_upto uuid,
  -- Events from here on are told as they happen.
  until uuid not null,
  finished_at timestamptz,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  primary key (org_id)
);
select platform.tenant_table('crm.timeline_backfills');

-- Files that people keep at a record.
create table crm.attachments (
  org_id uuid not null,
  id uuid not null,
  object text not null check (object in ('company', 'person', 'deal')),
  record_id uuid not null,
  file_id uuid not null,
  created_by uuid,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  deleted_at timestamptz,
  primary key (org_id, id),
  foreign key (org_id, file_id) references files.files (org_id, id)
);
create index attachments_file on crm.attachments (org_id, file_id);
create index attachments_removed on crm.attachments (org_id, deleted_at) where deleted_at is not null;
create index attachments_record on crm.attachments (org_id, record_id, id);
select platform.tenant_table('crm.attachments');
select platform.part_of_any('crm.attachments', 'object', null, 'record_id');
