-- What starts a workflow by the clock, as it is published now.
create table flow.schedules (
  org_id uuid not null,
  workflow_id uuid not null,
  version_id uuid not null,
  cron text not null check (length(cron) between 1 and 200),
  time_zone text not null check (length(time_zone) between 1 and 64),
  -- What happens to slots that passed while nothing was there to start them.
  missed text not null default 'one' check (missed in ('skip', 'one', 'all')),
  -- What every run is given besides its slot.
  input jsonb not null default '{}',
  is_active boolean not null,
  -- The last slot that started a run.
  last_slot timestamptz,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  primary key (org_id, workflow_id),
  foreign key (org_id, workflow_id) references flow.workflows (org_id, id) on delete cascade
);
select platform.tenant_table('flow.schedules');

-- The next slot of every active schedule, for workers to find what is due in all organizations.
create table flow.schedule_due (
  org_id uuid not null,
  workflow_id uuid not null,
  due_at timestamptz not null,
  primary key (org_id, workflow_id),
  foreign key (org_id, workflow_id) references flow.schedules (org_id, workflow_id) on delete cascade
) with (fillfactor = 70, autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 1000, autovacuum_vacuum_cost_delay = 0);
-- Leads with the time, as flow.timers_due does.
create index schedule_due_at on flow.schedule_due (due_at, org_id);
select platform.dispatch_table('flow.schedule_due');
