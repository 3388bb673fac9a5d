import { createReadStream } from 'node:fs'
import { CsvError, parse } from 'csv-parse'
import { isBlank, PARSE } from './dialect.ts'

/** A row of a file, with where it stands there. */
export interface FileRow {
  readonly cells: readonly string[]
  /** The line its first cell begins in, from 1. */
  readonly line: number
  /** The byte behind it and the line that begins there: where reading goes on. */
  readonly end: number
  readonly nextLine: number
}

/** Where to read from: a byte of the text in UTF-8, and the line that begins there. */
export interface Place {
  readonly byte: number
  readonly line: number
}

/** The file cannot be read as a table from some line on; the message is for people. */
export class UnreadableFile extends Error {
  readonly line: number
  constructor(message: string, line: number) {
    super(message)
    this.line = line
  }
}

/** So many characters has a row at most; more is an open quote or no table. */
const ROW_MAX = 4_194_304

const [LF, CR, QUOTE] = [0x0a, 0x0d, 0x22]

interface Parsed {
  readonly record: string[]
  readonly info: { readonly bytes: number; readonly lines: number }
}

/**
 * The rows of a text in UTF-8, a batch at a time, from a place on; read no faster than they are taken. Throws
 * `UnreadableFile` behind the last good row where a quote is never closed.
 */
export async function* readRows(
  path: string,
  delimiter: string,
  from: Place,
  batch: number,
): AsyncGenerator<FileRow[]> {
  const bytes = createReadStream(path, { start: from.byte, highWaterMark: 1 << 17 })
  const parser = parse({ ...PARSE, delimiter, info: true, max_record_size: ROW_MAX })
  bytes.on('error', error => parser.destroy(error))
  bytes.pipe(parser)
  let rows: FileRow[] = []
  let before = { bytes: 0, lines: 0 }
  try {
    for await (const { record, info } of parser as AsyncIterable<Parsed>) {
      const line = from.line + before.lines
      before = info
      if (isBlank(record)) continue
      rows.push({ cells: record, line, end: from.byte + info.bytes, nextLine: from.line + info.lines })
      if (rows.length < batch) continue
      yield rows
      rows = []
    }
  } catch (error) {
    if (rows.length > 0) yield rows
    if (!(error instanceof CsvError)) throw error
    const line = from.line + before.lines
    throw error.code === 'CSV_QUOTE_NOT_CLOSED'
      ? await openQuote(path, delimiter, from.byte + before.bytes, line)
      : new UnreadableFile(`Line ${line} cannot be read: ${wordsFor(error)}`, line)
  } finally {
    bytes.destroy()
    parser.destroy()
  }
  if (rows.length > 0) yield rows
}

function wordsFor({ code }: CsvError): string {
  return code === 'CSV_MAX_RECORD_SIZE'
    ? 'the row is longer than 4 MB. A quotation mark may have been opened and not closed.'
    : 'it is not written as a table.'
}

/** Behind the last good row: where the quotation mark stands that opens the last cell. */
async function openQuote(
  path: string,
  delimiter: string,
  byte: number,
  firstLine: number,
): Promise<UnreadableFile> {
  const before = new Set([delimiter.charCodeAt(0), LF, CR])
  let line = firstLine
  let openedAt = firstLine
  let isOpen = false
  let last = LF
  for await (const chunk of createReadStream(path, { start: byte })) {
    for (const code of chunk as Buffer) {
      // A mark behind the one that closed is a doubled one: the cell goes on, and was opened where it was.
      if (code === QUOTE && (isOpen || last === QUOTE)) isOpen = !isOpen
      else if (code === QUOTE && before.has(last)) {
        isOpen = true
        openedAt = line
      }
      if (code === LF ? last !== CR : code === CR) line++
      last = code
    }
  }
  return new UnreadableFile(
    `The quotation mark that opens in line ${openedAt} is never closed. The file may be cut off, or the mark belongs to the text and has to be doubled.`,
    openedAt,
  )
}
