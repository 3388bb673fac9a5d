import { orderOfDates } from './dates.ts'
import type { ColumnMapping } from './import-api.ts'
import { type ImportSource, sourceRows } from './import-source.ts'
import type { MappedColumn } from './read-row.ts'
import { UnreadableFile } from './rows.ts'

const PART = 5_000

/** Whether the values of a column are days. */
export function holdsDates({ field }: Pick<MappedColumn, 'field'>): boolean {
  return field.kind === 'date' || field.custom?.kind === 'date'
}

/**
 * The mapping with the orders that the dates of the whole file decide, where the first rows left them open; null when there is
 * nothing to decide. A column of which no date can be read in one way only keeps null: somebody has to say it.
 */
export async function dateOrdersOf(
  source: ImportSource,
  mapping: readonly ColumnMapping[],
): Promise<ColumnMapping[] | null> {
  const open = new Set(
    source.columns
      .filter(each => holdsDates(each) && each.choices.dateOrder == null)
      .map(({ column }) => column),
  )
  if (open.size === 0) return null
  const orders = new Map<number, ColumnMapping['dateOrder']>()
  try {
    for await (const rows of sourceRows(source, null, PART)) {
      for (const column of open) {
        const order = orderOfDates(rows.map(({ cells }) => cells[column] ?? ''))
        if (order === undefined) continue
        orders.set(column, order)
        if (order !== null) open.delete(column)
      }
      if (open.size === 0) break
    }
  } catch (error) {
    // Where the file cannot be read is for the check to say.
    if (!(error instanceof UnreadableFile)) throw error
  }
  return mapping.map(each =>
    orders.has(each.column) ? { ...each, dateOrder: orders.get(each.column) } : each,
  )
}
