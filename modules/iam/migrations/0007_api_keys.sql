-- What a program signs in with. A key acts for the member it belongs to, within its scopes: it may do what both the
-- scopes and the member's rights of the moment allow, so it ends with the membership.
create table iam.api_keys (
  org_id uuid not null references iam.organizations (org_id) on delete cascade,
  id uuid not null,
  name text not null check (name <> '' and length(name) <= 100),
  -- The user whose rights it acts with. No foreign key to members: of a key whose member has gone people want to know.
  user_id uuid not null,
  -- Permissions, as `leads:read`.
  scopes jsonb not null check (jsonb_typeof(scopes) = 'array'),
  -- Addresses and networks it may be used from; empty for anywhere.
  networks jsonb not null default '[]' check (jsonb_typeof(networks) = 'array'),
  -- Null for never.
  expires_at timestamptz,
  created_by uuid not null,
  revoked_at timestamptz,
  revoked_by uuid,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  primary key (org_id, id),
  constraint api_keys_revoked check ((revoked_at is null) = (revoked_by is null))
);
create index api_keys_user on iam.api_keys (org_id, user_id);
select platform.tenant_table('iam.api_keys');

-- The texts that open a key: one, and while it is being replaced the old one as well. The text is known to its holder
-- alone; here is its SHA-256 and the end of it, by which people tell two apart.
create table iam.api_key_secrets (
  org_id uuid not null,
  token_hash bytea not null check (octet_length(token_hash) = 32),
  key_id uuid not null,
  ending text not null check (length(ending) = 4),
  -- Null for the newest, which lasts as long as its key.
  expires_at timestamptz,
  -- Written at most once a minute.
  last_used_at timestamptz,
  last_used_address text check (length(last_used_address) <= 64),
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  primary key (org_id, token_hash),
  foreign key (org_id, key_id) references iam.api_keys (org_id, id) on delete cascade
);
create index api_key_secrets_key on iam.api_key_secrets (org_id, key_id, created_at desc);
create unique index api_key_secrets_newest on iam.api_key_secrets (org_id, key_id) where expires_at is null;
select platform.tenant_table('iam.api_key_secrets');
