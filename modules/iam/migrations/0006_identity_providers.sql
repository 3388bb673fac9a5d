-- Signing in through an OpenID provider that an organization trusts, or that the installation does.

create table iam.identity_providers (
  org_id uuid not null references iam.organizations (org_id) on delete cascade,
  id uuid not null,
  name text not null check (name <> '' and length(name) <= 100),
  issuer text not null check (issuer ~ '^https?://' and length(issuer) <= 500),
  client_id text not null check (client_id <> '' and length(client_id) <= 500),
  -- Sealed by the vault.
  client_secret text not null,
  scopes text[] not null check (cardinality(scopes) between 1 and 20),
  -- Its word for an address counts although it does not say `email_verified`; a plain no is never overruled.
  vouches_for_addresses boolean not null default false,
  -- Whether people who are no members become members by signing in, and in which role.
  admits_new_people boolean not null default false,
  role_of_new_people text not null default 'member'
    check (role_of_new_people in ('manager', 'member', 'viewer', 'guest')),
  enabled boolean not null default true,
  -- Members other than the owner enter by it and in no other way.
  required boolean not null default false check (enabled or not required),
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  primary key (org_id, id)
);
create index identity_providers_required on iam.identity_providers (org_id) where required;
select platform.tenant_table('iam.identity_providers');

-- Addresses at these domains are the provider's to speak for, once the organization has shown that a domain is its own.
create table iam.identity_provider_domains (
  org_id uuid not null,
  domain text not null check (domain ~ '^[a-z0-9-]+(\.[a-z0-9-]+)+$' and length(domain) <= 253),
  provider_id uuid not null,
  -- What the organization publishes in the DNS; no secret.
  proof text not null check (proof <> '' and length(proof) <= 100),
  proved_at timestamptz,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  primary key (org_id, domain),
  foreign key (org_id, provider_id) references iam.identity_providers (org_id, id) on delete cascade
);
create index identity_provider_domains_provider on iam.identity_provider_domains (org_id, provider_id);
select platform.tenant_table('iam.identity_provider_domains');

-- From the domain of an address to the provider that speaks for it, before an organization is known. Only proved
-- domains are here, and each once. Written with the row above, which alone decides.
create table iam.sign_in_domains (
  domain text primary key,
  org_id uuid not null,
  provider_id uuid not null,
  created_at timestamptz not null default now()
);
create index sign_in_domains_org on iam.sign_in_domains (org_id);
select platform.global_table('iam.sign_in_domains', 'Leads from a proved domain to a provider; ids only.');

-- Whom an organization's provider means, in that organization and nowhere else.
create table iam.member_identities (
  org_id uuid not null,
  id uuid not null,
  provider_id uuid not null,
  user_id uuid not null,
  issuer text not null check (length(issuer) <= 500),
  subject text not null check (subject <> '' and length(subject) <= 255),
  -- The address the provider named when they were connected; for people to read.
  email text not null check (length(email) <= 254),
  last_used_at timestamptz not null default now(),
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  primary key (org_id, id),
  constraint member_identities_subject unique (org_id, provider_id, issuer, subject),
  foreign key (org_id, provider_id) references iam.identity_providers (org_id, id) on delete cascade,
  foreign key (org_id, user_id) references iam.members (org_id, user_id) on delete cascade
);
create index member_identities_user on iam.member_identities (org_id, user_id);
select platform.tenant_table('iam.member_identities');

-- Whom the installation's own provider means.
create table iam.user_identities (
  id uuid primary key,
  user_id uuid not null references iam.users (id) on delete cascade,
  issuer text not null check (length(issuer) <= 500),
  subject text not null check (subject <> '' and length(subject) <= 255),
  email text not null check (length(email) <= 254),
  last_used_at timestamptz not null default now(),
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  constraint user_identities_subject unique (issuer, subject)
);
create index user_identities_user on iam.user_identities (user_id);
select platform.global_table('iam.user_identities', 'Belongs to a person, who may belong to many organizations.');

-- A browser was sent to a provider and is expected back. Verifier and nonce are not stored: they are derived from a
-- secret that the browser keeps in a cookie.
create table iam.authorization_requests (
  state_hash bytea primary key check (octet_length(state_hash) = 32),
  browser_hash bytea not null check (octet_length(browser_hash) = 32),
  -- Both null for the installation's own provider.
  org_id uuid,
  provider_id uuid,
  expires_at timestamptz not null,
  created_at timestamptz not null default now(),
  check ((org_id is null) = (provider_id is null))
);
create index authorization_requests_expiry on iam.authorization_requests (expires_at);
create index authorization_requests_org on iam.authorization_requests (org_id);
select platform.global_table('iam.authorization_requests', 'Made before a person is known; hashes, ids and times.');

-- A provider named a person who is known here already. They are connected when that person says so after signing in
-- with what they have.
create table iam.pending_identities (
  token_hash bytea primary key check (octet_length(token_hash) = 32),
  user_id uuid not null references iam.users (id) on delete cascade,
  org_id uuid,
  provider_id uuid,
  issuer text not null check (length(issuer) <= 500),
  subject text not null check (subject <> '' and length(subject) <= 255),
  email text not null check (length(email) <= 254),
  expires_at timestamptz not null,
  created_at timestamptz not null default now(),
  check ((org_id is null) = (provider_id is null))
);
create index pending_identities_user on iam.pending_identities (user_id);
create index pending_identities_expiry on iam.pending_identities (expires_at);
create index pending_identities_org on iam.pending_identities (org_id);
select platform.global_table('iam.pending_identities', 'Lives for minutes, until a person confirms what a provider said.');

-- A sign-in through an organization's provider opens that organization and nothing else, whoever the person is.
alter table iam.sessions
  add column confined_to uuid,
  add constraint sessions_confined check (confined_to is null or org_id is not distinct from confined_to);
create index sessions_confined_to on iam.sessions (confined_to) where confined_to is not null;
alter table iam.token_families
  add column confined_to uuid,
  add constraint token_families_confined check (confined_to is null or org_id is not distinct from confined_to);
create index token_families_confined_to on iam.token_families (confined_to) where confined_to is not null;
