import type { PersonalData } from '#platform/personal.ts'

/** What members were told about a person, and who was shown their records. Members themselves are users, not people of the CRM. */
export const iamPersonal: PersonalData = {
  erase: [
    `delete from iam.notifications where org_id = :org and (
       exists (select 1 from unnest((:people)::text[] || (:leads)::text[] || (:runs)::text[] || (:messages)::text[]) id
               where strpos(link, id) > 0)
       or exists (select 1 from unnest(:addresses) address where strpos(lower(title || ' ' || body), address) > 0))`,
    'delete from iam.sample_records where org_id = :org and (record_id = any (:people) or record_id = any (:messages))',
    `delete from iam.shares where org_id = :org and (record_id = any (:people) or record_id = any (:leads))`,
  ],
  give: {},
  nothingIn: Object.fromEntries(
    [
      ...[
        'organizations',
        'members',
        'invitations',
        'logos',
        'host_claims',
        'notification_settings',
        'previews',
      ],
      ...['identity_providers', 'identity_provider_domains', 'member_identities', 'access_settings'],
      ...['teams', 'team_members', 'api_keys', 'api_key_secrets'],
    ].map(table => [`iam.${table}`, 'The organization and its members.']),
  ),
}
