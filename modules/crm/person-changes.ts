import type { Context } from '#platform/context.ts'
import { generalErrors } from '#platform/errors.ts'
import { publish } from '#platform/events/publish.ts'
import { changedMeanwhile, isExpected, rowVersion } from '#platform/http/etags.ts'
import { newId } from '#platform/ids.ts'
import { openRecords, requireWritable, sightOf } from '#platform/owned.ts'
import { differenceOf, noteChanges } from './changes.ts'
import { requireCompany } from './companies.ts'
import { companyByName } from './company-writes.ts'
import { checkCustomPatch } from './custom-fields/values.ts'
import { emailTaken, requireFreeEmail } from './email-owners.ts'
import { changedPerson, hasPosition, type PersonChanges, type PersonState } from './person-values.ts'
import { personUpdated } from './record-events.ts'
import type { WriteOptions } from './record-kind.ts'
import { flatCustom, mergedCustom, requireOwner } from './record-values.ts'

// Everybody who writes positions locks their person first.
const LOCK = `
  select p.first_name as "firstName", p.last_name as "lastName", p.salutation, p.phone, p.mobile,
    p.linkedin_url as "linkedinUrl", p.external_id as "externalId", p.source, p.lifecycle_stage as "lifecycleStage", p.status,
    p.score, p.tags, p.owner_user_id as "ownerUserId", o.email, o.email_status as "emailStatus", o.title,
    o.company_id as "companyId", p.custom, o.id as position_id, ${rowVersion('p.updated_at')} as version
  from crm.people p
  left join crm.positions o on o.org_id = $1 and o.person_id = p.id and o.is_primary and o.deleted_at is null
  where p.org_id = $1 and p.id = $2 and p.deleted_at is null
  for update of p`

type LockedPerson = PersonState & {
  custom: Record<string, unknown>
  position_id: string | null
  version: string
}

const UPDATE = `
  update crm.people set first_name = $3, last_name = $4, salutation = $5, phone = $6, mobile = $7, linkedin_url = $8,
    external_id = $9, source = $10, lifecycle_stage = $11, status = $12, score = $13, tags = $14, owner_user_id = $15,
    custom = $16, updated_at = now()
  where org_id = $1 and id = $2`

/**
 * Changes a person and says which fields are different now; e-mail address, title and company are those of the primary position,
 * which is made when there is none. Two callers at once change one after the other, so no tag is lost. Whoever may change a
 * person may give them away, also out of their own sight. Publishes `person.updated` when anything changed. Throws
 * `request.not_found`, `request.read_only`, `request.invalid`, `crm.email_taken`, and `request.changed_meanwhile` when the person
 * is at none of the expected versions.
 */
export async function changePerson(
  ctx: Context,
  personId: string,
  changes: PersonChanges,
  options: WriteOptions = {},
): Promise<{ changed: string[] }> {
  openRecords(ctx, 'person', [personId])
  const found = await ctx.db.query<LockedPerson>(LOCK, [ctx.orgId, personId])
  if (!found.rows[0]) throw generalErrors.not_found()
  if (sightOf(ctx, 'person')) await requireWritable(ctx, 'person', personId)
  const { version, custom, position_id: positionId, ...before } = found.rows[0]
  if (!isExpected(options.expected ?? null, version))
    throw changedMeanwhile(changes, { version, value: { ...before, custom } })
  const values = await checkCustomPatch(ctx, 'person', changes.custom ?? {}, { source: options.source })
  const companyId = await companyOf(ctx, changes, before.ownerUserId, options)
  const after = changedPerson(before, { ...changes, companyId })
  if (after.ownerUserId !== before.ownerUserId) await requireOwner(ctx, after.ownerUserId)
  if (after.companyId !== before.companyId && changes.company === undefined)
    await requireCompany(ctx, after.companyId)
  const difference = differenceOf(
    { ...before, ...flatCustom(custom) },
    { ...after, ...flatCustom({ ...custom, ...values }) },
  )
  if (!difference) return { changed: [] }
  const { changed, ...written } = difference
  if (changed.some(isOfPosition)) await writePrimary(ctx, personId, positionId, before, after)
  await ctx.db.query(UPDATE, [ctx.orgId, personId, ...columnsOf(after, mergedCustom(custom, values))])
  noteChanges(ctx, 'person', [{ recordId: personId, action: 'updated', ...written }], options)
  await publish(ctx, personUpdated, {
    subjects: [{ type: 'person', id: personId }],
    payload: { personId, changed },
  })
  return { changed }
}

/** The columns of a person in the order of UPDATE. */
export function columnsOf(state: PersonState, custom: Readonly<Record<string, unknown>>): unknown[] {
  return [
    state.firstName,
    state.lastName,
    state.salutation,
    state.phone,
    state.mobile,
    state.linkedinUrl,
    state.externalId,
    state.source,
    state.lifecycleStage,
    state.status,
    state.score,
    state.tags,
    state.ownerUserId,
    JSON.stringify(custom),
  ]
}

/** The company that is meant: by its id, or by its name, made when there is none. Undefined when nothing is said of it. */
export async function companyOf(
  ctx: Context,
  { companyId, company }: Pick<PersonChanges, 'companyId' | 'company'>,
  ownerUserId: string | null,
  options: WriteOptions,
): Promise<string | null | undefined> {
  return company === undefined ? companyId : companyByName(ctx, company, ownerUserId, options)
}

function isOfPosition(field: string): boolean {
  return ['email', 'emailStatus', 'title', 'companyId'].includes(field)
}

const SET_PRIMARY = `
  update crm.positions set email = $3, email_status = $4, title = $5, company_id = $6,
    email_reliability = case when $7 then null else email_reliability end, updated_at = now()
  where org_id = $1 and id = $2`

const ADD_PRIMARY = `
  insert into crm.positions (org_id, id, person_id, email, email_status, title, company_id, is_primary)
  values ($1, $2, $3, $4, $5, $6, $7, true)`

/** Writes what a person has of their primary position, which is made when it is needed. Throws `crm.email_taken`. */
export async function writePrimary(
  ctx: Context,
  personId: string,
  positionId: string | null,
  before: PersonState,
  after: PersonState,
): Promise<void> {
  const { email, title, companyId } = after
  const emailStatus = after.emailStatus ?? 'unverified'
  const isMoved = email?.toLowerCase() !== before.email?.toLowerCase()
  if (isMoved) await requireFreeEmail(ctx, email, positionId)
  try {
    if (positionId !== null)
      await ctx.db.query(SET_PRIMARY, [ctx.orgId, positionId, email, emailStatus, title, companyId, isMoved])
    else if (hasPosition(after))
      await ctx.db.query(ADD_PRIMARY, [ctx.orgId, newId(), personId, email, emailStatus, title, companyId])
  } catch (error) {
    emailTaken(error)
  }
}
