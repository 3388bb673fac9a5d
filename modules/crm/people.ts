import type { Context } from '#platform/context.ts'
import type { Tx } from '#platform/db/database.ts'
import { type FilteredRequest, readList, readPage } from '#platform/filter/list.ts'
import { rowVersion } from '#platform/http/etags.ts'
import { openRecords, type SeenCondition, seenCondition, sightOf } from '#platform/owned.ts'
import { withCustomFields } from './custom-fields/values.ts'
import { missing } from './merge/merged-into.ts'
import type { Contact, EmailStatus, LifecycleStage, Person, Position } from './person-api.ts'
import { PERSON_LIST, PERSON_ROWS } from './person-fields.ts'

interface ContactRow {
  id: string
  first_name: string | null
  last_name: string | null
  salutation: string | null
  linkedin_url: string | null
  mobile: string | null
  phone: string | null
  external_id: string | null
  source: string | null
  status: Contact['status']
  lifecycle_stage: LifecycleStage
  score: number
  tags: string[]
  owner_user_id: string | null
  custom: Record<string, unknown>
  last_activity_at: Date | null
  created_at: Date
  updated_at: Date
  email: string | null
  email_status: EmailStatus | null
  title: string | null
  company_id: string | null
  company_name: string | null
}

interface PositionRow {
  id: string
  title: string | null
  email: string | null
  email_status: EmailStatus
  email_reliability: string | null
  pharow_list_name: string | null
  is_primary: boolean
  valid_from: string | null
  valid_to: string | null
  company_id: string | null
  company_name: string | null
}

const COLUMNS = `p.id, p.first_name, p.last_name, p.salutation, p.linkedin_url, p.mobile, p.phone, p.external_id, p.source,
    p.status, p.lifecycle_stage, p.score, p.tags, p.owner_user_id, p.custom, p.last_activity_at, p.created_at,
    p.updated_at, o.email, o.email_status, o.title, c.id as company_id, c.name as company_name`
const THERE = 'p.org_id = $1 and p.deleted_at is null'
const CONTACT = `select ${COLUMNS} from ${PERSON_ROWS} where ${THERE}`

const GET = `${CONTACT} and p.id = $2`
const GET_ALL = `${CONTACT} and p.id = any($2::uuid[])`

const POSITIONS = `
  select o.id, o.title, o.email, o.email_status, o.email_reliability, o.pharow_list_name, o.is_primary, o.valid_from, o.valid_to,
    c.id as company_id, c.name as company_name
  from crm.positions o
  left join crm.companies c on c.org_id = $1 and c.id = o.company_id and c.deleted_at is null
  where o.org_id = $1 and o.person_id = $2 and o.deleted_at is null
  order by o.is_primary desc, o.id desc
  limit 100`

/** A page of the people that the filter lets through, the newest first when no order is asked for. */
export async function listPeople(
  ctx: Context,
  query: FilteredRequest,
): Promise<{ items: Contact[]; nextCursor: string | null }> {
  const seen = await openPeople(ctx, 2)
  const shape = await withCustomFields(ctx, 'person', PERSON_LIST, 'p.id')
  const list = readList(shape, query, [ctx.orgId, ...seen.values])
  const source = { columns: COLUMNS, from: PERSON_ROWS, where: `${THERE}${seen.sql}` }
  return readPage(ctx.db, list, source, contactOf)
}

/**
 * What a list of people says for those who see a part of them. Positions come into sight with their people, so these have to be
 * known first.
 */
export async function openPeople(ctx: Context, next: number): Promise<SeenCondition> {
  const seen = seenCondition(ctx, 'person', 'p', next)
  if (sightOf(ctx, 'person')) openRecords(ctx, 'person', await seenPeople(ctx, seen))
  return seen
}

const SEEN_MAX = 10_000

async function seenPeople(ctx: Context, seen: SeenCondition): Promise<string[]> {
  const found = await ctx.db.query<{ id: string }>(
    `select p.id from crm.people p where p.org_id = $1 and p.deleted_at is null${seen.sql}
     order by p.id desc limit ${SEEN_MAX}`,
    [ctx.orgId, ...seen.values],
  )
  return found.rows.map(row => row.id)
}

/** The live positions of a person whose positions are in sight, the primary one first. */
export async function positionsOf(ctx: Context, personId: string): Promise<Position[]> {
  const found = await ctx.db.query<PositionRow>(POSITIONS, [ctx.orgId, personId])
  return found.rows.map(positionOf)
}

/** One person with all live positions. Throws `request.not_found`. */
export async function getPerson(ctx: Context, personId: string): Promise<Person> {
  openRecords(ctx, 'person', [personId])
  const [person, positions] = await Promise.all([
    ctx.db.query<ContactRow>(GET, [ctx.orgId, personId]),
    positionsOf(ctx, personId),
  ])
  const row = person.rows[0]
  if (!row) throw await missing(ctx, 'person', personId)
  return { ...contactOf(row), positions }
}

/** The version of a person, for the ETag. Throws `request.not_found`. */
export async function personVersion(ctx: Context, personId: string): Promise<string> {
  const found = await ctx.db.query<{ version: string }>(
    `select ${rowVersion('updated_at')} as version from crm.people
     where org_id = $1 and id = $2 and deleted_at is null`,
    [ctx.orgId, personId],
  )
  const row = found.rows[0]
  if (!row) throw await missing(ctx, 'person', personId)
  return row.version
}

/** A person as a contact, or null for one that is gone. For modules that show whom their record is about. */
export async function findContact(ctx: Context, personId: string): Promise<Contact | null> {
  const row = await ctx.db.ask(readContacts, { orgId: ctx.orgId, personId })
  return row ? contactOf(row) : null
}

interface PersonKey {
  readonly orgId: string
  readonly personId: string
}

async function readContacts(tx: Tx, keys: readonly PersonKey[]): Promise<(ContactRow | undefined)[]> {
  const ids = keys.map(({ personId }) => personId)
  const found = await tx.query<ContactRow>(GET_ALL, [keys[0]?.orgId, ids])
  const byId = new Map(found.rows.map(row => [row.id, row]))
  return ids.map(id => byId.get(id))
}

/** Those of the people that are there, as contacts. */
export async function findContacts(ctx: Context, personIds: readonly string[]): Promise<Contact[]> {
  const found = await ctx.db.query<ContactRow>(GET_ALL, [ctx.orgId, personIds])
  return found.rows.map(contactOf)
}

const GET_BY_EMAIL = `${CONTACT} and p.id = (
  select known.person_id from crm.positions known
  where known.org_id = $1 and known.email_key = lower($2::text) and known.deleted_at is null)`

/** The person with this e-mail address as a contact, or null; upper and lower case are the same. */
export async function findContactByEmail(ctx: Context, email: string): Promise<Contact | null> {
  const found = await ctx.db.query<ContactRow>(GET_BY_EMAIL, [ctx.orgId, email])
  return found.rows[0] ? contactOf(found.rows[0]) : null
}

function contactOf(row: ContactRow): Contact {
  return {
    id: row.id,
    name: [row.first_name, row.last_name].filter(Boolean).join(' ') || (row.email ?? ''),
    firstName: row.first_name,
    lastName: row.last_name,
    salutation: row.salutation,
    email: row.email,
    emailStatus: row.email_status,
    title: row.title,
    company: companyOf(row),
    companyId: companyOf(row)?.id ?? null,
    phone: row.phone,
    mobile: row.mobile,
    linkedinUrl: row.linkedin_url,
    externalId: row.external_id,
    source: row.source,
    status: row.status,
    lifecycleStage: row.lifecycle_stage,
    score: row.score,
    tags: row.tags,
    custom: row.custom,
    ownerUserId: row.owner_user_id,
    lastActivityAt: row.last_activity_at?.toISOString() ?? null,
    createdAt: row.created_at.toISOString(),
    updatedAt: row.updated_at.toISOString(),
  }
}

function positionOf(row: PositionRow): Position {
  return {
    id: row.id,
    company: companyOf(row),
    title: row.title,
    email: row.email,
    emailStatus: row.email_status,
    emailReliability: row.email_reliability === null ? null : Number(row.email_reliability),
    listName: row.pharow_list_name,
    isPrimary: row.is_primary,
    validFrom: row.valid_from,
    validTo: row.valid_to,
  }
}

function companyOf(row: { company_id: string | null; company_name: string | null }): Contact['company'] {
  return row.company_id === null || row.company_name === null
    ? null
    : { id: row.company_id, name: row.company_name }
}
