import { createHash } from 'node:crypto'
import { normalizeEmail } from '../normalize/email.ts'
import { checkSiren, checkSiret } from '../normalize/french-ids.ts'
import { normalizePhone } from '../normalize/phone.ts'
import { orderOfDates } from './dates.ts'
import { fieldOfHeading, foldHeading } from './headings.ts'
import type { ColumnMapping, Dialect, ImportColumn, ImportObject } from './import-api.ts'
import { ID_COLUMN, type ImportField } from './import-fields.ts'

const SAMPLES_MAX = 5
const SAMPLE_LENGTH = 120
/** So much of the values of a column have to be of a kind for the column to be. */
const MOST = 0.8

/** A column of the sample with all of its values there. */
export interface SampledColumn extends Omit<ImportColumn, 'needsDateOrder'> {
  readonly values: readonly string[]
}

/** The columns of a sample. Two of one name are told apart by a number. */
export function columnsOf(rows: readonly (readonly string[])[], hasHeader: boolean): SampledColumn[] {
  const [head = [], ...rest] = rows
  const body = hasHeader ? rest : rows
  const width = hasHeader ? head.length : Math.max(0, ...rows.map(row => row.length))
  const seen = new Map<string, number>()
  return Array.from({ length: width }, (_, index) => {
    const given = shown(hasHeader ? (head[index] ?? '') : '')
    const base = given || `Column ${index + 1}`
    const count = (seen.get(base) ?? 0) + 1
    seen.set(base, count)
    const values = body.map(row => (row[index] ?? '').trim()).filter(value => value !== '')
    return {
      index,
      name: count === 1 ? base : `${base} (${count})`,
      samples: [...new Set(values)].slice(0, SAMPLES_MAX).map(shown),
      values,
    }
  })
}

/** A text of a file as it is shown: on one line, and without what the database cannot store. */
function shown(text: string): string {
  return text
    .replace(/[\s\0]+/gu, ' ')
    .trim()
    .slice(0, SAMPLE_LENGTH)
    .toWellFormed()
}

/** What files with the same headings have in common, for remembering their mapping. */
export function signatureOf(columns: readonly Pick<ImportColumn, 'name'>[]): string {
  return createHash('sha256')
    .update(JSON.stringify(columns.map(({ name }) => foldHeading(name))))
    .digest('hex')
}

/**
 * What each column seems to be: by its heading, else by its values. No field is given to two columns, except lists. What is
 * said by nothing is left out.
 */
export function guessMapping(
  object: ImportObject,
  columns: readonly SampledColumn[],
  fields: readonly ImportField[],
  { delimiter }: Pick<Dialect, 'delimiter'>,
): ColumnMapping[] {
  const byKey = new Map(fields.map(field => [field.key, field]))
  const byLabel = new Map(fields.map(field => [foldHeading(field.label), field.key]))
  const taken = new Set<string>()
  const take = (key: string | null | undefined): string | null => {
    const kind = byKey.get(key ?? '')?.kind
    if (key == null || kind === undefined || (taken.has(key) && kind !== 'tags' && kind !== 'phones'))
      return null
    taken.add(key)
    return key
  }
  // Ids say more surely than the names beside them which record is meant.
  const byIdLabel = new Map(
    fields
      .filter(({ custom }) => custom?.kind === 'relation')
      .map(({ label, key }) => [foldHeading(label + ID_COLUMN), key]),
  )
  const related = columns.map(({ name }) => take(byIdLabel.get(foldHeading(name))))
  const named = columns.map((column, at) => {
    if (related[at]) return related[at]
    const key = byKey.has(column.name) ? column.name : fieldOfHeading(object, column.name)
    return take(fitting(key, column)) ?? take(byLabel.get(foldHeading(column.name)))
  })
  return columns.map((column, at) => {
    const field = named[at] ?? take(keyOfValues(object, column.values))
    return { column: column.index, field, ...choicesOf(byKey.get(field ?? ''), column, delimiter) }
  })
}

/** A heading that says one thing over values that say another is not believed. */
function fitting(key: string | null, { values }: SampledColumn): string | null {
  if (key === 'id' && !values.some(value => /^[0-9a-f]{8}-[0-9a-f-]{27}$/i.test(value))) return 'externalId'
  if (key === 'linkedinUrl' && share(values, value => /linkedin\./i.test(value)) < 0.5) return null
  if (key === 'company.growing' && share(values, value => value.length < 6) < MOST) return null
  if (key === 'salutation' && share(values, value => value.length <= 40) < MOST) return null
  return key
}

function share(values: readonly string[], fits: (value: string) => boolean): number {
  return values.length === 0 ? 1 : values.filter(fits).length / values.length
}

function keyOfValues(object: ImportObject, values: readonly string[]): string | null {
  if (values.length === 0) return null
  const company = object === 'person' ? 'company.' : ''
  const are = (fits: (value: string) => boolean) => share(values, fits) >= MOST
  if (are(value => normalizeEmail(value) !== null)) return 'email'
  if (are(value => /linkedin\.com\/company\//i.test(value))) return `${company}linkedinUrl`
  if (are(value => /linkedin\.com\/(in|pub)\//i.test(value)))
    return object === 'person' ? 'linkedinUrl' : null
  if (are(value => checkSiret(value) !== null)) return `${company}hqSiret`
  if (are(value => checkSiren(value) !== null)) return `${company}siren`
  if (are(value => /^(\+|0|\()/.test(value) && normalizePhone(value) !== null))
    return object === 'person' ? 'phone' : 'phones'
  return are(value => /^https?:\/\//i.test(value)) ? `${company}websiteUrl` : null
}

function choicesOf(
  field: ImportField | undefined,
  { values }: SampledColumn,
  delimiter: string,
): Pick<ColumnMapping, 'dateOrder' | 'decimal'> {
  const kind = field?.custom?.kind ?? field?.kind
  if (kind === 'date') {
    const order = orderOfDates(values)
    return order === undefined ? {} : { dateOrder: order }
  }
  if (kind !== 'number' && kind !== 'money' && kind !== 'share') return {}
  // Where commas separate the decimals, semicolons separate the cells.
  const says = (mark: string) =>
    values.some(value => new RegExp(`\\d\\${mark}(\\d{1,2}|\\d{4,})(\\D|$)`).test(value))
  return { decimal: says(',') ? ',' : says('.') ? '.' : delimiter === ';' ? ',' : '.' }
}
