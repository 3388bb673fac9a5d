-- How runs ended, counted by the hour and kept when the runs themselves are long gone. The engine adds to these rows in
-- the commit that ends the runs. `bucket` is the logarithm of the duration, so that percentiles of any span can be read from
-- sums; `shard` is the worker's own number, so that two workers rarely wait for one row. No foreign key: every end of a run
-- would lock its workflow. The free space lets rows be counted up within their page.
create table flow.metrics_hourly (
  org_id uuid not null,
  workflow_id uuid not null,
  hour timestamptz not null,
  outcome text not null check (outcome in ('completed', 'failed', 'cancelled')),
  bucket smallint not null,
  shard smallint not null,
  runs bigint not null,
  duration_ms bigint not null,
  steps bigint not null,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  primary key (org_id, workflow_id, hour, outcome, bucket, shard)
) with (fillfactor = 70);
select platform.tenant_table('flow.metrics_hourly');

-- Why runs failed. `node_id` is empty when it was no node's doing.
create table flow.metrics_errors (
  org_id uuid not null,
  workflow_id uuid not null,
  hour timestamptz not null,
  node_id text not null,
  code text not null,
  shard smallint not null,
  count bigint not null,
  last_message text not null,
  last_at timestamptz not null,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  primary key (org_id, workflow_id, hour, node_id, code, shard)
) with (fillfactor = 70);
select platform.tenant_table('flow.metrics_errors');

-- The least level of log lines that runs of the workflow keep.
alter table flow.workflows
  add column log_level text not null default 'info' check (log_level in ('debug', 'info', 'warn', 'error'));
