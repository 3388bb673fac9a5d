create schema if not exists events;
grant usage on schema events to millrace_runtime;

-- Everything worth knowing that happened, written in the transaction that made it happen.
create table events.events (
  org_id uuid not null,
  id uuid not null,
  type text not null,
  version smallint not null,
  actor jsonb not null,
  subjects jsonb not null,
  payload jsonb not null,
  created_at timestamptz not null default now(),
  primary key (org_id, id)
) partition by range (id);
select platform.append_only_table('events.events');
select platform.partition_monthly('events.events', 12);

-- Events that still have reactions to run; the dispatcher deletes a row when it has.
create table events.pending (
  org_id uuid not null,
  event_id uuid not null,
  created_at timestamptz not null default now(),
  primary key (org_id, event_id)
) with (autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 1000, autovacuum_vacuum_cost_delay = 0);
select platform.dispatch_table('events.pending');
