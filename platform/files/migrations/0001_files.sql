create schema if not exists files;
grant usage on schema files to millrace_runtime;

-- What is kept in the data folder, one row a file. The bytes are in place before the row is written, and go after it went:
-- a row without bytes cannot be, and bytes without a row are nobody's and are swept away.
create table files.files (
  org_id uuid not null,
  id uuid not null,
  -- As people named it, without any path.
  name text not null check (name <> '' and length(name) <= 255),
  -- What the first bytes say it is, whatever its sender says.
  type text not null check (length(type) <= 100),
  size bigint not null check (size > 0),
  sha256 text not null check (sha256 ~ '^[0-9a-f]{64}$'),
  created_at timestamptz not null default now(),
  primary key (org_id, id)
);
select platform.tenant_table('files.files');
