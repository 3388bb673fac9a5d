import type { Context } from '#platform/context.ts'
import { publish } from '#platform/events/publish.ts'
import { newId } from '#platform/ids.ts'
import { openRecords } from '#platform/owned.ts'
import { noteChanges } from './changes.ts'
import { requireCompany } from './companies.ts'
import { checkCustomPatch } from './custom-fields/values.ts'
import type { NewPerson } from './person-api.ts'
import { columnsOf, companyOf, writePrimary } from './person-changes.ts'
import { splitName } from './person-names.ts'
import { changedPerson, NO_ONE } from './person-values.ts'
import { personCreated } from './record-events.ts'
import type { WriteOptions } from './record-kind.ts'
import {
  flatCustom,
  mergedCustom,
  ownerOfNew,
  requireInSight,
  requireOwner,
  sourceOfNew,
  startOf,
} from './record-values.ts'

const INSERT = `
  insert into crm.people (org_id, id, first_name, last_name, salutation, phone, mobile, linkedin_url, external_id, source,
    lifecycle_stage, status, score, tags, owner_user_id, custom, created_by)
  values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17)`

/**
 * Makes a person, with a primary position when there is an e-mail address, a title or a company. Publishes `person.created`.
 * Throws `crm.email_taken`, `crm.out_of_sight`, and `request.invalid` for an owner who is no active member, a company that is not there and values
 * of custom fields.
 */
export async function createPerson(
  ctx: Context,
  input: NewPerson,
  options: WriteOptions = {},
): Promise<string> {
  const { fullName, custom: sent, ...changes } = input
  const values = await checkCustomPatch(ctx, 'person', sent ?? {}, { isNew: true, source: options.source })
  const ownerUserId = ownerOfNew(ctx, input.ownerUserId)
  requireInSight(ctx, 'person', ownerUserId)
  if (input.ownerUserId) await requireOwner(ctx, input.ownerUserId)
  const source = sourceOfNew(ctx, input.source, options.source)
  const companyId = await companyOf(ctx, input, ownerUserId, options)
  if (companyId && input.company === undefined) await requireCompany(ctx, companyId)
  const split = splitName(fullName ?? '')
  const state = changedPerson(NO_ONE, {
    ...changes,
    firstName: changes.firstName || split.firstName,
    lastName: changes.lastName || split.lastName,
    companyId,
    source,
    ownerUserId,
  })
  const id = newId()
  const custom = mergedCustom({}, values)
  const createdBy = ctx.actor.type === 'user' ? ctx.actor.userId : null
  await ctx.db.query(INSERT, [ctx.orgId, id, ...columnsOf(state, custom), createdBy])
  openRecords(ctx, 'person', [id])
  await writePrimary(ctx, id, null, NO_ONE, state)
  const after = startOf({ ...state, ...flatCustom(custom) })
  noteChanges(ctx, 'person', [{ recordId: id, action: 'created', after }], options)
  await publish(ctx, personCreated, {
    subjects: [{ type: 'person', id }],
    payload: { personId: id, email: state.email, source },
  })
  return id
}
