-- A list of records as a file, made by a job from one state of the database. The file lies in the data folder for a day.
create table crm.exports (
  org_id uuid not null,
  id uuid not null,
  object text not null check (object in ('company', 'person', 'deal')),
  request jsonb not null check (jsonb_typeof(request) = 'object'),
  status text not null default 'running' check (status in ('running', 'done', 'failed')),
  failure text check (length(failure) <= 1000),
  -- Of the finished file; rows without the heading.
  rows integer,
  bytes bigint,
  sha256 text check (sha256 ~ '^[0-9a-f]{64}$'),
  actor jsonb not null,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  expires_at timestamptz not null default now() + interval '1 day',
  primary key (org_id, id)
);
create index exports_expired on crm.exports (org_id, expires_at);
select platform.tenant_table('crm.exports');
