-- Other ways for leads to come in than the form's own page. A source fills in the form of its workflow.
create table intake.sources (
  org_id uuid not null,
  id uuid not null,
  workflow_id uuid not null,
  kind text not null check (kind in ('webhook', 'calendly')),
  name text not null check (name <> '' and length(name) <= 200),
  key text not null check (key ~ '^[A-Za-z0-9_-]{32}$'),
  -- Sealed by the vault, as is the one before it, which is accepted until it runs out.
  secret text not null,
  previous_secret text,
  previous_until timestamptz,
  settings jsonb not null check (jsonb_typeof(settings) = 'object'),
  is_enabled boolean not null default true,
  created_by uuid,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  foreign key (org_id, workflow_id) references intake.forms (org_id, workflow_id) on delete cascade
);
create index sources_workflow on intake.sources (org_id, workflow_id, id);
alter table intake.sources add primary key (org_id, id);
select platform.tenant_table('intake.sources');

-- From a source's address to its organization, before one is known. The address can be all that a delivery has to know,
-- so only its SHA-256 is here.
create table intake.source_keys (
  key_hash bytea primary key check (length(key_hash) = 32),
  org_id uuid not null,
  source_id uuid not null,
  created_at timestamptz not null default now()
);
create index source_keys_source on intake.source_keys (org_id, source_id);
select platform.global_table('intake.source_keys', 'Leads from the hash of an address to a source; ids only.', 'select, insert, delete');

-- What came in, kept before anything is made of it: to be tried again, and to draw a mapping from. It goes after 30 days.
create table intake.source_deliveries (
  org_id uuid not null,
  id uuid not null,
  source_id uuid not null,
  -- What the sender says it is; the same counts once.
  delivery_key text check (delivery_key <> '' and length(delivery_key) <= 200),
  digest text not null check (digest ~ '^[0-9a-f]{64}$'),
  content jsonb not null check (jsonb_typeof(content) = 'object'),
  status text not null default 'waiting' check (status in ('waiting', 'unmapped', 'done', 'ignored', 'failed')),
  -- One sentence for people.
  outcome text not null default '' check (length(outcome) <= 1000),
  problems jsonb not null default '[]' check (jsonb_typeof(problems) = 'array'),
  lead_id uuid,
  attempts integer not null default 0 check (attempts >= 0),
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  foreign key (org_id, source_id) references intake.sources (org_id, id) on delete cascade,
  foreign key (org_id, lead_id) references intake.leads (org_id, id) on delete set null (lead_id)
);
create unique index source_deliveries_key on intake.source_deliveries (org_id, source_id, delivery_key)
  where delivery_key is not null;
create index source_deliveries_lead on intake.source_deliveries (org_id, lead_id) where lead_id is not null;
create index source_deliveries_source on intake.source_deliveries (org_id, source_id, id desc);
alter table intake.source_deliveries add primary key (org_id, id);
select platform.tenant_table('intake.source_deliveries');

-- A meeting that a lead has booked. What is told of it comes in any order and more than once.
create table intake.bookings (
  org_id uuid not null,
  id uuid not null,
  source_id uuid not null,
  lead_id uuid not null,
  -- Who is invited to which meeting, as the calendar names it.
  invitee text not null check (invitee <> '' and length(invitee) <= 500),
  title text not null default '' check (length(title) <= 500),
  starts_at timestamptz,
  ends_at timestamptz,
  is_booking_told boolean not null default false,
  is_cancel_told boolean not null default false,
  -- Canceled because another one takes its place.
  is_moved boolean not null default false,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  constraint bookings_invitee unique (org_id, source_id, invitee),
  foreign key (org_id, source_id) references intake.sources (org_id, id) on delete cascade,
  foreign key (org_id, lead_id) references intake.leads (org_id, id) on delete cascade
);
create index bookings_lead on intake.bookings (org_id, lead_id);
alter table intake.bookings add primary key (org_id, id);
select platform.tenant_table('intake.bookings');
select platform.part_table('intake.bookings', 'lead', 'lead_id');
