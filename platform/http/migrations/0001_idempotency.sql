create schema if not exists http;
grant usage on schema http to millrace_runtime;

-- Answers to requests that carried an Idempotency-Key, written in the request's own transaction: either
-- the effect and its answer both exist or neither does.
create table http.idempotency_keys (
  org_id uuid not null,
  actor text not null,
  route text not null,
  key text not null,
  request_hash bytea not null,
  status smallint not null,
  answer jsonb,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  primary key (org_id, actor, route, key)
);
create index idempotency_keys_age on http.idempotency_keys (org_id, created_at);
select platform.tenant_table('http.idempotency_keys');
