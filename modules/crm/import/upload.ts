import type { Context } from '#platform/context.ts'
import { crmErrors } from '../errors.ts'
import { requestCheck } from './check-request.ts'
import { detectDialect, sampleRows } from './dialect.ts'
import { decodeHead, detectEncoding, type ForeignFile, foreignFile, readHead } from './encoding.ts'
import { columnsOf, guessMapping, type SampledColumn, signatureOf } from './guess.ts'
import type { ColumnMapping, Dialect, ImportObject } from './import-api.ts'
import { importFields } from './import-fields.ts'
import { type ImportRow, readImport } from './imports.ts'
import { sha256Of, sizeOf, spoolPath, textOf, writePart } from './spool.ts'

/** So much of a file is looked at to find out what it is. */
const SAMPLE_BYTES = 262_144
export const COLUMNS_MAX = 200

/**
 * Takes the next bytes of a file in; with the last ones it is looked at, its columns are guessed, and it is checked. Bytes that are
 * there already are written once more, so a part can be sent again. Throws `request.not_found`, `crm.import_state`,
 * `crm.import_offset`, `crm.import_no_table`.
 */
export async function receivePart(
  ctx: Context,
  importId: string,
  offset: number,
  bytes: Uint8Array,
): Promise<void> {
  const row = await readImport(ctx, importId, true)
  if (row.status !== 'uploading') throw crmErrors.import_state()
  const path = spoolPath(ctx.kit, 'imports', ctx.orgId, importId)
  const there = Math.min(await sizeOf(path), row.received_bytes)
  const end = offset + bytes.length
  if (offset > there || end > row.file_bytes || bytes.length === 0)
    throw crmErrors.import_offset({
      detail: `${there} of ${row.file_bytes} bytes are there. Go on with the byte ${there}.`,
    })
  await writePart(path, offset, bytes)
  const received = Math.max(end, there)
  await ctx.db.query('update crm.imports set received_bytes = $3 where org_id = $1 and id = $2', [
    ctx.orgId,
    importId,
    received,
  ])
  if (received === row.file_bytes) await lookAt(ctx, row, path)
}

const FOREIGN: Readonly<Record<ForeignFile, string>> = {
  spreadsheet: 'This is a workbook of a spreadsheet. Save it there as CSV (UTF-8) and send that file.',
  archive: 'This is an archive. Unpack it and send the CSV file in it.',
  document: 'This is a document, not a table. Send a CSV file.',
}

async function lookAt(ctx: Context, row: ImportRow, path: string): Promise<void> {
  const foreign = foreignFile(await readHead(path))
  if (foreign !== null) throw crmErrors.import_no_table({ detail: FOREIGN[foreign] })
  const sha256 = await sha256Of(path)
  const encoding = await detectEncoding(path)
  const { text, isWhole } = await sampleText(path, encoding)
  const dialect: Dialect = { encoding, ...detectDialect(text, isWhole) }
  const columns = readColumns(text, isWhole, dialect)
  const guess = await guessFor(ctx, row.object, columns, dialect)
  // Without addresses nothing else tells people apart.
  const hasEmail = guess.mapping.some(({ field }) => field === 'email')
  const policy = {
    isRemembered: guess.isRemembered,
    ...(hasEmail ? {} : { personKeys: ['id', 'externalId', 'nameAndCompany'] }),
  }
  await ctx.db.query(
    `update crm.imports set sha256 = $3, dialect = $4, columns = $5, mapping = $6, policy = policy || $7::jsonb, status = 'mapping'
     where org_id = $1 and id = $2`,
    [
      ctx.orgId,
      row.id,
      sha256,
      JSON.stringify(dialect),
      JSON.stringify(columns.map(({ values: _, ...column }) => column)),
      JSON.stringify(guess.mapping),
      JSON.stringify(policy),
    ],
  )
  await requestCheck(ctx, row.id)
}

/** The beginning of a file as text, and whether that is all of it. */
async function sampleText(
  path: string,
  encoding: Dialect['encoding'],
): Promise<{ text: string; isWhole: boolean }> {
  const source = await textOf(path, encoding)
  const head = await readHead(source.path, source.start + SAMPLE_BYTES)
  const isWhole = (await sizeOf(source.path)) <= head.length
  return { text: decodeHead(head.subarray(source.start), 'utf-8'), isWhole }
}

function readColumns(text: string, isWhole: boolean, dialect: Dialect): SampledColumn[] {
  const rows = sampleRows(text, dialect.delimiter, isWhole)
  const columns = columnsOf(rows, dialect.hasHeader)
  if (columns.length > COLUMNS_MAX)
    throw crmErrors.import_no_table({
      detail: `The file has ${columns.length} columns; at most ${COLUMNS_MAX} can be taken in. Send it without those you do not need.`,
    })
  // An open quote in the first rows is for the check to name; nothing at all is nothing to map.
  if (columns.length === 0 && text.replaceAll('"', '').trim() === '')
    throw crmErrors.import_no_table({ detail: 'There is nothing in this file.' })
  return columns
}

/** The columns of a file read in another way, with what they seem to be. */
export async function columnsIn(
  ctx: Context,
  row: ImportRow,
  object: ImportObject,
  dialect: Dialect,
): Promise<{ columns: SampledColumn[]; mapping: ColumnMapping[]; isRemembered: boolean }> {
  const { text, isWhole } = await sampleText(
    spoolPath(ctx.kit, 'imports', ctx.orgId, row.id),
    dialect.encoding,
  )
  const columns = readColumns(text, isWhole, dialect)
  return { columns, ...(await guessFor(ctx, object, columns, dialect)) }
}

/** What was chosen the last time for these headings, else what they and their values say. */
async function guessFor(
  ctx: Context,
  object: ImportObject,
  columns: readonly SampledColumn[],
  dialect: Dialect,
): Promise<{ mapping: ColumnMapping[]; isRemembered: boolean }> {
  const fields = await importFields(ctx, object)
  const guessed = guessMapping(object, columns, fields, dialect)
  if (!dialect.hasHeader) return { mapping: guessed, isRemembered: false }
  const found = await ctx.db.query<{ mapping: ColumnMapping[] }>(
    'select mapping from crm.import_mappings where org_id = $1 and object = $2 and signature = $3',
    [ctx.orgId, object, signatureOf(columns)],
  )
  const known = found.rows[0]?.mapping
  if (!known) return { mapping: guessed, isRemembered: false }
  const keys = new Set(fields.map(({ key }) => key))
  const mapping = guessed.map(guess => {
    const remembered = known.find(({ column }) => column === guess.column)
    // The order of the dates belongs to the file, the field to its headings; a field may be gone meanwhile.
    if (!remembered || (remembered.field !== null && !keys.has(remembered.field))) return guess
    return remembered.field === guess.field ? { ...remembered, ...guess } : remembered
  })
  return { mapping, isRemembered: true }
}
