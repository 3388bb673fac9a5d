/** A row as JSON: column → value in the spelling that PostgreSQL reads from JSON. */
export type Row = Readonly<Record<string, unknown>>

/** What a builder may use to make a row. */
export interface Making {
  /** The number of the row among its organization's rows of this table, from 0. */
  readonly n: number
  /** An id that belongs to this organization and this word, always the same. */
  id(word: string): string
  /** A row of another table of the same organization that exists already. */
  parent(table: string, n: number): Row
}

/**
 * Values for the columns that cannot be guessed from types, checks and foreign keys; the other columns are
 * still guessed. A table that a guess cannot fill fails the isolation tests until it has an entry here.
 */
export const rowBuilders: Readonly<Record<string, (making: Making) => Row>> = {
  // An organization names its owner, a member that refers back to it.
  'iam.organizations': ({ id }) => ({ owner_member_id: id('owner') }),
  'iam.members': ({ n, id }) => (n === 0 ? { id: id('owner'), role: 'owner' } : { role: 'member' }),
  // An edge joins two nodes of one workflow.
  'flow.nodes': ({ parent }) => ({ workflow_id: parent('flow.workflows', 0).id }),
  'flow.edges': ({ n, parent }) => ({
    workflow_id: parent('flow.workflows', 0).id,
    source_node_id: parent('flow.nodes', n).node_id,
    target_node_id: parent('flow.nodes', n === 0 ? 1 : 0).node_id,
  }),
  // The address of a webhook is 32 characters.
  'flow.webhooks': ({ n, id }) => ({ key: id(`address ${n}`).replaceAll('-', '') }),
  // An act has a dotted name, and entries are numbered.
  'audit.entries': ({ n }) => ({ number: n + 1, action: 'probe.done' }),
  // Objects are words of small letters.
  'iam.access_settings': ({ n, id }) => ({ object: `object${id(`${n}`).replace(/[^a-f]/g, '')}` }),
  'iam.shares': ({ n, parent }) =>
    n === 0
      ? { object: 'lead', user_id: parent('iam.members', n).user_id, team_id: null }
      : { object: 'lead', user_id: null, team_id: parent('iam.teams', n).id },
  // What stands before the @ is twelve letters and digits, and a word in it is small.
  'intake.mail_inboxes': ({ n, id }) => ({ key: id(`inbox ${n}`).replaceAll('-', '').slice(-12) }),
  'intake.mail_keys': ({ n, id }) => ({ key: id(`mail ${n}`).replaceAll('-', '').slice(-12) }),
  'intake.mail_tags': ({ n, id }) => ({ tag: id(`tag ${n}`) }),
  'intake.mails': ({ n, parent }) => ({
    decision: 'lead',
    lead_id: parent('intake.leads', n).id,
    reason: null,
    message_hash: null,
  }),
  'intake.sender_rules': ({ n, id }) => ({ key_hash: id(`${n}`).replaceAll('-', '').padEnd(43, 'x') }),
  'intake.quarantined_submissions': () => ({
    text_hash: null,
    network_hash: null,
    answers: {},
    identity: {},
    email_key: 'a@b.example',
    status: 'held',
  }),
  // What is done with leads says what, and nothing else.
  'intake.lead_acts': () => ({
    kind: 'delete',
    actor: {},
    to_status: null,
    to_place: null,
    undoes: null,
    ended_as: null,
  }),
  'intake.source_deliveries': () => ({ digest: 'ab'.repeat(32) }),
  'intake.sources': ({ n, id }) => ({ key: id(`source ${n}`).replaceAll('-', '') }),
  // A hash is 64 digits.
  'files.files': () => ({ sha256: 'ab'.repeat(32) }),
  // A key has scopes, each a permission.
  'iam.api_keys': () => ({ scopes: ['leads:read'] }),
  // The last characters of a secret, by which people tell keys apart.
  'iam.api_key_secrets': () => ({ ending: 'abcd' }),
  'iam.identity_provider_domains': ({ id, n }) => ({ domain: `${id(`domain ${n}`)}.example` }),
  'crm.exports': () => ({ sha256: null }),
  'crm.merge_rows': () => ({ table_name: 'crm.people' }),
  'crm.imports': () => ({ sha256: null }),
  'crm.import_mappings': ({ id, n }) => ({
    signature: id(`${n}`).replaceAll('-', '').repeat(2),
    mapping: [],
  }),
  'crm.duplicate_scans': ({ n, id }) => ({ object: `object${id(`${n}`).replace(/[^a-f]/g, '')}` }),
  // The smaller id comes first.
  'crm.duplicate_pairs': ({ n, id }) => {
    const [first_id, second_id] = [id(`pair ${n} a`), id(`pair ${n} b`)].sort()
    return { first_id, second_id, reasons: [], score: 50 }
  },
  'crm.do_not_contact': ({ id, n }) => ({
    key_hash: id(`${n}`).replaceAll('-', '').padEnd(43, 'x'),
    ended_at: null,
    ended_by: null,
  }),
  // One pipeline of an organization is the one it began with.
  'crm.pipelines': ({ n }) => ({ is_initial: n === 0 }),
  'crm.stages': ({ n }) => ({ key: `stage_${n}`, type: 'open', probability: 50 }),
  // A deal is lost, and so it can have a reason.
  'crm.deals': () => ({
    status: 'lost',
    won_at: null,
    lost_at: '2026-11-01T09:00:00Z',
    lost_note: null,
    value: 100,
    currency: 'EUR',
    expected_close_on: '2026-12-15',
  }),
  // A deal is in one stage at a time.
  'crm.deal_stages': ({ n, parent }) => ({
    deal_id: parent('crm.deals', n).id,
    left_at: null,
    left_by: null,
    next_stage_id: null,
  }),
  'crm.revenue_entries': () => ({ month: '2026-11-01' }),
}
