import type { Kit } from '../context.ts'
import { canonical } from './changes.ts'
import { type EntryFilter, readEntries, type StoredEntry } from './read.ts'

const PAGE = 500

export type ExportFormat = 'csv' | 'ndjson'

/**
 * The log as a stream of text, oldest entry first, up to the entry `to`: complete, however long it is, and read from
 * the database only as fast as it is taken.
 */
export function exportEntries(
  kit: Kit,
  options: { orgId: string; filter: EntryFilter; format: ExportFormat; to: number },
): ReadableStream<Uint8Array> {
  const { orgId, filter, format, to } = options
  const encoder = new TextEncoder()
  let after = 0
  return new ReadableStream<Uint8Array>(
    {
      start(controller) {
        if (format === 'csv') controller.enqueue(encoder.encode(csvLine(HEADER)))
      },
      async pull(controller) {
        const entries = await kit.db.withOrg(orgId, tx =>
          readEntries(tx, orgId, filter, { after, to, limit: PAGE }),
        )
        const lines = entries.map(format === 'csv' ? entry => csvLine(cellsOf(entry)) : ndjsonLine)
        if (lines.length > 0) controller.enqueue(encoder.encode(lines.join('')))
        after = entries.at(-1)?.number ?? after
        if (entries.length < PAGE) controller.close()
      },
    },
    { highWaterMark: 1 },
  )
}

function ndjsonLine(entry: StoredEntry): string {
  return `${JSON.stringify(entry)}\n`
}

const HEADER = [
  'number',
  'at',
  'actor type',
  'actor id',
  'actor name',
  'action',
  'object type',
  'object id',
  'object name',
  'before',
  'after',
  'address',
  'user agent',
  'request id',
  'previous hash',
  'hash',
]

function cellsOf(entry: StoredEntry): (string | null)[] {
  const { actor, object, before, after } = entry
  return [
    String(entry.number),
    entry.at,
    actor.type,
    actor.id,
    actor.name,
    entry.action,
    object.type,
    object.id,
    object.name,
    before && canonical(before),
    after && canonical(after),
    entry.address,
    entry.userAgent,
    entry.requestId,
    entry.previousHash,
    entry.hash,
  ]
}

/** RFC 4180. */
function csvLine(cells: readonly (string | null)[]): string {
  return `${cells.map(cell => (cell === null ? '' : csvCell(cell))).join(',')}\r\n`
}

/** A spreadsheet runs what begins like a formula, so such a cell gets an apostrophe in front. */
function csvCell(text: string): string {
  const safe = /^[=+\-@\t\r\n\uff1d\uff0b\uff0d\uff20]/.test(text) ? `'${text}` : text
  return /[",\r\n']|^\s|\s$/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe
}
