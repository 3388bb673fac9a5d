-- The records that have tags at all, for the list of the tags that are in use.
create index companies_tagged on crm.companies (org_id, id) where tags <> '{}' and deleted_at is null;
create index people_tagged on crm.people (org_id, id) where tags <> '{}' and deleted_at is null;
