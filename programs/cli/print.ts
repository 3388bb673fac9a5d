/** Answers for people (a table), for other programs (JSON) and for spreadsheets (CSV). */

import { styleText } from 'node:util'

export type Format = 'table' | 'json' | 'csv'

const COLUMNS_MAX = 7
const CELL_MAX = 40

/** The text of an answer. A list is what has `items`. */
export function printed(answer: unknown, format: Format): string {
  if (typeof answer === 'string') return answer.replace(/\n$/, '')
  if (answer === undefined) return format === 'json' ? 'null' : 'Done.'
  if (format === 'json') return JSON.stringify(answer, null, 2)
  const items = itemsOf(answer)
  if (format === 'csv') return csv(items ?? [answer])
  return items ? tableOf(answer, items) : factsOf(answer)
}

function itemsOf(answer: unknown): unknown[] | undefined {
  const { items } = (answer ?? {}) as { items?: unknown }
  return Array.isArray(items) ? items : Array.isArray(answer) ? answer : undefined
}

function tableOf(answer: unknown, items: readonly unknown[]): string {
  if (items.length === 0) return 'Nothing here.'
  // Ids and short values tell records apart; what is nested is for --json.
  const columns = columnsOf(items)
    .filter(name =>
      items.some(item => typeof field(item, name) !== 'object' && field(item, name) !== undefined),
    )
    .slice(0, COLUMNS_MAX)
  const rows = items.map(item => columns.map(name => short(cell(field(item, name)))))
  const widths = columns.map((name, at) => Math.max(name.length, ...rows.map(row => row[at]?.length ?? 0)))
  const line = (cells: readonly string[]) =>
    cells
      .map((text, at) => text.padEnd(widths[at] ?? 0))
      .join('  ')
      .trimEnd()
  const { nextCursor } = answer as { nextCursor?: string | null }
  const more = nextCursor ? [`\nThere is more: --cursor ${nextCursor}, or --all for everything.`] : []
  return [styleText('bold', line(columns)), ...rows.map(line), ...more].join('\n')
}

function factsOf(answer: unknown): string {
  if (typeof answer !== 'object' || answer === null) return cell(answer)
  const entries = Object.entries(answer)
  const width = Math.max(0, ...entries.map(([name]) => name.length))
  return entries.map(([name, value]) => `${name.padEnd(width)}  ${cell(value)}`.trimEnd()).join('\n')
}

function columnsOf(items: readonly unknown[]): string[] {
  return [
    ...new Set(items.flatMap(item => (typeof item === 'object' && item ? Object.keys(item) : ['value']))),
  ]
}

function field(item: unknown, name: string): unknown {
  return typeof item === 'object' && item ? (item as Record<string, unknown>)[name] : item
}

function cell(value: unknown): string {
  if (value === null || value === undefined) return ''
  return typeof value === 'object' ? JSON.stringify(value) : String(value).replace(/\s+/g, ' ')
}

function short(text: string): string {
  return text.length > CELL_MAX ? `${text.slice(0, CELL_MAX - 1)}…` : text
}

function csv(items: readonly unknown[]): string {
  const columns = columnsOf(items)
  const rows = items.map(item => columns.map(name => csvCell(field(item, name))).join(','))
  return [columns.map(csvCell).join(','), ...rows].join('\r\n')
}

/** A spreadsheet would run a text that begins like a formula, so it gets an apostrophe before it. */
function csvCell(value: unknown): string {
  const raw = typeof value === 'object' && value !== null ? JSON.stringify(value) : String(value ?? '')
  const text = typeof value === 'string' && /^[=+\-@\t\r]/.test(raw) ? `'${raw}` : raw
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text
}
