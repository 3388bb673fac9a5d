create schema if not exists mail;
grant usage on schema mail to millrace_runtime;

-- Accounts that messages leave from and arrive at. `development` keeps what is sent to it; `smtp` is the
-- SMTP server of this installation, whose address and password are settings and not stored here.
create table mail.mailboxes (
  org_id uuid not null,
  id uuid not null,
  kind text not null check (kind in ('development', 'smtp', 'gmail', 'outlook', 'imap')),
  address citext not null,
  name text not null,
  status text not null default 'active' check (status in ('pending', 'active', 'error', 'revoked')),
  -- Sealed by the vault; null where the mailbox has none of its own.
  credentials text,
  last_error text,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  primary key (org_id, id),
  unique (org_id, kind, address)
);
select platform.tenant_table('mail.mailboxes');

create table mail.threads (
  org_id uuid not null,
  id uuid not null,
  mailbox_id uuid not null,
  subject text not null,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  primary key (org_id, id),
  foreign key (org_id, mailbox_id) references mail.mailboxes (org_id, id)
);
select platform.tenant_table('mail.threads');
create index threads_mailbox on mail.threads (org_id, mailbox_id);

create table mail.messages (
  org_id uuid not null,
  id uuid not null,
  mailbox_id uuid not null,
  thread_id uuid not null,
  direction text not null check (direction in ('outbound', 'inbound')),
  status text not null check (status in ('queued', 'sending', 'sent', 'failed', 'unknown', 'received')),
  -- The sender's word for "this one message": stating it again stores nothing.
  key text,
  rfc_message_id text not null,
  in_reply_to text,
  reference_ids text[] not null default '{}',
  -- { address, name }
  sender jsonb not null,
  -- [{ role: to | cc, address, name }]
  recipients jsonb not null,
  subject text not null,
  text_body text not null,
  html_body text,
  -- [{ name, value }] beyond the ones every message has
  headers jsonb not null default '[]',
  run_id uuid,
  -- [{ type, id }] what the message is about
  subjects jsonb not null default '[]',
  attempts integer not null default 0,
  -- The job whose conversation with the server is open, or was when its process ended.
  sending_job_id uuid,
  sending_job_attempt integer,
  queued_at timestamptz,
  sending_at timestamptz,
  sent_at timestamptz,
  last_error text,
  smtp_response text,
  -- Milliseconds, so that the cursor of a list names the instant exactly.
  created_at timestamptz(3) not null default now(),
  updated_at timestamptz not null default now(),
  primary key (org_id, id),
  unique (org_id, key),
  foreign key (org_id, mailbox_id) references mail.mailboxes (org_id, id),
  foreign key (org_id, thread_id) references mail.threads (org_id, id),
  check ((direction = 'inbound') = (status = 'received')),
  check (direction = 'inbound' or (key is not null and queued_at is not null)),
  check (status <> 'sending' or (sending_at is not null and sending_job_id is not null)),
  check (status <> 'sent' or sent_at is not null)
);
select platform.tenant_table('mail.messages');
-- Two messages of ours never share a Message-ID. One that comes in may arrive in two of our mailboxes.
create unique index messages_rfc_message_id on mail.messages (org_id, rfc_message_id) where direction = 'outbound';
create index messages_newest on mail.messages (org_id, created_at desc, id desc);
create index messages_mailbox on mail.messages (org_id, mailbox_id);
create index messages_thread on mail.messages (org_id, thread_id);
create index messages_run on mail.messages (org_id, run_id) where run_id is not null;
create index messages_unsettled on mail.messages (org_id, status) where status in ('sending', 'unknown');
create index messages_subjects on mail.messages using gin (org_id, subjects jsonb_path_ops);
