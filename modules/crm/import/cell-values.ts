import { checkValue } from '../custom-fields/check-value.ts'
import type { FieldDefinition } from '../custom-fields/definitions.ts'
import { normalizeEmail } from '../normalize/email.ts'
import {
  checkNaf,
  nafNomenclature,
  nomenclatureOfNaf,
  sirenFault,
  siretFault,
} from '../normalize/french-ids.ts'
import { storedPhone } from '../normalize/phone.ts'
import { normalizeUrl } from '../normalize/url.ts'
import type { CellFault } from './cell-faults.ts'
import { readDate } from './dates.ts'
import { foldCell } from './fold.ts'
import type { ColumnMapping } from './import-api.ts'
import type { ImportField } from './import-fields.ts'
import { readMoney, readNumber } from './numbers.ts'

/** The value of a cell as its column stores it, null for an empty one, or what is wrong with it. */
export type CellValue = { readonly value: unknown } | { readonly fault: CellFault }

/** What reading a cell needs beside its field. */
export interface CellReading {
  readonly choices: Pick<ColumnMapping, 'dateOrder' | 'decimal'>
  /** User ids by folded name and by e-mail address. */
  readonly members: ReadonlyMap<string, string>
}

const POWER_OF_TEN = /^[+-]?\d([.,]\d+)?E\+?\d{1,3}$/i
const SPREADSHEET_ERROR = /^#(N\/A|REF!|VALUE!|NAME\?|DIV\/0!|NUM!|NULL!|SPILL!|N\/D|VALEUR!|NOM\?|NOMBRE!)$/i
/** UTF-8 read as Windows-1252: `Ã©` for é, `â€™` for an apostrophe. */
const MOJIBAKE = /Ã[\u0080-\u00BF€‚ƒ„…†‡ˆ‰Š‹ŒŽ‘’“”•–—˜™š›œžŸ]|â€[™œ“”¦]/
/** What a guard against formulas puts before a cell; see the exports. */
const GUARDED = /^'(?='*[=+\-@\t\r\uFF1D\uFF0B\uFF0D\uFF20])/
// biome-ignore lint/suspicious/noControlCharactersInRegex: it is those that are looked for.
const CONTROL = /[\u0000-\u0008\u000B\u000C\u000E-\u001F\u007F]/g

/** Longer than every name and address that a record has. */
const RELATION_MAX = 500

/** Whether text was written in UTF-8 and read as something else. */
export function isMojibake(text: string): boolean {
  return MOJIBAKE.test(text)
}

/** Reads the text of a cell as a value of a field. */
export function readCell(field: ImportField, raw: string, reading: CellReading): CellValue {
  const text = raw.trim().replace(GUARDED, '').trim()
  if (text === '') return { value: null }
  if (text.includes('\u0000') || !text.isWellFormed()) return { fault: 'control_character' }
  if (text.includes('\uFFFD')) return { fault: 'undecodable' }
  if (SPREADSHEET_ERROR.test(text)) return { fault: 'excel_error' }
  if (field.custom) return readCustom(field.custom, text, reading)
  const read = READERS[field.kind]?.(text, field, reading) ?? { fault: 'invalid_value' }
  if ('fault' in read || typeof read.value !== 'string') return read
  return [...read.value].length > field.max ? { fault: 'too_long' } : read
}

type Reader = (text: string, field: ImportField, reading: CellReading) => CellValue

const orFault = (value: unknown, fault: CellFault): CellValue =>
  value === null || value === undefined ? { fault } : { value }

const READERS: Readonly<Partial<Record<ImportField['kind'], Reader>>> = {
  id: text =>
    /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(text)
      ? { value: text.toLowerCase() }
      : { fault: 'unknown_record' },
  text: text => ({ value: text.replace(CONTROL, '') }),
  fullName: text => ({ value: text.replace(CONTROL, ' ').replace(/\s+/gu, ' ') }),
  email: text => orFault(normalizeEmail(text), 'invalid_email'),
  phone: phoneOf,
  phones: text => {
    const read = splitList(text).map(phoneOf)
    const fault = read.find(each => 'fault' in each)
    return fault ?? { value: [...new Set(read.flatMap(each => ('value' in each ? [each.value] : [])))] }
  },
  url: text => orFault(normalizeUrl(text), 'invalid_url'),
  siren: text => frenchId(text, 9, sirenFault, 'invalid_siren'),
  siret: text => frenchId(text, 14, siretFault, 'invalid_siret'),
  naf: text => {
    const edition = nomenclatureOfNaf(text)
    return edition === null ? { fault: 'invalid_naf' } : { value: checkNaf(text, edition) }
  },
  nafNomenclature: text => orFault(nafNomenclature(text), 'invalid_value'),
  number: (text, _, { choices }) => {
    const number = readNumber(text, choices.decimal)
    return orFault(
      number !== null && Math.abs(number) <= 1_000_000 ? Math.round(number) : null,
      'invalid_number',
    )
  },
  share: (text, _, { choices }) => {
    const number = readNumber(text.replace('%', ''), choices.decimal)
    const share = number === null ? null : number > 1 || text.includes('%') ? number / 100 : number
    return orFault(
      share !== null && share >= 0 && share <= 1 ? Number(share.toFixed(3)) : null,
      'invalid_number',
    )
  },
  year: text => orFault(/^(1\d|20|21)\d\d$/.test(text) ? Number(text) : null, 'invalid_date'),
  date: (text, _, { choices }) => orFault(readDate(text, choices.dateOrder ?? 'dmy'), 'invalid_date'),
  boolean: text => orFault(readBoolean(text), 'invalid_boolean'),
  money: (text, _, { choices }) => orFault(readMoney(text, choices.decimal), 'invalid_number'),
  enum: (text, { values = [] }) =>
    orFault(
      values.find(value => value === foldCell(text).replaceAll(' ', '_')) ?? ENUM_WORDS[foldCell(text)],
      'unknown_option',
    ),
  tags: text => {
    const tags = splitList(text)
    return tags.some(tag => tag.length > 100) ? { fault: 'too_long' } : { value: [...new Set(tags)] }
  },
  user: (text, _, { members }) =>
    orFault(members.get(foldCell(text).replace(/^.*<(.+)>$/, '$1')), 'unknown_member'),
}

/** How other programs call our values. */
const ENUM_WORDS: Readonly<Record<string, string>> = {
  verified: 'valid',
  valide: 'valid',
  deliverable: 'valid',
  'catch-all': 'risky',
  'catch all': 'risky',
  'accept all': 'risky',
  guessed: 'risky',
  'extrapolated email': 'risky',
  invalide: 'invalid',
  undeliverable: 'invalid',
  unavailable: 'unverified',
  unknown: 'unverified',
  customer: 'active',
  client: 'active',
  opportunity: 'prospect',
  actif: 'active',
  inactif: 'inactive',
}

function phoneOf(text: string): CellValue {
  if (POWER_OF_TEN.test(text)) return { fault: 'excel_number' }
  if (!/\d/.test(text)) return { fault: 'invalid_phone' }
  // A spreadsheet takes the plus away and keeps the country code.
  const bare = text.replace(/[\s.\u00A0-]/g, '')
  const whole =
    /^(33|32|41|352|44|49|34|39|1)\d{9,11}$/.test(bare) && !bare.startsWith('0') ? `+${bare}` : text
  const stored = storedPhone(whole)
  const value = stored?.startsWith('+') ? stored : storedPhone(text)
  return value !== null && value.length <= 50 ? { value } : { fault: 'invalid_phone' }
}

/** A SIREN or SIRET; a spreadsheet that took it for a number has taken its first zeros away. */
function frenchId(
  text: string,
  length: number,
  faultOf: (text: string) => 'form' | 'check_digit' | null,
  form: CellFault,
): CellValue {
  if (POWER_OF_TEN.test(text)) return { fault: 'excel_number' }
  const digits = text.replace(/[\s\u00A0.-]/g, '').replace(/^FR\d{2}(?=\d{9}$)/i, '')
  const padded = /^\d+$/.test(digits) && digits.length >= length - 4 ? digits.padStart(length, '0') : digits
  const fault = faultOf(padded)
  if (fault === null) return { value: padded }
  return { fault: fault === 'check_digit' ? 'check_digit' : form }
}

function readBoolean(text: string): boolean | null {
  const folded = foldCell(text)
  if (['yes', 'y', 'true', '1', 'x', 'oui', 'o', 'vrai', '✓', '✔'].includes(folded)) return true
  return ['no', 'n', 'false', '0', 'non', 'faux', '-'].includes(folded) ? false : null
}

function readCustom(field: FieldDefinition, text: string, { choices, members }: CellReading): CellValue {
  const typed = (value: unknown, fault: CellFault): CellValue => {
    if (value === null || value === undefined) return { fault }
    const checked = checkValue(field, value)
    if (!('code' in checked)) return { value: checked.value }
    return { fault: checked.code === 'too_long' ? 'too_long' : fault }
  }
  switch (field.kind) {
    case 'text':
    case 'long_text':
      return typed(text.replace(CONTROL, ''), 'invalid_value')
    case 'email':
      return typed(text, 'invalid_email')
    case 'phone':
      return POWER_OF_TEN.test(text) ? { fault: 'excel_number' } : typed(text, 'invalid_phone')
    case 'url':
      return typed(text, 'invalid_url')
    case 'number':
      return typed(readNumber(text, choices.decimal), 'invalid_number')
    case 'money':
      return typed(readMoney(text, choices.decimal), 'invalid_number')
    case 'date':
      return typed(readDate(text, choices.dateOrder ?? 'dmy'), 'invalid_date')
    case 'time':
      return typed(readInstant(text), 'invalid_date')
    case 'boolean':
      return typed(readBoolean(text), 'invalid_boolean')
    case 'select':
      return typed(optionOf(field, text), 'unknown_option')
    case 'multi_select':
      return typed(optionsOf(field, text), 'unknown_option')
    case 'user':
      return orFault(members.get(foldCell(text)), 'unknown_member')
    case 'relation':
      // What it names is found for many rows at once; see `findRelations`.
      return orFault(text.length > RELATION_MAX ? null : text, 'unknown_record')
  }
}

function readInstant(text: string): string | null {
  const written = text.replace(/^(\d{4}-\d{2}-\d{2}) (?=\d)/, '$1T')
  const at = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}/.test(written) ? new Date(written) : null
  return at === null || Number.isNaN(at.getTime()) ? null : at.toISOString()
}

/** The option that a text is the value or the label of. */
export function optionOf({ options }: Pick<FieldDefinition, 'options'>, text: string): string | null {
  const folded = foldCell(text)
  const option = options.find(({ value, label }) => value === text || foldCell(label) === folded)
  return option?.value ?? null
}

/** The options of a multi-select, or null when one is unknown. */
function optionsOf(field: FieldDefinition, text: string): string[] | null {
  const found = splitList(text).map(each => optionOf(field, each))
  return found.every(each => each !== null) ? found : null
}

/**
 * The texts of a cell that holds several: a list of JSON, which can say everything; else what stands between semicolons, bars or
 * lines; else between commas.
 */
export function splitList(text: string): string[] {
  if (text.startsWith('[')) {
    try {
      const list: unknown = JSON.parse(text)
      if (Array.isArray(list) && list.every(each => typeof each === 'string')) return list
    } catch {
      // Not JSON after all: a text that begins with a bracket.
    }
  }
  return text
    .split(/[;|\n]/.test(text) ? /[;|\n]/ : ',')
    .map(each => each.trim())
    .filter(Boolean)
}
