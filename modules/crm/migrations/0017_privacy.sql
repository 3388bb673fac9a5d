-- Whom nobody writes to any more: one list for the organization, asked where mail leaves. An entry outlives the person it was
-- about: it is found by a keyed hash, and the address itself may be erased.
create table crm.do_not_contact (
  org_id uuid not null,
  id uuid not null,
  kind text not null check (kind in ('email', 'domain')),
  key_hash text not null check (length(key_hash) = 43),
  -- In small letters; null once the person was erased.
  value text check (value <> '' and length(value) <= 254),
  reason text not null check (
    reason in ('unsubscribed', 'complained', 'bounced', 'objected', 'consent_withdrawn', 'erased', 'manual')
  ),
  legal_basis text check (legal_basis in ('objection', 'consent_withdrawn', 'legal_obligation', 'legitimate_interest')),
  source text not null check (source <> '' and length(source) <= 100),
  note text check (length(note) <= 1000),
  actor jsonb not null,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  -- Taken off the list, by whom and why. The entry stays as the record of it.
  ended_at timestamptz,
  ended_by jsonb,
  ended_note text check (length(ended_note) <= 1000),
  primary key (org_id, id),
  check ((ended_at is null) = (ended_by is null))
);
create unique index do_not_contact_key on crm.do_not_contact (org_id, key_hash) where ended_at is null;
create index do_not_contact_newest on crm.do_not_contact (org_id, id);
select platform.tenant_table('crm.do_not_contact');

-- What a person has agreed to or taken back, each word of theirs a row; the newest of a purpose holds.
create table crm.consents (
  org_id uuid not null,
  id uuid not null,
  person_id uuid not null,
  purpose text not null check (purpose in ('email_marketing', 'tracking', 'profiling')),
  is_given boolean not null,
  source text not null check (source <> '' and length(source) <= 100),
  -- What they were told or said, such as the words of a check box.
  evidence text check (length(evidence) <= 2000),
  -- When they said it, which may be before it was written down.
  said_at timestamptz not null,
  actor jsonb not null,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  primary key (org_id, id),
  foreign key (org_id, person_id) references crm.people (org_id, id) on delete cascade
);
create index consents_person on crm.consents (org_id, person_id, purpose, id);
select platform.tenant_table('crm.consents');
select platform.part_table('crm.consents', 'person', 'person_id');
