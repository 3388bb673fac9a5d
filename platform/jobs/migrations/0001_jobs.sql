create schema if not exists jobs;
grant usage on schema jobs to millrace_runtime;

-- Processes that hold leases. A lease counts only while its worker's own lease is alive, so the cost of
-- staying alive is one row per process and not one per piece of work.
create table jobs.workers (
  id uuid primary key,
  name text not null,
  started_at timestamptz not null default now(),
  lease_until timestamptz not null
);
select platform.global_table('jobs.workers', 'Heartbeats of our own processes; no tenant data.');

-- Work to be done later, with its key: an intention is stored once however often it is stated.
create table jobs.jobs (
  org_id uuid not null,
  id uuid not null,
  kind text not null,
  key text not null,
  payload jsonb not null,
  status text not null default 'pending' check (status in ('pending', 'dead')),
  attempts integer not null default 0,
  last_error text,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  primary key (org_id, id),
  unique (org_id, kind, key)
);
select platform.tenant_table('jobs.jobs');
create index jobs_dead on jobs.jobs (org_id, created_at) where status = 'dead';

-- Jobs that may run. Claiming deletes the row; a waiting job carries no lease and a leased one is not here.
create table jobs.ready (
  org_id uuid not null,
  job_id uuid not null,
  run_at timestamptz not null,
  primary key (org_id, job_id),
  foreign key (org_id, job_id) references jobs.jobs (org_id, id) on delete cascade
) with (autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 1000, autovacuum_vacuum_cost_delay = 0);
-- Leads with the time: finding the next due jobs of everybody must not walk past all that are planned for later.
create index ready_due on jobs.ready (run_at, org_id);
select platform.dispatch_table('jobs.ready');

create table jobs.leases (
  org_id uuid not null,
  job_id uuid not null,
  worker_id uuid not null,
  attempt integer not null,
  leased_at timestamptz not null default now(),
  primary key (org_id, job_id),
  foreign key (org_id, job_id) references jobs.jobs (org_id, id) on delete cascade
) with (autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 1000, autovacuum_vacuum_cost_delay = 0);
create index leases_worker on jobs.leases (org_id, worker_id);
select platform.dispatch_table('jobs.leases');
