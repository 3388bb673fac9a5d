-- One act over all leads that a filter lets through: what is done, to which leads, and how far it is. A part is done in the
-- transaction that moves `after` on, so no lead is done twice, whoever goes on.
create table intake.lead_acts (
  org_id uuid not null,
  id uuid not null,
  workflow_id uuid not null,
  kind text not null check (kind in ('move', 'assign', 'delete', 'undo')),
  -- What people read in the list of what can be taken back.
  title text not null check (title <> '' and length(title) <= 300),
  status text not null default 'running' check (status in ('running', 'done', 'failed', 'cancelled', 'undoing', 'undone')),
  total integer not null check (total >= 0),
  done integer not null default 0,
  failed integer not null default 0,
  actor jsonb not null check (jsonb_typeof(actor) = 'object'),
  -- Which leads of the workflow: those in a column, of an owner, and that a filter lets through.
  of_status text,
  of_owner_id uuid,
  -- Known until it ends only: it may name people.
  filter text,
  -- Where they go, and the place above which nothing stood when it began; each keeps its own place behind that, and so their order.
  to_status text,
  to_place text collate "C" check (to_place ~ '^[0-9A-Za-z]+$' and length(to_place) <= 200),
  -- Who gets them; null for nobody.
  to_owner_id uuid,
  -- The last lead that was done.
  after uuid,
  reason text check (length(reason) <= 300),
  undo_until timestamptz not null default now() + interval '30 days',
  -- The act that is taken back, and the one that takes or took it back.
  undoes uuid,
  undone_by uuid,
  -- How it stood before somebody began to take it back.
  ended_as text check (ended_as in ('done', 'failed', 'cancelled')),
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  finished_at timestamptz,
  check ((kind = 'move') = (to_status is not null)),
  check ((kind = 'undo') = (undoes is not null))
);
create index lead_acts_workflow on intake.lead_acts (org_id, workflow_id, id desc);
create index lead_acts_due on intake.lead_acts (org_id, undo_until);
alter table intake.lead_acts add primary key (org_id, id);
select platform.tenant_table('intake.lead_acts');

-- What an act has come to: how a lead stood before, or why it was left as it is.
create table intake.lead_act_items (
  org_id uuid not null,
  act_id uuid not null,
  lead_id uuid not null,
  was_status text,
  was_place text collate "C",
  was_owner_id uuid,
  -- What a person reads; null for what was done.
  problem text check (length(problem) <= 1000),
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  foreign key (org_id, act_id) references intake.lead_acts (org_id, id) on delete cascade,
  foreign key (org_id, lead_id) references intake.leads (org_id, id) on delete cascade
);
create index lead_act_items_lead on intake.lead_act_items (org_id, lead_id);
create index lead_act_items_problem on intake.lead_act_items (org_id, act_id, lead_id) where problem is not null;
alter table intake.lead_act_items add primary key (org_id, act_id, lead_id);
select platform.tenant_table('intake.lead_act_items');
select platform.part_table('intake.lead_act_items', 'lead', 'lead_id');
