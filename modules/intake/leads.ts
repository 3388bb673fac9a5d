import type { Contact } from '#modules/crm/contract.ts'
import { findContact, findContacts } from '#modules/crm/index.ts'
import type { Context } from '#platform/context.ts'
import type { Tx } from '#platform/db/database.ts'
import { generalErrors } from '#platform/errors.ts'
import { type FilteredRequest, type ListStatement, readList, readPage } from '#platform/filter/list.ts'
import { rowVersion } from '#platform/http/etags.ts'
import { readIncludes } from '#platform/http/sparse.ts'
import { openRecords, seenCondition, showRecord } from '#platform/owned.ts'
import { LEAD_INCLUDES, type Lead, type LeadDetail, type ListedLead } from './contract.ts'
import { readLeadEvents } from './lead-events.ts'
import { listStatuses } from './lead-statuses.ts'
import { leadShape, withAnswersInSight } from './leads/lead-filters.ts'

const EVENTS_SHOWN = 100

/** The columns of a lead as `leadOf` reads them, for a table called `l`. */
export const LEAD_COLUMNS = `l.id, l.workflow_id, l.person_id, l.email, l.name, l.status, l.source, l.owner_user_id,
  l.created_at, l.updated_at, l.last_submitted_at, l.status_changed_at`

export interface LeadRow {
  id: string
  workflow_id: string
  person_id: string
  email: string
  name: string
  status: string
  source: string
  owner_user_id: string | null
  created_at: Date
  updated_at: Date
  last_submitted_at: Date
  status_changed_at: Date
}

const LIST = (list: ListStatement, seen: string) => `
  select ${LEAD_COLUMNS}${list.columns} from intake.leads l
  where l.org_id = $1 and l.deleted_at is null
    and ($2::uuid is null or l.workflow_id = $2)
    and ($3::text is null or l.status = $3)
    and ($4::uuid is null or l.person_id = $4)
    and ($5::uuid is null or l.owner_user_id = $5)${seen}${list.where}
  ${list.order}`

const GET = `
  select ${LEAD_COLUMNS}, l.deal_id from intake.leads l
  where l.org_id = $1 and l.id = $2 and l.deleted_at is null`

const ANSWERS = `
  select f.field_key as key, f.label, f.field_type as type, v.value, f.archived_at is not null as archived,
    v.text_version as "textVersion"
  from intake.lead_values v
  join intake.form_fields f on f.org_id = $1 and f.id = v.field_id
  where v.org_id = $1 and v.lead_id = $2
  order by f.archived_at is not null, f.position, f.field_key`

export interface LeadQuery extends FilteredRequest {
  readonly include?: string | undefined
  readonly workflowId?: string | undefined
  readonly status?: string | undefined
  readonly personId?: string | undefined
  readonly ownerUserId?: string | undefined
}

/** A page of the leads that the filter lets through, the newest first when no order is asked for. */
export async function listLeads(
  ctx: Context,
  query: LeadQuery,
): Promise<{ items: ListedLead[]; nextCursor: string | null }> {
  const includes = readIncludes(query, LEAD_INCLUDES)
  const seen = seenCondition(ctx, 'lead', 'l', 6)
  const list = readList(await leadShape(ctx, query.workflowId, query.filter), query, [
    ctx.orgId,
    query.workflowId ?? null,
    query.status ?? null,
    query.personId ?? null,
    query.ownerUserId ?? null,
    ...seen.values,
  ])
  const page = await withAnswersInSight(ctx, query.filter, () =>
    readPage(ctx.db, list, LIST(list, seen.sql), leadOf),
  )
  const [people, values] = await Promise.all([
    includes.has('person') ? peopleOf(ctx, page.items) : null,
    includes.has('values') ? valuesOf(ctx, page.items) : null,
  ])
  const items = page.items.map(lead => ({
    ...lead,
    ...(people ? { person: people.get(lead.personId) ?? null } : {}),
    ...(values ? { values: values.get(lead.id) ?? {} } : {}),
  }))
  return { ...page, items }
}

async function peopleOf(ctx: Context, leads: readonly Lead[]): Promise<Map<string, Contact>> {
  const ids = [...new Set(leads.map(lead => lead.personId))]
  // Who sees a lead sees whom it is about.
  for (const id of ids) showRecord(ctx, 'person', id)
  const people = await findContacts(ctx, ids)
  return new Map(people.map(person => [person.id, person]))
}

const VALUES = `
  select v.lead_id, jsonb_object_agg(f.field_key, v.value) as fields
  from intake.lead_values v
  join intake.form_fields f on f.org_id = $1 and f.id = v.field_id
  where v.org_id = $1 and v.lead_id = any($2)
  group by v.lead_id`

async function valuesOf(ctx: Context, leads: readonly Lead[]): Promise<Map<string, Record<string, string>>> {
  const ids = leads.map(lead => lead.id)
  openRecords(ctx, 'lead', ids)
  const found = await ctx.db.query<{ lead_id: string; fields: Record<string, string> }>(VALUES, [
    ctx.orgId,
    ids,
  ])
  return new Map(found.rows.map(row => [row.lead_id, row.fields]))
}

/** One lead with answers, person, columns and its newest events. Throws `request.not_found`. */
export async function getLead(ctx: Context, leadId: string): Promise<LeadDetail> {
  openRecords(ctx, 'lead', [leadId])
  const [found, answers, events] = await Promise.all([
    ctx.db.query<LeadRow & { deal_id: string | null }>(GET, [ctx.orgId, leadId]),
    ctx.db.query<LeadDetail['answers'][number]>(ANSWERS, [ctx.orgId, leadId]),
    readLeadEvents(ctx, leadId, { limit: EVENTS_SHOWN }),
  ])
  const row = found.rows[0]
  if (!row) throw generalErrors.not_found()
  // Who sees a lead sees whom it is about.
  showRecord(ctx, 'person', row.person_id)
  const [person, statuses] = await Promise.all([
    findContact(ctx, row.person_id),
    listStatuses(ctx, row.workflow_id),
  ])
  return {
    ...leadOf(row),
    answers: answers.rows,
    person,
    dealId: row.deal_id,
    statuses,
    events: events.items,
  }
}

/** The version of a lead, for its ETag. Throws `request.not_found`. */
export async function leadVersion(ctx: Context, leadId: string): Promise<string> {
  const found = await ctx.db.query<{ version: string }>(
    `select ${rowVersion('updated_at')} as version from intake.leads
     where org_id = $1 and id = $2 and deleted_at is null`,
    [ctx.orgId, leadId],
  )
  const row = found.rows[0]
  if (!row) throw generalErrors.not_found()
  return row.version
}

/** A lead as templates and conditions see it: plain data, fields by their keys. */
export interface LeadForTemplates {
  readonly id: string
  readonly name: string
  readonly email: string
  readonly status: string
  readonly fields: Readonly<Record<string, string>>
  readonly person: {
    readonly id: string
    readonly name: string
    readonly firstName: string | null
    readonly lastName: string | null
    readonly email: string | null
    readonly phone: string | null
  }
}

const FOR_TEMPLATES = `
  select l.id, l.person_id, l.name, l.email, l.status,
    (select coalesce(jsonb_object_agg(f.field_key, v.value), '{}')
     from intake.lead_values v
     join intake.form_fields f on f.org_id = $1 and f.id = v.field_id
     where v.org_id = $1 and v.lead_id = l.id) as fields
  from intake.leads l
  where l.org_id = $1 and l.id = any($2::uuid[]) and l.deleted_at is null`

interface LeadKey {
  readonly orgId: string
  readonly leadId: string
}

async function readForTemplates(tx: Tx, keys: readonly LeadKey[]): Promise<(TemplateRow | undefined)[]> {
  const ids = keys.map(({ leadId }) => leadId)
  const found = await tx.query<TemplateRow>(FOR_TEMPLATES, [keys[0]?.orgId, ids])
  const byId = new Map(found.rows.map(row => [row.id, row]))
  return ids.map(id => byId.get(id))
}

interface TemplateRow {
  id: string
  person_id: string
  name: string
  email: string
  status: string
  fields: Record<string, string>
}

/** What `{{ lead.… }}` can say about a lead, read with others that are asked for side by side. Throws `request.not_found`. */
export async function getLeadForTemplates(ctx: Context, leadId: string): Promise<LeadForTemplates> {
  openRecords(ctx, 'lead', [leadId])
  const row = await ctx.db.ask(readForTemplates, { orgId: ctx.orgId, leadId })
  if (!row) throw generalErrors.not_found()
  showRecord(ctx, 'person', row.person_id)
  const contact = await findContact(ctx, row.person_id)
  return {
    id: row.id,
    name: row.name,
    email: row.email,
    status: row.status,
    fields: row.fields,
    person: {
      id: row.person_id,
      name: contact?.name ?? row.name,
      firstName: contact?.firstName ?? null,
      lastName: contact?.lastName ?? null,
      email: contact?.email ?? null,
      phone: contact?.phone ?? null,
    },
  }
}

/** A row as people and the API see it. */
export function leadOf(row: LeadRow): Lead {
  return {
    id: row.id,
    workflowId: row.workflow_id,
    personId: row.person_id,
    email: row.email,
    name: row.name,
    status: row.status,
    source: row.source,
    ownerUserId: row.owner_user_id,
    createdAt: row.created_at.toISOString(),
    updatedAt: row.updated_at.toISOString(),
    lastSubmittedAt: row.last_submitted_at.toISOString(),
    statusChangedAt: row.status_changed_at.toISOString(),
  }
}
