import { parse } from 'csv-parse/sync'
import type { Dialect } from './import-api.ts'

const CANDIDATES = [',', ';', '\t', '|'] as const
const ROWS_MAX = 200

/** Excel's own first line that names the delimiter. It is no row of the table. */
const NAMED_DELIMITER = /^sep=(.)\r?\n/

/** What csv-parse is told for every file, whether a sample or the whole. */
export const PARSE = {
  relax_quotes: true,
  relax_column_count: true,
  // Named, because found out by themselves they are what ended the first line, and files are put together of several.
  record_delimiter: ['\r\n', '\n', '\r'],
}

/** Whether nothing stands in a row: an empty line, or the rows of delimiters alone that spreadsheets leave behind. */
export function isBlank(cells: readonly string[]): boolean {
  return cells.every(cell => cell.trim() === '')
}

/** How many characters Excel's line that names the delimiter takes. */
export function namedDelimiterLength(text: string): number {
  return NAMED_DELIMITER.exec(text)?.[0].length ?? 0
}

/** The first rows of a text that may end in the middle of one, which is then left out. */
export function sampleRows(text: string, delimiter: string, isWhole: boolean): string[][] {
  const rows: string[][] = []
  try {
    parse(text.slice(namedDelimiterLength(text)), {
      ...PARSE,
      delimiter,
      to: ROWS_MAX + 1,
      on_record: (row: string[]) => {
        if (!isBlank(row)) rows.push(row)
        return null
      },
    })
  } catch {
    // An open quote at the end is the end of the sample; in a whole file the check says where it was opened.
    return rows
  }
  return isWhole || rows.length > ROWS_MAX ? rows : rows.slice(0, -1)
}

/** What separates the cells and whether the first row names the columns. */
export function detectDialect(text: string, isWhole: boolean): Pick<Dialect, 'delimiter' | 'hasHeader'> {
  const named = NAMED_DELIMITER.exec(text)?.[1]
  const delimiter = named ?? bestDelimiter(text, isWhole)
  const [first = [], ...rest] = sampleRows(text, delimiter, isWhole)
  return { delimiter, hasHeader: looksLikeHeader(first, rest) }
}

/** The delimiter by which most rows have the same number of cells, and more than one. */
function bestDelimiter(text: string, isWhole: boolean): string {
  let best = { delimiter: ',', score: 0 }
  for (const delimiter of CANDIDATES) {
    const widths = sampleRows(text, delimiter, isWhole).map(row => row.length)
    const width = widths[0] ?? 0
    if (width < 2) continue
    const score = (widths.filter(each => each === width).length / widths.length) * 10 + Math.log2(width)
    if (score > best.score) best = { delimiter, score }
  }
  return best.delimiter
}

/** A heading is no address, number or date, and none is a value of the rows below. */
function looksLikeHeader(first: readonly string[], rest: readonly (readonly string[])[]): boolean {
  if (rest.length === 0) return true
  const isValue = (cell: string) => /@[\w-]+\.|^\+?[\d\s.,:/-]{4,}$|^https?:\/\//.test(cell.trim())
  return !first.some(isValue)
}
