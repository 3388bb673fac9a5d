create schema if not exists audit;
grant usage on schema audit to millrace_runtime;

-- Where the log of an organization ends. Locking this row puts its writers in order, and because it is a second
-- place that knows how many entries there are, the last one cannot go without being missed.
create table audit.heads (
  org_id uuid primary key,
  number bigint not null default 0 check (number >= 0),
  hash bytea not null default decode(repeat('00', 32), 'hex') check (octet_length(hash) = 32),
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now()
);
select platform.tenant_table('audit.heads');

-- Who did what to which object, when and from where. The numbers of an organization have no gap, and each entry
-- holds the hash of the one before it. Erasing the head erases the log: that is how an organization goes.
create table audit.entries (
  org_id uuid not null references audit.heads (org_id) on delete cascade,
  number bigint not null check (number > 0),
  created_at timestamptz not null,
  actor_type text not null check (actor_type in ('user', 'apiKey', 'plugin', 'run', 'system', 'visitor')),
  -- Null for those who have none, as visitors.
  actor_id text check (length(actor_id) <= 200),
  -- What the actor was called at that time.
  actor_name text not null check (length(actor_name) <= 200),
  action text not null check (action ~ '^[a-z][A-Za-z0-9_-]*(\.[a-z][A-Za-z0-9_-]*)+$' and length(action) <= 100),
  object_type text not null check (object_type <> '' and length(object_type) <= 100),
  object_id text not null check (length(object_id) <= 200),
  object_name text check (length(object_name) <= 200),
  -- The fields that changed. As json and not jsonb, because the hash covers the text as it was written.
  before json,
  after json,
  address text check (length(address) <= 64),
  user_agent text check (length(user_agent) <= 400),
  request_id text not null check (length(request_id) <= 100),
  previous_hash bytea not null check (octet_length(previous_hash) = 32),
  hash bytea not null check (octet_length(hash) = 32),
  primary key (org_id, number)
);
create index entries_actor on audit.entries (org_id, actor_id, number desc);
create index entries_object on audit.entries (org_id, object_type, object_id, number desc);
create index entries_action on audit.entries (org_id, action collate "C", number desc);
create index entries_time on audit.entries (org_id, created_at);
select platform.append_only_table('audit.entries');

-- One part of the canonical form: its length in bytes, a colon and the text, or a hyphen for nothing. So no two
-- different entries have the same form, whatever is in them.
create function audit.part(value text) returns text
language sql immutable parallel safe
as $$ select coalesce(octet_length(convert_to(value, 'UTF8'))::text || ':' || value, '-') $$;

-- Appends entries, given as objects whose members are texts, in their order. The head is locked from here to the
-- end of the transaction, so this comes last in it. The time is taken after the lock: numbers and times agree.
create function audit.append(organization uuid, entries jsonb) returns void
language plpgsql set search_path = ''
as $$
declare
  head audit.heads;
  entry record;
  made_at timestamptz;
  previous bytea;
begin
  insert into audit.heads (org_id) values (organization) on conflict do nothing;
  select * into strict head from audit.heads h where h.org_id = organization for update;
  for entry in
    select * from jsonb_to_recordset(entries) as e (
      actor_type text, actor_id text, actor_name text, action text, object_type text, object_id text,
      object_name text, before text, after text, address text, user_agent text, request_id text)
  loop
    made_at := clock_timestamp();
    previous := head.hash;
    head.number := head.number + 1;
    head.hash := sha256(convert_to(
      'millrace audit 1,' || audit.part(organization::text) || audit.part(head.number::text)
      || audit.part(encode(previous, 'hex'))
      || audit.part(to_char(made_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'))
      || audit.part(entry.actor_type) || audit.part(entry.actor_id) || audit.part(entry.actor_name)
      || audit.part(entry.action) || audit.part(entry.object_type) || audit.part(entry.object_id)
      || audit.part(entry.object_name) || audit.part(entry.before) || audit.part(entry.after)
      || audit.part(entry.address) || audit.part(entry.user_agent) || audit.part(entry.request_id),
      'UTF8'));
    insert into audit.entries (
      org_id, number, created_at, actor_type, actor_id, actor_name, action, object_type, object_id, object_name,
      before, after, address, user_agent, request_id, previous_hash, hash)
    values (
      organization, head.number, made_at, entry.actor_type, entry.actor_id, entry.actor_name, entry.action,
      entry.object_type, entry.object_id, entry.object_name, entry.before::json, entry.after::json,
      entry.address, entry.user_agent, entry.request_id, previous, head.hash);
  end loop;
  update audit.heads h set number = head.number, hash = head.hash where h.org_id = organization;
end $$;
