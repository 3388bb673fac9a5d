import { z } from 'zod'
import { defineEvent } from '#platform/contract/event.ts'
import { Id, line, PageQuery, pageOf, Timestamp } from '#platform/contract/fields.ts'
import { defineRoute } from '#platform/contract/route.ts'
import { RecordObject } from '../record-api.ts'

/** How many bytes of a file one request may bring; larger files come in parts. */
export const PART_BYTES = 4_194_304

export const ImportObject = RecordObject.extract(['company', 'person'])
export type ImportObject = z.output<typeof ImportObject>

export const Dialect = z
  .object({
    encoding: z.enum(['utf-8', 'utf-16le', 'utf-16be', 'windows-1252']),
    delimiter: z.string().min(1).max(1).describe('One character; a tab is one too.'),
    hasHeader: z.boolean().describe('Whether the first row names the columns.'),
  })
  .meta({ id: 'ImportDialect' })
export type Dialect = z.output<typeof Dialect>

const ColumnChoices = {
  dateOrder: z
    .enum(['dmy', 'mdy', 'ymd'])
    .nullable()
    .optional()
    .describe('What 03/04/2026 means in this column; null while nobody can know.'),
  decimal: z.enum(['.', ',']).optional().describe('What separates the decimals in this column.'),
  unknownOption: z
    .enum(['leave_out', 'add'])
    .optional()
    .describe('What happens to a value that is none of the options of a select.'),
}

export const ImportColumn = z
  .object({
    index: z.number().int(),
    name: z.string().describe('The heading; `Column 3` where there is none.'),
    samples: z.array(z.string()).describe('The first values, at most five.'),
    needsDateOrder: z
      .boolean()
      .describe('Its dates can be read in two ways, so somebody has to say which one is meant.'),
  })
  .meta({ id: 'ImportColumn' })
export type ImportColumn = z.output<typeof ImportColumn>

export const ColumnMapping = z
  .strictObject({
    column: z.int().min(0).max(199),
    field: z
      .string()
      .max(120)
      .nullable()
      .describe(
        'The field the column goes to, such as `email`, `company.siren` or `custom.budget`; null to leave it out.',
      ),
    ...ColumnChoices,
  })
  .meta({ id: 'ImportColumnMapping' })
export type ColumnMapping = z.output<typeof ColumnMapping>

export const PersonKey = z.enum(['id', 'email', 'externalId', 'phone', 'nameAndCompany'])
export const CompanyKey = z.enum(['id', 'externalId', 'siren', 'domain', 'name'])

const policy = {
  known: z
    .enum(['skip', 'fill', 'overwrite', 'create'])
    .describe(
      'What happens to a record that is there already: left alone; only its empty fields filled; overwritten; or a second one made.',
    ),
  personKeys: z.array(PersonKey).max(5).describe('What a person is found by, the first that fits first.'),
  companyKeys: z.array(CompanyKey).max(5).describe('What a company is found by, the first that fits first.'),
  faulty: z
    .enum(['skip_row', 'leave_out'])
    .describe(
      'What happens to a row with a value that cannot be read: not taken in, or taken in without the value.',
    ),
  ownerUserId: Id.nullable().describe('Who owns what is made.'),
  tags: z.array(line(100)).max(20).describe('Tags for everything a row is about.'),
  source: line(100).nullable().describe('Where what is made came from.'),
  startWorkflows: z.boolean().describe('Whether workflows that start with a new person start for each one.'),
}

export const ImportPolicy = z
  .strictObject({
    known: policy.known.default('fill'),
    personKeys: policy.personKeys.default(['id', 'email', 'externalId']),
    companyKeys: policy.companyKeys.default(['id', 'externalId', 'siren', 'domain', 'name']),
    faulty: policy.faulty.default('leave_out'),
    ownerUserId: policy.ownerUserId.default(null),
    tags: policy.tags.default([]),
    source: policy.source.default(null),
    startWorkflows: policy.startWorkflows.default(false),
  })
  .meta({ id: 'ImportPolicy' })
export type ImportPolicy = z.output<typeof ImportPolicy>

export const ImportProblem = z
  .object({
    code: z.string(),
    message: z.string(),
    severity: z
      .enum(['row', 'value', 'note'])
      .describe('Whether the row, only the value, or nothing is left out.'),
    column: z.number().int().nullable(),
    count: z.number().int(),
    examples: z.array(z.object({ line: z.number().int(), value: z.string() })),
  })
  .meta({ id: 'ImportProblem' })
export type ImportProblem = z.output<typeof ImportProblem>

export const ImportFindings = z
  .object({
    state: z.enum(['running', 'done', 'failed']),
    revision: z
      .number()
      .int()
      .describe('Of the choices it is about; older than the choices when they changed since.'),
    rows: z.number().int(),
    failure: z.string().nullable(),
    problems: z.array(ImportProblem),
    people: z.object({ matched: z.number().int(), fresh: z.number().int(), repeated: z.number().int() }),
    companies: z.object({ matched: z.number().int(), fresh: z.number().int() }),
    unknownOptions: z.array(z.object({ column: z.number().int(), values: z.array(z.string()) })),
  })
  .meta({ id: 'ImportFindings' })
export type ImportFindings = z.output<typeof ImportFindings>

export const ImportCounts = z
  .object({
    peopleCreated: z.number().int(),
    peopleUpdated: z.number().int(),
    companiesCreated: z.number().int(),
    companiesUpdated: z.number().int(),
    positionsCreated: z.number().int(),
    unchanged: z.number().int().describe('Rows whose records were left as they were.'),
    refused: z.number().int().describe('Rows that were not taken in.'),
    partly: z.number().int().describe('Rows that were taken in without some of their values.'),
  })
  .meta({ id: 'ImportCounts' })
export type ImportCounts = z.output<typeof ImportCounts>

export const ImportStatus = z.enum([
  'uploading',
  'mapping',
  'running',
  'paused',
  'done',
  'failed',
  'cancelled',
  'undoing',
  'undone',
])
export type ImportStatus = z.output<typeof ImportStatus>

export const ImportSummary = z
  .object({
    id: Id,
    object: ImportObject,
    fileName: z.string(),
    fileBytes: z.number().int(),
    receivedBytes: z.number().int(),
    status: ImportStatus,
    failure: z.string().nullable(),
    rowsTotal: z.number().int().nullable(),
    rowsDone: z.number().int(),
    counts: ImportCounts,
    changeSetId: Id.nullable().describe('The act by which it can be undone.'),
    undoUntil: Timestamp.nullable(),
    createdBy: z.object({ type: z.string(), id: z.string().nullable() }),
    createdAt: Timestamp,
    startedAt: Timestamp.nullable(),
    finishedAt: Timestamp.nullable(),
  })
  .meta({ id: 'ImportSummary' })
export type ImportSummary = z.output<typeof ImportSummary>

export const Import = ImportSummary.extend({
  sha256: z.string().nullable(),
  sameFile: z
    .object({ id: Id, status: ImportStatus, createdAt: Timestamp })
    .nullable()
    .describe('The last import of exactly this file.'),
  dialect: Dialect.nullable(),
  columns: z.array(ImportColumn),
  mapping: z.array(ColumnMapping),
  isRemembered: z.boolean().describe('Whether the mapping is that of the last file with these headings.'),
  policy: ImportPolicy,
  revision: z.number().int(),
  findings: ImportFindings.nullable(),
}).meta({ id: 'Import' })
export type Import = z.output<typeof Import>

const params = z.strictObject({ importId: Id })

export const listImports = defineRoute({
  id: 'crm.import.list',
  method: 'GET',
  path: '/v1/imports',
  summary: 'List imports, the newest first',
  description: 'Members who see a part of the records see the imports they made themselves.',
  access: 'imports:write',
  query: PageQuery,
  response: pageOf(ImportSummary),
})

export const getImport = defineRoute({
  id: 'crm.import.get',
  method: 'GET',
  path: '/v1/imports/:importId',
  summary: 'Read an import with its columns, mapping and findings',
  access: 'imports:write',
  params,
  response: Import,
})

export const createImport = defineRoute({
  id: 'crm.import.create',
  method: 'POST',
  path: '/v1/imports',
  summary: 'Begin an import',
  description: 'Says which file will come. Its content follows with `crm.import.upload`.',
  access: 'imports:write',
  status: 201,
  body: z.strictObject({
    object: ImportObject.default('person').describe('What a row of the file is.'),
    fileName: line(255),
    fileBytes: z.int().min(1),
  }),
  response: Import,
  errors: ['crm.import_too_large'],
})

export const uploadImport = defineRoute({
  id: 'crm.import.upload',
  method: 'PUT',
  path: '/v1/imports/:importId/content',
  summary: 'Send the next bytes of the file',
  description:
    'At most 4 MiB at once, in order. The answer says how many bytes are there, so that whoever was interrupted knows where to go on. With the last part the file is looked at: encoding, delimiter, columns, and what they seem to be.',
  access: 'imports:write',
  params,
  query: z.strictObject({ offset: z.coerce.number().int().min(0).describe('Where these bytes begin.') }),
  response: Import,
  raw: true,
  idempotent: false,
  bodyLimit: PART_BYTES,
  errors: ['crm.import_offset', 'crm.import_no_table', 'crm.import_state'],
})

export const changeImport = defineRoute({
  id: 'crm.import.update',
  method: 'PATCH',
  path: '/v1/imports/:importId',
  summary: 'Choose how a file is read and what its columns are',
  description:
    'Before it runs. A new dialect reads the columns anew. The whole file is checked again afterwards.',
  access: 'imports:write',
  params,
  body: z.strictObject({
    object: ImportObject.optional(),
    dialect: Dialect.partial().strict().optional(),
    mapping: z.array(ColumnMapping).max(200).optional(),
    policy: z.strictObject(policy).partial().optional(),
  }),
  response: Import,
  errors: ['crm.import_state'],
})

export const previewImport = defineRoute({
  id: 'crm.import.preview',
  method: 'GET',
  path: '/v1/imports/:importId/preview',
  summary: 'Read the first rows as they would become',
  access: 'imports:write',
  params,
  response: z.object({
    rows: z.array(
      z.object({
        line: z.number().int(),
        cells: z.array(z.string()),
        person: z.record(z.string(), z.unknown()).nullable(),
        company: z.record(z.string(), z.unknown()).nullable(),
        problems: z.array(z.object({ column: z.number().int().nullable(), message: z.string() })),
      }),
    ),
  }),
  errors: ['crm.import_state'],
})

const act = (verb: string, summary: string, description?: string) =>
  ({
    id: `crm.import.${verb}`,
    method: 'POST',
    path: `/v1/imports/:importId/${verb}`,
    summary,
    ...(description === undefined ? {} : { description }),
    access: 'imports:write',
    params,
    response: Import,
    errors: ['crm.import_state'],
  }) as const

export const startImport = defineRoute({
  ...act(
    'start',
    'Take the file in',
    'Runs in the background, a part of the file at a time, and goes on after a crash where it was. Refused while the file has not been checked with the choices of now.',
  ),
  errors: ['crm.import_state', 'crm.import_unchecked', 'crm.import_date_order'],
})
export const pauseImport = defineRoute(act('pause', 'Stop taking in until it is resumed'))
export const resumeImport = defineRoute(act('resume', 'Go on taking in'))
export const cancelImport = defineRoute(
  act('cancel', 'Take in nothing more', 'What was taken in stays, and can be undone.'),
)

export const importRejects = defineRoute({
  id: 'crm.import.errors',
  method: 'GET',
  path: '/v1/imports/:importId/errors',
  summary: 'Download the rows that were not taken in, with the reasons',
  description:
    'The rows as they stood in the file, with a column for the line and one for the reason before them.',
  access: 'imports:write',
  params,
  produces: 'text/csv',
  cost: 5,
})

export const ImportFieldOption = z
  .object({
    key: z.string(),
    label: z.string(),
    of: ImportObject.describe('The record the value becomes a part of.'),
    isDate: z.boolean(),
    isNumber: z.boolean(),
    isSelect: z
      .boolean()
      .describe('Whether its options are the organization’s own, so that more can be added.'),
  })
  .meta({ id: 'ImportField' })
export type ImportFieldOption = z.output<typeof ImportFieldOption>

export const listImportFields = defineRoute({
  id: 'crm.import_field.list',
  method: 'GET',
  path: '/v1/import-fields',
  summary: 'List the fields that columns of a file can go to',
  access: 'imports:write',
  query: z.strictObject({ object: ImportObject.default('person') }),
  response: z.object({ items: z.array(ImportFieldOption) }),
})

export const importCompleted = defineEvent({
  type: 'import.completed',
  version: 1,
  payload: z.strictObject({ importId: Id, fileName: z.string(), rows: z.int(), counts: ImportCounts }),
  summary: 'A file was taken in',
})
