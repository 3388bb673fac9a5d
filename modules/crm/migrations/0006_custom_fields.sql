-- Fields an organization adds to its records. Adding one is a row here: values are kept in `custom` of the record under
-- the field's key, so no table changes, however many records there are.
create table crm.custom_fields (
  org_id uuid not null,
  id uuid not null,
  object text not null check (object in ('company', 'person', 'deal')),
  -- What values are kept under. It never changes, and stands in SQL as it is.
  key text not null check (key ~ '^[a-z][a-z0-9_]{0,62}$'),
  label text not null check (label <> '' and length(label) <= 100),
  kind text not null check (kind in (
    'text', 'long_text', 'number', 'money', 'date', 'time', 'boolean', 'select', 'multi_select', 'email', 'phone', 'url',
    'user', 'relation'
  )),
  help text check (length(help) <= 500),
  -- What a select can be, in order: [{ value, label, color, isArchived }]. The value stays when the label changes.
  options jsonb not null default '[]' check (jsonb_typeof(options) = 'array'),
  relates_to text check (relates_to in ('company', 'person', 'deal')),
  is_required boolean not null default false,
  -- What it stands under on the page of a record.
  field_group text not null default '' check (length(field_group) <= 100),
  place integer not null default 0,
  -- An archived field is offered nowhere. Its values stay, and come back with it.
  archived_at timestamptz,
  -- Set while a job takes the values away, at whose end the row goes.
  deleting_at timestamptz,
  created_by uuid,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  primary key (org_id, id),
  unique (org_id, object, key),
  check ((kind = 'relation') = (relates_to is not null))
);
select platform.tenant_table('crm.custom_fields');

-- The values of custom fields as filters and orders find them: what stands in `custom` of the records once more, one row for
-- each single value, in types whose comparison reaches an index under row-level security. A row has one of the keys; money has
-- its currency in `text_key` beside the amount. The owner is the record's, so that whoever sees the record sees these. No
-- foreign keys: rows are written with their record, many at once, from what stands there.
create table crm.custom_values (
  org_id uuid not null,
  object text not null check (object in ('company', 'person', 'deal')),
  record_id uuid not null,
  field_id uuid not null,
  ordinal smallint not null,
  owner_user_id uuid,
  -- Texts of people are folded and cut; those of a select, ids and currencies are as they are.
  text_key text collate "C" check (length(text_key) <= 200),
  number_key double precision,
  day_key date,
  time_key timestamptz,
  created_at timestamptz not null default now(),
  primary key (org_id, record_id, field_id, ordinal)
);
create index custom_values_text on crm.custom_values (org_id, field_id, text_key, record_id) where text_key is not null;
create index custom_values_number on crm.custom_values (org_id, field_id, number_key, record_id) where number_key is not null;
create index custom_values_day on crm.custom_values (org_id, field_id, day_key, record_id) where day_key is not null;
create index custom_values_time on crm.custom_values (org_id, field_id, time_key, record_id) where time_key is not null;
-- How often a value stands in its own field, not in all of them.
create statistics crm.custom_values_of_fields (mcv, dependencies) on org_id, field_id, text_key from crm.custom_values;
select platform.tenant_table('crm.custom_values');
select platform.part_of_any('crm.custom_values', 'object', 'owner_user_id', 'record_id');
