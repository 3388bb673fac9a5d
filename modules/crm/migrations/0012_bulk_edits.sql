-- What a change set over many records has still to do: which records, what to do with each, and how far it is. A part is done
-- in the transaction that moves `after` on, so no record is done twice, whoever goes on.
create table crm.bulk_edits (
  org_id uuid not null,
  change_set_id uuid not null,
  object text not null check (object in ('company', 'person', 'deal', 'activity')),
  act jsonb not null check (jsonb_typeof(act) = 'object'),
  -- The records, in order of their ids; null for those that the filter lets through.
  ids uuid[],
  filter text,
  -- The change set that is taken back, for an undo.
  undoes uuid,
  -- The last record that was done; for an undo the last change that was taken back.
  after uuid,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  primary key (org_id, change_set_id),
  foreign key (org_id, change_set_id) references crm.change_sets (org_id, id) on delete cascade
);
select platform.tenant_table('crm.bulk_edits');

-- The records of a change set that could not be done, and why.
create table crm.change_set_failures (
  org_id uuid not null,
  id uuid not null,
  change_set_id uuid not null,
  record_id uuid not null,
  code text not null check (length(code) <= 100),
  -- What a person reads.
  message text not null check (length(message) <= 1000),
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  primary key (org_id, id),
  foreign key (org_id, change_set_id) references crm.change_sets (org_id, id) on delete cascade
);
create index change_set_failures_set on crm.change_set_failures (org_id, change_set_id, id);
select platform.tenant_table('crm.change_set_failures');
