-- Answers to a form that was not sent, kept only where somebody ticked that they may be. They go when the form is sent, when the
-- tick is taken away, with the person, and 30 days after the last answer.
create table intake.partial_submissions (
  org_id uuid not null,
  form_id uuid not null,
  -- The submission it will be, so that going on with it is the same act of sending.
  submission_id uuid not null,
  answers jsonb not null check (jsonb_typeof(answers) = 'object'),
  -- The address as look-ups compare it, once it is one.
  email_key text check (email_key = lower(email_key) and length(email_key) between 3 and 254),
  last_field text,
  -- The words that were agreed to.
  consent_text text not null check (consent_text <> '' and length(consent_text) <= 2000),
  -- When an answer was last kept; what is 30 minutes old is told as abandoned, once.
  saved_at timestamptz not null default now(),
  abandoned_at timestamptz,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  foreign key (org_id, form_id) references intake.forms (org_id, id) on delete cascade
);
create index partial_submissions_email on intake.partial_submissions (org_id, email_key) where email_key is not null;
alter table intake.partial_submissions add primary key (org_id, form_id, submission_id);
select platform.tenant_table('intake.partial_submissions');
