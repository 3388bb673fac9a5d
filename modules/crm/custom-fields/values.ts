import { nameMembers } from '#modules/iam/index.ts'
import type { Context } from '#platform/context.ts'
import type { FieldProblem } from '#platform/contract/problem.ts'
import { generalErrors } from '#platform/errors.ts'
import type { ListShape } from '#platform/filter/list.ts'
import type { RecordField, RecordObject } from '../record-api.ts'
import { RECORD_TABLE } from '../record-tables.ts'
import { checkValue } from './check-value.ts'
import { type FieldDefinition, isOpen, readDefinitions, recordFieldOf } from './definitions.ts'
import { filterFieldOf, placeOf } from './list-place.ts'
import { tagsPlace } from './tag-index.ts'

/** How values are written. */
export interface CustomWrite {
  /** For a record that is being made: what is required and left out is complained about. */
  readonly isNew?: boolean | undefined
  /**
   * What made the actor write, as in `WriteOptions`. An undo and a merge put back what stood there: archived fields and options
   * are taken, and nobody looks whether what is named is still there.
   */
  readonly source?: string | undefined
}

type Problem = Pick<FieldProblem, 'code' | 'message'>

/**
 * Checks what somebody wants custom fields of a record to be, by key; null clears, what is left out stays. Gives the values as they
 * are stored, null for those that shall be empty. Throws `request.invalid` with a pointer `/custom/<key>` to each that is wrong.
 */
export async function checkCustomPatch(
  ctx: Context,
  object: RecordObject,
  patch: Readonly<Record<string, unknown>>,
  { isNew = false, source }: CustomWrite = {},
): Promise<Record<string, unknown>> {
  if (!isNew && Object.keys(patch).length === 0) return {}
  const putsBack = source === 'undo' || source === 'merge'
  const fields = new Map((await readDefinitions(ctx, object)).map(field => [field.key, field]))
  const values = new Map<FieldDefinition, unknown>()
  const problems = new Map<string, Problem>()
  for (const [key, value] of Object.entries(patch)) {
    const field = fields.get(key)
    if (!field || field.deletingAt !== null) problems.set(key, unknownField(key))
    else if (!isOpen(field) && !putsBack) problems.set(key, ARCHIVED)
    else {
      const checked = checkValue(field, value, putsBack)
      if ('code' in checked) problems.set(key, checked)
      else if (checked.value === null && field.isRequired && !putsBack) problems.set(key, required(field))
      else values.set(field, checked.value)
    }
  }
  if (isNew && !putsBack)
    for (const field of fields.values())
      if (field.isRequired && isOpen(field) && !Object.hasOwn(patch, field.key))
        problems.set(field.key, required(field))
  if (!putsBack) await checkReferences(ctx, values, problems)
  if (problems.size > 0) throw invalid(problems)
  return Object.fromEntries([...values].map(([field, value]) => [field.key, value]))
}

const ARCHIVED: Problem = { code: 'archived_field', message: 'This field is archived.' }

function unknownField(key: string): Problem {
  return { code: 'unknown_field', message: `There is no field ${JSON.stringify(key.slice(0, 80))}.` }
}

function required({ label }: FieldDefinition): Problem {
  return { code: 'required', message: `${label} has to be filled in.` }
}

function invalid(problems: ReadonlyMap<string, Problem>) {
  return generalErrors.invalid({
    errors: [...problems].map(([key, { code, message }]) => ({
      in: 'body' as const,
      pointer: `/custom/${key.replaceAll('~', '~0').replaceAll('/', '~1')}`,
      code,
      message,
    })),
  })
}

/** Members and records that are named have to be there and in sight of whoever names them. */
async function checkReferences(
  ctx: Context,
  values: ReadonlyMap<FieldDefinition, unknown>,
  problems: Map<string, Problem>,
): Promise<void> {
  const named = [...values].filter(([, value]) => value !== null)
  const users = named.filter(([field]) => field.kind === 'user')
  if (users.length > 0) {
    const ids = users.map(([, id]) => String(id))
    const active = (await nameMembers(ctx, ids)).filter(member => member.status === 'active')
    const members = new Set(active.map(member => member.userId))
    for (const [field, id] of users)
      if (!members.has(String(id)))
        problems.set(field.key, { code: 'unknown_member', message: 'Choose an active member.' })
  }
  for (const [object, relations] of Map.groupBy(named, ([field]) => field.relatesTo)) {
    if (object === null) continue
    const found = await ctx.db.query<{ id: string }>(
      `select id from ${RECORD_TABLE[object]} where org_id = $1 and id = any($2::uuid[]) and deleted_at is null`,
      [ctx.orgId, relations.map(([, id]) => id)],
    )
    const there = new Set(found.rows.map(row => row.id))
    for (const [field, id] of relations)
      if (!there.has(String(id)))
        problems.set(field.key, { code: 'unknown_record', message: 'This record does not exist.' })
  }
}

/** The custom fields of an object that can be read and written now, in their order. */
export async function customFieldsOf(ctx: Context, object: RecordObject): Promise<readonly RecordField[]> {
  return (await readDefinitions(ctx, object)).filter(isOpen).map(recordFieldOf)
}

/**
 * The shape of a list with the organization's custom fields among what it is filtered and sorted by, as `custom.<key>`. `idColumn`
 * is the column of the record's id in the statement, such as `p.id`; its table's `custom` stands beside it. $1 of the statement is
 * the organization.
 */
export async function withCustomFields(
  ctx: Context,
  object: RecordObject,
  shape: ListShape,
  idColumn: string,
): Promise<ListShape> {
  const fields = await readDefinitions(ctx, object)
  const places = fields.map(field => [`custom.${field.key}`, placeOf(field, idColumn)] as const)
  return {
    ...shape,
    fields: {
      ...shape.fields,
      ...Object.fromEntries(fields.map(field => [`custom.${field.key}`, filterFieldOf(field)])),
    },
    sql: { ...shape.sql, tags: tagsPlace(idColumn), ...Object.fromEntries(places) },
  }
}
