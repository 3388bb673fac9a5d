/** What a spreadsheet takes for a formula, and what it takes away before it does. */
const FORMULA = /^'*[=+\-@\t\r\n\uFF1D\uFF0B\uFF0D\uFF20]/
/** Numbers and phone numbers in E.164 are harmless, and other programs read them as they are. */
const NUMBER = /^[+-]?\d+(\.\d+)?$/

/** A text that no spreadsheet runs: what begins like a formula gets an apostrophe before it. */
export function guarded(text: string): string {
  return FORMULA.test(text) && !NUMBER.test(text) ? `'${text}` : text
}

/** A line of CSV by RFC 4180; cells are quoted where they have to be. */
export function csvLine(cells: readonly string[], delimiter = ','): string {
  return `${cells.map(cell => quoted(guarded(cell), delimiter)).join(delimiter)}\r\n`
}

function quoted(text: string, delimiter: string): string {
  const isPlain = !/["\r\n']|^\s|\s$/.test(text) && !text.includes(delimiter)
  return isPlain ? text : `"${text.replaceAll('"', '""')}"`
}
