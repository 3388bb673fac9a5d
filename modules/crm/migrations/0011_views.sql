-- How a list of records is looked at: its columns, filter and order, kept under a name. A personal one is its owner's alone,
-- a shared one is everybody's to use and change, a locked one everybody's to use.
create table crm.views (
  org_id uuid not null,
  id uuid not null,
  object text not null check (object in ('company', 'person', 'deal')),
  name text not null check (name <> '' and length(name) <= 100),
  icon text check (length(icon) <= 40),
  type text not null default 'table' check (type in ('table', 'board', 'calendar')),
  settings jsonb not null default '{}' check (jsonb_typeof(settings) = 'object'),
  visibility text not null default 'personal' check (visibility in ('personal', 'shared', 'locked')),
  -- When the member goes, shared views stay without an owner.
  user_id uuid,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  primary key (org_id, id),
  foreign key (org_id, user_id) references iam.members (org_id, user_id) on delete set null (user_id)
);
create index views_object on crm.views (org_id, object, id);
create index views_user on crm.views (org_id, user_id) where user_id is not null;
select platform.tenant_table('crm.views');

-- What a view is to one member: pinned to the tabs, in which place, and whether the list opens with it.
create table crm.view_marks (
  org_id uuid not null,
  view_id uuid not null,
  user_id uuid not null,
  object text not null check (object in ('company', 'person', 'deal')),
  is_pinned boolean not null default false,
  place integer not null default 0,
  is_default boolean not null default false,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  primary key (org_id, view_id, user_id),
  foreign key (org_id, view_id) references crm.views (org_id, id) on delete cascade,
  foreign key (org_id, user_id) references iam.members (org_id, user_id) on delete cascade
);
create unique index view_marks_default on crm.view_marks (org_id, user_id, object) where is_default;
select platform.tenant_table('crm.view_marks');
