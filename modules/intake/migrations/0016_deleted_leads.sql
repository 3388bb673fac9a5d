-- What is due to go for good is found by its age, whatever workflow it was of.
create index leads_due on intake.leads (org_id, deleted_at, id) where deleted_at is not null;
