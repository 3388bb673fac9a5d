-- A record that was merged into another one is deleted and says where it went. No foreign key: the other may go for good, and
-- then it leads nowhere.
alter table crm.companies add column merged_into uuid;
alter table crm.people add column merged_into uuid;
alter table crm.deals add column merged_into uuid;

-- The rows that a merge touched, as they were and as it left them, so that taking it back puts the same bytes there.
create table crm.merge_rows (
  org_id uuid not null,
  change_set_id uuid not null,
  -- In the order in which they were written.
  number integer not null,
  object text not null check (object in ('company', 'person', 'deal')),
  -- The record that stayed.
  record_id uuid not null,
  table_name text not null check (table_name ~ '^[a-z_]+[.][a-z_]+$'),
  row_key jsonb not null check (jsonb_typeof(row_key) = 'object'),
  before jsonb not null check (jsonb_typeof(before) = 'object'),
  -- Null for a row that went.
  after jsonb check (jsonb_typeof(after) = 'object'),
  created_at timestamptz not null default now(),
  primary key (org_id, change_set_id, number),
  foreign key (org_id, change_set_id) references crm.change_sets (org_id, id) on delete cascade
);
select platform.tenant_table('crm.merge_rows');
select platform.part_of_any('crm.merge_rows', 'object', null, 'record_id');

-- Two records that may be one, the smaller id first.
create table crm.duplicate_pairs (
  org_id uuid not null,
  object text not null check (object in ('company', 'person', 'deal')),
  first_id uuid not null,
  second_id uuid not null,
  -- How sure it is, of 100.
  score smallint not null check (score between 1 and 100),
  reasons text[] not null,
  status text not null default 'open' check (status in ('open', 'dismissed')),
  decided_by jsonb,
  decided_at timestamptz,
  -- When a scan last found it.
  found_at timestamptz not null default now(),
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  primary key (org_id, object, first_id, second_id),
  check (first_id < second_id)
);
create index duplicate_pairs_open on crm.duplicate_pairs (org_id, object, score, first_id, second_id) where status = 'open';
create index duplicate_pairs_second on crm.duplicate_pairs (org_id, second_id);
select platform.tenant_table('crm.duplicate_pairs');
select platform.part_of_any('crm.duplicate_pairs', 'object', null, 'first_id');

-- The search for duplicates among all records of an object: how far it is, and what it passed over.
create table crm.duplicate_scans (
  org_id uuid not null,
  object text not null check (object ~ '^[a-z]+$'),
  status text not null check (status in ('running', 'done')),
  -- The kinds of keys that were compared already, of so many.
  keys_done integer not null default 0,
  keys_total integer not null,
  -- Values that too many records share to compare each with each: [{ key, value, count }].
  crowded jsonb not null default '[]' check (jsonb_typeof(crowded) = 'array'),
  -- The last change of a record that was looked at.
  changes_upto uuid,
  started_at timestamptz not null default now(),
  finished_at timestamptz,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  primary key (org_id, object)
);
select platform.tenant_table('crm.duplicate_scans');

-- The name of a business without its legal form, spaces and signs, as duplicates are looked for.
create function crm.business_key(folded text) returns text
language sql immutable strict parallel safe
as $$
  select coalesce(
    nullif(regexp_replace(regexp_replace(
      folded, '\m(sas|sasu|sarl|eurl|sa|snc|sci|scop|gmbh|ag|kg|ug|ltd|limited|llc|plc|inc|corp|bv|nv|spa|srl|sl|et|and|the|le|la|les)\M', '', 'g'
    ), '[^[:alnum:]]', '', 'g'), ''),
    regexp_replace(folded, '[^[:alnum:]]', '', 'g')
  )
$$;

-- The words of a name in order of the alphabet, so that it is the same whichever comes first.
create function crm.words_key(folded text) returns text
language sql immutable strict parallel safe
as $$
  select string_agg(word, ' ' order by word collate "C")
  from regexp_split_to_table(folded, '[^[:alnum:]]+') word where word <> ''
$$;
