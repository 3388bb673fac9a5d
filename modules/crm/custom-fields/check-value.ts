import { readMoment } from '#platform/filter/moment.ts'
import { isId } from '#platform/ids.ts'
import { normalizeEmail } from '../normalize/email.ts'
import { normalizePhone } from '../normalize/phone.ts'
import type { FieldKind } from '../record-api.ts'
import type { FieldDefinition } from './definitions.ts'

export const TEXT_MAX = 500
export const LONG_TEXT_MAX = 10_000
export const URL_MAX = 2_000
/** Most options one record can have of a multi-select. */
export const CHOICES_MAX = 100

/** A value as it is stored, null for none, or why it is not taken. */
export type Checked = { readonly value: unknown } | { readonly code: string; readonly message: string }

type Field = Pick<FieldDefinition, 'kind' | 'options'>

/**
 * Brings a value that somebody sent into the one form its kind is stored in. What a text leaves empty is null. That records and
 * members which are named exist is not looked at here.
 */
export function checkValue(field: Field, value: unknown, mayBeArchived = false): Checked {
  if (value === null || value === undefined) return { value: null }
  return CHECKS[field.kind](value, field, mayBeArchived)
}

type Check = (value: unknown, field: Field, mayBeArchived: boolean) => Checked

const refuse = (message: string, code = 'invalid_value'): Checked => ({ code, message })

const CURRENCIES: ReadonlySet<string> = new Set(Intl.supportedValuesOf('currency'))

const CHECKS: Readonly<Record<FieldKind, Check>> = {
  text: value => textOf(value, TEXT_MAX, text => text.replace(/\s+/gu, ' ')),
  long_text: value => textOf(value, LONG_TEXT_MAX, text => text.replace(/\r\n?/g, '\n')),
  email: value => readText(value, 254, normalizeEmail, 'Enter an e-mail address like name@example.com.'),
  phone: value =>
    readText(value, 60, text => normalizePhone(text), 'Enter a phone number like +33 6 12 34 56 78.'),
  url: value => readText(value, URL_MAX, urlOf, 'Enter a web address like https://example.com.'),
  number: checkNumber,
  money: checkMoney,
  date: value =>
    typeof value === 'string' && readMoment(value)?.kind === 'day'
      ? { value }
      : refuse('Enter a day like 2026-11-30.'),
  time: value =>
    typeof value === 'string' && readMoment(value)?.kind === 'instant'
      ? { value: new Date(value).toISOString() }
      : refuse('Enter an instant like 2026-11-30T08:00:00Z.'),
  boolean: value => (typeof value === 'boolean' ? { value } : refuse('Use true or false.')),
  select: (value, field, mayBeArchived) => checkChoice(value, field, mayBeArchived),
  multi_select: checkChoices,
  user: value => (typeof value === 'string' && isId(value) ? { value } : refuse('Choose a member.')),
  relation: value => (typeof value === 'string' && isId(value) ? { value } : refuse('Choose a record.')),
}

function textOf(value: unknown, max: number, clean: (text: string) => string): Checked {
  if (typeof value !== 'string') return refuse('Enter a text.', 'invalid_type')
  if (value.includes('\u0000') || !value.isWellFormed())
    return refuse('This text holds characters that cannot be stored.')
  const text = clean(value.normalize('NFC')).trim()
  if (text.length > max) return refuse(`Enter at most ${max} characters.`, 'too_long')
  return { value: text === '' ? null : text }
}

function readText(value: unknown, max: number, read: (text: string) => string | null, hint: string): Checked {
  const text = textOf(value, max, same => same)
  if ('code' in text || text.value === null) return text
  const found = read(String(text.value))
  return found === null ? refuse(hint) : { value: found }
}

const SCHEME = /^[a-z][a-z0-9+.-]*:/i

/** A web address with its scheme; null for other schemes and for what holds a password. */
function urlOf(text: string): string | null {
  const written = SCHEME.test(text) && !/^[^/:]+:\d/.test(text) ? text : `https://${text}`
  if (/\s/u.test(written)) return null
  const url = URL.parse(written)
  if (!url || !['http:', 'https:'].includes(url.protocol) || !url.hostname.includes('.')) return null
  return url.username || url.password || url.href.length > URL_MAX ? null : url.href
}

function checkNumber(value: unknown): Checked {
  if (typeof value !== 'number' || !Number.isFinite(value)) return refuse('Enter a number.', 'invalid_type')
  if (Math.abs(value) > Number.MAX_SAFE_INTEGER) return refuse('This number is too large.')
  // There is one zero.
  return { value: value + 0 }
}

function checkMoney(value: unknown): Checked {
  const { amount, currency, ...others } = Object(value) as Record<string, unknown>
  if (!Number.isSafeInteger(amount) || Object.keys(others).length > 0)
    return refuse('Use { "amount": 125000, "currency": "EUR" }, the amount in the smallest unit.')
  if (typeof currency !== 'string' || !CURRENCIES.has(currency))
    return refuse('Use a currency such as EUR.', 'unknown_currency')
  return { value: { amount: (amount as number) + 0, currency } }
}

function checkChoice(value: unknown, { options }: Field, mayBeArchived: boolean): Checked {
  if (value === '') return { value: null }
  const option = options.find(each => each.value === value)
  const offered = options.filter(each => !each.isArchived).map(each => each.value)
  if (!option) return refuse(`Use one of ${offered.join(', ')}.`, 'unknown_option')
  if (option.isArchived && !mayBeArchived)
    return refuse(`“${option.label}” is archived. Use one of ${offered.join(', ')}.`, 'archived_option')
  return { value }
}

function checkChoices(value: unknown, field: Field): Checked {
  if (!Array.isArray(value)) return refuse('Use a list of options.', 'invalid_type')
  if (value.length > CHOICES_MAX) return refuse(`Choose at most ${CHOICES_MAX}.`, 'too_many')
  // Somebody who adds an option sends those that are there along, archived ones too.
  const wrong = value.map(item => checkChoice(item, field, true)).find(each => 'code' in each)
  if (wrong) return wrong
  // One value stands there once, in the order of the field's options.
  const chosen = field.options.map(option => option.value).filter(option => value.includes(option))
  return { value: chosen.length === 0 ? null : chosen }
}
