-- An account of Calendly that tells a source of its bookings by itself: the subscription there is made, looked at and taken away
-- with a token of whoever connected it.
create table intake.calendly_connections (
  org_id uuid not null,
  source_id uuid not null,
  -- Sealed by the vault.
  token text not null,
  scope text not null check (scope in ('user', 'organization')),
  -- Whose account it is, in words of Calendly.
  account text not null default '' check (length(account) <= 200),
  -- What names the subscription there.
  subscription text not null check (subscription ~ '^[A-Za-z0-9-]{1,100}$'),
  -- Why bookings do not come, in one sentence for people; null while they do.
  problem text check (length(problem) <= 500),
  checked_at timestamptz not null default now(),
  -- Counts the checks, so that each follows one other.
  checks bigint not null default 0,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  foreign key (org_id, source_id) references intake.sources (org_id, id) on delete cascade
);
alter table intake.calendly_connections add primary key (org_id, source_id);
select platform.tenant_table('intake.calendly_connections');
