-- Who gets the leads that come into a workflow.
create table intake.lead_assignments (
  org_id uuid not null,
  workflow_id uuid not null,
  rules jsonb not null default '[]' check (jsonb_typeof(rules) = 'array'),
  default_owner_id uuid,
  -- By the id of a rule: who had the last lead, and at which place of the list. It stands in the row that a new lead locks, so
  -- that two leads at once take turns.
  turns jsonb not null default '{}' check (jsonb_typeof(turns) = 'object'),
  -- Whether it gives away anything at all.
  is_on boolean not null,
  -- Counts saves; turns are no change of the settings.
  version integer not null default 1 check (version > 0),
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  primary key (org_id, workflow_id)
);
select platform.tenant_table('intake.lead_assignments');

-- How many open leads of a workflow somebody has is read from the index alone; it goes on finding the leads of an owner.
drop index intake.leads_owner;
create index leads_owner on intake.leads (org_id, owner_user_id, workflow_id, status) include (id, deleted_at)
  where owner_user_id is not null;
-- Deleted leads, which can be brought back.
create index leads_deleted on intake.leads (org_id, workflow_id, deleted_at desc, id desc) where deleted_at is not null;
