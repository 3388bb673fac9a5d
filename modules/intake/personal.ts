import type { PersonalData } from '#platform/personal.ts'

/** Leads of a person, with their answers and what happened to them. */
export const intakePersonal: PersonalData = {
  traces: [
    {
      kind: 'leads',
      sql: 'select id as value from intake.leads where org_id = :org and person_id = any (:people)',
    },
    {
      kind: 'intake_mails',
      sql: `select id as value from intake.mails where org_id = :org and (
        lead_id = any (:leads) or sender = any (:addresses) or lower(envelope_from) = any (:addresses))`,
    },
    {
      // Files of what is held back are nobody's lead's.
      kind: 'held_uploads',
      sql: `select u.id as value from intake.quarantined_submissions q
        join intake.uploads u on u.org_id = :org and u.form_id = q.form_id and u.submission_id = q.submission_id
        where q.org_id = :org and q.email_key = any (:addresses) and u.lead_id is null`,
    },
    {
      kind: 'intake_files',
      sql: `select file_id as value from intake.mails where org_id = :org and id = any (:intake_mails)
        union select file_id from intake.mail_files where org_id = :org and lead_id = any (:leads)
        union select file_id from intake.uploads where org_id = :org and lead_id = any (:leads) and file_id is not null
        union select file_id from intake.uploads where org_id = :org and id = any (:held_uploads) and file_id is not null`,
    },
    {
      kind: 'addresses',
      sql: 'select email_key as value from intake.leads where org_id = :org and id = any (:leads) and email_key is not null',
    },
  ],
  erase: [
    // A message to several addresses is one file, and all of it is about them.
    'delete from intake.mails where org_id = :org and (id = any (:intake_mails) or file_id = any (:intake_files))',
    'delete from intake.mail_files where org_id = :org and lead_id = any (:leads)',
    'delete from intake.uploads where org_id = :org and (lead_id = any (:leads) or id = any (:held_uploads))',
    'delete from files.files where org_id = :org and id = any (:intake_files)',
    // What came in for them, also where no lead came of it.
    `delete from intake.source_deliveries where org_id = :org and (lead_id = any (:leads) or exists (
       select 1 from unnest(:addresses) address where strpos(lower(content::text), address) > 0))`,
    // Answers and events go with their lead.
    'delete from intake.leads where org_id = :org and id = any (:leads)',
    'delete from intake.quarantined_submissions where org_id = :org and email_key = any (:addresses)',
    // Whoever blocked them need not know whom any more; they stay blocked.
    'update intake.sender_rules set value = null where org_id = :org and value = any (:addresses)',
    'delete from intake.partial_submissions where org_id = :org and email_key = any (:addresses)',
  ],
  give: {
    mails: `select sender, subject, preview, created_at as "at" from intake.mails
      where org_id = :org and id = any (:intake_mails) order by id`,
    leads: `select l.email, l.name, l.status, l.source, l.created_at as "at",
        (select jsonb_object_agg(f.label, v.value) from intake.lead_values v
         join intake.form_fields f on f.org_id = :org and f.id = v.field_id
         where v.org_id = :org and v.lead_id = l.id) as answers
      from intake.leads l where l.org_id = :org and l.id = any (:leads) order by l.id`,
    unsentAnswers: `select answers, created_at as "at", saved_at as "savedAt" from intake.partial_submissions
      where org_id = :org and email_key = any (:addresses) order by submission_id`,
    heldBack: `select email_key as email, name, answers, reasons, created_at as "at" from intake.quarantined_submissions
      where org_id = :org and email_key = any (:addresses) order by id`,
    senderRules: `select kind, value, verdict, created_at as "at" from intake.sender_rules
      where org_id = :org and value = any (:addresses) order by id`,
    uploads: `select name, type, size, coalesce(claimed_at, created_at) as "at" from intake.uploads
      where org_id = :org and (lead_id = any (:leads) or id = any (:held_uploads)) order by id`,
    bookings: `select title, starts_at as "startsAt", ends_at as "endsAt", created_at as "at" from intake.bookings
      where org_id = :org and lead_id = any (:leads) order by id`,
    deliveries: `select content, created_at as "at" from intake.source_deliveries
      where org_id = :org and lead_id = any (:leads) order by id`,
    leadEvents: `select kind, description, metadata, created_at as "at" from intake.lead_events
      where org_id = :org and lead_id = any (:leads) order by id`,
  },
  nothingIn: {
    'intake.form_showings': 'Random ids and keys of fields, for a day.',
    'intake.form_figures': 'Counts.',
    'intake.form_field_figures': 'Counts.',
    'intake.form_times': 'Counts.',
    'intake.mail_inboxes': 'An address of the organization.',
    'intake.mail_tags': 'Words of the organization.',
    'intake.mail_accounts': 'Mailboxes of the organization.',
    'intake.lead_values': 'Go with their lead.',
    'intake.lead_act_items': 'Go with their lead.',
    'intake.lead_acts': 'Counts, and conditions until it has ended.',
    'intake.bookings': 'Go with their lead.',
    'intake.form_protection': 'Settings of the organization.',
    'intake.sources': 'What the organization has set up.',
    'intake.calendly_connections': 'What the organization has set up.',
    'intake.lead_events': 'Go with their lead.',
    'intake.submissions': 'Keyed hashes and ids.',
    'intake.forms': 'Words of the organization.',
    'intake.form_drafts': 'Words of the organization.',
    'intake.form_versions': 'Words of the organization.',
    'intake.form_fields': 'Words of the organization.',
    'intake.lead_statuses': 'Words of the organization.',
    'intake.lead_assignments': 'Settings of the organization, with ids of its members.',
  },
}
