-- Services that an organization asks for what it does not know, in the order in which they are asked.
create table crm.enrichment_providers (
  org_id uuid not null,
  provider text not null check (provider ~ '^[a-z][a-z0-9-]{0,39}$'),
  position integer not null default 0,
  is_enabled boolean not null default false,
  -- Sealed by the vault; null for a service that asks for none.
  credential text,
  -- What a hit costs, and how much a month may cost at most, both in minor units; null for no limit.
  cost bigint not null default 0 check (cost between 0 and 1000000),
  currency text not null default 'EUR' check (currency ~ '^[A-Z]{3}$'),
  monthly_limit bigint check (monthly_limit between 0 and 1000000000000),
  -- Why it was last refused, until it works again.
  last_error text check (length(last_error) <= 500),
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  primary key (org_id, provider)
);
select platform.tenant_table('crm.enrichment_providers');

-- A question about one record, and how it went.
create table crm.enrichments (
  org_id uuid not null,
  id uuid not null,
  object text not null check (object in ('company', 'person')),
  record_id uuid not null,
  status text not null default 'queued' check (status in ('queued', 'found', 'nothing', 'failed')),
  -- The fields that were filled in, by their names in the API.
  filled text[] not null default '{}',
  actor jsonb not null,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  finished_at timestamptz,
  primary key (org_id, id)
);
create index enrichments_record on crm.enrichments (org_id, record_id, id);
create unique index enrichments_open on crm.enrichments (org_id, record_id) where status = 'queued';
select platform.tenant_table('crm.enrichments');
select platform.part_of_any('crm.enrichments', 'object', null, 'record_id');

-- One service asked once: the ledger of what enrichment costs. A try is written before the question leaves, so that one that was
-- interrupted counts as if it had cost something.
create table crm.enrichment_tries (
  org_id uuid not null,
  id uuid not null,
  enrichment_id uuid not null,
  provider text not null,
  outcome text not null default 'asked' check (outcome in ('asked', 'found', 'nothing', 'busy', 'failed', 'interrupted')),
  reason text check (length(reason) <= 500),
  cost bigint not null,
  currency text not null check (currency ~ '^[A-Z]{3}$'),
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  primary key (org_id, id)
);
create index enrichment_tries_of on crm.enrichment_tries (org_id, enrichment_id, id);
create index enrichment_tries_month on crm.enrichment_tries (org_id, provider, created_at) include (cost);
select platform.tenant_table('crm.enrichment_tries');
