-- E-mail that becomes leads: where an organization is written to, what came in, and what was decided about it.

-- The address of an organization, once somebody set it up.
create table intake.mail_inboxes (
  org_id uuid primary key,
  -- What stands before the @.
  key text not null check (key ~ '^[a-z0-9]{12}$'),
  is_open boolean not null default true,
  -- Where mail becomes a lead when its address names no workflow; null holds it until a person decides.
  workflow_id uuid,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now()
);
select platform.tenant_table('intake.mail_inboxes');

create table intake.mail_keys (
  key text primary key check (key ~ '^[a-z0-9]{12}$'),
  org_id uuid not null,
  created_at timestamptz not null default now()
);
create index mail_keys_org on intake.mail_keys (org_id);
select platform.global_table('intake.mail_keys', 'Leads from an address for e-mail to an organization; ids only.', 'select, insert, delete');

-- The word in an address that picks a workflow.
create table intake.mail_tags (
  org_id uuid not null,
  workflow_id uuid not null,
  tag text not null check (tag ~ '^[a-z0-9]([a-z0-9-]{0,38}[a-z0-9])?$'),
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  constraint mail_tags_tag unique (org_id, tag)
);
alter table intake.mail_tags add primary key (org_id, workflow_id);
select platform.tenant_table('intake.mail_tags');

-- Mailboxes elsewhere that are looked into.
create table intake.mail_accounts (
  org_id uuid not null,
  id uuid not null,
  host text not null check (host <> '' and length(host) <= 253),
  port integer not null check (port between 1 and 65535),
  security text not null check (security in ('tls', 'starttls', 'off')),
  username text not null check (username <> '' and length(username) <= 320),
  -- Sealed.
  password text not null,
  folder text not null default 'INBOX' check (folder <> '' and length(folder) <= 250),
  workflow_id uuid not null,
  is_on boolean not null default true,
  -- How far it was read. A folder that was made anew counts from another validity on.
  uid_validity bigint,
  last_uid bigint not null default 0 check (last_uid >= 0),
  last_error text check (length(last_error) <= 500),
  failures integer not null default 0,
  looked_at timestamptz,
  -- Counts the looks, so that each follows one other.
  looks bigint not null default 0,
  created_by uuid,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now()
);
alter table intake.mail_accounts add primary key (org_id, id);
select platform.tenant_table('intake.mail_accounts');

-- Each e-mail that came in. It stands here before its sender is told that it arrived.
create table intake.mails (
  org_id uuid not null,
  id uuid not null,
  -- Null for what came to the organization's own address.
  account_id uuid,
  recipient text not null check (length(recipient) <= 320),
  -- Where it becomes a lead; null when its address names no workflow.
  workflow_id uuid,
  -- Who answers for its delivery, empty for a message about a message; null where nobody said.
  envelope_from text check (length(envelope_from) <= 320),
  -- The message as it came.
  file_id uuid not null,
  size bigint not null check (size > 0),
  decision text not null default 'waiting' check (decision in ('waiting', 'lead', 'ignored', 'quarantined')),
  reason text check (reason ~ '^[a-z_]{1,40}$'),
  -- SHA-256 of its Message-ID, or of the whole where it has none: what tells a second copy.
  message_hash bytea check (octet_length(message_hash) = 32),
  sender text check (length(sender) <= 254),
  sender_name text not null default '' check (length(sender_name) <= 200),
  -- The member who passed it on.
  forwarded_by text check (length(forwarded_by) <= 254),
  subject text not null default '' check (length(subject) <= 500),
  preview text not null default '' check (length(preview) <= 500),
  lead_id uuid,
  decided_at timestamptz,
  -- Who made it a lead by hand.
  released_by uuid,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  check ((decision = 'lead') = (lead_id is not null))
);
create index mails_decision on intake.mails (org_id, decision, id desc);
create index mails_sender on intake.mails (org_id, sender, created_at);
create index mails_lead on intake.mails (org_id, lead_id) where lead_id is not null;
create index mails_file on intake.mails (org_id, file_id);
create unique index mails_once on intake.mails (org_id, workflow_id, message_hash) where decision = 'lead';
alter table intake.mails add primary key (org_id, id);
select platform.tenant_table('intake.mails');

-- Files that came with an e-mail of a lead.
create table intake.mail_files (
  org_id uuid not null,
  file_id uuid not null,
  lead_id uuid not null,
  mail_id uuid not null,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  foreign key (org_id, lead_id) references intake.leads (org_id, id) on delete cascade
);
create index mail_files_lead on intake.mail_files (org_id, lead_id);
alter table intake.mail_files add primary key (org_id, file_id);
select platform.tenant_table('intake.mail_files');
select platform.part_table('intake.mail_files', 'lead', 'lead_id');
