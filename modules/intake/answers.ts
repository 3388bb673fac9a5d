import { EmailAddress } from '#platform/contract/fields.ts'
import type { FieldProblem } from '#platform/contract/problem.ts'
import { isCalendarDate } from './calendar-date.ts'
import { matchesPattern, PATTERN_TEXT_MAX } from './definition/text-pattern.ts'
import { ANSWER_MAX, type FormField, type ShownField } from './form-definition.ts'
import { isAsked } from './page/form-rules.js'

/** Answers to a form: what is stored for each field, or what is wrong with them. */
export interface CheckedAnswers {
  /** Canonical text by field key, only for fields that were answered. */
  readonly answers: Readonly<Record<string, string>>
  readonly problems: readonly FieldProblem[]
}

type Outcome = { readonly value: string } | { readonly code: string; readonly message: string }

/** A plain decimal number of at most 16 digits and 10 decimals: no exponent, no hexadecimal, no minus zero. */
const NUMBER = /^(?!-0(?:\.0+)?$)-?(?:0|[1-9]\d{0,15})(?:\.\d{1,10})?$/
const LINE_BREAK = /[\n\r\v\f\u0085\u2028\u2029]/
const PROBLEMS_MAX = 100

/** What a hidden field keeps at most, in characters; whoever sends the form could not make it shorter. */
const HIDDEN_MAX = 1000
const URL_MAX = 2000
/** Digits with what stands between them, and an extension. */
const PHONE = /^\+?[\d\s().\-/\u00a0\u2010-\u2015]{1,40}(?:(?:ext\.?|x|#)\s?\d{1,6})?$/i
const PHONE_DIGITS_MIN = 6
const PHONE_DIGITS_MAX = 21

/**
 * Checks what was sent against the fields of a form, which are all that may be sent. Text is kept exactly as it
 * was typed; numbers, dates, addresses of pages, choices and checkboxes are kept in one spelling. A field that is not asked, by the
 * answers above it, is neither needed nor kept. Problems carry the pointer `/answers/<key>` and a message to stand
 * beside the field.
 */
export function checkAnswers(
  fields: readonly FormField[],
  given: Readonly<Record<string, unknown>>,
): CheckedAnswers {
  const answers: Record<string, string> = {}
  const problems: FieldProblem[] = []
  const complain = (key: string, code: string, message: string) => {
    const pointer = `/answers/${key.replaceAll('~', '~0').replaceAll('/', '~1')}`
    if (problems.length < PROBLEMS_MAX) problems.push({ in: 'body', pointer, code, message })
  }
  const types = new Map(fields.map(({ key, type }) => [key, type]))
  const answerTo = (key: string) => ({ type: types.get(key) ?? 'TEXT', text: answers[key] })
  for (const field of fields) {
    if (!isAsked((field as ShownField).visibleWhen, answerTo)) continue
    const value = Object.hasOwn(given, field.key) ? given[field.key] : undefined
    const outcome = check(field, value)
    if (!outcome) continue
    if ('value' in outcome) answers[field.key] = outcome.value
    else complain(field.key, outcome.code, outcome.message)
  }
  const known = new Set(fields.map(field => field.key))
  for (const key of Object.keys(given)) {
    if (!known.has(key)) complain(key.slice(0, 100), 'unknown_field', 'This form does not ask for this.')
  }
  return { answers, problems }
}

/** The text of one answer, what is wrong with it, or undefined when there is none and none is needed. */
function check(field: FormField, value: unknown): Outcome | undefined {
  if (field.type === 'CHECKBOX') return checkbox(field.required, value)
  if (field.type === 'CONSENT') return consent(field.required, value)
  if (field.type === 'HIDDEN') return hidden(field, value)
  if (isNothing(value)) {
    return field.required ? refuse('required', missing(field)) : undefined
  }
  if (field.type === 'NUMBER' && typeof value === 'number') return number(field, String(value))
  if (field.type === 'MULTI_SELECT') return choices(field, value)
  if (typeof value !== 'string') return refuse('wrong_type', 'Send this answer as text.')
  if (value.length > ANSWER_MAX) return tooLong(ANSWER_MAX)
  switch (field.type) {
    case 'TEXT':
      return text(field, value)
    case 'LONG_TEXT':
      return withinLength(field.validation, value)
    case 'EMAIL':
      return email(value)
    case 'PHONE':
      return phone(value.trim())
    case 'URL':
      return webAddress(value.trim())
    case 'DROPDOWN':
      return field.options.includes(value)
        ? { value }
        : refuse('not_an_option', 'Choose one of the answers in the list.')
    case 'NUMBER':
      return number(field, value.trim())
    case 'DATE':
      return date(field, value.trim())
  }
}

function isNothing(value: unknown): boolean {
  if (Array.isArray(value)) return value.length === 0
  return value === undefined || value === null || (typeof value === 'string' && value.trim() === '')
}

function refuse(code: string, message: string): Outcome {
  return { code, message }
}

function missing(field: FormField): string {
  switch (field.type) {
    case 'EMAIL':
      return 'Enter your e-mail address.'
    case 'PHONE':
      return 'Enter a phone number.'
    case 'URL':
      return 'Enter the address of a page.'
    case 'DROPDOWN':
      return 'Choose an answer.'
    case 'MULTI_SELECT':
      return 'Choose at least one answer.'
    case 'NUMBER':
      return 'Enter a number.'
    case 'DATE':
      return 'Enter a date.'
    default:
      return 'This is needed.'
  }
}

function tooLong(max: number): Outcome {
  return refuse('too_long', `Use at most ${max} characters.`)
}

function checkbox(required: boolean, value: unknown): Outcome {
  if (value === true || value === 'true' || value === 'on') return { value: 'true' }
  const isNo = [undefined, null, false, 'false', 'off', ''].some(no => no === value)
  if (!isNo) return refuse('wrong_type', 'Send true or false.')
  return required ? refuse('required', 'Tick this box to go on.') : { value: 'false' }
}

/** A tick, or no answer at all: who did not agree may still do so another time. */
function consent(isRequired: boolean, value: unknown): Outcome | undefined {
  const ticked = checkbox(isRequired, value)
  return 'value' in ticked && ticked.value === 'false' ? undefined : ticked
}

type TextField = Extract<FormField, { type: 'TEXT' }>

function text({ validation }: TextField, value: string): Outcome {
  if (!validation.multiline && LINE_BREAK.test(value)) return refuse('line_break', 'Use a single line.')
  const outcome = withinLength(validation, value)
  return 'value' in outcome && validation.pattern ? fitting(validation.pattern, value) : outcome
}

function withinLength(
  rules: { minLength?: number | undefined; maxLength?: number | undefined },
  value: string,
): Outcome {
  const { minLength = 0, maxLength = ANSWER_MAX } = rules
  if (value.length > maxLength) return tooLong(maxLength)
  if (value.length < minLength) return refuse('too_short', `Use at least ${minLength} characters.`)
  return { value }
}

/** Spaces around an answer are no part of what it has to look like. */
function fitting(pattern: NonNullable<TextField['validation']['pattern']>, value: string): Outcome {
  if (value.length > PATTERN_TEXT_MAX) return tooLong(PATTERN_TEXT_MAX)
  return matchesPattern(pattern.expression, value.trim())
    ? { value }
    : refuse('wrong_pattern', pattern.message)
}

/** What nobody typed is never asked to be corrected: it is made to fit. */
function hidden(field: Extract<FormField, { type: 'HIDDEN' }>, value: unknown): Outcome | undefined {
  const given = isNothing(value) ? field.prefill?.value : value
  if (given === undefined) return
  if (typeof given !== 'string') return refuse('wrong_type', 'Send this answer as text.')
  return { value: [...given.trim().slice(0, 2 * HIDDEN_MAX)].slice(0, HIDDEN_MAX).join('') }
}

/** The number as it was typed: numbers are written in many ways, and whoever calls it knows theirs. */
function phone(value: string): Outcome {
  const digits = value.replace(/\D/g, '').length
  return PHONE.test(value) && digits >= PHONE_DIGITS_MIN && digits <= PHONE_DIGITS_MAX
    ? { value }
    : refuse('invalid_phone', 'Enter a phone number like +33 6 12 34 56 78.')
}

/** A web page's address; people leave its scheme out. */
function webAddress(value: string): Outcome {
  if (value.length > URL_MAX) return tooLong(URL_MAX)
  const url = /\s/.test(value)
    ? null
    : URL.parse(/^[a-z][a-z\d+.-]*:\/\//i.test(value) ? value : `https://${value}`)
  const isPage =
    url !== null &&
    (url.protocol === 'https:' || url.protocol === 'http:') &&
    url.username === '' &&
    url.password === '' &&
    /^[^.].*\.[^.]+$/.test(url.hostname) &&
    url.href.length <= URL_MAX
  return isPage
    ? { value: url.href }
    : refuse('invalid_url', 'Enter the address of a page like https://example.com.')
}

/** Several options, one a line in the order of the form; also read from such text. */
function choices(field: Extract<FormField, { type: 'MULTI_SELECT' }>, value: unknown): Outcome | undefined {
  const given: unknown = typeof value === 'string' ? value.split('\n') : value
  if (!Array.isArray(given)) return refuse('wrong_type', 'Send this answer as a list.')
  const chosen = new Set<unknown>(given.filter(each => each !== ''))
  if (chosen.size === 0) return field.required ? refuse('required', missing(field)) : undefined
  const options = field.options.filter(option => chosen.has(option))
  if (options.length < chosen.size) return refuse('not_an_option', 'Choose among the answers in the list.')
  const { min = 1, max = field.options.length } = field.validation
  if (options.length < min) return refuse('too_few', `Choose at least ${min}.`)
  if (options.length > max) return refuse('too_many', `Choose at most ${max}.`)
  return { value: options.join('\n') }
}

function email(value: string): Outcome {
  const parsed = EmailAddress.safeParse(value)
  return parsed.success
    ? { value: parsed.data }
    : refuse('invalid_email', 'Enter an e-mail address like name@example.com.')
}

function number(field: Extract<FormField, { type: 'NUMBER' }>, value: string): Outcome {
  const amount = Number(value)
  if (!NUMBER.test(value) || Math.abs(amount) > Number.MAX_SAFE_INTEGER) {
    return refuse('not_a_number', 'Enter a plain number, for example 1500 or 12.5.')
  }
  const { min, max, integer = false } = field.validation
  if (integer && value.includes('.')) return refuse('not_an_integer', 'Enter a whole number.')
  if (min !== undefined && amount < min) return refuse('too_small', `Enter ${min} or more.`)
  if (max !== undefined && amount > max) return refuse('too_large', `Enter ${max} or less.`)
  return { value }
}

function date(field: Extract<FormField, { type: 'DATE' }>, value: string): Outcome {
  if (!isCalendarDate(value)) return refuse('not_a_date', 'Enter a real date, for example 2026-11-30.')
  const { min, max } = field.validation
  if (min !== undefined && value < min) return refuse('too_early', `Enter ${min} or a later date.`)
  if (max !== undefined && value > max) return refuse('too_late', `Enter ${max} or an earlier date.`)
  return { value }
}
