-- How many turns a step that takes turns has given out, over all runs of its workflow.
create table flow.rotations (
  org_id uuid not null,
  workflow_id uuid not null,
  node_id text not null check (node_id ~ '^[A-Za-z0-9_-]{1,64}$'),
  taken bigint not null check (taken > 0),
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  primary key (org_id, workflow_id, node_id),
  foreign key (org_id, workflow_id) references flow.workflows (org_id, id) on delete cascade
) with (fillfactor = 50);
select platform.tenant_table('flow.rotations');

-- What an organization has made of its own workflows for others to begin with.
create table flow.templates (
  org_id uuid not null,
  id uuid not null,
  name text not null check (length(name) between 1 and 200),
  description text not null check (length(description) <= 2000),
  category text not null check (length(category) between 1 and 64),
  graph jsonb not null,
  created_by uuid,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  primary key (org_id, id)
);
select platform.tenant_table('flow.templates');
