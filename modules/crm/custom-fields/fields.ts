import { audit } from '#platform/audit/audit.ts'
import type { Context } from '#platform/context.ts'
import { constraintOf } from '#platform/db/database.ts'
import { generalErrors } from '#platform/errors.ts'
import { publish } from '#platform/events/publish.ts'
import { changedMeanwhile, isExpected, rowVersion } from '#platform/http/etags.ts'
import { Versioned } from '#platform/http/handlers.ts'
import { newId } from '#platform/ids.ts'
import {
  CUSTOM_FIELDS_MAX,
  type CustomField,
  type CustomFieldDraft,
  type CustomFieldPatch,
  customFieldsChanged,
} from '../custom-field-api.ts'
import { crmErrors } from '../errors.ts'
import type { RecordObject } from '../record-api.ts'
import { DEFINITION_COLUMNS, type FieldDefinition, readDefinitions } from './definitions.ts'
import { checkOptions, requireUnused } from './options.ts'
import { wordFrom } from './word.ts'

type Row = FieldDefinition & { version: string } & Record<string, unknown>

const COLUMNS = `${DEFINITION_COLUMNS}, ${rowVersion('f.updated_at')} as version`
const GET = `select ${COLUMNS} from crm.custom_fields f where f.org_id = $1 and f.id = $2`

/** The custom fields of an object in their order, archived ones too. */
export async function listFields(ctx: Context, object: RecordObject): Promise<CustomField[]> {
  return (await readDefinitions(ctx, object)).map(customFieldOf)
}

/** One custom field. Throws `request.not_found`. */
export async function getField(ctx: Context, fieldId: string): Promise<Versioned<CustomField>> {
  return versioned(await rowOf(ctx, fieldId))
}

/** A field that nobody else changes until the transaction ends. Throws `request.not_found`. */
export function lockField(ctx: Context, fieldId: string): Promise<Row> {
  return rowOf(ctx, fieldId, ' for update')
}

async function rowOf(ctx: Context, fieldId: string, lock = ''): Promise<Row> {
  const found = await ctx.db.query<Row>(`${GET}${lock}`, [ctx.orgId, fieldId])
  const row = found.rows[0]
  if (!row) throw generalErrors.not_found()
  return row
}

/** All fields of an object, which nobody else changes or adds to until the transaction ends. */
async function lockFields(ctx: Context, object: RecordObject): Promise<{ id: string; key: string }[]> {
  const found = await ctx.db.query<{ id: string; key: string }>(
    'select id, key from crm.custom_fields where org_id = $1 and object = $2 order by place, id for update',
    [ctx.orgId, object],
  )
  return found.rows
}

const CREATE = `
  insert into crm.custom_fields as f
    (org_id, id, object, key, label, kind, help, options, relates_to, is_required, field_group, place, created_by)
  select $1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, coalesce(max(place), 0) + 1, $12
  from crm.custom_fields where org_id = $1 and object = $3
  returning ${COLUMNS}`

/**
 * Adds a field behind the others. No table changes. Throws `request.invalid`, `crm.field_key_taken` and `crm.too_many_fields`.
 */
export async function createField(ctx: Context, draft: CustomFieldDraft): Promise<CustomField> {
  const options = checkOptions(draft.kind, draft.options)
  if ((draft.kind === 'relation') !== (draft.relatesTo !== undefined))
    throw generalErrors.invalid({
      errors: [
        {
          in: 'body',
          pointer: '/relatesTo',
          code: 'invalid_value',
          message: 'A relation, and nothing else, says which records it leads to.',
        },
      ],
    })
  const others = await lockFields(ctx, draft.object)
  if (others.length >= CUSTOM_FIELDS_MAX) throw crmErrors.too_many_fields()
  const key = draft.key ?? wordFrom(draft.label, 'field', new Set(others.map(other => other.key)))
  const stored = await unlessTaken(() =>
    ctx.db.query<Row>(CREATE, [
      ctx.orgId,
      newId(),
      draft.object,
      key,
      draft.label,
      draft.kind,
      draft.help || null,
      JSON.stringify(options),
      draft.relatesTo ?? null,
      draft.isRequired,
      draft.group,
      ctx.actor.type === 'user' ? ctx.actor.userId : null,
    ]),
  )
  const [row] = stored.rows
  if (!row) throw new Error('The field was not stored.')
  await tellChange(ctx, 'created', null, row)
  return customFieldOf(row)
}

async function unlessTaken<T>(write: () => Promise<T>): Promise<T> {
  try {
    return await write()
  } catch (error) {
    if (constraintOf(error) === 'custom_fields_org_id_object_key_key') throw crmErrors.field_key_taken()
    throw error
  }
}

const CHANGE = `
  update crm.custom_fields f set label = $3, help = $4, options = $5, is_required = $6, field_group = $7,
    archived_at = case when $8 then coalesce(f.archived_at, now()) end
  where f.org_id = $1 and f.id = $2
  returning ${COLUMNS}`

/**
 * Changes, archives or brings back a field. Throws `request.not_found`, `request.changed_meanwhile`, `request.invalid`,
 * `crm.option_in_use` and `crm.field_being_deleted`.
 */
export async function changeField(
  ctx: Context,
  fieldId: string,
  patch: CustomFieldPatch,
  expected: readonly string[] | null,
): Promise<Versioned<CustomField>> {
  const before = await lockField(ctx, fieldId)
  const was = customFieldOf(before)
  if (!isExpected(expected, before.version))
    throw changedMeanwhile(patch, { version: before.version, value: was })
  if (before.deletingAt !== null) throw crmErrors.field_being_deleted()
  const options = patch.options === undefined ? before.options : checkOptions(before.kind, patch.options)
  if (patch.options !== undefined) await requireUnused(ctx, before, options)
  const stored = await ctx.db.query<Row>(CHANGE, [
    ctx.orgId,
    fieldId,
    patch.label ?? before.label,
    (patch.help === undefined ? before.help : patch.help) || null,
    JSON.stringify(options),
    patch.isRequired ?? before.isRequired,
    patch.group ?? before.group,
    patch.isArchived ?? before.archivedAt !== null,
  ])
  const [row] = stored.rows
  if (!row) throw generalErrors.not_found()
  const isNow = row.archivedAt !== null
  const change = isNow === was.isArchived ? 'updated' : isNow ? 'archived' : 'restored'
  await tellChange(ctx, change, before, row)
  return versioned(row)
}

/**
 * Puts the fields of an object in order; those that are not named follow in the order they had. Throws `request.not_found` when one
 * that is named is none of them.
 */
export async function orderFields(
  ctx: Context,
  object: RecordObject,
  fieldIds: readonly string[],
): Promise<CustomField[]> {
  const before = (await lockFields(ctx, object)).map(field => field.id)
  const named = new Set(fieldIds)
  if ([...named].some(id => !before.includes(id))) throw generalErrors.not_found()
  const after = [...named, ...before.filter(id => !named.has(id))]
  await ctx.db.query(
    `update crm.custom_fields f set place = placed.place
     from unnest($2::uuid[]) with ordinality placed (id, place)
     where f.org_id = $1 and f.id = placed.id and f.place <> placed.place`,
    [ctx.orgId, after],
  )
  await audit(ctx, {
    action: 'custom_field.ordered',
    object: { type: 'organization', id: ctx.orgId },
    before: { object, fieldIds: before },
    after: { object, fieldIds: after },
  })
  await publish(ctx, customFieldsChanged, {
    subjects: [],
    payload: { object, fieldId: null, change: 'ordered' },
  })
  return listFields(ctx, object)
}

/** Says in the audit log and live what became of a field. */
export async function tellChange(
  ctx: Context,
  change: 'created' | 'updated' | 'archived' | 'restored' | 'deleting' | 'deleted',
  before: FieldDefinition | null,
  after: FieldDefinition | null,
): Promise<void> {
  const field = after ?? before
  if (!field) return
  await audit(ctx, {
    action: `custom_field.${change}`,
    object: { type: 'custom_field', id: field.id, name: field.label },
    before: before && customFieldOf(before),
    after: after && customFieldOf(after),
  })
  await publish(ctx, customFieldsChanged, {
    subjects: [{ type: 'custom_field', id: field.id }],
    payload: { object: field.object, fieldId: field.id, change },
  })
}

function versioned(row: Row): Versioned<CustomField> {
  return new Versioned(customFieldOf(row), row.version)
}

function customFieldOf(field: FieldDefinition): CustomField {
  const { archivedAt, deletingAt, createdAt, updatedAt, ...same } = field
  return {
    ...same,
    options: [...same.options],
    isArchived: archivedAt !== null,
    isBeingDeleted: deletingAt !== null,
    createdAt: createdAt.toISOString(),
    updatedAt: updatedAt.toISOString(),
  }
}
