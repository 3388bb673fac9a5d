-- Files that came in with a form: taken in while it is filled in, and the lead's once it is sent. What nobody sends goes after a
-- day, and so does what belonged to a lead that is no more; the bytes are in files.files.
create table intake.uploads (
  org_id uuid not null,
  id uuid not null,
  form_id uuid,
  field_id uuid,
  file_id uuid,
  lead_id uuid,
  -- The act of sending that took it, so that its repeat finds it.
  submission_id uuid,
  -- As they are in files.files, also when the file itself was taken away.
  name text not null check (name <> '' and length(name) <= 255),
  type text not null check (length(type) <= 100),
  size bigint not null check (size > 0),
  -- `none` where nothing scans; `waiting` is held back until the scanner is there.
  scan text not null default 'none' check (scan in ('none', 'waiting', 'clean', 'infected')),
  claimed_at timestamptz,
  -- Kept for longer than a day without a lead, for what is held back with its submission.
  kept_until timestamptz,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  foreign key (org_id, form_id) references intake.forms (org_id, id) on delete set null (form_id),
  foreign key (org_id, field_id) references intake.form_fields (org_id, id) on delete set null (field_id),
  foreign key (org_id, file_id) references files.files (org_id, id) on delete set null (file_id),
  foreign key (org_id, lead_id) references intake.leads (org_id, id) on delete set null (lead_id)
);
create index uploads_unclaimed on intake.uploads (org_id, created_at) where lead_id is null;
create index uploads_form on intake.uploads (org_id, form_id);
create index uploads_field on intake.uploads (org_id, field_id);
create index uploads_file on intake.uploads (org_id, file_id);
create index uploads_lead on intake.uploads (org_id, lead_id) where lead_id is not null;
alter table intake.uploads add primary key (org_id, id);
select platform.tenant_table('intake.uploads');
select platform.part_table('intake.uploads', 'lead', 'lead_id');
