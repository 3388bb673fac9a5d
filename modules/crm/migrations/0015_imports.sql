-- A file of records on its way in: uploaded, its columns mapped, checked as a whole, then taken in by a job that
-- goes on where it was interrupted. The file itself lies in the data folder.
create table crm.imports (
  org_id uuid not null,
  id uuid not null,
  object text not null check (object in ('company', 'person', 'deal')),
  file_name text not null check (file_name <> '' and length(file_name) <= 255),
  file_bytes bigint not null check (file_bytes > 0),
  received_bytes bigint not null default 0 check (received_bytes <= file_bytes),
  sha256 text check (sha256 ~ '^[0-9a-f]{64}$'),
  status text not null default 'uploading' check (
    status in ('uploading', 'mapping', 'running', 'paused', 'done', 'failed', 'cancelled', 'undoing', 'undone')
  ),
  -- What people read when it could not go on.
  failure text check (length(failure) <= 1000),
  dialect jsonb not null default '{}' check (jsonb_typeof(dialect) = 'object'),
  columns jsonb not null default '[]' check (jsonb_typeof(columns) = 'array'),
  mapping jsonb not null default '[]' check (jsonb_typeof(mapping) = 'array'),
  policy jsonb not null default '{}' check (jsonb_typeof(policy) = 'object'),
  -- Counts the changes of dialect, mapping and policy, so that a check of earlier ones is known to be one.
  revision integer not null default 0,
  findings jsonb check (jsonb_typeof(findings) = 'object'),
  change_set_id uuid,
  -- Where the next rows begin: the byte of the text in UTF-8, and the line.
  place bigint not null default 0,
  line integer not null default 1,
  rows_total integer,
  rows_done integer not null default 0,
  counts jsonb not null default '{}' check (jsonb_typeof(counts) = 'object'),
  actor jsonb not null,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  started_at timestamptz,
  finished_at timestamptz,
  primary key (org_id, id)
);
create index imports_sha256 on crm.imports (org_id, sha256) where sha256 is not null;
create index imports_change_set on crm.imports (org_id, change_set_id) where change_set_id is not null;
select platform.tenant_table('crm.imports');

-- Rows that were not taken in, or not as a whole, as they stood in the file.
create table crm.import_rejects (
  org_id uuid not null,
  import_id uuid not null,
  line integer not null,
  -- Whether the rest of the row was taken in.
  is_partly boolean not null,
  reason text not null check (length(reason) <= 2000),
  cells text[] not null,
  primary key (org_id, import_id, line),
  foreign key (org_id, import_id) references crm.imports (org_id, id) on delete cascade
);
select platform.tenant_table('crm.import_rejects');

-- What an import wrote to rows that were there before, in the columns of their table, so that its undo is exact: the
-- changes of a record name its fields as people know them, and positions have no changes of their own.
create table crm.import_writes (
  org_id uuid not null,
  import_id uuid not null,
  id uuid not null,
  part text not null check (part in ('company', 'person', 'position')),
  row_id uuid not null,
  -- Null for a position that was made.
  before jsonb check (jsonb_typeof(before) = 'object'),
  after jsonb not null check (jsonb_typeof(after) = 'object'),
  primary key (org_id, import_id, id),
  foreign key (org_id, import_id) references crm.imports (org_id, id) on delete cascade
);
select platform.tenant_table('crm.import_writes');

-- How the columns of a file were mapped the last time one with these headings came.
create table crm.import_mappings (
  org_id uuid not null,
  object text not null check (object in ('company', 'person', 'deal')),
  signature text not null check (signature ~ '^[0-9a-f]{64}$'),
  mapping jsonb not null check (jsonb_typeof(mapping) = 'array'),
  updated_at timestamptz not null default now(),
  primary key (org_id, object, signature)
);
select platform.tenant_table('crm.import_mappings');
