-- How forms are used. A showing is one opening of a form's page, known by the random id of the submission that the page was
-- made for; it says what was entered and how far somebody came, never what was answered or who it was. It lasts as long as it
-- can still change, a day, and is then counted and gone.
create table intake.form_showings (
  org_id uuid not null,
  form_id uuid not null,
  submission_id uuid not null,
  version integer not null check (version > 0),
  source text not null check (source <> '' and length(source) <= 60),
  device text not null check (device in ('phone', 'tablet', 'desktop', 'unknown')),
  -- Keys of the fields that were entered, and the one entered last.
  entered text[] not null default '{}' check (cardinality(entered) <= 200),
  last_field text,
  started_at timestamptz,
  completed_at timestamptz,
  -- What a program did counts nowhere; the row stays so that nothing makes it count again.
  is_program boolean not null default false,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  primary key (org_id, form_id, submission_id)
) with (fillfactor = 70);
select platform.tenant_table('intake.form_showings');

-- Showings of a day, counted. A completion is also a start, and a start is also a view.
create table intake.form_figures (
  org_id uuid not null,
  form_id uuid not null,
  -- By the calendar of the organization's time zone.
  day date not null,
  version integer not null,
  source text not null,
  device text not null,
  views bigint not null check (views >= 0),
  starts bigint not null check (starts between 0 and views),
  completions bigint not null check (completions between 0 and starts),
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  primary key (org_id, form_id, day, version, source, device),
  foreign key (org_id, form_id) references intake.forms (org_id, id) on delete cascade
);
select platform.tenant_table('intake.form_figures');

-- In how many showings a field was entered, and in how many it was the last one before the page was left unsent.
create table intake.form_field_figures (
  org_id uuid not null,
  form_id uuid not null,
  day date not null,
  version integer not null,
  field_key text not null,
  entered bigint not null check (entered >= 0),
  left_here bigint not null check (left_here >= 0),
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  primary key (org_id, form_id, day, version, field_key),
  foreign key (org_id, form_id) references intake.forms (org_id, id) on delete cascade
);
select platform.tenant_table('intake.form_field_figures');

-- How long it took from the first entry to sending, by the logarithm of the duration, so that percentiles of any span can be
-- read from sums.
create table intake.form_times (
  org_id uuid not null,
  form_id uuid not null,
  day date not null,
  version integer not null,
  bucket smallint not null,
  completions bigint not null check (completions >= 0),
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  primary key (org_id, form_id, day, version, bucket),
  foreign key (org_id, form_id) references intake.forms (org_id, id) on delete cascade
);
select platform.tenant_table('intake.form_times');
