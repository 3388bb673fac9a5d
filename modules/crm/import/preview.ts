import type { Context } from '#platform/context.ts'
import { crmErrors } from '../errors.ts'
import { startOf } from '../record-values.ts'
import { CELL_FAULTS, ROW_FAULTS } from './cell-faults.ts'
import { companyFields, personFields } from './history.ts'
import { openSource, readAll, sourceRows } from './import-source.ts'
import { readImport } from './imports.ts'
import type { ReadRow } from './read-row.ts'
import { findRelations } from './relations.ts'
import { UnreadableFile } from './rows.ts'

const ROWS = 20

/** A row as it would become. */
export interface PreviewedRow {
  readonly line: number
  readonly cells: string[]
  readonly person: Record<string, unknown> | null
  readonly company: Record<string, unknown> | null
  readonly problems: { column: number | null; message: string }[]
}

/** The first rows of a file as they would become. Throws `request.not_found`, `crm.import_state`. */
export async function previewImport(ctx: Context, importId: string): Promise<PreviewedRow[]> {
  const row = await readImport(ctx, importId)
  if (row.status !== 'mapping') throw crmErrors.import_state()
  const source = await openSource(ctx, row)
  try {
    for await (const rows of sourceRows(source, null, ROWS + 1))
      return (await findRelations(ctx, readAll(source, rows.slice(0, ROWS)), source.columns)).map(previewed)
  } catch (error) {
    // The check says where the file cannot be read.
    if (!(error instanceof UnreadableFile)) throw error
  }
  return []
}

function previewed({ line, cells, person, position, company, faults, rowFault }: ReadRow): PreviewedRow {
  const people = startOf(personFields(person, position))
  const companies = startOf(companyFields(company))
  return {
    line,
    cells: [...cells],
    person: Object.keys(people).length > 0 ? people : null,
    company: Object.keys(companies).length > 0 ? companies : null,
    problems: [
      ...(rowFault === null ? [] : [{ column: null, message: ROW_FAULTS[rowFault] }]),
      ...faults.map(({ column, fault }) => ({ column, message: CELL_FAULTS[fault] })),
    ],
  }
}
