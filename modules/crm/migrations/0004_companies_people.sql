-- The host of a web address without `www.`, in small letters; null for what has none. It is how a company is found by the
-- domain of an address.
create function crm.domain_of(url text) returns text
language sql immutable strict parallel safe
as $$
  select rtrim(substring(
    lower(url) from '^\s*(?:[a-z][a-z0-9+.-]*://)?(?:[^/?#@]*@)?(?:www[.])?([^/?#:@\s.]+(?:[.][^/?#:@\s.]+)+)'
  ), '.')
$$;

alter table crm.companies
  add column domain text generated always as (crm.domain_of(website_url)) stored,
  -- What names are put in order by: small letters without accents, whatever the collation of the database.
  add column name_key text collate "C" generated always as (crm.fold(name)) stored,
  add column tags text[] not null default '{}',
  add column last_activity_at timestamptz;

alter table crm.people
  add column first_name_key text collate "C" generated always as (nullif(crm.fold(first_name), '')) stored,
  add column last_name_key text collate "C" generated always as (nullif(crm.fold(last_name), '')) stored;

-- Two companies may have one SIREN: a chain has a record for each shop. So these find, and forbid nothing.
create index companies_domain on crm.companies (org_id, domain) where domain is not null and deleted_at is null;
create index companies_siren on crm.companies (org_id, siren) where siren is not null and deleted_at is null;
create index companies_external on crm.companies (org_id, external_id) where external_id is not null and deleted_at is null;
create index people_external on crm.people (org_id, external_id) where external_id is not null and deleted_at is null;

-- The orders of lists. Who has no value comes last in either direction, so what may be empty needs an index for each.
create index companies_by_name on crm.companies (org_id, name_key, id) where deleted_at is null;
create index companies_by_update on crm.companies (org_id, updated_at, id) where deleted_at is null;
create index companies_by_activity on crm.companies (org_id, (coalesce(last_activity_at, '-infinity'::timestamptz)), id)
  where deleted_at is null;
create index people_by_last_name on crm.people (org_id, (coalesce(last_name_key, U&'\+10FFFF' collate "C")), id)
  where deleted_at is null;
create index people_by_last_name_back on crm.people (org_id, (coalesce(last_name_key, '' collate "C")), id)
  where deleted_at is null;
create index people_by_first_name on crm.people (org_id, (coalesce(first_name_key, U&'\+10FFFF' collate "C")), id)
  where deleted_at is null;
create index people_by_first_name_back on crm.people (org_id, (coalesce(first_name_key, '' collate "C")), id)
  where deleted_at is null;
create index people_by_activity on crm.people (org_id, (coalesce(last_activity_at, 'infinity'::timestamptz)), id)
  where deleted_at is null;
create index people_by_activity_back on crm.people (org_id, (coalesce(last_activity_at, '-infinity'::timestamptz)), id)
  where deleted_at is null;
create index people_by_score on crm.people (org_id, score, id) where deleted_at is null;
create index people_by_update on crm.people (org_id, updated_at, id) where deleted_at is null;

-- What was deleted, for whoever looks for it and for the purge.
create index companies_deleted on crm.companies (org_id, deleted_at, id) where deleted_at is not null;
create index people_deleted on crm.people (org_id, deleted_at, id) where deleted_at is not null;
