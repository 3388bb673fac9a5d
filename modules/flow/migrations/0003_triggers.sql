-- The address of a workflow's webhook and what deliveries are checked with. The row outlives publications, so that an
-- address once given away stays.
create table flow.webhooks (
  org_id uuid not null,
  id uuid not null,
  workflow_id uuid not null,
  key text not null check (key ~ '^[A-Za-z0-9_-]{32}$'),
  -- Sealed by the vault, as is the one before it, which is accepted until it runs out.
  secret text not null,
  previous_secret text,
  previous_until timestamptz,
  -- The trigger's settings as they are published; null while the published trigger is another.
  config jsonb,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  primary key (org_id, id),
  unique (org_id, workflow_id),
  foreign key (org_id, workflow_id) references flow.workflows (org_id, id) on delete cascade
);
select platform.tenant_table('flow.webhooks');

-- From a webhook's address to its organization, before one is known. The address is all that an unsigned delivery
-- needs, so only its SHA-256 is here.
create table flow.webhook_keys (
  key_hash bytea primary key check (length(key_hash) = 32),
  org_id uuid not null,
  webhook_id uuid not null,
  created_at timestamptz not null default now()
);
create index webhook_keys_webhook on flow.webhook_keys (org_id, webhook_id);
select platform.global_table('flow.webhook_keys', 'Leads from the hash of an address to a webhook; ids only.', 'select, insert, delete');

-- The last few deliveries as runs saw them, to build templates from.
create table flow.webhook_samples (
  org_id uuid not null,
  id uuid not null,
  webhook_id uuid not null,
  run_id uuid not null,
  sample jsonb not null,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  primary key (org_id, id),
  foreign key (org_id, webhook_id) references flow.webhooks (org_id, id) on delete cascade
);
create index webhook_samples_webhook on flow.webhook_samples (org_id, webhook_id, id);
select platform.tenant_table('flow.webhook_samples');

-- Workflows that start by an event, with what decides whether they do.
create table flow.event_triggers (
  org_id uuid not null,
  workflow_id uuid not null,
  version_id uuid not null,
  event_type text not null,
  condition jsonb,
  allow_own boolean not null,
  is_active boolean not null,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  primary key (org_id, workflow_id),
  foreign key (org_id, workflow_id) references flow.workflows (org_id, id) on delete cascade
);
create index event_triggers_type on flow.event_triggers (org_id, event_type) where is_active;
select platform.tenant_table('flow.event_triggers');

-- Places of runs that wait for an event, one row for each.
create table flow.waits (
  org_id uuid not null,
  run_id uuid not null,
  token text not null,
  event_type text not null,
  key text not null check (length(key) between 1 and 300),
  -- An event from before this time is not what is waited for.
  since timestamptz not null,
  expires_at timestamptz,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  primary key (org_id, run_id, token)
) with (autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 1000, autovacuum_vacuum_cost_delay = 0);
create index waits_key on flow.waits (org_id, event_type, key);
select platform.tenant_table('flow.waits');

-- What can be waited for, by key, written with the event itself. A run that has just begun to wait looks here once
-- for what was dispatched before its wait could be seen. The time is that of the write, not of the transaction's
-- begin, so that it is as close to the commit as can be.
create table flow.event_keys (
  org_id uuid not null,
  id uuid not null,
  event_type text not null,
  key text not null check (length(key) between 1 and 300),
  -- The run whose own step published it.
  by_run uuid,
  created_at timestamptz not null default clock_timestamp(),
  primary key (org_id, key, event_type, id)
) partition by range (id);
select platform.append_only_table('flow.event_keys');
select platform.partition_monthly('flow.event_keys', 3);
