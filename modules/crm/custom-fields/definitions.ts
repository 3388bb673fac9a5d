import type { Context } from '#platform/context.ts'
import type { FieldKind, OptionColor, RecordField, RecordObject } from '../record-api.ts'

/** One thing a select can be. The value is what records hold and never changes. */
export interface FieldOption {
  readonly value: string
  readonly label: string
  readonly color: OptionColor
  readonly isArchived: boolean
}

/** A custom field as it is stored. */
export interface FieldDefinition {
  readonly id: string
  readonly object: RecordObject
  readonly key: string
  readonly label: string
  readonly kind: FieldKind
  readonly help: string | null
  readonly options: readonly FieldOption[]
  readonly relatesTo: RecordObject | null
  readonly isRequired: boolean
  readonly group: string
  readonly archivedAt: Date | null
  /** Set while its values are being taken away. */
  readonly deletingAt: Date | null
  readonly createdAt: Date
  readonly updatedAt: Date
}

/** The columns of a `FieldDefinition`, of `crm.custom_fields f`. */
export const DEFINITION_COLUMNS = `f.id, f.object, f.key, f.label, f.kind, f.help, f.options, f.relates_to as "relatesTo",
  f.is_required as "isRequired", f.field_group as "group", f.archived_at as "archivedAt", f.deleting_at as "deletingAt",
  f.created_at as "createdAt", f.updated_at as "updatedAt"`

const READ = `
  select ${DEFINITION_COLUMNS} from crm.custom_fields f
  where f.org_id = $1 and f.object = $2
  order by f.place, f.id`

/** The custom fields of an object in the order people gave them, archived ones and those on their way out too. */
export async function readDefinitions(ctx: Context, object: RecordObject): Promise<FieldDefinition[]> {
  const found = await ctx.db.query<FieldDefinition & Record<string, unknown>>(READ, [ctx.orgId, object])
  return found.rows
}

/** Whether records can be given values of it now. */
export function isOpen(field: FieldDefinition): boolean {
  return field.archivedAt === null && field.deletingAt === null
}

const UNSORTED: ReadonlySet<FieldKind> = new Set(['long_text', 'multi_select', 'user', 'relation'])

/** Whether records can be sorted by fields of this kind. */
export function isSortable(kind: FieldKind): boolean {
  return !UNSORTED.has(kind)
}

/** A custom field as lists, editors and imports know fields. */
export function recordFieldOf(field: FieldDefinition): RecordField {
  return {
    key: `custom.${field.key}`,
    label: field.label,
    kind: field.kind,
    group: field.group || 'Custom fields',
    ...(field.kind === 'select' || field.kind === 'multi_select' ? { options: [...field.options] } : {}),
    ...(field.help === null ? {} : { help: field.help }),
    ...(field.relatesTo === null ? {} : { relatesTo: field.relatesTo }),
    isCustom: true,
    isEditable: true,
    isRequired: field.isRequired,
    isSortable: isSortable(field.kind),
    isFilterable: true,
    isImportable: true,
  }
}
