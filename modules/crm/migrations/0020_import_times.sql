-- When what imports keep was written and last touched, as of every other row.
alter table crm.import_rejects
  add column created_at timestamptz not null default now(),
  add column updated_at timestamptz not null default now();
alter table crm.import_writes
  add column created_at timestamptz not null default now(),
  add column updated_at timestamptz not null default now();
alter table crm.import_mappings
  add column created_at timestamptz not null default now();
create trigger touch_updated_at before update on crm.import_rejects
  for each row execute function platform.touch_updated_at();
create trigger touch_updated_at before update on crm.import_writes
  for each row execute function platform.touch_updated_at();
