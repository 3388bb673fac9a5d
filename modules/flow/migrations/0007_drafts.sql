-- What is written beside the nodes of a draft, and who saved it last. A version has its notes in its graph.
alter table flow.workflows
  add column notes jsonb not null default '[]' check (jsonb_typeof(notes) = 'array'),
  add column draft_saved_by uuid,
  add column draft_saved_at timestamptz;

-- Who has a workflow open, by the database's clock: one row for each member and workflow, which counts for some seconds
-- and is removed by whoever comes by after that.
create table flow.presence (
  org_id uuid not null,
  workflow_id uuid not null,
  user_id uuid not null,
  -- The node that is selected there.
  node_id text check (node_id ~ '^[A-Za-z0-9_-]{1,64}$'),
  seen_at timestamptz not null default now(),
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  primary key (org_id, workflow_id, user_id),
  foreign key (org_id, workflow_id) references flow.workflows (org_id, id) on delete cascade
);
create index presence_seen on flow.presence (org_id, seen_at);
select platform.tenant_table('flow.presence');
