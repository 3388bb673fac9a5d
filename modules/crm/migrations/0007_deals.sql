-- A way that deals go. An organization has as many as it likes.
create table crm.pipelines (
  org_id uuid not null,
  id uuid not null,
  name text not null check (name <> '' and length(name) <= 100),
  -- Where it stands among the others, from 0.
  position integer not null,
  -- The one every organization begins with: the index below makes it one, however many transactions make it at once.
  is_initial boolean not null default false,
  -- What a new deal of it is worth money in, unless it says otherwise.
  currency text not null default 'EUR' check (currency ~ '^[A-Z]{3}$'),
  -- Whether a deal that is lost has to say why.
  asks_lost_reason boolean not null default true,
  archived_at timestamptz,
  created_by uuid,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  primary key (org_id, id)
);
create unique index pipelines_initial on crm.pipelines (org_id) where is_initial;
select platform.tenant_table('crm.pipelines');

-- A column of a pipeline's board. One that was taken away stays for the history of the deals that went through it.
create table crm.stages (
  org_id uuid not null,
  id uuid not null,
  pipeline_id uuid not null,
  key text not null check (key ~ '^[a-z][a-z0-9_]{0,59}$'),
  name text not null check (name <> '' and length(name) <= 100),
  type text not null check (type in ('open', 'won', 'lost')),
  probability smallint not null check (probability between 0 and 100),
  position integer not null,
  -- After so many days in it a deal is shown as rotting; null for never.
  rotting_days smallint check (rotting_days between 1 and 3650),
  -- Names of the fields that a deal has to have filled in to enter.
  required_fields text[] not null default '{}',
  deleted_at timestamptz,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  primary key (org_id, id),
  foreign key (org_id, pipeline_id) references crm.pipelines (org_id, id) on delete cascade,
  check (type = 'open' or probability = case type when 'won' then 100 else 0 end)
);
create unique index stages_key on crm.stages (org_id, pipeline_id, key) where deleted_at is null;
create index stages_order on crm.stages (org_id, pipeline_id, position, id);
select platform.tenant_table('crm.stages');

create table crm.lost_reasons (
  org_id uuid not null,
  id uuid not null,
  name text not null check (name <> '' and length(name) <= 100),
  position integer not null,
  archived_at timestamptz,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  primary key (org_id, id)
);
create unique index lost_reasons_name on crm.lost_reasons (org_id, lower(name)) where archived_at is null;
select platform.tenant_table('crm.lost_reasons');

create table crm.deals (
  org_id uuid not null,
  id uuid not null,
  name text not null check (name <> '' and length(name) <= 200),
  company_id uuid,
  -- The primary person; further ones are in crm.deal_people.
  person_id uuid,
  -- Minor units of the currency.
  value bigint check (value between 0 and 10000000000000),
  currency text check (currency ~ '^[A-Z]{3}$'),
  pipeline_id uuid not null,
  stage_id uuid not null,
  -- The type of the stage.
  status text not null check (status in ('open', 'won', 'lost')),
  -- Null for that of the stage.
  probability smallint check (probability between 0 and 100),
  -- Its place in the column, the greatest on top.
  position text collate "C" not null check (position <> ''),
  stage_entered_at timestamptz not null default now(),
  expected_close_on date,
  owner_user_id uuid,
  lost_reason_id uuid,
  lost_note text check (length(lost_note) <= 2000),
  won_at timestamptz,
  lost_at timestamptz,
  closed_at timestamptz generated always as (coalesce(won_at, lost_at)) stored,
  source text check (length(source) <= 100),
  external_id text check (length(external_id) <= 255),
  tags text[] not null default '{}',
  custom jsonb not null default '{}' check (jsonb_typeof(custom) = 'object'),
  created_by uuid,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  deleted_at timestamptz,
  primary key (org_id, id),
  foreign key (org_id, company_id) references crm.companies (org_id, id) on delete set null (company_id),
  foreign key (org_id, person_id) references crm.people (org_id, id) on delete set null (person_id),
  foreign key (org_id, pipeline_id) references crm.pipelines (org_id, id),
  foreign key (org_id, stage_id) references crm.stages (org_id, id),
  foreign key (org_id, lost_reason_id) references crm.lost_reasons (org_id, id) on delete set null (lost_reason_id),
  foreign key (org_id, owner_user_id) references iam.members (org_id, user_id) on delete set null (owner_user_id),
  check ((value is null) = (currency is null)),
  check ((status = 'won') = (won_at is not null)),
  check ((status = 'lost') = (lost_at is not null)),
  check (status = 'lost' or (lost_reason_id is null and lost_note is null))
);
create index deals_company on crm.deals (org_id, company_id) where company_id is not null;
create index deals_person on crm.deals (org_id, person_id) where person_id is not null;
create index deals_owner on crm.deals (org_id, owner_user_id) where owner_user_id is not null;
create index deals_external on crm.deals (org_id, external_id) where external_id is not null;
create index deals_expected on crm.deals (org_id, expected_close_on, id) where deleted_at is null;
create index deals_won on crm.deals (org_id, won_at) where won_at is not null and deleted_at is null;
create index deals_lost on crm.deals (org_id, lost_at) where lost_at is not null and deleted_at is null;
-- A column of the board in its order, and everything its sums are made of: they are read from the index alone.
create index deals_column on crm.deals (org_id, pipeline_id, stage_id, position desc, id desc)
  include (value, currency, probability, owner_user_id) where deleted_at is null;
select platform.tenant_table('crm.deals');
select platform.owned_table('crm.deals', 'deal', 'owner_user_id');

-- Who else a deal is with. The owner is the deal's, so that those who see their own deals alone find them by their people.
create table crm.deal_people (
  org_id uuid not null,
  deal_id uuid not null,
  person_id uuid not null,
  owner_user_id uuid,
  position integer not null default 0,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  primary key (org_id, deal_id, person_id),
  foreign key (org_id, deal_id) references crm.deals (org_id, id) on delete cascade,
  foreign key (org_id, person_id) references crm.people (org_id, id) on delete cascade,
  foreign key (org_id, owner_user_id) references iam.members (org_id, user_id) on delete set null (owner_user_id)
);
create index deal_people_person on crm.deal_people (org_id, person_id);
create index deal_people_owner on crm.deal_people (org_id, owner_user_id) where owner_user_id is not null;
select platform.tenant_table('crm.deal_people');
select platform.narrow_table('crm.deal_people', 'deal', 'owner_user_id', 'deal_id');

-- One stay of a deal in one stage; the one without an end is where it is now.
create table crm.deal_stages (
  org_id uuid not null,
  id uuid not null,
  deal_id uuid not null,
  pipeline_id uuid not null,
  stage_id uuid not null,
  owner_user_id uuid,
  entered_at timestamptz not null,
  left_at timestamptz,
  -- Where it went from here.
  next_stage_id uuid,
  entered_by jsonb not null,
  left_by jsonb,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  primary key (org_id, id),
  foreign key (org_id, deal_id) references crm.deals (org_id, id) on delete cascade,
  foreign key (org_id, pipeline_id) references crm.pipelines (org_id, id),
  foreign key (org_id, stage_id) references crm.stages (org_id, id),
  foreign key (org_id, owner_user_id) references iam.members (org_id, user_id) on delete set null (owner_user_id),
  check (left_at is null or left_at >= entered_at),
  check ((left_at is null) = (left_by is null)),
  check (next_stage_id is null or left_at is not null)
);
create unique index deal_stages_current on crm.deal_stages (org_id, deal_id) where left_at is null;
create index deal_stages_deal on crm.deal_stages (org_id, deal_id, entered_at);
create index deal_stages_owner on crm.deal_stages (org_id, owner_user_id) where owner_user_id is not null;
create index deal_stages_left on crm.deal_stages (org_id, pipeline_id, left_at) where left_at is not null;
select platform.tenant_table('crm.deal_stages');
select platform.narrow_table('crm.deal_stages', 'deal', 'owner_user_id', 'deal_id');

-- What won deals bring, as entries that add up: a deal that is won adds itself, one that is reopened, deleted or changed
-- takes itself away again. Nobody waits for anybody to write one; from time to time those that add up to one line are
-- folded into it. docs/decisions/ says why this is no materialized view.
create table crm.revenue_entries (
  org_id uuid not null,
  id uuid not null,
  -- The first day of the month, in UTC.
  month date not null check (extract(day from month) = 1),
  pipeline_id uuid not null,
  owner_user_id uuid,
  currency text not null check (currency ~ '^[A-Z]{3}$'),
  deals integer not null,
  amount bigint not null,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  primary key (org_id, id),
  foreign key (org_id, pipeline_id) references crm.pipelines (org_id, id) on delete cascade,
  foreign key (org_id, owner_user_id) references iam.members (org_id, user_id) on delete set null (owner_user_id)
);
create index revenue_entries_month on crm.revenue_entries (org_id, month);
create index revenue_entries_owner on crm.revenue_entries (org_id, owner_user_id) where owner_user_id is not null;
select platform.tenant_table('crm.revenue_entries');
select platform.narrow_table('crm.revenue_entries', 'deal', 'owner_user_id', 'id');

-- Read with the rights and under the policies of whoever reads it.
create view crm.revenue_by_month with (security_invoker = true) as
  select org_id, month, pipeline_id, owner_user_id, currency, sum(deals)::integer as deals, sum(amount)::bigint as amount
  from crm.revenue_entries
  group by org_id, month, pipeline_id, owner_user_id, currency
  having sum(deals) <> 0 or sum(amount) <> 0;
revoke all on crm.revenue_by_month from public;
grant select on crm.revenue_by_month to millrace_runtime;
