-- What a form says and how it behaves beside its words: pages, language, theme, where it may be shown and the like.
alter table intake.forms
  add column settings jsonb not null default '{}' check (jsonb_typeof(settings) = 'object'),
  -- The number of the version that visitors see; null before the first one.
  add column published_version integer check (published_version > 0),
  -- Empty is the word of the form's language.
  drop constraint forms_submit_label_check,
  drop constraint forms_thank_you_title_check,
  add constraint forms_submit_label_check check (length(submit_label) <= 60),
  add constraint forms_thank_you_title_check check (length(thank_you_title) <= 200);

alter table intake.form_fields drop constraint form_fields_field_type_check;
alter table intake.form_fields add constraint form_fields_field_type_check check (field_type in (
  'TEXT', 'LONG_TEXT', 'EMAIL', 'PHONE', 'URL', 'DROPDOWN', 'MULTI_SELECT', 'NUMBER', 'DATE', 'CHECKBOX', 'CONSENT',
  'FILE', 'HIDDEN'));
alter table intake.form_fields
  add column page integer not null default 0 check (page >= 0),
  -- What only fields of its type have, such as the text of a consent.
  add column settings jsonb not null default '{}' check (jsonb_typeof(settings) = 'object');

-- For the answer to a consent: the version of the form whose text was agreed to.
alter table intake.lead_values add column text_version integer check (text_version > 0);

-- What is being written and no visitor sees yet.
create table intake.form_drafts (
  org_id uuid not null,
  form_id uuid not null,
  -- Null while there is nothing to it but what visitors see.
  definition jsonb check (jsonb_typeof(definition) = 'object'),
  -- Counts what happened to it, so that nobody overwrites another unseen.
  revision integer not null default 1 check (revision > 0),
  changed_by uuid,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  primary key (org_id, form_id),
  foreign key (org_id, form_id) references intake.forms (org_id, id) on delete cascade
);
select platform.tenant_table('intake.form_drafts');

-- What visitors have seen, for good: the texts that people agreed to are here.
create table intake.form_versions (
  org_id uuid not null,
  form_id uuid not null,
  number integer not null check (number > 0),
  definition jsonb not null check (jsonb_typeof(definition) = 'object'),
  actor_type text not null,
  -- A plain id: it stays on record when the user is gone.
  user_id uuid,
  created_at timestamptz not null default now(),
  primary key (org_id, form_id, number),
  foreign key (org_id, form_id) references intake.forms (org_id, id) on delete cascade
);
select platform.append_only_table('intake.form_versions');

-- What is public already is the first version. Row-level security holds for the owner too, so one organization after the other.
do $$
declare
  organization uuid;
begin
  for organization in select distinct org_id from intake.form_keys loop
    perform set_config('app.org_id', organization::text, true);
    insert into intake.form_versions (org_id, form_id, number, definition, actor_type, created_at)
    select f.org_id, f.id, 1, jsonb_build_object('name', f.name, 'title', f.title, 'intro', f.intro,
        'submitLabel', f.submit_label, 'thankYouTitle', f.thank_you_title, 'thankYouText', f.thank_you_text,
        'redirectUrl', f.redirect_url, 'fields', fields.list),
      'system', f.updated_at
    from intake.forms f
    cross join lateral (
      select jsonb_agg(jsonb_strip_nulls(jsonb_build_object('key', d.field_key, 'label', d.label, 'help', d.help,
        'type', d.field_type, 'required', d.required, 'validation', d.validation,
        'options', case when d.field_type in ('DROPDOWN', 'MULTI_SELECT') then d.options end,
        'visibleWhen', d.visible_when, 'prefill', d.prefill)) order by d.position) as list
      from intake.form_fields d
      where d.org_id = f.org_id and d.form_id = f.id and d.archived_at is null) fields
    where f.status <> 'draft' and fields.list is not null;
    update intake.forms f set published_version = 1
    where exists (select from intake.form_versions v where v.org_id = f.org_id and v.form_id = f.id);
  end loop;
  perform set_config('app.org_id', '', true);
end $$;
