-- Members come and go: who left is still named on what they did, and may come back by an invitation.
alter table iam.members drop constraint members_status_check;
alter table iam.members add constraint members_status
  check (status in ('active', 'suspended', 'invited', 'removed'));
alter table iam.members add column removed_at timestamptz;
-- The user who did it; the member's own when they left.
alter table iam.members add column removed_by uuid;
alter table iam.members add constraint members_removed check ((status = 'removed') = (removed_at is not null));

-- Who was asked to join. The link in the letter is a token that works once; here is its SHA-256. Asking again replaces
-- it, so that of several letters only the last one opens anything.
create table iam.invitations (
  org_id uuid not null references iam.organizations (org_id) on delete cascade,
  id uuid not null,
  -- In small letters, because it is compared as text.
  email text not null check (email = lower(email) and length(email) <= 254),
  role text not null check (role in ('admin', 'manager', 'member', 'viewer', 'guest')),
  permissions jsonb not null default '{}' check (jsonb_typeof(permissions) = 'object'),
  token_hash bytea not null check (octet_length(token_hash) = 32),
  status text not null default 'open' check (status in ('open', 'accepted', 'revoked')),
  invited_by uuid references iam.users (id) on delete set null,
  -- Who came of it.
  user_id uuid references iam.users (id) on delete set null,
  sent_at timestamptz not null default now(),
  expires_at timestamptz not null,
  closed_at timestamptz,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  primary key (org_id, id),
  constraint invitations_token unique (org_id, token_hash),
  constraint invitations_closed check ((status = 'open') = (closed_at is null))
);
create unique index invitations_open on iam.invitations (org_id, email) where status = 'open';
create index invitations_sent on iam.invitations (org_id, sent_at);
select platform.tenant_table('iam.invitations');
