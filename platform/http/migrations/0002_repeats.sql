-- Answers are kept for a day and may hold what is shown only once, such as a new API key. So they are sealed with the
-- installation's key, together with their status and ETag. Those kept in clear until now are dropped with their keys.
truncate http.idempotency_keys;
alter table http.idempotency_keys drop column status, drop column answer, add column answer bytea not null;

-- Keys of requests outside any organization, such as making one. The row is found by SHA-256 of user, route and key:
-- nothing here says who did what.
create table http.user_idempotency_keys (
  id bytea primary key check (octet_length(id) = 32),
  request_hash bytea not null check (octet_length(request_hash) = 32),
  answer bytea not null,
  created_at timestamptz not null default now()
);
create index user_idempotency_keys_age on http.user_idempotency_keys (created_at);
select platform.global_table(
  'http.user_idempotency_keys',
  'Repeats of requests outside any organization: hashes, sealed answers and times.',
  'select, insert, update, delete'
);
