create schema if not exists live;
grant usage on schema live to millrace_runtime;

-- What the processes tell each other about changes, for those that missed a notification or cannot hear any. It outlives a
-- crash of the server, because a session that was lost with it has to find what was committed before.
create table live.packets (
  id uuid primary key,
  sender uuid not null,
  sent_at timestamptz not null default now(),
  content text not null
);
create index packets_age on live.packets (sent_at);
select platform.global_table(
  'live.packets',
  'Kinds of changes and ids of records of many organizations at once, for two minutes; read by processes, never for a person before it was sorted by organization.',
  'select, insert, delete'
);
