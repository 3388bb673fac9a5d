-- Submissions that look as if nobody meant them. Somebody looks at them and lets them in or not; they go after 30 days.
create table intake.quarantined_submissions (
  org_id uuid not null,
  id uuid not null,
  form_id uuid not null,
  workflow_id uuid not null,
  submission_id uuid not null,
  -- SHA-256 of the answers, as of those that were taken.
  content_hash bytea not null check (octet_length(content_hash) = 32),
  -- How look-ups compare the address. With it name and answers are gone once it was let in: the lead has them.
  email_key text check (email_key = lower(email_key) and length(email_key) <= 254),
  name text check (length(name) <= 254),
  -- What person and lead are made of: {email, name, person}, and the answers by the keys of their fields.
  identity jsonb check (jsonb_typeof(identity) = 'object'),
  answers jsonb check (jsonb_typeof(answers) = 'object'),
  -- [{code, words, points}], the weightiest first.
  reasons jsonb not null check (jsonb_typeof(reasons) = 'array'),
  points integer not null check (points >= 0),
  channel text not null check (channel in ('script', 'plain', 'program')),
  -- A proof of work was asked for and may still come.
  awaits_proof boolean not null default false,
  -- Keyed hashes of the text that was typed and of the network it came from.
  text_hash text check (length(text_hash) = 43),
  network_hash text check (length(network_hash) = 43),
  status text not null default 'held' check (status in ('held', 'released')),
  released_at timestamptz,
  released_by uuid,
  -- A plain id: the lead may go before this does.
  lead_id uuid,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  constraint quarantined_submissions_once unique (org_id, form_id, submission_id),
  foreign key (org_id, form_id) references intake.forms (org_id, id) on delete cascade,
  check ((status = 'released') = (answers is null)),
  check ((answers is null) = (identity is null)),
  check ((answers is null) = (email_key is null))
);
create index quarantined_submissions_list on intake.quarantined_submissions (org_id, status, id desc);
create index quarantined_submissions_text on intake.quarantined_submissions (org_id, text_hash) where text_hash is not null;
create index quarantined_submissions_email on intake.quarantined_submissions (org_id, email_key) where email_key is not null;
alter table intake.quarantined_submissions add primary key (org_id, id);
select platform.tenant_table('intake.quarantined_submissions');
-- It is nobody's lead yet, so who sees only some leads sees none of these.
select platform.part_table('intake.quarantined_submissions', 'lead', 'id');

-- Senders about whom somebody has decided: held whatever they write, or let in whatever they write.
create table intake.sender_rules (
  org_id uuid not null,
  id uuid not null,
  kind text not null check (kind in ('email', 'domain', 'network')),
  -- Keyed hash of the address, the domain or the network.
  key_hash text not null check (length(key_hash) = 43),
  -- Null for a network, and for the address of somebody who was erased.
  value text check (value <> '' and length(value) <= 254),
  verdict text not null check (verdict in ('block', 'allow')),
  created_by uuid,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  constraint sender_rules_key unique (org_id, key_hash)
);
alter table intake.sender_rules add primary key (org_id, id);
select platform.tenant_table('intake.sender_rules');
