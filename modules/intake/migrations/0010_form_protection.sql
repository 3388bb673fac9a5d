-- How a form is protected where it differs from what all forms are.
create table intake.form_protection (
  org_id uuid not null,
  form_id uuid not null,
  level text not null default 'standard' check (level in ('off', 'standard', 'strict')),
  -- The service that asks visitors to prove that they are people; null for none.
  captcha_provider text check (captcha_provider in ('turnstile', 'hcaptcha', 'recaptcha', 'other')),
  captcha_site_key text check (captcha_site_key <> '' and length(captcha_site_key) <= 200),
  -- Sealed by the vault.
  captcha_secret text check (length(captcha_secret) <= 4000),
  -- Of a service that is not known by its name: its script, the class of its widget, the field of its answer, where answers
  -- are checked.
  captcha_service jsonb check (jsonb_typeof(captcha_service) = 'object'),
  -- Counts saves, so that what is remembered of it is known to be old.
  revision integer not null default 1 check (revision > 0),
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  primary key (org_id, form_id),
  foreign key (org_id, form_id) references intake.forms (org_id, id) on delete cascade,
  check ((captcha_provider is null) = (captcha_site_key is null)),
  check ((captcha_provider is null) = (captcha_secret is null)),
  check ((captcha_provider = 'other') = (captcha_service is not null) or captcha_provider is null)
);
select platform.tenant_table('intake.form_protection');
