create schema if not exists crm;
grant usage on schema crm to millrace_runtime;

create table crm.companies (
  org_id uuid not null,
  id uuid not null,
  name text not null check (name <> '' and length(name) <= 200),
  brand_name text check (length(brand_name) <= 200),
  linkedin_name text check (length(linkedin_name) <= 200),
  pharow_company_id text check (length(pharow_company_id) <= 100),
  -- French registers: nine digits of the business, fourteen of its head office. Check digits are the verbs' work.
  siren text check (siren ~ '^[0-9]{9}$'),
  hq_siret text check (hq_siret ~ '^[0-9]{14}$'),
  -- A NAF code means nothing without the edition of the nomenclature it comes from.
  naf_code text check (length(naf_code) <= 20),
  naf_nomenclature text check (length(naf_nomenclature) <= 40),
  activity text,
  founding_year smallint check (founding_year between 1000 and 2199),
  founding_date date,
  growing boolean,
  employee_range text check (length(employee_range) <= 40),
  -- Minor units of the currency.
  annual_revenue bigint,
  annual_revenue_currency text check (annual_revenue_currency ~ '^[A-Z]{3}$'),
  phones text[] not null default '{}',
  generic_email citext check (length(generic_email) <= 254),
  website_url text check (length(website_url) <= 2000),
  linkedin_url text check (length(linkedin_url) <= 2000),
  -- The head office: street, postalCode, city, country.
  address jsonb not null default '{}' check (jsonb_typeof(address) = 'object'),
  external_id text check (length(external_id) <= 255),
  source text check (length(source) <= 100),
  owner_user_id uuid,
  custom jsonb not null default '{}' check (jsonb_typeof(custom) = 'object'),
  created_by uuid,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  deleted_at timestamptz,
  primary key (org_id, id),
  foreign key (org_id, owner_user_id) references iam.members (org_id, user_id) on delete set null (owner_user_id),
  check ((annual_revenue is null) = (annual_revenue_currency is null)),
  check (naf_code is null or naf_nomenclature is not null)
);
create index companies_owner on crm.companies (org_id, owner_user_id) where owner_user_id is not null;
select platform.tenant_table('crm.companies');

create table crm.people (
  org_id uuid not null,
  id uuid not null,
  first_name text check (length(first_name) <= 200),
  last_name text check (length(last_name) <= 200),
  salutation text check (length(salutation) <= 40),
  linkedin_url text check (length(linkedin_url) <= 2000),
  mobile text check (length(mobile) <= 50),
  phone text check (length(phone) <= 50),
  -- What enrichment providers found: [{ provider, number }].
  enriched_phones jsonb not null default '[]' check (jsonb_typeof(enriched_phones) = 'array'),
  external_id text check (length(external_id) <= 255),
  source text check (length(source) <= 100),
  status text not null default 'active' check (status in ('active', 'inactive', 'archived')),
  lifecycle_stage text not null default 'lead' check (lifecycle_stage in ('lead', 'prospect', 'active', 'churned')),
  score integer not null default 0,
  tags text[] not null default '{}',
  owner_user_id uuid,
  custom jsonb not null default '{}' check (jsonb_typeof(custom) = 'object'),
  last_activity_at timestamptz,
  created_by uuid,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  deleted_at timestamptz,
  primary key (org_id, id),
  foreign key (org_id, owner_user_id) references iam.members (org_id, user_id) on delete set null (owner_user_id)
);
create index people_owner on crm.people (org_id, owner_user_id) where owner_user_id is not null;
create index people_tags on crm.people using gin (org_id, tags) where deleted_at is null;
select platform.tenant_table('crm.people');

-- A person's role at a company, or on their own. It carries the e-mail address, and one live position of an
-- organization has it: that index is what makes two people of the same address impossible.
create table crm.positions (
  org_id uuid not null,
  id uuid not null,
  person_id uuid not null,
  company_id uuid,
  title text check (length(title) <= 200),
  pharow_list_name text check (length(pharow_list_name) <= 200),
  email citext check (email <> '' and length(email) <= 254),
  -- What look-ups compare: equality of citext is not leakproof, so under row-level security it never reaches an index.
  email_key text generated always as (lower(email::text)) stored,
  email_status text not null default 'unverified'
    check (email_status in ('unverified', 'valid', 'risky', 'invalid', 'bounced')),
  -- From 0 to 1, as the enrichment provider rates the address.
  email_reliability numeric(4, 3) check (email_reliability between 0 and 1),
  is_primary boolean not null default false,
  valid_from date,
  valid_to date,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  deleted_at timestamptz,
  primary key (org_id, id),
  -- Checked at the end of the transaction: the address decides who a person is, so the position is written first.
  foreign key (org_id, person_id) references crm.people (org_id, id) on delete cascade deferrable initially deferred,
  foreign key (org_id, company_id) references crm.companies (org_id, id) on delete set null (company_id),
  check (valid_from is null or valid_to is null or valid_from <= valid_to)
);
create unique index positions_email on crm.positions (org_id, email_key) where deleted_at is null;
create index positions_person on crm.positions (org_id, person_id);
create index positions_company on crm.positions (org_id, company_id) where company_id is not null;
-- The one that is used most comes last: before a table is analyzed, PostgreSQL takes the newest of what looks alike.
create unique index positions_primary on crm.positions (org_id, person_id) where is_primary and deleted_at is null;
select platform.tenant_table('crm.positions');
