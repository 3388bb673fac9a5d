-- What the installation itself writes to people: invitations, confirmations, links that open an account. It belongs
-- to no organization, because the person may belong to none yet. What a letter says is sealed as a whole, address
-- included, and erased as soon as nobody needs it any more.
create table iam.letters (
  id uuid primary key,
  -- Keyed hash of the address in small letters, for the limit that keeps anybody from being flooded.
  recipient bytea not null check (octet_length(recipient) = 32),
  content text,
  state text not null default 'queued' check (state in ('queued', 'sending', 'sent', 'failed', 'unknown')),
  attempts integer not null default 0,
  -- Who prepares to send it now; the fence between two that do.
  claim uuid,
  next_try_at timestamptz not null default now(),
  sending_at timestamptz,
  last_error text check (length(last_error) <= 500),
  expires_at timestamptz not null,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  constraint letters_content check ((content is not null) = (state in ('queued', 'sending')))
);
create index letters_due on iam.letters (next_try_at) where state = 'queued';
create index letters_sending on iam.letters (sending_at) where state = 'sending';
create index letters_recipient on iam.letters (recipient, created_at desc);
create index letters_age on iam.letters (created_at);
select platform.global_table('iam.letters', 'Written before a person belongs to an organization; what it says is sealed.');
