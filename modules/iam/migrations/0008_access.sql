-- What a role may see of an object's records; where nothing is stored the default holds, see record-access.ts. Owners and
-- admins see everything, guests what is shared with them.
create table iam.access_settings (
  org_id uuid not null,
  role text not null check (role in ('manager', 'member', 'viewer')),
  object text not null check (object ~ '^[a-z]+$' and length(object) <= 40),
  level text not null check (level in ('all', 'team', 'own')),
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  primary key (org_id, role, object)
);
select platform.tenant_table('iam.access_settings');

create table iam.teams (
  org_id uuid not null,
  id uuid not null,
  name text not null check (name <> '' and length(name) <= 100),
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  primary key (org_id, id)
);
create unique index teams_name on iam.teams (org_id, lower(name));
select platform.tenant_table('iam.teams');

create table iam.team_members (
  org_id uuid not null,
  team_id uuid not null,
  user_id uuid not null,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  primary key (org_id, team_id, user_id),
  foreign key (org_id, team_id) references iam.teams (org_id, id) on delete cascade,
  foreign key (org_id, user_id) references iam.members (org_id, user_id) on delete cascade
);
create index team_members_user on iam.team_members (org_id, user_id);
select platform.tenant_table('iam.team_members');

-- One record that a member or a team may see whoever owns it. The record belongs to another module, so no foreign key leads
-- to it; a share of a record that is gone shows nothing.
create table iam.shares (
  org_id uuid not null,
  id uuid not null,
  object text not null check (object ~ '^[a-z]+$' and length(object) <= 40),
  record_id uuid not null,
  user_id uuid,
  team_id uuid,
  access text not null check (access in ('read', 'write')),
  created_by uuid,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  primary key (org_id, id),
  check ((user_id is null) <> (team_id is null)),
  foreign key (org_id, user_id) references iam.members (org_id, user_id) on delete cascade,
  foreign key (org_id, team_id) references iam.teams (org_id, id) on delete cascade
);
create index shares_record on iam.shares (org_id, object, record_id);
create unique index shares_user on iam.shares (org_id, user_id, object, record_id) where user_id is not null;
create unique index shares_team on iam.shares (org_id, team_id, object, record_id) where team_id is not null;
select platform.tenant_table('iam.shares');

-- An owner or admin who looks at the organization as somebody else would, for a limited time.
create table iam.previews (
  org_id uuid not null,
  user_id uuid not null,
  -- A member's id or a role.
  target text not null check (length(target) between 1 and 40),
  expires_at timestamptz not null,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  primary key (org_id, user_id, target),
  foreign key (org_id, user_id) references iam.members (org_id, user_id) on delete cascade
);
select platform.tenant_table('iam.previews');

-- What a notification is about, so that it is shown to those only who may see that record.
alter table iam.notifications add column about_object text check (about_object ~ '^[a-z]+$'),
  add column about_id uuid, add check ((about_object is null) = (about_id is null));
