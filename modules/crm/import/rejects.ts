import type { Context } from '#platform/context.ts'
import { csvLine } from '../export/csv.ts'
import type { Dialect } from './import-api.ts'
import { type ImportRow, readImport } from './imports.ts'

const PAGE = 500
/** Lets spreadsheets see that this is UTF-8. */
const MARK = '\uFEFF'

/** The rows that were not taken in as they stood, read from the database only as fast as they are taken. Throws `request.not_found`. */
export async function rejectsFile(
  ctx: Context,
  importId: string,
): Promise<{ name: string; body: ReadableStream<Uint8Array> }> {
  const row = await readImport(ctx, importId)
  const name = `${row.file_name.replace(/\.[a-z0-9]{1,5}$/i, '').replace(/[^\w. -]/g, '_')} - errors.csv`
  return { name, body: linesOf(ctx, row) }
}

function linesOf({ kit, orgId, visibility }: Context, row: ImportRow): ReadableStream<Uint8Array> {
  const encoder = new TextEncoder()
  const delimiter = (row.dialect as Partial<Dialect>).delimiter ?? ','
  const heading = ['Line', 'Taken in', 'Reason', ...row.columns.map(({ name }) => name)]
  let after = 0
  return new ReadableStream<Uint8Array>(
    {
      start(controller) {
        controller.enqueue(encoder.encode(MARK + csvLine(heading, delimiter)))
      },
      async pull(controller) {
        const found = await kit.db.withOrg(
          orgId,
          tx =>
            tx.query<{ line: number; is_partly: boolean; reason: string; cells: string[] }>(
              `select line, is_partly, reason, cells from crm.import_rejects
               where org_id = $1 and import_id = $2 and line > $3 order by line limit $4`,
              [orgId, row.id, after, PAGE],
            ),
          visibility,
        )
        const lines = found.rows.map(({ line, is_partly: isPartly, reason, cells }) =>
          csvLine([String(line), isPartly ? 'in part' : 'no', reason, ...cells], delimiter),
        )
        if (lines.length > 0) controller.enqueue(encoder.encode(lines.join('')))
        after = found.rows.at(-1)?.line ?? after
        if (found.rows.length < PAGE) controller.close()
      },
    },
    { highWaterMark: 1 },
  )
}
