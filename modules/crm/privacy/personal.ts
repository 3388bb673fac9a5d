import type { PersonalData } from '#platform/personal.ts'

const OF_PERSON = `object = 'person' and record_id = any (:people)`
const ABOUT = (
  subjects: string,
) => `exists (select 1 from jsonb_array_elements(${subjects}) s where s->>'id' = any (
  (:people)::text[] || (:leads)::text[] || (:runs)::text[] || (:messages)::text[]))`

/** The person themselves, and everything of the CRM that is about them. */
export const crmPersonal: PersonalData = {
  traces: [
    {
      kind: 'people',
      sql: 'select id as value from crm.people where org_id = :org and merged_into = any (:people)',
    },
    {
      kind: 'positions',
      sql: 'select id as value from crm.positions where org_id = :org and person_id = any (:people)',
    },
    {
      kind: 'addresses',
      sql: `select email_key as value from crm.positions
        where org_id = :org and person_id = any (:people) and email_key is not null`,
    },
    {
      // What is about a company or deal as well stays theirs.
      kind: 'activities',
      sql: `select l.activity_id as value from crm.activity_links l where l.org_id = :org and l.${OF_PERSON}
        and not exists (select 1 from crm.activity_links o where o.org_id = :org and o.activity_id = l.activity_id
          and not (o.object = 'person' and o.record_id = any (:people)))`,
    },
    {
      kind: 'files',
      sql: `select file_id as value from crm.attachments where org_id = :org and ${OF_PERSON}`,
    },
  ],
  erase: [
    `delete from crm.timeline_entries where org_id = :org and (
       (${OF_PERSON}) or activity_id = any (:activities)
       -- What happened to a deal stays its history; it names the person by an id that leads nowhere.
       or (topic <> 'deal' and ${ABOUT('subjects')}))`,
    `delete from crm.activity_links where org_id = :org and ${OF_PERSON}`,
    'delete from crm.activities where org_id = :org and id = any (:activities)',
    `delete from crm.attachments where org_id = :org and ${OF_PERSON}`,
    `delete from files.files f where f.org_id = :org and f.id = any (:files) and not exists (
       select 1 from crm.attachments a where a.org_id = :org and a.file_id = f.id)`,
    `update crm.change_sets set title = 'A person who was erased' where org_id = :org and kind = 'merge'
       and id in (select change_set_id from crm.merge_rows where org_id = :org and ${OF_PERSON})`,
    `delete from crm.merge_rows where org_id = :org and change_set_id in (
       select change_set_id from crm.merge_rows where org_id = :org and ${OF_PERSON})`,
    'delete from crm.duplicate_pairs where org_id = :org and (first_id = any (:people) or second_id = any (:people))',
    `delete from crm.import_writes where org_id = :org and (row_id = any (:people) or row_id = any (:positions))`,
    `delete from crm.import_rejects where org_id = :org and exists (
       select 1 from unnest(cells) cell where lower(trim(cell)) = any (:addresses))`,
    `update crm.imports set findings = '{}' where org_id = :org and exists (
       select 1 from unnest(:addresses) address where strpos(lower(findings::text), address) > 0)`,
    ...['changes', 'custom_values', 'search_entries'].map(
      table => `delete from crm.${table} where org_id = :org and ${OF_PERSON}`,
    ),
    `delete from crm.enrichment_tries where org_id = :org and enrichment_id in (
       select id from crm.enrichments where org_id = :org and ${OF_PERSON})`,
    `delete from crm.enrichments where org_id = :org and ${OF_PERSON}`,
    'delete from crm.change_set_failures where org_id = :org and record_id = any (:people)',
    'update crm.deals set person_id = null where org_id = :org and person_id = any (:people)',
    'delete from crm.deal_people where org_id = :org and person_id = any (:people)',
    'delete from crm.consents where org_id = :org and person_id = any (:people)',
    'update crm.do_not_contact set value = null, note = null where org_id = :org and value = any (:addresses)',
    'delete from crm.positions where org_id = :org and person_id = any (:people)',
    'delete from crm.people where org_id = :org and id = any (:people)',
  ],
  give: {
    person: `select first_name as "firstName", last_name as "lastName", salutation, linkedin_url as "linkedinUrl", mobile, phone,
        enriched_phones as "enrichedPhones", source, status, lifecycle_stage as "lifecycleStage", score, tags, custom,
        created_at as "createdAt"
      from crm.people where org_id = :org and id = any (:people) order by id`,
    positions: `select o.title, o.email, o.email_status as "emailStatus", o.is_primary as "isPrimary", c.name as company,
        o.valid_from as "validFrom", o.valid_to as "validTo"
      from crm.positions o left join crm.companies c on c.org_id = :org and c.id = o.company_id
      where o.org_id = :org and o.person_id = any (:people) order by o.id`,
    consents: `select purpose, is_given as "isGiven", source, evidence, said_at as "saidAt" from crm.consents
      where org_id = :org and person_id = any (:people) order by id`,
    doNotContact: `select kind, value, reason, legal_basis as "legalBasis", source, note, created_at as "createdAt",
        ended_at as "endedAt" from crm.do_not_contact where org_id = :org and value = any (:addresses) order by id`,
    activities: `select a.kind, a.title, a.body, a.created_at as "at" from crm.activities a where a.org_id = :org and exists (
        select 1 from crm.activity_links l where l.org_id = :org and l.activity_id = a.id and l.${OF_PERSON}) order by a.id`,
    changes: `select action, before, after, source, created_at as "at" from crm.changes
      where org_id = :org and ${OF_PERSON} order by id`,
    files: `select f.name, f.type, f.created_at as "at" from files.files f where f.org_id = :org and f.id = any (:files) order by f.id`,
  },
  nothingIn: {
    'crm.companies': 'Businesses. A private person is a person without a company.',
    'crm.bulk_edits': 'Ids and conditions of the organization.',
    'crm.import_mappings': 'Names of columns.',
    'crm.exports': 'Ids and conditions; the files expire.',
    'crm.timeline_backfills': 'Figures.',
    'crm.duplicate_scans': 'Figures.',
    'crm.deal_stages': 'Deals.',
    'crm.revenue_entries': 'Figures.',
    'crm.views': 'What the organization has set up.',
    'crm.view_marks': 'What the organization has set up.',
    'crm.enrichment_providers': 'What the organization has set up.',
    'crm.custom_fields': 'What the organization has set up.',
    'crm.pipelines': 'What the organization has set up.',
    'crm.stages': 'What the organization has set up.',
    'crm.lost_reasons': 'What the organization has set up.',
  },
}
