import { z } from 'zod'

/** The objects whose records have lists, views, imports, custom fields, duplicates and a history of changes. */
export const RecordObject = z.enum(['company', 'person', 'deal'])
export type RecordObject = z.output<typeof RecordObject>

/** What a field holds, which decides its widget, its filters, its check and how it is read from a file. */
export const FieldKind = z.enum([
  'text',
  'long_text',
  'number',
  'money',
  'date',
  'time',
  'boolean',
  'select',
  'multi_select',
  'email',
  'phone',
  'url',
  'user',
  'relation',
])
export type FieldKind = z.output<typeof FieldKind>

/** The colors an option can be marked with; both themes know them. */
export const OptionColor = z.enum(['neutral', 'accent', 'info', 'good', 'wait', 'bad'])
export type OptionColor = z.output<typeof OptionColor>

/** A field of a record: built in or made by the organization. */
export const RecordField = z
  .object({
    key: z
      .string()
      .describe(
        'Its name in the API, in filters and in files; `custom.<key>` for one the organization made.',
      ),
    label: z.string(),
    kind: FieldKind,
    group: z.string().describe('What it stands under on the page of a record.'),
    options: z
      .array(
        z.object({
          value: z.string(),
          label: z.string(),
          color: OptionColor.optional(),
          isArchived: z.boolean().optional().describe('Records keep it; it is offered no more.'),
        }),
      )
      .optional()
      .describe('What a select can be.'),
    help: z.string().optional().describe('What people read beside it while they fill it in.'),
    relatesTo: RecordObject.optional().describe('What a relation leads to.'),
    isCustom: z.boolean(),
    isEditable: z.boolean(),
    isRequired: z.boolean(),
    isSortable: z.boolean(),
    isFilterable: z.boolean(),
    isImportable: z.boolean(),
  })
  .meta({ id: 'RecordField' })
export type RecordField = z.output<typeof RecordField>
