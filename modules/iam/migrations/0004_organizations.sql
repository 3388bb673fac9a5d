-- What an organization decides about itself, its addresses, how it looks to strangers, and who looks after the
-- installation as a whole.

alter table iam.organizations drop constraint organizations_status_check;
alter table iam.organizations add constraint organizations_status_check
  check (status in ('trial', 'active', 'past_due', 'suspended', 'cancelled', 'deleting'));
alter table iam.organizations
  -- How far the first steps are: not begun, under way, or done or dismissed. Those that exist need no welcome.
  add column onboarding text not null default 'done' check (onboarding in ('new', 'open', 'done')),
  -- Set while the status is 'suspended', so that lifting it restores what was.
  add column status_before text check (status_before in ('trial', 'active', 'past_due', 'cancelled'));

-- An address that was given up stays with its organization for a while, so that nobody takes over its links. Null
-- for the one in use.
alter table iam.organization_slugs add column reserved_until timestamptz;

-- Leaving an organization that is erased touches its sessions and no others.
create index sessions_org on iam.sessions (org_id) where org_id is not null;
create index token_families_org on iam.token_families (org_id) where org_id is not null;

-- The picture that strangers see of an organization. Raster only, read and written anew before it is stored.
create table iam.logos (
  org_id uuid not null references iam.organizations (org_id) on delete cascade,
  -- SHA-256 of the bytes: a name that never stands for something else.
  hash bytea not null check (octet_length(hash) = 32),
  media_type text not null check (media_type in ('image/png', 'image/jpeg', 'image/webp')),
  bytes bytea not null check (octet_length(bytes) <= 262144),
  width integer not null check (width > 0),
  height integer not null check (height > 0),
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  primary key (org_id, hash)
);
select platform.tenant_table('iam.logos');

-- Names of its own under which an organization wants to be reached. Several may claim a name; one can prove it.
create table iam.host_claims (
  org_id uuid not null references iam.organizations (org_id) on delete cascade,
  id uuid not null,
  host text not null check (host = lower(host) and length(host) <= 253),
  -- When the name server last said that the name is theirs, and when it was last asked.
  verified_at timestamptz,
  checked_at timestamptz,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  primary key (org_id, id),
  constraint host_claims_host unique (org_id, host)
);
select platform.tenant_table('iam.host_claims');

-- From a host name to its organization, before one is known. A row only where the name was proved.
create table iam.hosts (
  host text primary key check (length(host) <= 253),
  org_id uuid not null,
  created_at timestamptz not null default now()
);
create index hosts_org on iam.hosts (org_id);
select platform.global_table('iam.hosts', 'Leads from a public host name to an organization.');

-- People who look after the installation: its organizations and users, and nothing in them.
create table iam.platform_admins (
  user_id uuid primary key references iam.users (id) on delete cascade,
  -- Null when the environment named them.
  granted_by uuid references iam.users (id) on delete set null,
  created_at timestamptz not null default now()
);
select platform.global_table('iam.platform_admins', 'Stands outside organizations; ids and times only.');

-- What they did, and what ended an organization. Ids instead of names, and no foreign keys, so that it outlives
-- everybody in it.
create table iam.platform_audit (
  id uuid primary key,
  -- Null for the installation itself, such as its environment.
  actor_user_id uuid,
  action text not null check (length(action) <= 100),
  subject_type text not null check (subject_type in ('organization', 'user')),
  subject_id uuid not null,
  reason text not null default '' check (length(reason) <= 500),
  address text not null default '' check (length(address) <= 64),
  request_id text not null default '' check (length(request_id) <= 64),
  created_at timestamptz not null default now()
);
create index platform_audit_subject on iam.platform_audit (subject_id, id desc);
select platform.global_table(
  'iam.platform_audit', 'Acts on organizations and users from outside; no content of theirs.', 'select, insert'
);
create trigger refuse_change before update or delete on iam.platform_audit
  for each row execute function platform.refuse_change();
