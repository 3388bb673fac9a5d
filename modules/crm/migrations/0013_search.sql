-- What records are found by, one row for each: docs/decisions/009-search-inside-the-policy.md. Written with the record, from
-- what the views below read in its tables.
create table crm.search_entries (
  org_id uuid not null,
  object text not null check (object ~ '^[a-z]+$'),
  record_id uuid not null,
  owner_user_id uuid,
  -- The name, folded, and for people once more with the last name first; empty when there is no other way to say it.
  name text collate "C" not null check (length(name) <= 400),
  other_name text collate "C" not null default '' check (length(other_name) <= 400),
  -- Everything it is found by, a line each: a letter for what it is, a space, the folded text. Begins and ends with a line break.
  doc text not null check (length(doc) <= 8001),
  -- The day it was last active, for the order of answers. A day, so that not every edit writes all indexes anew.
  active_on date not null,
  created_at timestamptz not null default now(),
  primary key (org_id, object, record_id)
);
create index search_entries_name on crm.search_entries (org_id, object, name);
create index search_entries_other_name on crm.search_entries (org_id, object, other_name) where other_name <> '';
create index search_entries_owner on crm.search_entries (org_id, owner_user_id) where owner_user_id is not null;
create index search_entries_active on crm.search_entries (org_id, object, active_on);
-- What is not sorted in yet is read by every search, so the list of it is kept short.
create index search_entries_doc on crm.search_entries using gin (org_id, object, doc gin_trgm_ops)
  with (gin_pending_list_limit = 512);
select platform.tenant_table('crm.search_entries');
select platform.searched_table('crm.search_entries', 'object', 'owner_user_id', 'record_id', 'doc');

-- The digits of a number as searches compare them: without what is dialled before it at home or from abroad.
create function crm.phone_key(number text) returns text
language sql immutable strict parallel safe
as $$ select nullif(ltrim(regexp_replace(number, '[^0-9]', '', 'g'), '0'), '') $$;

-- One entry for each record that is there, with the rights and under the policies of whoever reads it.
-- n name, a further name, e e-mail address, p phone, w domain, s number of a register, x number elsewhere,
-- c name of the company, r name of the person.
create view crm.company_search with (security_invoker = true) as
  select c.org_id, 'company'::text as object, c.id as record_id, c.owner_user_id,
    left(c.name_key, 400) as name, ''::text as other_name,
    left(concat(
      E'\nn ', c.name_key, E'\na ' || crm.fold(c.brand_name), E'\na ' || crm.fold(c.linkedin_name),
      E'\nw ' || c.domain, E'\ne ' || lower(c.generic_email::text),
      (select string_agg(E'\np ' || crm.phone_key(number), '') from unnest(c.phones) number),
      E'\ns ' || c.siren, E'\ns ' || c.hq_siret, E'\nx ' || crm.fold(c.external_id)
    ), 8000) || E'\n' as doc,
    (greatest(c.updated_at, c.last_activity_at) at time zone 'UTC')::date as active_on
  from crm.companies c
  where c.deleted_at is null;

create view crm.person_search with (security_invoker = true) as
  select p.org_id, 'person'::text as object, p.id as record_id, p.owner_user_id,
    left(coalesce(nullif(concat_ws(' ', p.first_name_key, p.last_name_key), ''), o.email, ''), 400) as name,
    left(case when p.first_name_key is null or p.last_name_key is null then ''
      else concat(p.last_name_key, ' ', p.first_name_key) end, 400) as other_name,
    left(concat(
      E'\nn ' || nullif(concat_ws(' ', p.first_name_key, p.last_name_key), ''), o.emails,
      E'\np ' || crm.phone_key(p.phone), E'\np ' || crm.phone_key(p.mobile),
      (select string_agg(E'\np ' || crm.phone_key(found->>'number'), '') from jsonb_array_elements(p.enriched_phones) found),
      E'\nx ' || crm.fold(p.external_id), o.companies
    ), 8000) || E'\n' as doc,
    (greatest(p.updated_at, p.last_activity_at) at time zone 'UTC')::date as active_on
  from crm.people p
  left join lateral (
    select string_agg(E'\ne ' || live.email_key, '' order by live.is_primary desc, live.id) as emails,
      string_agg(distinct E'\nc ' || translate(c.name_key, E'\n\r', '  '), '') as companies,
      (array_agg(live.email_key order by live.is_primary desc, live.id) filter (where live.email_key is not null))[1] as email
    from crm.positions live
    left join crm.companies c on c.org_id = live.org_id and c.id = live.company_id and c.deleted_at is null
    where live.org_id = p.org_id and live.person_id = p.id and live.deleted_at is null
  ) o on true
  where p.deleted_at is null;

create view crm.deal_search with (security_invoker = true) as
  select d.org_id, 'deal'::text as object, d.id as record_id, d.owner_user_id,
    left(crm.fold(d.name), 400) as name, ''::text as other_name,
    left(concat(
      E'\nn ', crm.fold(d.name), E'\nx ' || crm.fold(d.external_id), E'\nc ' || translate(c.name_key, E'\n\r', '  '),
      E'\nr ' || nullif(translate(concat_ws(' ', p.first_name_key, p.last_name_key), E'\n\r', '  '), '')
    ), 8000) || E'\n' as doc,
    (d.updated_at at time zone 'UTC')::date as active_on
  from crm.deals d
  left join crm.companies c on c.org_id = d.org_id and c.id = d.company_id and c.deleted_at is null
  left join crm.people p on p.org_id = d.org_id and p.id = d.person_id and p.deleted_at is null
  where d.deleted_at is null;

revoke all on crm.company_search, crm.person_search, crm.deal_search from public;
grant select on crm.company_search, crm.person_search, crm.deal_search to millrace_runtime;

-- The records that are there already. Row-level security holds for the owner too, so one organization after the other.
do $$
declare
  organization uuid;
begin
  for organization in select distinct org_id from iam.organization_slugs loop
    perform set_config('app.org_id', organization::text, true);
    insert into crm.search_entries (org_id, object, record_id, owner_user_id, name, other_name, doc, active_on)
    select * from crm.company_search union all select * from crm.person_search union all select * from crm.deal_search;
  end loop;
  perform set_config('app.org_id', '', true);
end $$;
