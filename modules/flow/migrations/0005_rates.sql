-- How many calls steps of a kind may make. An empty connection counts all calls of the kind together.
create table flow.rate_limits (
  org_id uuid not null,
  kind text not null check (length(kind) between 1 and 64),
  connection text not null check (length(connection) <= 300),
  calls integer not null check (calls between 1 and 100000),
  per_seconds integer not null check (per_seconds between 1 and 86400),
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  primary key (org_id, kind, connection)
);
select platform.tenant_table('flow.rate_limits');

-- What is left of a limit: a bucket of turns that fills by itself. In the database, so that it holds over all workers.
create table flow.rate_buckets (
  org_id uuid not null,
  kind text not null,
  connection text not null,
  -- Turns as of `refreshed_at`; parts of one count, so that nothing is lost by looking often.
  tokens double precision not null,
  refreshed_at timestamptz not null default now(),
  -- The first time that is not promised to a call that was put off.
  free_at timestamptz not null default now(),
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  primary key (org_id, kind, connection),
  foreign key (org_id, kind, connection) references flow.rate_limits (org_id, kind, connection) on delete cascade
) with (fillfactor = 50, autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 1000, autovacuum_vacuum_cost_delay = 0);
select platform.tenant_table('flow.rate_buckets');
