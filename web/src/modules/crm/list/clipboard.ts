import type { RecordField } from '#modules/crm/contract.ts'
import { draftOf, isTyped, valueOfDraft } from '../fields/field-draft.ts'

/** Cells as spreadsheets exchange them: tabs between columns, line ends between rows, quotes where a cell has either. */
export function tsvOf(rows: readonly (readonly string[])[]): string {
  return rows.map(row => row.map(quoted).join('\t')).join('\n')
}

function quoted(cell: string): string {
  return /["\t\n\r]/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell
}

/** Reads what a spreadsheet or a text put on the clipboard. A line end after the last row is no row. */
export function cellsOf(text: string): string[][] {
  const rows: string[][] = [[]]
  let cell = ''
  let isQuoted = false
  const end = () => {
    rows.at(-1)?.push(cell)
    cell = ''
  }
  for (let at = 0; at < text.length; at++) {
    const letter = text[at] ?? ''
    if (isQuoted) {
      if (letter !== '"') cell += letter
      else if (text[at + 1] === '"') {
        cell += '"'
        at++
      } else isQuoted = false
    } else if (letter === '"' && cell === '') isQuoted = true
    else if (letter === '\t') end()
    else if (letter === '\n' || letter === '\r') {
      if (letter === '\r' && text[at + 1] === '\n') at++
      end()
      if (at + 1 < text.length) rows.push([])
    } else cell += letter
  }
  if (cell !== '' || !/[\n\r]$/.test(text)) end()
  return rows
}

/** What a pasted text means in a field; undefined where it cannot be a value of it. */
export function valueOfText(
  field: RecordField,
  text: string,
  before: unknown,
): { readonly value: unknown } | undefined {
  const bare = text.trim()
  if (!field.isEditable) return undefined
  if (bare === '') return field.isRequired ? undefined : { value: field.kind === 'multi_select' ? [] : null }
  if (isTyped(field.kind)) {
    // An amount without a currency is in the one that stands there.
    const [, currency] = /\b([A-Z]{3})\b/.exec(bare) ?? []
    const draft = draftOf(field.kind, before)
    const read = valueOfDraft(field, {
      text: field.kind === 'money' ? bare.replace(/[^\d.,\s+-]/g, '') : text.trimEnd(),
      currency: currency ?? draft.currency,
    })
    return read.error === undefined ? { value: read.value } : undefined
  }
  if (field.kind === 'boolean') {
    if (/^(yes|true|1|x)$/i.test(bare)) return { value: true }
    return /^(no|false|0)$/i.test(bare) ? { value: false } : undefined
  }
  if (field.kind === 'select') {
    const value = optionOf(field, bare)
    return value === undefined ? undefined : { value }
  }
  if (field.kind !== 'multi_select') return undefined
  const words = bare
    .split(/[,;]/)
    .map(word => word.trim())
    .filter(Boolean)
  if ((field.options ?? []).length === 0) return { value: words }
  const values = words.map(word => optionOf(field, word))
  return values.includes(undefined) ? undefined : { value: values }
}

function optionOf({ options = [] }: RecordField, word: string): string | undefined {
  const folded = word.toLocaleLowerCase()
  return options.find(
    ({ value, label }) => value.toLocaleLowerCase() === folded || label.toLocaleLowerCase() === folded,
  )?.value
}
