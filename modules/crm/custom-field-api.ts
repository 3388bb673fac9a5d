import { z } from 'zod'
import { defineEvent } from '#platform/contract/event.ts'
import { Id, line, Timestamp } from '#platform/contract/fields.ts'
import { defineRoute } from '#platform/contract/route.ts'
import { FieldKind, OptionColor, RecordObject } from './record-api.ts'

/** How many custom fields an object has at most, archived ones among them. */
export const CUSTOM_FIELDS_MAX = 200
const OPTIONS_MAX = 200

const FieldKey = z
  .string()
  .regex(/^[a-z][a-z0-9_]{0,62}$/, 'Use small letters, digits and _, with a letter first.')
  .meta({ example: 'renewal_month' })

const OptionValue = z
  .string()
  .regex(/^[A-Za-z0-9][A-Za-z0-9_.-]{0,62}$/, 'Use letters, digits, dots, _ and -.')

/** One thing a select can be. */
export const CustomFieldOption = z
  .object({
    value: z.string().describe('What records hold; it never changes.'),
    label: z.string(),
    color: OptionColor,
    isArchived: z.boolean().describe('Records keep it; it is offered no more.'),
  })
  .meta({ id: 'CustomFieldOption' })
export type CustomFieldOption = z.output<typeof CustomFieldOption>

/** A field the organization added to its records. */
export const CustomField = z
  .object({
    id: Id,
    object: RecordObject,
    key: z.string().describe('`custom.<key>` in filters, orders and files. It never changes.'),
    label: z.string(),
    kind: FieldKind,
    help: z.string().nullable(),
    options: z.array(CustomFieldOption).describe('In the order they are offered in; empty for other kinds.'),
    relatesTo: RecordObject.nullable().describe('What a relation leads to.'),
    isRequired: z
      .boolean()
      .describe('It has to be filled in when a record is created and cannot be emptied; older records stay.'),
    group: z
      .string()
      .describe('What it stands under on the page of a record; empty for no group of its own.'),
    isArchived: z.boolean().describe('It is offered nowhere; its values stay and come back with it.'),
    isBeingDeleted: z.boolean(),
    createdAt: Timestamp,
    updatedAt: Timestamp,
  })
  .meta({ id: 'CustomField' })
export type CustomField = z.output<typeof CustomField>

const OptionDraft = z.strictObject({
  value: OptionValue.optional().describe('Made out of the label when left out.'),
  label: line(100),
  color: OptionColor.default('neutral'),
  isArchived: z.boolean().default(false),
})
export type OptionDraft = z.output<typeof OptionDraft>

const options = z.array(OptionDraft).max(OPTIONS_MAX, `A select has at most ${OPTIONS_MAX} options.`)
const help = z.string().trim().max(500).nullable()
const group = z.string().trim().max(100)

export const CustomFieldDraft = z
  .strictObject({
    object: RecordObject,
    key: FieldKey.optional().describe('Made out of the label when left out.'),
    label: line(100),
    kind: FieldKind,
    help: help.default(null),
    options: options.default([]),
    relatesTo: RecordObject.optional().describe('For a relation.'),
    isRequired: z.boolean().default(false),
    group: group.default(''),
  })
  .meta({ id: 'CustomFieldDraft' })
export type CustomFieldDraft = z.output<typeof CustomFieldDraft>

export const CustomFieldPatch = z
  .strictObject({
    label: line(100).optional(),
    help: help.optional(),
    options: options
      .optional()
      .describe('All of them in their order. One that records hold cannot be left out, only archived.'),
    isRequired: z.boolean().optional(),
    group: group.optional(),
    isArchived: z.boolean().optional(),
  })
  .meta({ id: 'CustomFieldPatch' })
export type CustomFieldPatch = z.output<typeof CustomFieldPatch>

const params = z.strictObject({ fieldId: Id })

export const listCustomFields = defineRoute({
  id: 'crm.custom_field.list',
  method: 'GET',
  path: '/v1/custom-fields',
  summary: 'List the custom fields of an object in their order, archived ones too',
  description: 'Answered to whoever may see records of the object.',
  access: 'fields:read',
  query: z.strictObject({ object: RecordObject }),
  response: z.object({ items: z.array(CustomField) }),
})

export const getCustomField = defineRoute({
  id: 'crm.custom_field.get',
  method: 'GET',
  path: '/v1/custom-fields/:fieldId',
  summary: 'Read one custom field',
  access: 'organization:manage',
  params,
  response: CustomField,
  versioned: true,
})

export const createCustomField = defineRoute({
  id: 'crm.custom_field.create',
  method: 'POST',
  path: '/v1/custom-fields',
  summary: 'Add a field to the records of an object',
  description: `Takes no longer with a million records than with none. At most ${CUSTOM_FIELDS_MAX} for each object.`,
  access: 'organization:manage',
  body: CustomFieldDraft,
  response: CustomField,
  status: 201,
  errors: ['crm.field_key_taken', 'crm.too_many_fields'],
})

export const changeCustomField = defineRoute({
  id: 'crm.custom_field.update',
  method: 'PATCH',
  path: '/v1/custom-fields/:fieldId',
  summary: 'Change, archive or bring back a custom field',
  description: 'What is left out stays. Object, key and kind never change.',
  access: 'organization:manage',
  params,
  body: CustomFieldPatch,
  response: CustomField,
  versioned: true,
  errors: ['crm.option_in_use', 'crm.field_being_deleted'],
})

export const orderCustomFields = defineRoute({
  id: 'crm.custom_field.order',
  method: 'PUT',
  path: '/v1/custom-fields/order',
  summary: 'Put the custom fields of an object in order',
  description: 'Fields that are not named follow those that are, in the order they had.',
  access: 'organization:manage',
  body: z.strictObject({ object: RecordObject, fieldIds: z.array(Id).min(1).max(CUSTOM_FIELDS_MAX) }),
  response: z.object({ items: z.array(CustomField) }),
})

export const getCustomFieldUse = defineRoute({
  id: 'crm.custom_field.use',
  method: 'GET',
  path: '/v1/custom-fields/:fieldId/use',
  summary: 'Count the records that have a value in a custom field',
  description: 'Deleted records that can still be restored are counted too.',
  access: 'organization:manage',
  params,
  response: z.object({
    records: z.int(),
    options: z
      .array(z.object({ value: z.string(), records: z.int() }))
      .describe('For a select: the options that records hold.'),
  }),
})

export const deleteCustomField = defineRoute({
  id: 'crm.custom_field.delete',
  method: 'DELETE',
  path: '/v1/custom-fields/:fieldId',
  summary: 'Delete a custom field',
  description:
    'A field that records have values in is deleted only with `deleteValues=true`. Its values are then taken away in the background; the history of the records keeps them.',
  access: 'organization:manage',
  params,
  query: z.strictObject({ deleteValues: z.enum(['true', 'false']).default('false') }),
  response: z.object({
    changeSetId: Id.nullable().describe('What takes the values away; null when there were none.'),
  }),
  status: 202,
  errors: ['crm.field_has_values', 'crm.field_being_deleted'],
})

export const customFieldsChanged = defineEvent({
  type: 'custom_field.changed',
  version: 1,
  payload: z.strictObject({
    object: RecordObject,
    fieldId: Id.nullable().describe('Null for a new order of all.'),
    change: z.enum(['created', 'updated', 'archived', 'restored', 'ordered', 'deleting', 'deleted']),
  }),
  summary: 'The custom fields of an object changed',
})
