create schema if not exists flow;
grant usage on schema flow to millrace_runtime;

-- A workflow and its draft. What runs is a version, which never changes.
create table flow.workflows (
  org_id uuid not null,
  id uuid not null,
  name text not null check (length(name) between 1 and 200),
  description text not null default '',
  status text not null default 'draft' check (status in ('draft', 'active', 'paused', 'archived')),
  trigger_type text,
  -- Counts saves of the draft, so that two editors cannot overwrite each other unseen.
  revision integer not null default 0,
  published_version_id uuid,
  template_id uuid,
  -- Limits and what happens on failure, as people set them; not part of a version.
  settings jsonb not null default '{}' check (jsonb_typeof(settings) = 'object'),
  created_by uuid,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  deleted_at timestamptz,
  primary key (org_id, id)
);
create index workflows_name on flow.workflows (org_id, name) where deleted_at is null;
select platform.tenant_table('flow.workflows');

-- The draft's nodes and edges under their React Flow ids.
create table flow.nodes (
  org_id uuid not null,
  workflow_id uuid not null,
  node_id text not null check (node_id ~ '^[A-Za-z0-9_-]{1,64}$'),
  type text not null,
  label text,
  config jsonb not null default '{}',
  position_x double precision not null default 0,
  position_y double precision not null default 0,
  retry jsonb,
  timeout_ms integer,
  -- The order in the graph, so that a draft reads back as it was saved.
  ordinal integer not null,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  primary key (org_id, workflow_id, node_id),
  foreign key (org_id, workflow_id) references flow.workflows (org_id, id) on delete cascade
);
select platform.tenant_table('flow.nodes');

create table flow.edges (
  org_id uuid not null,
  workflow_id uuid not null,
  edge_id text not null check (edge_id ~ '^[A-Za-z0-9_-]{1,64}$'),
  source_node_id text not null,
  target_node_id text not null,
  source_handle text,
  condition jsonb,
  enabled boolean not null default true,
  ordinal integer not null,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  primary key (org_id, workflow_id, edge_id),
  check (source_node_id <> target_node_id),
  foreign key (org_id, workflow_id, source_node_id) references flow.nodes (org_id, workflow_id, node_id) on delete cascade,
  foreign key (org_id, workflow_id, target_node_id) references flow.nodes (org_id, workflow_id, node_id) on delete cascade
);
create index edges_source on flow.edges (org_id, workflow_id, source_node_id);
create index edges_target on flow.edges (org_id, workflow_id, target_node_id);
select platform.tenant_table('flow.edges');

-- A published graph and the plan compiled from it. Written once.
create table flow.versions (
  org_id uuid not null,
  id uuid not null,
  workflow_id uuid not null,
  number integer not null check (number > 0),
  graph jsonb not null,
  plan jsonb not null,
  hash text not null,
  published_by uuid,
  created_at timestamptz not null default now(),
  primary key (org_id, id),
  unique (org_id, workflow_id, number),
  foreign key (org_id, workflow_id) references flow.workflows (org_id, id) on delete cascade
);
select platform.append_only_table('flow.versions');

alter table flow.workflows add foreign key (org_id, published_version_id) references flow.versions (org_id, id);

-- One execution of one version. The row is what people see; what the engine needs to go on is elsewhere.
create table flow.runs (
  org_id uuid not null,
  id uuid not null,
  workflow_id uuid not null,
  version_id uuid not null,
  status text not null default 'pending'
    check (status in ('pending', 'running', 'waiting', 'paused', 'completed', 'failed', 'cancelled')),
  trigger_type text not null,
  input jsonb not null,
  -- The result, for whoever started the run and waits for it.
  output jsonb,
  lead_id uuid,
  -- The run whose step started this one, and what its answer has to name when that step waits.
  parent_run_id uuid,
  parent_token text,
  -- How many runs lie above this one.
  depth smallint not null default 0,
  -- Set when its workflow limits how many runs are under way: the key that is counted, empty when there is none.
  limit_key text,
  -- The run that this one repeats, from one of its steps or from its trigger.
  replay_of uuid,
  steps integer not null default 0,
  error jsonb,
  started_at timestamptz,
  finished_at timestamptz,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  primary key (org_id, id)
) partition by range (id);
create index runs_workflow on flow.runs (org_id, workflow_id, id);
create index runs_parent on flow.runs (org_id, parent_run_id) where parent_run_id is not null;
create index runs_lead on flow.runs (org_id, lead_id, id) where lead_id is not null;
select platform.tenant_table('flow.runs');
select platform.partition_monthly('flow.runs', 24);

-- A step's id is its run's id with the last three bytes replaced by step number and attempt. So a run's steps
-- are one range of the primary key in one partition, and writing a step again changes it in place.
create table flow.steps (
  org_id uuid not null,
  id uuid not null,
  run_id uuid not null,
  number integer not null,
  attempt smallint not null,
  -- The exit it left by, when that was not the main one.
  handle text,
  node_id text not null,
  node_type text not null,
  path text not null default '',
  status text not null check (status in ('running', 'waiting', 'completed', 'failed', 'cancelled')),
  input jsonb,
  output jsonb,
  error jsonb,
  started_at timestamptz not null,
  finished_at timestamptz,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  primary key (org_id, id)
) partition by range (id);
select platform.tenant_table('flow.steps');
select platform.partition_monthly('flow.steps', 24);

create table flow.logs (
  org_id uuid not null,
  id uuid not null,
  run_id uuid not null,
  step integer,
  node_id text,
  level text not null check (level in ('debug', 'info', 'warn', 'error')),
  message text not null,
  created_at timestamptz not null default now(),
  primary key (org_id, id)
) partition by range (id);
create index logs_run on flow.logs (org_id, run_id, id);
select platform.append_only_table('flow.logs');
select platform.partition_monthly('flow.logs', 3);

-- Keys that started runs. Unpartitioned, because a key must stay unique for longer than a month.
create table flow.run_keys (
  org_id uuid not null,
  workflow_id uuid not null,
  key text not null check (length(key) between 1 and 255),
  run_id uuid not null,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  primary key (org_id, workflow_id, key),
  foreign key (org_id, workflow_id) references flow.workflows (org_id, id) on delete cascade
);
select platform.tenant_table('flow.run_keys');

-- Runs of workflows with a limit, from their start to their end: those that hold a place and those that wait for one.
create table flow.places (
  org_id uuid not null,
  run_id uuid not null,
  workflow_id uuid not null,
  key text not null,
  is_held boolean not null,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  primary key (org_id, run_id)
) with (autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 1000, autovacuum_vacuum_cost_delay = 0);
create index places_queue on flow.places (org_id, workflow_id, is_held, run_id);
create index places_key on flow.places (org_id, workflow_id, key, is_held, run_id);
select platform.tenant_table('flow.places');

-- Runs that wait for a place, so that a worker finds them over all organizations.
create table flow.queued (
  org_id uuid not null,
  run_id uuid not null,
  workflow_id uuid not null,
  queued_at timestamptz not null default now(),
  primary key (org_id, run_id)
) with (autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 1000, autovacuum_vacuum_cost_delay = 0);
create index queued_workflow on flow.queued (org_id, workflow_id);
select platform.dispatch_table('flow.queued');

-- What the engine remembers of a run that has begun and is not over.
create table flow.run_states (
  org_id uuid not null,
  run_id uuid not null,
  state jsonb not null,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  primary key (org_id, run_id)
) with (fillfactor = 70, autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 1000, autovacuum_vacuum_cost_delay = 0);
select platform.tenant_table('flow.run_states');

-- Long pieces of a run's state, such as the items of a loop: written once, however often the state is.
create table flow.run_values (
  org_id uuid not null,
  run_id uuid not null,
  key text not null,
  value jsonb not null,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  primary key (org_id, run_id, key)
) with (autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 1000, autovacuum_vacuum_cost_delay = 0);
select platform.tenant_table('flow.run_values');

-- Decisions that runs wait for.
create table flow.approvals (
  org_id uuid not null,
  id uuid not null,
  run_id uuid not null,
  workflow_id uuid not null,
  lead_id uuid,
  node_id text not null,
  token text not null,
  title text not null,
  body text not null,
  roles text[] not null,
  status text not null default 'pending' check (status in ('pending', 'approved', 'rejected', 'withdrawn')),
  expires_at timestamptz,
  comment text,
  decided_by uuid,
  decided_at timestamptz,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  primary key (org_id, id)
);
create index approvals_status on flow.approvals (org_id, status, id);
create index approvals_run on flow.approvals (org_id, run_id);
select platform.tenant_table('flow.approvals');

-- Runs that failed for good, with the state to take them up again from.
create table flow.dead_letters (
  org_id uuid not null,
  run_id uuid not null,
  workflow_id uuid not null,
  node_id text,
  reason text not null,
  state jsonb,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  primary key (org_id, run_id)
);
create index dead_letters_workflow on flow.dead_letters (org_id, workflow_id, created_at);
select platform.tenant_table('flow.dead_letters');

-- What happened for a run since it was last advanced: fired timers, answers, decisions, and what people want of it.
create table flow.inbox (
  org_id uuid not null,
  run_id uuid not null,
  id uuid not null,
  input jsonb not null,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  primary key (org_id, run_id, id)
) with (autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 1000, autovacuum_vacuum_cost_delay = 0);
select platform.tenant_table('flow.inbox');

-- Runs that may be advanced now. Claiming deletes the row; a run with a lease is left alone until it is free.
create table flow.ready (
  org_id uuid not null,
  run_id uuid not null,
  ready_at timestamptz not null default now(),
  -- How often a worker died with this run in its hands; a run that kills its workers is set aside.
  recoveries smallint not null default 0,
  primary key (org_id, run_id)
) with (autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 1000, autovacuum_vacuum_cost_delay = 0);
create index ready_due on flow.ready (org_id, ready_at);
select platform.dispatch_table('flow.ready');

-- The one writer of a run. `claim_id` is the fencing token: each claim has a new one, and a commit that does not
-- find its own in this row writes nothing.
create table flow.leases (
  org_id uuid not null,
  run_id uuid not null,
  worker_id uuid not null,
  claim_id uuid not null,
  recoveries smallint not null default 0,
  leased_at timestamptz not null default now(),
  primary key (org_id, run_id)
) with (autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 1000, autovacuum_vacuum_cost_delay = 0);
create index leases_worker on flow.leases (org_id, worker_id);
select platform.dispatch_table('flow.leases');

-- When to wake which waiting place of a run. A million of these cost nothing but their rows.
create table flow.timers (
  org_id uuid not null,
  run_id uuid not null,
  token text not null,
  fire_at timestamptz not null,
  primary key (org_id, run_id, token)
) with (autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 1000, autovacuum_vacuum_cost_delay = 0);
-- Leads with the time: finding the next due timers of everybody must not walk past a million sleeping ones.
create index timers_due on flow.timers (fire_at, org_id);
select platform.dispatch_table('flow.timers');

-- Forms, boards and leads belong to a workflow and go with it. The keys are made here because intake does not
-- know of workflows: it stands to the left of this module.
alter table intake.forms add foreign key (org_id, workflow_id) references flow.workflows (org_id, id) on delete cascade;
alter table intake.lead_statuses add foreign key (org_id, workflow_id) references flow.workflows (org_id, id) on delete cascade;
alter table intake.leads add foreign key (org_id, workflow_id) references flow.workflows (org_id, id) on delete cascade;
