-- A text as searches and comparisons read it: small letters without accents, so that Zoë, ZOE and zoe are one.
create function crm.fold(value text) returns text
language sql immutable strict parallel safe
as $$
  select lower(regexp_replace(
    normalize(replace(replace(replace(replace(replace(lower(value), 'ß', 'ss'), 'œ', 'oe'), 'æ', 'ae'), 'ø', 'o'), 'ł', 'l'), nfkd),
    U&'[\0300-\036F]', '', 'g'
  ))
$$;

-- One act that changed many records, such as an import, a merge or an edit of a selection. It can be undone as a whole
-- until `undo_until`.
create table crm.change_sets (
  org_id uuid not null,
  id uuid not null,
  kind text not null check (kind in ('import', 'merge', 'bulk', 'delete', 'undo')),
  object text not null check (object in ('company', 'person', 'deal', 'activity')),
  -- What people read in the list of what can be undone.
  title text not null check (length(title) <= 300),
  status text not null default 'running' check (status in ('running', 'done', 'failed', 'cancelled', 'undoing', 'undone')),
  -- Null while it is not known how many there will be.
  total integer,
  done integer not null default 0,
  failed integer not null default 0,
  actor jsonb not null,
  detail jsonb not null default '{}' check (jsonb_typeof(detail) = 'object'),
  undo_until timestamptz not null default now() + interval '30 days',
  undone_by uuid,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  finished_at timestamptz,
  primary key (org_id, id)
);
select platform.tenant_table('crm.change_sets');

-- What was written to records: by whom, from where, and what stood there before. A value on a record knows its origin by
-- the newest row that has it in `after`. Written once, but reached by the erasure of a person, so not append-only.
create table crm.changes (
  org_id uuid not null,
  id uuid not null,
  object text not null check (object in ('company', 'person', 'deal', 'activity')),
  record_id uuid not null,
  action text not null check (action in ('created', 'updated', 'deleted', 'restored', 'merged')),
  -- The fields that differ, by their names in the API; those of an organization are `custom.<key>`.
  before jsonb not null default '{}' check (jsonb_typeof(before) = 'object'),
  after jsonb not null default '{}' check (jsonb_typeof(after) = 'object'),
  actor jsonb not null,
  -- What made the actor write it, such as `form`, `import`, `merge`, `bulk`, `undo`, `enrichment:<provider>`.
  source text check (length(source) <= 100),
  change_set_id uuid,
  created_at timestamptz not null default now(),
  primary key (org_id, id)
) partition by range (id);
create index changes_record on crm.changes (org_id, record_id, id);
create index changes_set on crm.changes (org_id, change_set_id, id) where change_set_id is not null;
select platform.tenant_table('crm.changes');
select platform.part_of_any('crm.changes', 'object', null, 'record_id');
select platform.partition_monthly('crm.changes', 24);
