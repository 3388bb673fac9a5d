-- Row-level security lets a comparison reach an index where nothing in it could tell about rows. CASE is known to tell nothing,
-- COALESCE is not, so that only the first page of these orders came from its index, and every further one was looked for.
drop index crm.companies_by_activity, crm.people_by_last_name, crm.people_by_last_name_back, crm.people_by_first_name,
  crm.people_by_first_name_back, crm.people_by_activity, crm.people_by_activity_back;

create index companies_by_activity on crm.companies
  (org_id, (case when last_activity_at is null then '-infinity'::timestamptz else last_activity_at end), id)
  where deleted_at is null;
create index people_by_last_name on crm.people
  (org_id, (case when last_name_key is null then U&'\+10FFFF' collate "C" else last_name_key end), id)
  where deleted_at is null;
create index people_by_last_name_back on crm.people
  (org_id, (case when last_name_key is null then '' collate "C" else last_name_key end), id)
  where deleted_at is null;
create index people_by_first_name on crm.people
  (org_id, (case when first_name_key is null then U&'\+10FFFF' collate "C" else first_name_key end), id)
  where deleted_at is null;
create index people_by_first_name_back on crm.people
  (org_id, (case when first_name_key is null then '' collate "C" else first_name_key end), id)
  where deleted_at is null;
create index people_by_activity on crm.people
  (org_id, (case when last_activity_at is null then 'infinity'::timestamptz else last_activity_at end), id)
  where deleted_at is null;
create index people_by_activity_back on crm.people
  (org_id, (case when last_activity_at is null then '-infinity'::timestamptz else last_activity_at end), id)
  where deleted_at is null;

drop index crm.deals_by_value, crm.deals_by_value_back, crm.deals_by_expected, crm.deals_by_expected_back;
create index deals_by_value on crm.deals
  (org_id, (case when value is null then 9223372036854775807 else value end), id) where deleted_at is null;
create index deals_by_value_back on crm.deals
  (org_id, (case when value is null then -1 else value end), id) where deleted_at is null;
create index deals_by_expected on crm.deals
  (org_id, (case when expected_close_on is null then 'infinity'::date else expected_close_on end), id)
  where deleted_at is null;
create index deals_by_expected_back on crm.deals
  (org_id, (case when expected_close_on is null then '-infinity'::date else expected_close_on end), id)
  where deleted_at is null;
