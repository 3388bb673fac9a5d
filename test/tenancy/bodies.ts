import type { Role } from '#modules/iam/contract.ts'
import { GOOD_PASSWORD, type Person } from '#modules/iam/factories.ts'
import type { AnyRoute } from '#platform/contract/route.ts'
import { projectForm } from '#programs/demo-workflow.ts'
import type { Records } from './records.ts'
import { NO_RECORD, sampleOf } from './sample.ts'

interface Sender {
  readonly person: Person
  readonly records: Records
}

/** One pixel. */
const SMALL_PNG =
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=='

/**
 * Bodies of routes whose schema alone does not say what is accepted. `route.id place` is the body in which that
 * place is tried, when it differs.
 */
const EXAMPLES: Readonly<Record<string, (sender: Sender) => unknown>> = {
  'iam.notification.mark-read': ({ records }) => ({
    ids: [records.idFor('iam.notification.mark-read', 'ids')],
  }),
  'iam.notification.mark-read upTo': () => ({}),
  'iam.organization.transfer': ({ records }) => ({
    memberId: records.idFor('iam.organization.transfer', 'memberId'),
  }),
  'iam.invitation.create': () => ({ emails: ['probe@example.com'], role: 'guest' }),
  'iam.session.switch-organization': ({ person }) => ({ organizationId: person.orgId }),
  // To ask for more, one would need a second factor oneself.
  'iam.sign-in-rules.set': () => ({ secondFactorRequired: false }),
  'iam.identity-provider.create': () => ({
    name: 'Probe',
    issuer: 'https://login.internal',
    clientId: 'probe',
    clientSecret: 'probe',
  }),
  'iam.identity-provider.update': () => ({ name: 'Renamed' }),
  'iam.session.confirm': () => ({ password: GOOD_PASSWORD }),
  'iam.account.change-password': () => ({
    currentPassword: GOOD_PASSWORD,
    password: 'quiet lantern by the ford',
  }),
  'iam.passkey.create': () => ({
    name: 'Probe',
    passkey: {
      id: 'AAAA',
      rawId: 'AAAA',
      type: 'public-key',
      response: { clientDataJSON: 'AAAA', attestationObject: 'AAAA' },
    },
  }),
  'iam.tokens.create': ({ person }) => ({ email: person.email, password: GOOD_PASSWORD }),
  'intake.mail_inbox.save': ({ records }) => ({
    isOpen: true,
    workflowId: records.idFor('intake.mail_inbox.save', 'workflowId'),
  }),
  'intake.quarantine.change_many': ({ records }) => ({
    act: 'delete',
    ids: [records.idFor('intake.quarantine.change_many', 'ids')],
  }),
  'intake.sender_rule.create': () => ({ kind: 'domain', value: 'probe.example', verdict: 'block' }),
  'intake.form_protection.set': () => ({ level: 'strict' }),
  'intake.mail_tag.save': () => ({ tag: 'probe-2' }),
  'intake.mail_account.create': ({ records }) => ({
    host: 'imap.internal',
    username: 'probe',
    password: 'probe',
    workflowId: records.idFor('intake.mail_account.create', 'workflowId'),
  }),
  'intake.mail_account.update': () => ({ isOn: false }),
  'intake.source.connect_calendly': () => ({ token: 'a-token-that-nobody-has-made' }),
  'crm.import.update': () => ({}),
  'crm.import.update ownerUserId': () => ({ policy: { ownerUserId: null } }),
  'flow.workflow.save_draft': () => ({ graph: { nodes: [], edges: [] }, revision: 1 }),
  'flow.version.restore': () => ({ revision: 1 }),
  'flow.workflow.import': () => ({
    text: 'format: millrace.workflow/1\nname: Probe\nnodes: []\n',
  }),
  'flow.workflow.import_n8n': () => ({
    workflow: { nodes: [{ name: 'Start', type: 'n8n-nodes-base.manualTrigger' }] },
  }),
  'flow.node.test': () => ({ nodeId: 'thank' }),
  'flow.rate_limit.set': () => ({
    items: [{ kind: 'http_request', connection: 'api.example', calls: 5, perSeconds: 60 }],
  }),
  'intake.lead.change_many': ({ records }) => ({
    items: [{ leadId: records.idFor('intake.lead.change_many', 'leadId'), status: 'WON' }],
  }),
  'intake.lead.change_many ownerUserId': ({ records }) => ({
    items: [
      {
        leadId: records.idFor('intake.lead.change_many', 'leadId'),
        ownerUserId: records.idFor('intake.lead.change_many', 'ownerUserId'),
      },
    ],
  }),
  'intake.lead.change_many below': ({ records }) => ({
    items: [
      {
        leadId: records.idFor('intake.lead.change_many', 'leadId'),
        status: 'NEW',
        below: records.idFor('intake.lead.change_many', 'below'),
      },
    ],
  }),
  'intake.lead_act.start': () => ({ select: {}, act: { type: 'assign', ownerUserId: null } }),
  'intake.lead_act.start ownerUserId': ({ records }) => ({
    select: {},
    act: { type: 'assign', ownerUserId: records.idFor('intake.lead_act.start', 'ownerUserId') },
  }),
  'intake.assignment.save': ({ records }) => ({
    rules: [
      {
        id: '019b0c4e-7a10-7c3e-9f00-3c2f1d4a5b6c',
        name: 'Probe',
        members: [{ userId: records.idFor('intake.assignment.save', 'userId') }],
      },
    ],
  }),
  'intake.assignment.save defaultOwnerId': ({ records }) => ({
    rules: [],
    defaultOwnerId: records.idFor('intake.assignment.save', 'defaultOwnerId'),
  }),
  'crm.custom_field.order': ({ records }) => ({
    object: 'company',
    fieldIds: [records.idFor('crm.custom_field.order', 'fieldIds')],
  }),
  ...Object.fromEntries(
    ['crm.person.merge', 'crm.company.merge', 'crm.deal.merge'].map(id => [
      id,
      ({ records }: Sender) => ({ otherId: records.idFor(id, 'otherId') }),
    ]),
  ),
  ...Object.fromEntries(
    ['crm.duplicate.dismiss', 'crm.duplicate.undismiss'].map(id => [
      id,
      ({ records }: Sender) => ({
        object: 'company',
        firstId: records.idFor(id, 'firstId'),
        secondId: records.idFor(id, 'secondId'),
      }),
    ]),
  ),
  'crm.do-not-contact.add': () => ({ items: [{ email: 'probe@example.com' }] }),
  'crm.do-not-contact.end': () => ({ note: 'Probe' }),
  'crm.consent.record': () => ({ purpose: 'tracking', isGiven: true }),
  'crm.person.create': () => ({ lastName: 'Probe' }),
  ...Object.fromEntries(
    ['crm.person', 'crm.company', 'crm.deal'].flatMap(of => [
      [
        `${of}.bulk`,
        ({ records }: Sender) => ({
          select: { ids: [records.idFor(`${of}.bulk`, 'ids')] },
          act: { type: 'change', patch: { source: 'probe' } },
        }),
      ],
      [
        `${of}.change_each`,
        ({ records }: Sender) => ({
          items: [{ id: records.idFor(`${of}.change_each`, 'id'), patch: { source: 'probe' } }],
        }),
      ],
    ]),
  ),
  'crm.view.update': () => ({ name: 'Renamed' }),
  'crm.activity.create': () => ({ kind: 'note', title: 'Probe' }),
  'crm.activity.create id': ({ records }) => ({
    kind: 'note',
    title: 'Probe',
    records: [{ object: 'person', id: records.idFor('crm.activity.create', 'id') }],
  }),
  'crm.activity.update': () => ({ title: 'Probe' }),
  'crm.upcoming.pause': ({ records }) => ({
    object: 'company',
    recordId: records.idFor('crm.upcoming.pause', 'recordId'),
  }),
  'crm.upcoming.resume': ({ records }) => ({
    object: 'company',
    recordId: records.idFor('crm.upcoming.resume', 'recordId'),
  }),
  'crm.activity.update id': ({ records }) => ({
    records: [{ object: 'person', id: records.idFor('crm.activity.update', 'id') }],
  }),
  // Only a deal that is lost has a reason.
  'crm.deal.create lostReasonId': ({ records }) => ({
    name: 'Probe',
    stageId: records.idFor('crm.deal.create', 'stageOfLost'),
  }),
  'crm.deal.update': () => ({ name: 'Probe' }),
  'crm.deal.update lostReasonId': ({ records }) => ({
    stageId: records.idFor('crm.deal.update', 'stageOfLost'),
  }),
  'crm.deal.move': ({ records }) => ({ stageId: records.idFor('crm.deal.move', 'stageId') }),
  'crm.deal.move below': ({ records }) => ({ stageId: records.idFor('crm.deal.move', 'stageOfDeals') }),
  'crm.deal.move lostReasonId': ({ records }) => ({
    stageId: records.idFor('crm.deal.move', 'stageOfLost'),
  }),
  'flow.run.control_many': ({ records }) => ({
    action: 'cancel',
    select: { runIds: [records.idFor('flow.run.control_many', 'runIds')] },
  }),
  'flow.run.control_many workflowId': ({ records }) => ({
    action: 'cancel',
    select: { workflowId: records.idFor('flow.run.control_many', 'workflowId'), statuses: ['pending'] },
  }),
  'flow.run.retry_many': ({ records }) => ({
    select: { runIds: [records.idFor('flow.run.retry_many', 'runIds')] },
  }),
  'flow.run.retry_many workflowId': ({ records }) => ({
    select: { workflowId: records.idFor('flow.run.retry_many', 'workflowId') },
  }),
  'flow.schedule.preview': () => ({ cron: '0 9 * * 1-5', timeZone: 'Europe/Paris' }),
  'intake.form.save': () => projectForm,
  'intake.form_draft.save': () => projectForm,
  'iam.preview.create': () => ({ target: 'member' }),
  'iam.share.create': ({ records }) => ({
    object: 'lead',
    recordId: records.idFor('iam.share.create', 'recordId'),
    userId: records.idFor('iam.share.create', 'userId'),
    access: 'read',
  }),
  'iam.share.create teamId': ({ records }) => ({
    object: 'lead',
    recordId: records.idFor('iam.share.create', 'recordId'),
    access: 'read',
  }),
  'intake.lead.assign': () => ({ ownerUserId: null }),
  'intake.source.create': () => ({ kind: 'webhook', name: 'Probe' }),
  'intake.source.change': () => ({ name: 'Renamed' }),
  'intake.source.preview': () => ({ mapping: { email: 'email' } }),
  'intake.lead_column.create': () => ({ name: 'Probe' }),
  'intake.lead.move': () => ({ status: 'QUALIFIED' }),
  'intake.lead.move below': () => ({ status: 'NEW' }),
  'iam.branding.set-color': () => ({ accentColor: '#336699' }),
  'iam.logo.set': () => ({ data: SMALL_PNG }),
  'iam.host.create': () => ({ host: 'probe.millrace.org' }),
}

type OwnAnswer = (
  byToken: boolean,
  isOwner: boolean,
  role: Role | null,
  scopes: readonly string[] | undefined,
) => number | undefined

/** What is answered where a key needs a scope beside the route's own, and whoever has it is answered `otherwise`. */
function keyNeeds(scope: string, otherwise?: number): OwnAnswer {
  return (_, __, ___, scopes) => (scopes && !scopes.includes(scope) ? 403 : otherwise)
}

/**
 * What a permitted request with ids of its own organization is answered when it is no success: by token or not, as an
 * owner or not, by role, and by what a key may do. A route's id, with the name of a place where the id in it makes the difference.
 */
export const OWN_ANSWERS: Readonly<Record<string, OwnAnswer>> = {
  // The member that routes are tried with is the owner, whom nobody changes.
  'iam.member.update': () => 409,
  'iam.member.suspend': () => 409,
  'iam.member.reactivate': () => 409,
  'iam.member.remove': () => 409,
  'iam.membership.leave': (_, isOwner) => (isOwner ? 409 : undefined),
  'iam.organization.transfer': (_, isOwner) => (isOwner ? 409 : 403),
  // Everybody in the cast owns an organization, too.
  'iam.account.delete': () => 409,
  // Links, codes, passkeys and sign-ins are a person's own and in no organization.
  'iam.account.confirm-email': () => 422,
  'iam.totp.confirm': () => 422,
  'iam.passkey.create': () => 422,
  'iam.passkey.rename': () => 404,
  'iam.passkey.delete': () => 404,
  'iam.sign-in.delete': () => 404,
  'iam.identity.delete': () => 404,
  'iam.identity.get-pending': () => 404,
  'iam.identity.confirm-pending': () => 404,
  // The link of an invitation is in no record.
  'iam.invitation.accept': () => 404,
  // The keys are the owner's; others have to take them over first.
  'iam.api-key.rotate': (_, isOwner) => (isOwner ? undefined : 403),
  // Nobody is the owner of what was not sent, so whoever sees what is theirs sees none of it.
  'intake.partial.delete': (_, __, role) => (role === 'guest' ? 404 : undefined),
  // Nobody asks a guest to decide about a run.
  'flow.approval.decide': (_, __, role) => (role === 'guest' ? 404 : undefined),
  // The smallest id is that of no step.
  'flow.variable.list': () => 422,
  // It reads what runs were started with.
  'flow.draft.dry_run': keyNeeds('runs:read'),
  'flow.draft.run runId': keyNeeds('runs:read'),
  'flow.draft.run eventId': keyNeeds('runs:read'),
  'iam.session.switch-organization': byToken => (byToken ? 403 : undefined),
  // What was typed is not the name of the organization.
  'iam.organization.delete': () => 422,
  'iam.host.verify': () => 422,
  // Nobody in the cast looks after the installation, so there is nothing here.
  'iam.managed-organization.list': () => 404,
  // No service is named by an id, and too little is known of the records to ask one.
  'crm.enrichment-provider.set': () => 404,
  'crm.person.enrich': () => 409,
  'crm.company.enrich': () => 409,
  // An organization keeps one pipeline, and what was not deleted cannot come back.
  'crm.pipeline.delete': () => 409,
  'crm.deal.restore': () => 404,
  'crm.activity.restore': () => 404,
  'crm.attachment.restore': () => 404,
  'intake.lead.restore': () => 404,
  // It reads leads as well.
  'intake.lead.export': keyNeeds('leads:read'),
  // A file of no bytes is none.
  'crm.attachment.create': () => 422,
  // The server of a mailbox is asked first, and this one leads nowhere.
  'intake.mail_account.create': () => 422,
  // This source is a webhook, which has nothing to do with Calendly.
  'intake.source.connect_calendly': () => 404,
  'intake.source.check_calendly': () => 404,
  'intake.source.disconnect_calendly': () => 404,
  // The file is there already and has not been checked; nothing runs.
  'crm.import.upload': () => 409,
  'crm.import.start': keyNeeds('companies:write', 409),
  'crm.import.pause': () => 409,
  'crm.import.resume': keyNeeds('companies:write', 409),
  // An export is its owner's alone, and the file of this one is still being written.
  'crm.export.get': (_, isOwner, __, scopes) => (isOwner && !scopes ? undefined : 404),
  'crm.export.file': (_, isOwner, __, scopes) => (isOwner && !scopes ? 409 : 404),
  // It reads companies as well.
  'crm.export.create': keyNeeds('companies:read'),
  // These serve all objects; the ones asked about here are companies.
  'crm.deleted-record.list': keyNeeds('companies:read'),
  'crm.deleted-record.restore': keyNeeds('companies:write'),
  'crm.tag.list': keyNeeds('companies:read'),
  'crm.tag.rename': keyNeeds('companies:write'),
  'crm.record_field.list': keyNeeds('companies:read'),
  'crm.custom_field.list': keyNeeds('companies:read'),
  'crm.duplicate.check': keyNeeds('companies:read'),
  'crm.duplicate.dismiss': keyNeeds('companies:write'),
  'crm.duplicate.undismiss': keyNeeds('companies:write'),
  'crm.duplicate.start_scan': keyNeeds('companies:write'),
  // A personal view needs a person; what others use needs the right to share.
  'crm.view.create': (_, __, ___, scopes) => (scopes ? 422 : undefined),
  'crm.view.mark': (_, __, ___, scopes) => (scopes ? 422 : undefined),
  'crm.view.update': (_, __, role, scopes) => (maySaveForOthers(role, scopes) ? undefined : 403),
  'crm.view.delete': (_, __, role, scopes) => (maySaveForOthers(role, scopes) ? undefined : 403),
  // Taking an act back writes its records; this one has ended.
  'crm.change_set.undo': keyNeeds('people:write'),
  'crm.change_set.cancel': () => 409,
  // This one has ended. A guest sees some leads, and acts over many of their own only.
  'intake.lead_act.cancel': (_, __, role) => (role === 'guest' ? 404 : 409),
  'intake.lead_act.undo': (_, __, role) => (role === 'guest' ? 404 : undefined),
  'intake.lead_act.get': (_, __, role) => (role === 'guest' ? 404 : undefined),
  'intake.lead_act.list_problems': (_, __, role) => (role === 'guest' ? 404 : undefined),
  // A guest would not see the deal they make.
  'intake.lead.convert': (_, __, role, scopes) =>
    role === 'guest' || (scopes && !scopes.includes('deals:write')) ? 403 : undefined,
  'crm.deal.create': (_, __, role) => (role === 'guest' ? 403 : undefined),
  'iam.managed-organization.suspend': () => 404,
  'iam.managed-organization.reactivate': () => 404,
  'iam.managed-user.list': () => 404,
  'iam.managed-user.suspend': () => 404,
  'iam.managed-user.reactivate': () => 404,
  'iam.managed-user.reset-second-factors': () => 404,
  'iam.managed-user.set-admin': () => 404,
  'iam.platform-act.list': () => 404,
}

function maySaveForOthers(role: Role | null, scopes: readonly string[] | undefined): boolean {
  return scopes ? scopes.includes('views:write') : role !== 'viewer' && role !== 'guest'
}

/** A body the route accepts, or undefined for a route without one. */
export function bodyFor(route: AnyRoute, place: string | null, sender: Sender): unknown {
  if (!route.body) return undefined
  const example = EXAMPLES[`${route.id} ${place}`] ?? EXAMPLES[route.id]
  return example ? example(sender) : sampleOf(route.body)
}

/** A query the route accepts: where it has to name a record, one of the sender's. */
export function queryFor(route: AnyRoute, { records }: Sender): Readonly<Record<string, unknown>> {
  const sample = (route.query ? sampleOf(route.query) : {}) as Readonly<Record<string, unknown>>
  return Object.fromEntries(
    Object.entries(sample).map(([name, value]) => [
      name,
      value === NO_RECORD ? records.idFor(route.id, name) : value,
    ]),
  )
}

/** Complains about a body that the route would refuse before it looks at anything. */
export function assertAccepted(route: AnyRoute, body: unknown): void {
  if (route.body && !route.body.safeParse(body).success) {
    throw new Error(
      `${JSON.stringify(body)} is no body for ${route.id}. Give an example in test/tenancy/bodies.ts.`,
    )
  }
}
