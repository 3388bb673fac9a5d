-- The orders of lists of deals. Who has no value comes last in either direction, so what may be empty needs an index for each.
alter table crm.deals
  -- What names are put in order by: small letters without accents, whatever the collation of the database.
  add column name_key text collate "C" generated always as (crm.fold(name)) stored;
create index deals_by_name on crm.deals (org_id, name_key, id) where deleted_at is null;
create index deals_by_update on crm.deals (org_id, updated_at, id) where deleted_at is null;
create index deals_by_value on crm.deals (org_id, (coalesce(value, 9223372036854775807)), id) where deleted_at is null;
create index deals_by_value_back on crm.deals (org_id, (coalesce(value, -1)), id) where deleted_at is null;
create index deals_by_expected on crm.deals (org_id, (coalesce(expected_close_on, 'infinity'::date)), id) where deleted_at is null;
create index deals_by_expected_back on crm.deals (org_id, (coalesce(expected_close_on, '-infinity'::date)), id)
  where deleted_at is null;
-- What was deleted, for whoever looks for it and for the purge.
create index deals_deleted on crm.deals (org_id, deleted_at, id) where deleted_at is not null;
-- What was made lately in a pipeline; ids are made in order of time.
create index deals_made on crm.deals (org_id, pipeline_id, created_at) where deleted_at is null;
