-- Users, organizations, membership and what people sign in with. The schema exists since the platform's own
-- migrations, because `iam.current_org()` has to come before the tables of every module.
create schema if not exists iam;
grant usage on schema iam to millrace_runtime;

-- A person, once in the whole installation, whatever organizations they belong to.
create table iam.users (
  id uuid primary key,
  email citext not null constraint users_email unique check (length(email) <= 254),
  name text not null check (name <> '' and length(name) <= 200),
  -- Null for a person who signs in elsewhere and has no password here.
  password_hash text,
  status text not null default 'active' check (status in ('active', 'inactive', 'suspended')),
  locale text not null default 'en',
  email_verified_at timestamptz,
  password_changed_at timestamptz,
  last_signed_in_at timestamptz,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now()
);
select platform.global_table('iam.users', 'A person may belong to many organizations.');

-- The tenant itself, so its key is org_id alone.
create table iam.organizations (
  org_id uuid primary key,
  name text not null check (name <> '' and length(name) <= 200),
  slug citext not null,
  settings jsonb not null default '{}' check (jsonb_typeof(settings) = 'object'),
  branding jsonb not null default '{}' check (jsonb_typeof(branding) = 'object'),
  time_zone text not null default 'UTC',
  language text not null default 'en',
  status text not null default 'trial'
    check (status in ('trial', 'active', 'past_due', 'suspended', 'cancelled')),
  trial_ends_at timestamptz,
  owner_member_id uuid not null,
  -- Always 'owner'. It is part of the foreign key below, so that the member it names has the role.
  owner_role text not null default 'owner' check (owner_role = 'owner'),
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now()
);
select platform.tenant_table('iam.organizations');

create table iam.members (
  org_id uuid not null references iam.organizations (org_id) on delete cascade,
  id uuid not null,
  user_id uuid not null references iam.users (id) on delete cascade,
  role text not null check (role in ('owner', 'admin', 'manager', 'member', 'viewer', 'guest')),
  -- What differs from the role: permission → true or false.
  permissions jsonb not null default '{}' check (jsonb_typeof(permissions) = 'object'),
  status text not null check (status in ('active', 'suspended', 'invited')),
  invited_at timestamptz,
  joined_at timestamptz,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  primary key (org_id, id),
  constraint members_user unique (org_id, user_id),
  constraint members_role unique (org_id, id, role),
  -- An organization whose owner cannot act has none.
  constraint members_owner_acts check (role <> 'owner' or status = 'active'),
  constraint members_joined check (status <> 'active' or joined_at is not null)
);
select platform.tenant_table('iam.members');

-- Exactly one owner: the index allows no second, the foreign key demands a first. It is checked at the end
-- of the transaction, because an organization and its owner come into being together and because ownership
-- changes hands in two steps. Deleting a user deletes the memberships, so an owner cannot be deleted.
create unique index members_one_owner on iam.members (org_id) where role = 'owner';
alter table iam.organizations add constraint organizations_owner
  foreign key (org_id, owner_member_id, owner_role) references iam.members (org_id, id, role)
  deferrable initially deferred;

-- From an address to its organization, before one is known. No foreign key to organizations: a table that is
-- everywhere cannot refer to one that is spread over machines. The verbs write both in one transaction.
create table iam.organization_slugs (
  slug citext primary key check (slug ~ '^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$'),
  org_id uuid not null,
  created_at timestamptz not null default now()
);
create index organization_slugs_org on iam.organization_slugs (org_id);
select platform.global_table('iam.organization_slugs', 'Leads from a public address to an organization; ids only.');

-- From a person to their organizations, before one is known. Written with the membership, which alone decides.
create table iam.user_organizations (
  user_id uuid not null references iam.users (id) on delete cascade,
  org_id uuid not null,
  last_used_at timestamptz not null default now(),
  created_at timestamptz not null default now(),
  primary key (user_id, org_id)
);
create index user_organizations_org on iam.user_organizations (org_id);
select platform.global_table('iam.user_organizations', 'Leads from a person to their organizations; ids and times only.');

-- Browsers that are signed in. The token is known to the browser alone; here is its SHA-256.
create table iam.sessions (
  token_hash bytea primary key check (octet_length(token_hash) = 32),
  id uuid not null constraint sessions_id unique,
  user_id uuid not null references iam.users (id) on delete cascade,
  -- The organization the person works in now; null for a person who belongs to none.
  org_id uuid,
  user_agent text not null default '' check (length(user_agent) <= 400),
  last_seen_at timestamptz not null default now(),
  idle_expires_at timestamptz not null,
  expires_at timestamptz not null,
  created_at timestamptz not null default now()
);
create index sessions_user on iam.sessions (user_id);
create index sessions_expiry on iam.sessions (expires_at);
select platform.global_table('iam.sessions', 'Read before an organization is known; hashes, ids and times.');

-- One signed-in API client. Revoking it is one row, and refreshing locks that row, so that no token can be
-- born into a family that is being revoked.
create table iam.token_families (
  id uuid primary key,
  user_id uuid not null references iam.users (id) on delete cascade,
  org_id uuid,
  user_agent text not null default '' check (length(user_agent) <= 400),
  last_used_at timestamptz not null default now(),
  expires_at timestamptz not null,
  revoked_at timestamptz,
  revoked_because text check (revoked_because in ('revoked', 'signed_out', 'reused')),
  created_at timestamptz not null default now(),
  check ((revoked_at is null) = (revoked_because is null))
);
create index token_families_user on iam.token_families (user_id);
create index token_families_expiry on iam.token_families (expires_at);
select platform.global_table('iam.token_families', 'Read before an organization is known; ids and times.');

create table iam.access_tokens (
  token_hash bytea primary key check (octet_length(token_hash) = 32),
  family_id uuid not null references iam.token_families (id) on delete cascade,
  expires_at timestamptz not null,
  created_at timestamptz not null default now()
);
create index access_tokens_family on iam.access_tokens (family_id);
create index access_tokens_expiry on iam.access_tokens (expires_at);
select platform.global_table('iam.access_tokens', 'Read before an organization is known; hashes, ids and times.');

-- A refresh token works once and knows its successor; the chain of a family is its history.
create table iam.refresh_tokens (
  token_hash bytea primary key check (octet_length(token_hash) = 32),
  family_id uuid not null references iam.token_families (id) on delete cascade,
  parent_hash bytea,
  expires_at timestamptz not null,
  used_at timestamptz,
  replaced_by bytea,
  created_at timestamptz not null default now(),
  check ((used_at is null) = (replaced_by is null))
);
create index refresh_tokens_family on iam.refresh_tokens (family_id);
select platform.global_table('iam.refresh_tokens', 'Read before an organization is known; hashes, ids and times.');

-- What was tried at the door, for limits that a restart or a second process does not forget. The account is
-- a keyed hash of what was typed, because most strangers' e-mail addresses are none of our business.
create table iam.sign_in_attempts (
  id uuid primary key,
  kind text not null check (kind in ('sign_in', 'sign_up')),
  account bytea not null check (octet_length(account) = 32),
  address text not null check (length(address) <= 64),
  -- A try counts from its beginning, so that many at once cannot slip below the limit; success takes it back.
  counts boolean not null default true,
  at timestamptz not null default now()
);
create index sign_in_attempts_account on iam.sign_in_attempts (kind, account, at desc);
create index sign_in_attempts_address on iam.sign_in_attempts (kind, address, at desc);
create index sign_in_attempts_at on iam.sign_in_attempts (at);
select platform.global_table('iam.sign_in_attempts', 'Happens before a person or an organization is known.');

-- What the product tells a member inside the app.
create table iam.notifications (
  org_id uuid not null,
  id uuid not null,
  user_id uuid not null,
  -- Says what it is about; stating it twice notifies once.
  key text not null check (key <> '' and length(key) <= 200),
  title text not null check (title <> '' and length(title) <= 200),
  body text not null default '' check (length(body) <= 2000),
  -- A path of the app.
  link text check (link ~ '^/([^/\\]|$)' and length(link) <= 500),
  read_at timestamptz,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  primary key (org_id, id),
  constraint notifications_key unique (org_id, user_id, key),
  foreign key (org_id, user_id) references iam.members (org_id, user_id) on delete cascade
);
create index notifications_newest on iam.notifications (org_id, user_id, id desc);
create index notifications_unread on iam.notifications (org_id, user_id) where read_at is null;
select platform.tenant_table('iam.notifications');
