-- What the organization was filled with to be looked at, so that it can be taken away again and nothing else with it.
create table iam.sample_records (
  org_id uuid not null,
  object text not null check (object ~ '^[a-z]+$' and length(object) <= 40),
  record_id uuid not null,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  primary key (org_id, object, record_id)
);
select platform.tenant_table('iam.sample_records');
