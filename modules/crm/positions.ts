import type { Context } from '#platform/context.ts'
import { generalErrors } from '#platform/errors.ts'
import { publish } from '#platform/events/publish.ts'
import { changedMeanwhile, isExpected, rowVersion } from '#platform/http/etags.ts'
import { newId } from '#platform/ids.ts'
import { openRecords, requireWritable, sightOf } from '#platform/owned.ts'
import { differenceOf, noteChanges } from './changes.ts'
import { requireCompany } from './companies.ts'
import { emailTaken, requireFreeEmail } from './email-owners.ts'
import { crmErrors } from './errors.ts'
import { positionsOf } from './people.ts'
import type { Position } from './person-api.ts'
import { companyOf } from './person-changes.ts'
import type { PositionPatch } from './position-api.ts'
import { personUpdated } from './record-events.ts'
import type { WriteOptions } from './record-kind.ts'
import { given, storedText, wrong } from './record-values.ts'

const POSITIONS_MAX = 100

type PositionValues = Omit<Position, 'id' | 'company'> & { companyId: string | null }

const NEW: PositionValues = {
  companyId: null,
  title: null,
  email: null,
  emailStatus: 'unverified',
  emailReliability: null,
  listName: null,
  isPrimary: false,
  validFrom: null,
  validTo: null,
}

const INSERT = `
  insert into crm.positions (org_id, id, person_id, company_id, title, email, email_status, email_reliability, pharow_list_name,
    is_primary, valid_from, valid_to)
  values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)`

const UPDATE = `
  update crm.positions set company_id = $4, title = $5, email = $6, email_status = $7, email_reliability = $8,
    pharow_list_name = $9, is_primary = $10, valid_from = $11, valid_to = $12, updated_at = now()
  where org_id = $1 and id = $2 and person_id = $3`

/**
 * Gives a person a position; the first one is primary. Throws `request.not_found`, `request.read_only`, `request.invalid`,
 * `crm.email_taken`, `crm.too_many_positions`, and `request.changed_meanwhile` when the person is at none of the expected versions.
 */
export function addPosition(
  ctx: Context,
  personId: string,
  input: PositionPatch,
  options: WriteOptions = {},
): Promise<string> {
  return changePositions(ctx, personId, input, options, async (positions, ownerUserId) => {
    if (positions.length >= POSITIONS_MAX) throw crmErrors.too_many_positions()
    const isPrimary = positions.length === 0 || input.isPrimary === true
    const values = { ...(await valuesAfter(ctx, NEW, input, null, ownerUserId, options)), isPrimary }
    const id = newId()
    if (isPrimary) demote(ctx, personId)
    await write(ctx, INSERT, personId, id, values)
    return id
  })
}

/** Changes a position of a person. Throws what `addPosition` does. */
export async function changePosition(
  ctx: Context,
  personId: string,
  positionId: string,
  patch: PositionPatch,
  options: WriteOptions = {},
): Promise<void> {
  await changePositions(ctx, personId, patch, options, async (positions, ownerUserId) => {
    const position = positions.find(({ id }) => id === positionId)
    if (!position) throw generalErrors.not_found()
    const companyId = await storedCompany(ctx, positionId)
    const values = await valuesAfter(ctx, { ...position, companyId }, patch, positionId, ownerUserId, options)
    if (values.isPrimary && !position.isPrimary) demote(ctx, personId)
    await write(ctx, UPDATE, personId, positionId, values)
  })
}

/** Takes a position from a person; the newest of the others becomes primary when it was. Throws what `addPosition` does. */
export async function removePosition(
  ctx: Context,
  personId: string,
  positionId: string,
  options: WriteOptions = {},
): Promise<void> {
  await changePositions(ctx, personId, {}, options, async positions => {
    const position = positions.find(({ id }) => id === positionId)
    if (!position) throw generalErrors.not_found()
    ctx.db.send(
      `update crm.positions set deleted_at = now(), is_primary = false, updated_at = now() where org_id = $1 and id = $2`,
      [ctx.orgId, positionId],
    )
    const others = positions.filter(other => other !== position)
    const next = others.find(({ validTo }) => validTo === null) ?? others[0]
    if (position.isPrimary && next)
      ctx.db.send(
        `update crm.positions set is_primary = true, updated_at = now() where org_id = $1 and id = $2`,
        [ctx.orgId, next.id],
      )
  })
}

const LOCK = `
  select owner_user_id, ${rowVersion('updated_at')} as version from crm.people
  where org_id = $1 and id = $2 and deleted_at is null for update`

/** Does something to the positions of a person, and writes down what became different in the history of the person. */
async function changePositions<T>(
  ctx: Context,
  personId: string,
  sent: object,
  options: WriteOptions,
  work: (positions: Position[], ownerUserId: string | null) => Promise<T>,
): Promise<T> {
  openRecords(ctx, 'person', [personId])
  const locked = await ctx.db.query<{ owner_user_id: string | null; version: string }>(LOCK, [
    ctx.orgId,
    personId,
  ])
  const person = locked.rows[0]
  if (!person) throw generalErrors.not_found()
  if (sightOf(ctx, 'person')) await requireWritable(ctx, 'person', personId)
  const before = await positionsOf(ctx, personId)
  if (!isExpected(options.expected ?? null, person.version))
    throw changedMeanwhile(sent, { version: person.version, value: {} })
  const result = await work(before, person.owner_user_id)
  const difference = differenceOf(historyOf(before), historyOf(await positionsOf(ctx, personId)))
  if (!difference) return result
  const { changed, ...written } = difference
  ctx.db.send('update crm.people set updated_at = now() where org_id = $1 and id = $2', [ctx.orgId, personId])
  noteChanges(ctx, 'person', [{ recordId: personId, action: 'updated', ...written }], options)
  await publish(ctx, personUpdated, {
    subjects: [{ type: 'person', id: personId }],
    payload: { personId, changed },
  })
  return result
}

/** What the history of a person says of positions: all of them, and what the primary one is to the person. */
function historyOf(positions: readonly Position[]): Record<string, unknown> {
  const primary = positions.find(({ isPrimary }) => isPrimary)
  return {
    positions: positions.toSorted((a, b) => (a.id < b.id ? -1 : 1)),
    email: primary?.email ?? null,
    emailStatus: primary?.emailStatus ?? null,
    title: primary?.title ?? null,
    companyId: primary?.company?.id ?? null,
  }
}

async function valuesAfter(
  ctx: Context,
  before: PositionValues,
  patch: PositionPatch,
  positionId: string | null,
  ownerUserId: string | null,
  options: WriteOptions,
): Promise<PositionValues> {
  const { company, title, listName, ...rest } = patch
  const companyId = await companyOf(ctx, { companyId: rest.companyId, company }, ownerUserId, options)
  const after: PositionValues = {
    ...before,
    ...given({ ...rest, companyId }),
    title: title === undefined ? before.title : storedText(title, 200),
    listName: listName === undefined ? before.listName : storedText(listName, 200),
  }
  if (company === undefined && after.companyId !== before.companyId)
    await requireCompany(ctx, after.companyId)
  if (after.validFrom !== null && after.validTo !== null && after.validFrom > after.validTo)
    throw wrong('/validTo', 'before_start', 'A position ends after it began.')
  if (after.email?.toLowerCase() === before.email?.toLowerCase()) return after
  await requireFreeEmail(ctx, after.email, positionId)
  // Whether an address can be reached was found out for that address.
  return {
    ...after,
    emailStatus: patch.emailStatus ?? 'unverified',
    emailReliability: patch.emailReliability ?? null,
  }
}

/** The company as it is stored, also one that is not in sight or deleted: it stays when nothing is said of it. */
async function storedCompany(ctx: Context, positionId: string): Promise<string | null> {
  const found = await ctx.db.query<{ company_id: string | null }>(
    'select company_id from crm.positions where org_id = $1 and id = $2',
    [ctx.orgId, positionId],
  )
  return found.rows[0]?.company_id ?? null
}

/** There is one primary position at any time, so the one that is goes first. */
function demote(ctx: Context, personId: string): void {
  ctx.db.send(
    `update crm.positions set is_primary = false, updated_at = now()
     where org_id = $1 and person_id = $2 and is_primary and deleted_at is null`,
    [ctx.orgId, personId],
  )
}

async function write(
  ctx: Context,
  statement: string,
  personId: string,
  id: string,
  values: PositionValues,
): Promise<void> {
  try {
    await ctx.db.query(statement, [
      ctx.orgId,
      id,
      personId,
      values.companyId,
      values.title,
      values.email,
      values.emailStatus,
      values.emailReliability,
      values.listName,
      values.isPrimary,
      values.validFrom,
      values.validTo,
    ])
  } catch (error) {
    emailTaken(error)
  }
}
