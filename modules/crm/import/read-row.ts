import { nomenclatureOfNaf } from '../normalize/french-ids.ts'
import { splitName } from '../person-names.ts'
import type { CellFault, RowFault } from './cell-faults.ts'
import { type CellReading, readCell } from './cell-values.ts'
import type { ColumnMapping } from './import-api.ts'
import type { ImportField, Part } from './import-fields.ts'
import type { FileRow } from './rows.ts'

/** The values of a row for one table, by the names of its columns; `custom` and `address` hold values by their own keys. */
export type PartValues = Record<string, unknown>

/** What is wrong with a cell. */
export interface FaultyCell {
  readonly column: number
  readonly fault: CellFault
  readonly value: string
}

/** A row as it was understood. */
export interface ReadRow {
  readonly line: number
  readonly cells: readonly string[]
  readonly person: PartValues
  readonly position: PartValues
  readonly company: PartValues
  readonly faults: readonly FaultyCell[]
  readonly rowFault: RowFault | null
}

/** A column that goes somewhere. */
export interface MappedColumn {
  readonly column: number
  readonly field: ImportField
  readonly choices: ColumnMapping
}

/** The columns of a mapping that lead to a field there is. */
export function mappedColumns(
  mapping: readonly ColumnMapping[],
  fields: readonly ImportField[],
): readonly MappedColumn[] {
  const byKey = new Map(fields.map(field => [field.key, field]))
  return mapping.flatMap(choices => {
    const field = choices.field === null ? undefined : byKey.get(choices.field)
    return field ? [{ column: choices.column, field, choices }] : []
  })
}

/** Reads a row by its columns. `width` is how many there are in the file. */
export function readRow(
  row: FileRow,
  columns: readonly MappedColumn[],
  width: number,
  members: CellReading['members'],
): ReadRow {
  const parts: Record<Part, PartValues> = { person: {}, position: {}, company: {} }
  const faults: FaultyCell[] = []
  for (const { column, field, choices } of columns) {
    const raw = row.cells[column] ?? ''
    if (raw === '') continue
    const read = readCell(field, raw, { choices, members })
    if ('fault' in read) faults.push({ column, fault: read.fault, value: raw })
    else if (read.value !== null) put(parts[field.part], field, read.value)
  }
  splitNames(parts.person)
  completeCompany(parts.company)
  const isTooWide = row.cells.length > width && row.cells.slice(width).some(cell => cell !== '')
  return { line: row.line, cells: row.cells, ...parts, faults, rowFault: isTooWide ? 'too_many_cells' : null }
}

const ADDRESS = new Set(['street', 'postalCode', 'city', 'country'])

function put(values: PartValues, field: ImportField, value: unknown): void {
  const within = (name: string, key: string) => {
    values[name] = { ...(values[name] as object | undefined), [key]: value }
  }
  if (field.custom) within('custom', field.custom.key)
  else if (field.kind === 'fullName') values.full_name = value
  else if (field.part === 'company' && ADDRESS.has(field.name)) within('address', field.name)
  else if (field.kind === 'money') {
    const { amount, currency } = value as { amount: number; currency: string }
    values.annual_revenue = amount
    values.annual_revenue_currency = currency
  } else if (field.column === null) return
  else if (Array.isArray(value)) {
    // Two columns of one list are one list.
    const known = (values[field.column] as unknown[] | undefined) ?? []
    values[field.column] = [...new Set([...known, ...value])]
  } else values[field.column] ??= value
}

/** A name in one column fills what the columns of its parts leave open. */
function splitNames(person: PartValues): void {
  if (typeof person.full_name !== 'string') return
  const { firstName, lastName } = splitName(person.full_name)
  if (person.first_name === undefined && person.last_name === undefined) {
    if (firstName !== null) person.first_name = firstName
    if (lastName !== null) person.last_name = lastName
  }
  delete person.full_name
}

/** What follows from other values: the edition from the letter of a NAF code, the SIREN from the SIRET. */
function completeCompany(company: PartValues): void {
  const { naf_code: code, naf_nomenclature: edition, hq_siret: siret } = company
  if (typeof code === 'string' && edition === undefined) company.naf_nomenclature = nomenclatureOfNaf(code)
  if (code === undefined) delete company.naf_nomenclature
  if (typeof siret === 'string') company.siren ??= siret.slice(0, 9)
}
