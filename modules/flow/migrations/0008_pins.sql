-- What steps of a draft are taken to give while it is tried out. Real runs never read it.
create table flow.pins (
  org_id uuid not null,
  workflow_id uuid not null,
  -- A node of the draft; the pin outlives it, because the node may come back.
  node_id text not null check (node_id ~ '^[A-Za-z0-9_-]{1,64}$'),
  data jsonb not null,
  pinned_by uuid,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  primary key (org_id, workflow_id, node_id),
  foreign key (org_id, workflow_id) references flow.workflows (org_id, id) on delete cascade
);
select platform.tenant_table('flow.pins');
