create schema if not exists intake;
grant usage on schema intake to millrace_runtime;

-- On a table that was never analyzed every index that begins with org_id looks as good as any other, and PostgreSQL takes
-- the newest. Plans made then are kept, those of foreign keys too, so on a fresh installation the index that is
-- used most is the one that is made last; here that is the primary key wherever a foreign key leads to it.

-- The public form of a workflow. Workflows belong to a module that stands on this one, which adds the foreign key.
create table intake.forms (
  org_id uuid not null,
  id uuid not null,
  workflow_id uuid not null,
  name text not null check (name <> '' and length(name) <= 200),
  title text not null check (title <> '' and length(title) <= 200),
  intro text not null default '' check (length(intro) <= 5000),
  submit_label text not null check (submit_label <> '' and length(submit_label) <= 60),
  thank_you_title text not null check (thank_you_title <> '' and length(thank_you_title) <= 200),
  thank_you_text text not null default '' check (length(thank_you_text) <= 5000),
  status text not null default 'draft' check (status in ('draft', 'published', 'closed')),
  -- Counts saves, so that an editor cannot overwrite another unseen and a remembered form knows when it is old.
  version integer not null default 1 check (version > 0),
  published_at timestamptz,
  created_by uuid,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  constraint forms_workflow unique (org_id, workflow_id)
);
alter table intake.forms add primary key (org_id, id);
select platform.tenant_table('intake.forms');

create table intake.form_fields (
  org_id uuid not null,
  id uuid not null,
  form_id uuid not null,
  field_key text not null check (field_key ~ '^[a-z][a-z0-9_]{0,62}$'),
  label text not null check (label <> '' and length(label) <= 200),
  help text not null default '' check (length(help) <= 500),
  field_type text not null check (field_type in ('TEXT', 'EMAIL', 'DROPDOWN', 'NUMBER', 'DATE', 'CHECKBOX')),
  options jsonb not null default '[]' check (jsonb_typeof(options) = 'array'),
  required boolean not null default false,
  validation jsonb not null default '{}' check (jsonb_typeof(validation) = 'object'),
  position integer not null,
  -- No longer asked. The row stays, because answers refer to it, and comes back when the key is used again.
  archived_at timestamptz,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  constraint form_fields_key unique (org_id, form_id, field_key),
  foreign key (org_id, form_id) references intake.forms (org_id, id) on delete cascade
);
alter table intake.form_fields add primary key (org_id, id);
select platform.tenant_table('intake.form_fields');

-- From a form's public address to its organization, before one is known.
create table intake.form_keys (
  key text primary key check (key ~ '^[a-z0-9]{20,40}$'),
  org_id uuid not null,
  form_id uuid not null,
  created_at timestamptz not null default now()
);
create index form_keys_form on intake.form_keys (org_id, form_id);
select platform.global_table('intake.form_keys', 'Leads from a public address to a form; ids only.', 'select, insert, delete');

-- The columns of a workflow's board.
create table intake.lead_statuses (
  org_id uuid not null,
  workflow_id uuid not null,
  status text not null check (status ~ '^[A-Z][A-Z0-9_]{0,39}$'),
  name text not null check (name <> '' and length(name) <= 60),
  color text not null default 'neutral' check (color in ('neutral', 'accent', 'info', 'good', 'wait', 'bad')),
  kind text not null default 'open' check (kind in ('open', 'won', 'lost')),
  position integer not null,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  primary key (org_id, workflow_id, status)
);
select platform.tenant_table('intake.lead_statuses');

-- One person's entry into one workflow's form and board.
create table intake.leads (
  org_id uuid not null,
  id uuid not null,
  workflow_id uuid not null,
  person_id uuid not null,
  email citext not null check (email <> '' and length(email) <= 254),
  -- What look-ups compare; see crm.positions.
  email_key text not null generated always as (lower(email::text)) stored,
  name text not null check (name <> '' and length(name) <= 254),
  status text not null,
  -- The place in the column, the greatest on top; see column-order.ts.
  position text collate "C" not null check (position ~ '^[0-9A-Za-z]+$' and length(position) <= 200),
  source text not null default 'form' check (source <> '' and length(source) <= 100),
  owner_user_id uuid,
  last_submitted_at timestamptz not null default now(),
  status_changed_at timestamptz not null default now(),
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  deleted_at timestamptz,
  foreign key (org_id, person_id) references crm.people (org_id, id),
  constraint leads_status foreign key (org_id, workflow_id, status)
    references intake.lead_statuses (org_id, workflow_id, status),
  foreign key (org_id, owner_user_id) references iam.members (org_id, user_id) on delete set null (owner_user_id)
);
create unique index leads_email on intake.leads (org_id, workflow_id, email_key) where deleted_at is null;
create index leads_board on intake.leads (org_id, workflow_id, status, position desc, id desc) where deleted_at is null;
create index leads_person on intake.leads (org_id, person_id);
create index leads_owner on intake.leads (org_id, owner_user_id) where owner_user_id is not null;
alter table intake.leads add primary key (org_id, id);
select platform.tenant_table('intake.leads');

-- What the lead answered: one text for each field, typed where it is read.
create table intake.lead_values (
  org_id uuid not null,
  lead_id uuid not null,
  field_id uuid not null,
  value text not null check (length(value) <= 10000),
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  foreign key (org_id, lead_id) references intake.leads (org_id, id) on delete cascade,
  -- No action, not cascade: a field with answers cannot be deleted unseen. It has no index of its own, which every
  -- answer would pay for: fields are archived, and a deletion may take its time.
  constraint lead_values_field foreign key (org_id, field_id) references intake.form_fields (org_id, id)
);
alter table intake.lead_values add primary key (org_id, lead_id, field_id);
select platform.tenant_table('intake.lead_values');

-- Everything that happened to a lead, for good.
create table intake.lead_events (
  org_id uuid not null,
  id uuid not null,
  lead_id uuid not null,
  kind text not null check (kind ~ '^[A-Z][A-Z_]{0,39}$'),
  description text not null check (length(description) <= 1000),
  metadata jsonb not null default '{}' check (jsonb_typeof(metadata) = 'object'),
  actor_type text not null check (actor_type in ('user', 'apiKey', 'plugin', 'run', 'system', 'visitor')),
  -- Plain ids: what happened stays on record when the user or the run is gone.
  user_id uuid,
  run_id uuid,
  created_at timestamptz not null default now(),
  primary key (org_id, id),
  foreign key (org_id, lead_id) references intake.leads (org_id, id) on delete cascade,
  check ((actor_type = 'user') = (user_id is not null)),
  check ((actor_type = 'run') = (run_id is not null))
);
create index lead_events_lead on intake.lead_events (org_id, lead_id, id desc);
select platform.append_only_table('intake.lead_events');

-- The acts of sending a form, by the random id each page carries: sent twice, it happens once.
create table intake.submissions (
  org_id uuid not null,
  form_id uuid not null,
  submission_id uuid not null,
  -- SHA-256 of the answers, to tell a repeat from other answers under the same id.
  content_hash bytea not null check (octet_length(content_hash) = 32),
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  primary key (org_id, form_id, submission_id),
  foreign key (org_id, form_id) references intake.forms (org_id, id) on delete cascade
);
select platform.tenant_table('intake.submissions');
