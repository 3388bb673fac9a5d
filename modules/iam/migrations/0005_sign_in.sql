-- Everything around signing in beyond the password: second factors, links by letter, devices that are known, and
-- what a member wants to be told.

-- When the person last proved who they are. What is there already proved it at its beginning.
alter table iam.sessions
  add column proved_at timestamptz,
  -- Where it was last seen; set when it is touched.
  add column address text not null default '' check (length(address) <= 64);
update iam.sessions set proved_at = created_at;
alter table iam.sessions alter column proved_at set not null, alter column proved_at set default now();

alter table iam.token_families
  add column proved_at timestamptz,
  add column address text not null default '' check (length(address) <= 64),
  -- When the person was told that a copied token was used.
  add column reuse_seen_at timestamptz;
update iam.token_families set proved_at = created_at;
alter table iam.token_families alter column proved_at set not null, alter column proved_at set default now();

alter table iam.sign_in_attempts drop constraint sign_in_attempts_kind_check;
alter table iam.sign_in_attempts add constraint sign_in_attempts_kind_check
  check (kind in ('sign_in', 'sign_up', 'second_factor', 'reset', 'verify'));

-- Members must have a second factor to work in this organization.
alter table iam.organizations add column second_factor_required boolean not null default false;

-- A link that was sent by letter. It is known to the mailbox alone; here is its SHA-256. One without a user was made
-- for an address that nobody has, so that asking costs the same; it opens nothing.
create table iam.mailed_links (
  token_hash bytea primary key check (octet_length(token_hash) = 32),
  kind text not null check (kind in ('verify_email', 'change_email', 'reset_password')),
  user_id uuid references iam.users (id) on delete cascade,
  -- The address it was sent to and confirms.
  email citext not null check (length(email) <= 254),
  expires_at timestamptz not null,
  created_at timestamptz not null default now()
);
create index mailed_links_user on iam.mailed_links (user_id, kind);
create index mailed_links_expiry on iam.mailed_links (expires_at);
select platform.global_table('iam.mailed_links', 'A person proves an address before an organization is known.');

-- The password was right and a second factor is still asked for. Holding the token opens nothing by itself.
create table iam.sign_in_challenges (
  token_hash bytea primary key check (octet_length(token_hash) = 32),
  user_id uuid not null references iam.users (id) on delete cascade,
  -- What the person gets in the end: a session in this browser, or tokens.
  purpose text not null check (purpose in ('session', 'tokens')),
  -- The organization that was asked for.
  org_id uuid,
  expires_at timestamptz not null,
  created_at timestamptz not null default now()
);
create index sign_in_challenges_user on iam.sign_in_challenges (user_id);
create index sign_in_challenges_expiry on iam.sign_in_challenges (expires_at);
select platform.global_table('iam.sign_in_challenges', 'Read before an organization is known; hashes, ids and times.');

-- One authenticator app for each person (RFC 6238).
create table iam.totp_secrets (
  user_id uuid primary key references iam.users (id) on delete cascade,
  -- Sealed by the vault.
  secret text not null,
  -- Null until a right code showed that the app has the secret.
  confirmed_at timestamptz,
  -- The step of the last code that was accepted; a code works once.
  last_step bigint not null default 0,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now()
);
select platform.global_table('iam.totp_secrets', 'Belongs to a person, who may belong to many organizations.');

create table iam.recovery_codes (
  user_id uuid not null references iam.users (id) on delete cascade,
  -- Keyed hash.
  code_hash bytea not null check (octet_length(code_hash) = 32),
  used_at timestamptz,
  created_at timestamptz not null default now(),
  primary key (user_id, code_hash)
);
select platform.global_table('iam.recovery_codes', 'Belongs to a person; keyed hashes and times.');

create table iam.passkeys (
  id uuid primary key,
  user_id uuid not null references iam.users (id) on delete cascade,
  -- As the authenticator names it, base64url.
  credential_id text not null constraint passkeys_credential unique check (length(credential_id) <= 1400),
  -- COSE key.
  public_key bytea not null check (octet_length(public_key) <= 4096),
  -- Grows with every use of an authenticator that counts; one that falls back was cloned.
  counter bigint not null default 0,
  transports text not null default '' check (length(transports) <= 200),
  name text not null check (name <> '' and length(name) <= 100),
  last_used_at timestamptz,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now()
);
create index passkeys_user on iam.passkeys (user_id);
select platform.global_table('iam.passkeys', 'Belongs to a person and is read before one is known; public keys only.');

-- What an authenticator is to sign, once and within minutes.
create table iam.passkey_challenges (
  challenge_hash bytea primary key check (octet_length(challenge_hash) = 32),
  purpose text not null check (purpose in ('register', 'sign_in', 'second_factor', 'confirm')),
  -- Whom it was made for; null for signing in, when nobody is known yet.
  user_id uuid references iam.users (id) on delete cascade,
  expires_at timestamptz not null,
  created_at timestamptz not null default now()
);
create index passkey_challenges_expiry on iam.passkey_challenges (expires_at);
create index passkey_challenges_user on iam.passkey_challenges (user_id);
select platform.global_table('iam.passkey_challenges', 'Made before a person is known; hashes, ids and times.');

-- Browsers and API clients in which a person has signed in before. A browser is known by the hash of a cookie, a client
-- by the hash of what it says it is.
create table iam.known_devices (
  user_id uuid not null references iam.users (id) on delete cascade,
  device_hash bytea not null check (octet_length(device_hash) = 32),
  last_used_at timestamptz not null default now(),
  created_at timestamptz not null default now(),
  primary key (user_id, device_hash)
);
create index known_devices_age on iam.known_devices (last_used_at);
select platform.global_table('iam.known_devices', 'Belongs to a person; hashes and times.');

-- What a member wants to be told, and how. What has no row is told in the app and not by e-mail.
create table iam.notification_settings (
  org_id uuid not null,
  user_id uuid not null,
  kind text not null check (kind in ('approvals', 'failed_runs', 'mail_failures', 'member_news')),
  in_app boolean not null,
  by_email boolean not null,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  primary key (org_id, user_id, kind),
  foreign key (org_id, user_id) references iam.members (org_id, user_id) on delete cascade
);
select platform.tenant_table('iam.notification_settings');
