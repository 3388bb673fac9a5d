import type pg from 'pg'
import { createDeal, createImport, listPipelines, receivePart, refuseContact } from '#modules/crm/index.ts'
import { createWorkflow, publishWorkflow, saveDraft, startRun } from '#modules/flow/index.ts'
import type { Person } from '#modules/iam/factories.ts'
import { notifyMembers } from '#modules/iam/index.ts'
import { saveForm, submitForm } from '#modules/intake/index.ts'
import { queueMessage } from '#modules/mail/index.ts'
import { type Context, inOrganization, type Kit } from '#platform/context.ts'
import { keepFile } from '#platform/files/files.ts'
import { receiveFile } from '#platform/files/store.ts'
import { newId } from '#platform/ids.ts'
import { projectForm, thankNewLead } from '#programs/demo-workflow.ts'
import { NO_RECORD } from './sample.ts'

/** A table, the column of the id, which row in order of their making, and a condition the row has to meet. */
interface RecordPlace {
  readonly table: string
  readonly key?: string
  readonly second?: true
  readonly where?: string
}

/**
 * What an id in a path, query or body names, or null for an id that names no record. A route with another name
 * fails the isolation tests until it has an entry here. `route.id name` goes before the name.
 */
const RECORD_OF: Readonly<Record<string, RecordPlace | null>> = {
  workflowId: { table: 'flow.workflows' },
  runId: { table: 'flow.runs' },
  runIds: { table: 'flow.runs' },
  approvalId: { table: 'flow.approvals' },
  // A pin and the node it is of have one id.
  'flow.pin.set nodeId': { table: 'flow.pins', key: 'node_id' },
  'flow.pin.remove nodeId': { table: 'flow.pins', key: 'node_id' },
  // Steps of the workflow itself, whatever they are called.
  'flow.variable.list nodeId': null,
  'flow.node.test nodeId': null,
  'flow.draft.run eventId': { table: 'events.events', where: "type = 'form.submitted'" },
  // An organization's own; those of the product have names that are the same everywhere.
  templateKey: { table: 'flow.templates' },
  // Versions are counted in every workflow; these have numbers that no other organization has.
  'flow.version.get number': { table: 'flow.versions', key: 'number::text', where: 'number > 1000' },
  'flow.version.restore number': { table: 'flow.versions', key: 'number::text', where: 'number > 1000' },
  'intake.form_version.get number': {
    table: 'intake.form_versions',
    key: 'number::text',
    where: 'number > 1000',
  },
  'intake.form_version.restore number': {
    table: 'intake.form_versions',
    key: 'number::text',
    where: 'number > 1000',
  },
  'intake.form_field.restore fieldKey': {
    table: 'intake.form_fields',
    key: 'field_key',
    where: "label = 'Probe to restore'",
  },
  'intake.form_field.delete fieldKey': {
    table: 'intake.form_fields',
    key: 'field_key',
    where: "label = 'Probe to delete'",
  },
  // A workflow cannot look after its own failures.
  errorWorkflowId: { table: 'flow.workflows', second: true },
  leadId: { table: 'intake.leads' },
  leadSourceId: { table: 'intake.sources' },
  leadDeliveryId: { table: 'intake.source_deliveries' },
  leadUploadId: { table: 'intake.uploads' },
  quarantinedId: { table: 'intake.quarantined_submissions' },
  'intake.quarantine.change_many ids': { table: 'intake.quarantined_submissions' },
  senderRuleId: { table: 'intake.sender_rules' },
  mailId: { table: 'intake.mails' },
  accountId: { table: 'intake.mail_accounts' },
  'intake.mail_file.read fileId': { table: 'intake.mail_files', key: 'file_id' },
  'intake.mail_tag.delete workflowId': { table: 'intake.mail_tags', key: 'workflow_id' },
  // Columns are called alike everywhere; these have a status that no other organization has.
  'intake.lead_column.update status': {
    table: 'intake.lead_statuses',
    key: 'status',
    where: "name = 'Probe'",
  },
  'intake.lead_column.delete status': {
    table: 'intake.lead_statuses',
    key: 'status',
    where: "name = 'Probe'",
  },
  // Whoever saves rules names them.
  'intake.assignment.save id': null,
  defaultOwnerId: { table: 'iam.members', key: 'user_id' },
  // A lead is moved below another one.
  below: { table: 'intake.leads', second: true },
  personId: { table: 'crm.people' },
  positionId: { table: 'crm.positions' },
  companyId: { table: 'crm.companies' },
  dealId: { table: 'crm.deals' },
  'crm.deal.move below': { table: 'crm.deals', second: true },
  'crm.person.merge otherId': { table: 'crm.people', second: true },
  'crm.person.preview_merge otherId': { table: 'crm.people', second: true },
  'crm.company.merge otherId': { table: 'crm.companies', second: true },
  'crm.company.preview_merge otherId': { table: 'crm.companies', second: true },
  'crm.deal.merge otherId': { table: 'crm.deals', second: true },
  'crm.deal.preview_merge otherId': { table: 'crm.deals', second: true },
  // The object of the smallest request is a company.
  'crm.duplicate.dismiss firstId': { table: 'crm.companies' },
  'crm.duplicate.dismiss secondId': { table: 'crm.companies', second: true },
  'crm.duplicate.undismiss firstId': { table: 'crm.companies' },
  'crm.duplicate.undismiss secondId': { table: 'crm.companies', second: true },
  // Only left out of an answer, whatever it names.
  exceptId: null,
  pipelineId: { table: 'crm.pipelines' },
  stageId: { table: 'crm.stages' },
  // The deals of a stage that is taken away go to another one.
  moveTo: { table: 'crm.stages', second: true },
  // Where the deals are that routes are tried with, and where a deal needs a reason.
  stageOfDeals: { table: 'crm.stages', where: "key = 'negotiation'" },
  stageOfLost: { table: 'crm.stages', where: "type = 'lost'" },
  lostReasonId: { table: 'crm.lost_reasons' },
  peopleIds: { table: 'crm.people' },
  activityId: { table: 'crm.activities' },
  attachmentId: { table: 'crm.attachments' },
  'crm.activity.create id': { table: 'crm.people' },
  'crm.activity.update id': { table: 'crm.people' },
  assigneeUserId: { table: 'iam.members', key: 'user_id' },
  // The object of the smallest request is a company.
  'crm.attachment.list recordId': { table: 'crm.companies' },
  'crm.attachment.create recordId': { table: 'crm.companies' },
  'crm.upcoming.pause recordId': { table: 'crm.companies' },
  'crm.upcoming.resume recordId': { table: 'crm.companies' },
  entryId: { table: 'crm.do_not_contact' },
  // A service's word, the same in every organization.
  provider: null,
  'crm.enrichment.list recordId': { table: 'crm.people' },
  fieldId: { table: 'crm.custom_fields' },
  partialId: { table: 'intake.partial_submissions', key: 'submission_id' },
  fieldIds: { table: 'crm.custom_fields' },
  importId: { table: 'crm.imports' },
  exportId: { table: 'crm.exports' },
  viewId: { table: 'crm.views' },
  // A view remembers whose stages its board shows, and looks nothing up.
  'crm.view.create pipelineId': null,
  'crm.view.update pipelineId': null,
  changeSetId: { table: 'crm.change_sets' },
  leadActId: { table: 'intake.lead_acts' },
  'crm.person.bulk ids': { table: 'crm.people' },
  'crm.company.bulk ids': { table: 'crm.companies' },
  'crm.deal.bulk ids': { table: 'crm.deals' },
  'crm.person.change_each id': { table: 'crm.people' },
  'crm.company.change_each id': { table: 'crm.companies' },
  'crm.deal.change_each id': { table: 'crm.deals' },
  keyId: { table: 'iam.api_keys' },
  messageId: { table: 'mail.messages' },
  organizationId: { table: 'iam.organizations', key: 'org_id' },
  hostId: { table: 'iam.host_claims' },
  teamId: { table: 'iam.teams' },
  memberId: { table: 'iam.members' },
  invitationId: { table: 'iam.invitations' },
  'iam.member.names ids': { table: 'iam.members', key: 'user_id' },
  userId: { table: 'iam.members', key: 'user_id' },
  ownerUserId: { table: 'iam.members', key: 'user_id' },
  shareId: { table: 'iam.shares' },
  // A share is of a record of any kind; a lead stands for all.
  recordId: { table: 'intake.leads' },
  'iam.preview.create target': { table: 'iam.members' },
  // A message is about records of any kind; a lead stands for all.
  subjectId: { table: 'intake.leads' },
  // The object of the smallest body is a company.
  'crm.deleted-record.restore ids': { table: 'crm.companies' },
  'crm.deleted-record.purge ids': { table: 'crm.companies' },
  'iam.notification.mark-read ids': { table: 'iam.notifications' },
  'iam.notification.mark-read upTo': { table: 'iam.notifications' },
  // The sender's own word for the act of sending.
  submissionId: null,
  // A person's own, in no organization.
  passkeyId: null,
  signInId: null,
  identityId: null,
  identityProviderId: { table: 'iam.identity_providers' },
  // A provider to come may bring its id.
  proposedId: null,
}

/** A step whose id no other organization's workflow has, and a pin of it. */
async function pinNode(ctx: Context, workflowId: string): Promise<void> {
  await ctx.db.query(
    `insert into flow.nodes (org_id, workflow_id, node_id, type, config, ordinal)
     values ($1, $2, 'n-' || $1::uuid, 'notify', '{"title":"Probe"}', 100)`,
    [ctx.orgId, workflowId],
  )
  await ctx.db.query(
    `insert into flow.edges (org_id, workflow_id, edge_id, source_node_id, target_node_id, ordinal)
     values ($1, $2, 'probe', 'form', 'n-' || $1::uuid, 100)`,
    [ctx.orgId, workflowId],
  )
  await ctx.db.query(
    `insert into flow.pins (org_id, workflow_id, node_id, data) values ($1, $2, 'n-' || $1::uuid, '1')`,
    [ctx.orgId, workflowId],
  )
}

/** Makes one record of every kind that routes speak of, as the product itself makes them. */
export async function makeRecords(kit: Kit, { orgId, userId }: Person): Promise<void> {
  const actor = { type: 'user', userId } as const
  const form = await inOrganization(kit, { orgId, actor }, async ctx => {
    const workflowId = await createWorkflow(ctx, { name: `Workflow of ${orgId}` })
    await saveDraft(ctx, workflowId, { graph: thankNewLead({ amount: 1, unit: 'days' }), revision: 0 })
    await publishWorkflow(ctx, workflowId)
    await pinNode(ctx, workflowId)
    await createWorkflow(ctx, { name: `Second workflow of ${orgId}` })
    await ctx.db.query(
      `insert into flow.versions (org_id, id, workflow_id, number, graph, plan, hash)
       select org_id, $2, workflow_id, $4, graph, plan, hash from flow.versions where org_id = $1 and workflow_id = $3`,
      [ctx.orgId, newId(), workflowId, 1_001 + Number.parseInt(orgId.slice(-7), 16)],
    )
    const { runId } = await startRun(ctx, { workflowId, trigger: 'manual', input: {} })
    await ctx.db.query(
      `insert into flow.approvals (org_id, id, run_id, workflow_id, node_id, token, title, body, roles)
       values ($1, $2, $3, $4, 'ask', 'ask#1', 'Probe', '', '{owner,admin,manager,member}')`,
      [ctx.orgId, newId(), runId, workflowId],
    )
    await ctx.db.query(
      `insert into flow.templates (org_id, id, name, description, category, graph)
       values ($1, $2, $3, '', 'own', '{"nodes": [], "edges": []}')`,
      [ctx.orgId, newId(), `Template of ${ctx.orgId}`],
    )
    await ctx.db.query(
      `insert into flow.dead_letters (org_id, run_id, workflow_id, reason) values ($1, $2, $3, 'Probe')`,
      [ctx.orgId, runId, workflowId],
    )
    await ctx.db.query(
      `insert into iam.identity_providers (org_id, id, name, issuer, client_id, client_secret, scopes)
       values ($1, $2, 'Probe', 'https://login.internal', 'probe', $3, '{openid}')`,
      await providerOf(kit, ctx.orgId),
    )
    await ctx.db.query('insert into iam.host_claims (org_id, id, host) values ($1, $2, $3)', [
      ctx.orgId,
      newId(),
      `${ctx.orgId}.millrace.org`,
    ])
    await ctx.db.query(
      `insert into iam.invitations (org_id, id, email, role, token_hash, sent_at, expires_at)
       values ($1, $2, $3, 'viewer', sha256($4::bytea), now() - interval '1 hour', now() + interval '1 hour')`,
      [ctx.orgId, newId(), `probe@${ctx.orgId}.example.com`, ctx.orgId],
    )
    await notifyMembers(ctx, { key: 'probe', roles: ['owner', 'admin'], title: 'Probe', body: `Of ${orgId}` })
    return saveForm(ctx, workflowId, { ...projectForm, fields: [...projectForm.fields] })
  })
  await inOrganization(kit, { orgId, actor }, async ctx => {
    await ctx.db.query('insert into crm.companies (org_id, id, name) select $1, unnest($2::uuid[]), $3', [
      orgId,
      [newId(), newId()],
      `Company of ${orgId}`,
    ])
    await ctx.db.query(
      `insert into crm.custom_fields (org_id, id, object, key, label, kind)
       values ($1, $2, 'company', 'probe', $3, 'text')`,
      [orgId, newId(), `Field of ${orgId}`],
    )
    const [pipeline] = await listPipelines(ctx)
    const stageId = pipeline?.stages.find(({ key }) => key === 'negotiation')?.id
    for (const name of ['first', 'second'])
      await createDeal(ctx, { name: `The ${name} deal of ${orgId}`, stageId })
  })
  for (const name of ['first', 'second']) {
    await submitForm(kit, {
      formKey: form.key,
      submissionId: newId(),
      answers: { name: `The ${name} lead of ${orgId}`, email: `${name}@example.com`, budget: '$500' },
      address: '127.0.0.1',
    })
  }
  await inOrganization(kit, { orgId, actor }, async ctx => {
    await queueMessage(ctx, {
      id: newId(),
      key: 'probe',
      to: 'lead@example.com',
      subject: `Subject of ${orgId}`,
      text: `Text of ${orgId}`,
      html: `<p>HTML of ${orgId}</p>`,
      subjects: [],
    })
    await shareWithGuests(ctx)
    for (const keep of [keepSomething, keepFiles, keepActs, keepIntake]) await keep(ctx)
    // A person has something to decide about a message whose outcome is unknown.
    await ctx.db.query(`update mail.messages set status = 'unknown' where org_id = $1`, [orgId])
  })
}

/** What comes in by other ways than a form, what forms were, and what was held back. */
async function keepIntake(ctx: Context): Promise<void> {
  await keepMails(ctx)
  await keepForms(ctx)
  await keepArrived(ctx)
  await keepHeld(ctx)
}

/** Guests see what is shared with them: the records that the routes are tried with. */
async function shareWithGuests(ctx: Context): Promise<void> {
  const { orgId } = ctx
  const team = newId()
  await ctx.db.query('insert into iam.teams (org_id, id, name) values ($1, $2, $3)', [
    orgId,
    team,
    `Team of ${orgId}`,
  ])
  await ctx.db.query(
    `insert into iam.team_members (org_id, team_id, user_id)
     select org_id, $2, user_id from iam.members where org_id = $1 and role in ('owner', 'guest')`,
    [orgId, team],
  )
  for (const [object, table] of [
    ['lead', 'intake.leads'],
    ['person', 'crm.people'],
    ['company', 'crm.companies'],
    ['deal', 'crm.deals'],
  ]) {
    await ctx.db.query(
      `insert into iam.shares (org_id, id, object, record_id, team_id, access)
       select org_id, gen_random_uuid(), $2, id, $3, 'write' from ${table} where org_id = $1`,
      [orgId, object, team],
    )
  }
}

/** A task about a person, and a file at them; a refusal, and a service that can be asked about them. */
async function keepSomething(ctx: Context): Promise<void> {
  await refuseContact(ctx, [{ kind: 'domain', value: 'refused.example', reason: 'manual' }], {
    source: 'test',
  })
  await ctx.db.query(
    `insert into crm.enrichment_providers (org_id, provider, is_enabled) values ($1, 'sirene', true)`,
    [ctx.orgId],
  )
  const [task, file] = [
    newId(),
    await receiveFile(ctx.kit.config.dataDir, [Buffer.from(`File of ${ctx.orgId}`)], 1_000),
  ]
  await keepFile(ctx, file, 'probe.txt')
  await ctx.db.query(
    `insert into crm.activities (org_id, id, kind, title) values ($1, $2, 'task', 'Probe')`,
    [ctx.orgId, task],
  )
  await ctx.db.query(
    `insert into crm.activity_links (org_id, activity_id, object, record_id)
     select org_id, $2, 'person', id from crm.people where org_id = $1 order by created_at, id limit 1`,
    [ctx.orgId, task],
  )
  await ctx.db.query(
    `insert into crm.attachments (org_id, id, object, record_id, file_id)
     select org_id, $2, 'person', id, $3 from crm.people where org_id = $1 order by created_at, id limit 1`,
    [ctx.orgId, newId(), file.id],
  )
}

/** A view that everybody uses, a column of the board, and an act over many records that can be taken back. */
async function keepActs(ctx: Context): Promise<void> {
  await ctx.db.query(
    `insert into crm.views (org_id, id, object, name, visibility) values ($1, $2, 'person', $3, 'shared')`,
    [ctx.orgId, newId(), `View of ${ctx.orgId}`],
  )
  await ctx.db.query(
    `insert into intake.lead_statuses (org_id, workflow_id, status, name, position)
     select org_id, id, 'PROBE_' || upper(right(org_id::text, 12)), 'Probe', 100 from flow.workflows
     where org_id = $1 order by created_at, id limit 1`,
    [ctx.orgId],
  )
  await ctx.db.query(
    `insert into crm.change_sets (org_id, id, kind, object, title, status, actor)
     values ($1, $2, 'bulk', 'person', $3, 'done', $4)`,
    [ctx.orgId, newId(), `Act of ${ctx.orgId}`, JSON.stringify(ctx.actor)],
  )
  await ctx.db.query(
    `insert into intake.lead_acts (org_id, id, workflow_id, kind, title, status, total, done, actor)
     select $1, $2, id, 'delete', $3, 'done', 1, 1, $4 from flow.workflows where org_id = $1 order by created_at, id limit 1`,
    [ctx.orgId, newId(), `Act of ${ctx.orgId}`, JSON.stringify(ctx.actor)],
  )
}

/** Another way in, what came by it, and a file that came with the first lead. */
async function keepArrived(ctx: Context): Promise<void> {
  const { orgId } = ctx
  const [sourceId, file] = [
    newId(),
    await receiveFile(ctx.kit.config.dataDir, [Buffer.from(`Upload of ${orgId}`)], 1_000),
  ]
  await ctx.db.query(
    `insert into intake.sources (org_id, id, workflow_id, kind, name, key, secret, settings)
     select $1, $2, f.workflow_id, 'webhook', 'Probe', $3, $4, '{}' from intake.forms f
     join flow.workflows w on w.org_id = $1 and w.id = f.workflow_id
     where f.org_id = $1 order by w.created_at, w.id limit 1`,
    [
      orgId,
      sourceId,
      sourceId.replaceAll('-', ''),
      await ctx.kit.vault.seal('probe', { orgId, table: 'intake.sources', column: 'secret', id: sourceId }),
    ],
  )
  const lead = 'select id from intake.leads where org_id = $1 order by created_at, id limit 1'
  await ctx.db.query(
    `insert into intake.source_deliveries (org_id, id, source_id, digest, content, status, lead_id)
     select $1, $2, $3, repeat('ab', 32), $4, 'failed', id from (${lead}) l`,
    [orgId, newId(), sourceId, JSON.stringify({ headers: {}, query: {}, body: { email: orgId } })],
  )
  await keepFile(ctx, file, 'upload.txt')
  await ctx.db.query(
    `insert into intake.uploads (org_id, id, file_id, lead_id, name, type, size, claimed_at)
     select $1, $2, $3, id, 'upload.txt', 'text/plain', $4, now() from (${lead}) l`,
    [orgId, newId(), file.id, file.size],
  )
}

/** A submission that was held back, and a sender who was blocked. */
async function keepHeld(ctx: Context): Promise<void> {
  const { orgId } = ctx
  const email = `held@${orgId}.example`
  await ctx.db.query(
    `insert into intake.quarantined_submissions (org_id, id, form_id, workflow_id, submission_id, content_hash, email_key, name,
       identity, answers, reasons, points, channel, network_hash)
     select $1, $2, f.id, f.workflow_id, $3, sha256('probe'), $4, 'Held', $5, $6, '[]', 10, 'plain', repeat('x', 43)
     from intake.forms f join flow.workflows w on w.org_id = $1 and w.id = f.workflow_id
     where f.org_id = $1 order by w.created_at, w.id limit 1`,
    [
      orgId,
      newId(),
      newId(),
      email,
      JSON.stringify({ email, name: 'Held', person: {} }),
      JSON.stringify({ name: `Held of ${orgId}`, email }),
    ],
  )
  await ctx.db.query(
    `insert into intake.sender_rules (org_id, id, kind, key_hash, value, verdict)
     values ($1, $2, 'email', $3, $4, 'block')`,
    [orgId, newId(), orgId.replaceAll('-', '').padEnd(43, 'x'), email],
  )
}

/** What there is about the form of the first workflow. */
async function keepForms(ctx: Context): Promise<void> {
  await keepUnsent(ctx)
  await keepPast(ctx)
}

/** Answers to the form of the first workflow that were not sent. */
async function keepUnsent(ctx: Context): Promise<void> {
  await ctx.db.query(
    `insert into intake.partial_submissions (org_id, form_id, submission_id, answers, consent_text)
     select $1, f.id, $2, '{"name": "Ada"}', 'Keep them.' from intake.forms f
     join flow.workflows w on w.org_id = $1 and w.id = f.workflow_id
     where f.org_id = $1 order by w.created_at, w.id limit 1`,
    [ctx.orgId, newId()],
  )
}

/** A version of the form of the first workflow with a number that no other organization has, and fields that it asked for once. */
async function keepPast(ctx: Context): Promise<void> {
  const { orgId } = ctx
  const form = `select f.id from intake.forms f join flow.workflows w on w.org_id = $1 and w.id = f.workflow_id
    where f.org_id = $1 order by w.created_at, w.id limit 1`
  await ctx.db.query(
    `insert into intake.form_versions (org_id, form_id, number, definition, actor_type)
     select $1, f.id, $2, '{"name": "Probe", "title": "Probe", "fields": []}', 'system' from (${form}) f`,
    [orgId, 1_001 + Number.parseInt(orgId.slice(-7), 16)],
  )
  await ctx.db.query(
    `insert into intake.form_fields (org_id, id, form_id, field_key, label, field_type, position, archived_at)
     select $1, probe.id, f.id, probe.key, probe.label, 'TEXT', 100, now()
     from (${form}) f, unnest($2::uuid[], $3::text[], $4::text[]) as probe (id, key, label)`,
    [
      orgId,
      [newId(), newId()],
      ['restore', 'delete'].map(act => `${act}_${orgId.slice(-12)}`),
      ['Probe to restore', 'Probe to delete'],
    ],
  )
}

/** An address for e-mail, a mailbox, a message that is held, and a file that came to the first lead. */
async function keepMails(ctx: Context): Promise<void> {
  const { orgId } = ctx
  const key = orgId.replaceAll('-', '').slice(-12)
  const first = 'select id from flow.workflows where org_id = $1 order by created_at, id limit 1'
  const [raw, attached] = [
    await receiveFile(
      ctx.kit.config.dataDir,
      [Buffer.from(`From: ada@example.com\r\n\r\nOf ${orgId}`)],
      1_000,
    ),
    await receiveFile(ctx.kit.config.dataDir, [Buffer.from(`Sent to ${orgId}`)], 1_000),
  ]
  await keepFile(ctx, raw, 'message.eml')
  await keepFile(ctx, attached, 'sent.txt')
  await ctx.db.query('insert into intake.mail_inboxes (org_id, key) values ($1, $2)', [orgId, key])
  await ctx.db.query('insert into intake.mail_keys (org_id, key) values ($1, $2)', [orgId, key])
  await ctx.db.query(
    `insert into intake.mail_tags (org_id, workflow_id, tag) select $1, id, 'probe' from (${first}) w`,
    [orgId],
  )
  await ctx.db.query(
    `insert into intake.mail_accounts (org_id, id, host, port, security, username, password, workflow_id)
     select $1, $2, 'imap.internal', 993, 'tls', $3, 'mv1.probe.AAAA.AAAA', id from (${first}) w`,
    [orgId, newId(), `leads of ${orgId}`],
  )
  const mailId = newId()
  await ctx.db.query(
    `insert into intake.mails (org_id, id, recipient, workflow_id, file_id, size, decision, reason, sender)
     select $1, $2, 'leads@in.internal', id, $3, $4, 'quarantined', 'spam', 'ada@example.com' from (${first}) w`,
    [orgId, mailId, raw.id, raw.size],
  )
  await ctx.db.query(
    `insert into intake.mail_files (org_id, file_id, lead_id, mail_id)
     select $1, $2, id, $3 from intake.leads where org_id = $1 order by created_at, id limit 1`,
    [orgId, attached.id, mailId],
  )
}

/** A file of people that waits to be taken in, and one that was asked for. */
async function keepFiles(ctx: Context): Promise<void> {
  const content = Buffer.from(`Name,Email\nOf ${ctx.orgId},import@example.com\n`)
  const file = { object: 'person', fileName: 'probe.csv', fileBytes: content.length } as const
  await receivePart(ctx, await createImport(ctx, file), 0, content)
  await ctx.db.query(
    `insert into crm.exports (org_id, id, object, request, actor) values ($1, $2, 'person', '{}', $3)`,
    [ctx.orgId, newId(), JSON.stringify(ctx.actor)],
  )
}

/** Its secret opens, and its issuer leads nowhere: trying it asks no name server. */
async function providerOf(kit: Kit, orgId: string): Promise<string[]> {
  const id = newId()
  const place = { orgId, table: 'iam.identity_providers', column: 'client_secret', id }
  return [orgId, id, await kit.vault.seal('probe', place)]
}

/** Ids of the records of one organization, for the places of routes. */
export interface Records {
  /** The id for a place that has this name in this route. */
  idFor(routeId: string, name: string): string
}

/** Looks the records up that `makeRecords` made. The client must see every row. */
export async function findRecords(admin: pg.ClientBase, orgId: string): Promise<Records> {
  const ids = new Map<string, string>()
  for (const record of Object.values(RECORD_OF)) {
    if (record === null) continue
    const { table, key = 'id', second, where = 'true' } = record
    const found = await admin.query<{ id: string }>(
      `select ${key} as id from ${table} where org_id = $1 and ${where} order by created_at, ${key} limit 2`,
      [orgId],
    )
    const id = found.rows[second ? 1 : 0]?.id
    if (!id) throw new Error(`Make a record of ${table} in makeRecords of test/tenancy/records.ts.`)
    ids.set(nameOf(record), id)
  }
  return {
    idFor(routeId, name) {
      const record = recordOf(routeId, name)
      return record === null ? NO_RECORD : (ids.get(nameOf(record)) ?? NO_RECORD)
    },
  }
}

const nameOf = ({ table, key = 'id', second, where = '' }: RecordPlace) =>
  `${table} ${key} ${second ? 2 : 1} ${where}`

/** Whether a place of a route names a record. Throws when nobody has said. */
export function namesRecord(routeId: string, name: string): boolean {
  return recordOf(routeId, name) !== null
}

function recordOf(routeId: string, name: string) {
  const place = `${routeId} ${name}`
  // An entry of the route counts also where it says that nothing is named.
  const record = Object.hasOwn(RECORD_OF, place) ? RECORD_OF[place] : RECORD_OF[name]
  if (record === undefined)
    throw new Error(`Say in RECORD_OF of test/tenancy/records.ts what ${name} of ${routeId} names.`)
  return record
}

/** An id like the given one that names nothing. */
export function missingLike(id: string): string {
  return id.slice(0, -1) + (id.endsWith('0') ? '1' : '0')
}
