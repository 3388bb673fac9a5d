import { EmailAddress } from '#platform/contract/fields.ts'
import type { FieldProblem } from '#platform/contract/problem.ts'
import { isCalendarDate } from './calendar-date.ts'
import type { FormLanguage } from './definition/form-settings.ts'
import { matchesPattern, PATTERN_TEXT_MAX } from './definition/text-pattern.ts'
import type { FormWords } from './definition/words/form-words.ts'
import { filled, wordsIn } from './definition/words/languages.ts'
import { ANSWER_MAX, type FormField, type ShownField } from './form-definition.ts'
import { isAsked } from './page/form-rules.js'
import { fileAnswer } from './uploads/handles.ts'

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

/** What a check speaks: the words, and the language for numbers and dates in them. */
interface Speech {
  readonly words: FormWords
  readonly language: FormLanguage
}

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
 * answers above it, is neither needed nor kept. Problems carry the pointer `/answers/<key>` and a message in the language of
 * the form, to stand beside the field.
 */
export function checkAnswers(
  fields: readonly FormField[],
  given: Readonly<Record<string, unknown>>,
  language: FormLanguage = 'en',
): CheckedAnswers {
  const speech = { words: wordsIn(language), language }
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
    const outcome = check(field, value, speech)
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
function check(field: FormField, value: unknown, speech: Speech): Outcome | undefined {
  const { words } = speech
  if (field.type === 'CHECKBOX') return checkbox(field.required, value, words)
  if (field.type === 'CONSENT') return consent(field.required, value, words)
  if (field.type === 'HIDDEN') return hidden(field, value)
  if (isNothing(value)) {
    return field.required ? refuse('required', missingWords(field, words)) : undefined
  }
  if (field.type === 'NUMBER' && typeof value === 'number') return number(field, String(value), speech)
  if (field.type === 'MULTI_SELECT') return choices(field, value, words)
  if (field.type === 'FILE') return fileAnswer(field.validation, value, speech.language)
  if (typeof value !== 'string') return refuse('wrong_type', 'Send this answer as text.')
  if (value.length > ANSWER_MAX) return tooLong(ANSWER_MAX, words)
  switch (field.type) {
    case 'TEXT':
      return text(field, value, words)
    case 'LONG_TEXT':
      return withinLength(field.validation, value, words)
    case 'EMAIL':
      return email(value, words)
    case 'PHONE':
      return phone(value.trim(), words)
    case 'URL':
      return webAddress(value.trim(), words)
    case 'DROPDOWN':
      return field.options.includes(value) ? { value } : refuse('not_an_option', words.notAnOption)
    case 'NUMBER':
      return number(field, typedNumber(value.trim(), speech.language), speech)
    case 'DATE':
      return date(field, value.trim(), speech)
  }
}

function isNothing(value: unknown): boolean {
  if (Array.isArray(value)) return value.length === 0
  return value === undefined || value === null || (typeof value === 'string' && value.trim() === '')
}

function refuse(code: string, message: string): Outcome {
  return { code, message }
}

/** What is said when a field that has to be answered is not. */
export function missingWords({ type }: Pick<FormField, 'type'>, words: FormWords): string {
  switch (type) {
    case 'EMAIL':
      return words.neededEmail
    case 'PHONE':
      return words.neededPhone
    case 'URL':
      return words.neededUrl
    case 'DROPDOWN':
      return words.neededChoice
    case 'MULTI_SELECT':
      return words.neededChoices
    case 'NUMBER':
      return words.neededNumber
    case 'DATE':
      return words.neededDate
    case 'CHECKBOX':
    case 'CONSENT':
      return words.neededTick
    default:
      return words.needed
  }
}

function tooLong(max: number, words: FormWords): Outcome {
  return refuse('too_long', filled(words.tooLong, { max }))
}

function checkbox(required: boolean, value: unknown, words: FormWords): Outcome {
  if (value === true || value === 'true' || value === 'on') return { value: 'true' }
  const isNo = [undefined, null, false, 'false', 'off', ''].some(no => no === value)
  if (!isNo) return refuse('wrong_type', 'Send true or false.')
  return required ? refuse('required', words.neededTick) : { value: 'false' }
}

/** A tick, or no answer at all: who did not agree may still do so another time. */
function consent(isRequired: boolean, value: unknown, words: FormWords): Outcome | undefined {
  const ticked = checkbox(isRequired, value, words)
  return 'value' in ticked && ticked.value === 'false' ? undefined : ticked
}

type TextField = Extract<FormField, { type: 'TEXT' }>

function text({ validation }: TextField, value: string, words: FormWords): Outcome {
  if (!validation.multiline && LINE_BREAK.test(value)) return refuse('line_break', words.singleLine)
  const outcome = withinLength(validation, value, words)
  return 'value' in outcome && validation.pattern ? fitting(validation.pattern, value, words) : outcome
}

function withinLength(
  rules: { minLength?: number | undefined; maxLength?: number | undefined },
  value: string,
  words: FormWords,
): Outcome {
  const { minLength = 0, maxLength = ANSWER_MAX } = rules
  if (value.length > maxLength) return tooLong(maxLength, words)
  if (value.length < minLength) return refuse('too_short', filled(words.tooShort, { min: minLength }))
  return { value }
}

/** Spaces around an answer are no part of what it has to look like. */
function fitting(
  pattern: NonNullable<TextField['validation']['pattern']>,
  value: string,
  words: FormWords,
): Outcome {
  if (value.length > PATTERN_TEXT_MAX) return tooLong(PATTERN_TEXT_MAX, words)
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
function phone(value: string, words: FormWords): Outcome {
  const digits = value.replace(/\D/g, '').length
  return PHONE.test(value) && digits >= PHONE_DIGITS_MIN && digits <= PHONE_DIGITS_MAX
    ? { value }
    : refuse('invalid_phone', words.notAPhone)
}

/** A web page's address; people leave its scheme out. */
function webAddress(value: string, words: FormWords): Outcome {
  if (value.length > URL_MAX) return tooLong(URL_MAX, words)
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
  return isPage ? { value: url.href } : refuse('invalid_url', words.notAUrl)
}

/** Several options, one a line in the order of the form; also read from such text. */
function choices(
  field: Extract<FormField, { type: 'MULTI_SELECT' }>,
  value: unknown,
  words: FormWords,
): Outcome | undefined {
  const given: unknown = typeof value === 'string' ? value.split('\n') : value
  if (!Array.isArray(given)) return refuse('wrong_type', 'Send this answer as a list.')
  const chosen = new Set<unknown>(given.filter(each => each !== ''))
  if (chosen.size === 0) return field.required ? refuse('required', words.neededChoices) : undefined
  const options = field.options.filter(option => chosen.has(option))
  if (options.length < chosen.size) return refuse('not_an_option', words.notOptions)
  const { min = 1, max = field.options.length } = field.validation
  if (options.length < min) return refuse('too_few', filled(words.tooFew, { min }))
  if (options.length > max) return refuse('too_many', filled(words.tooMany, { max }))
  return { value: options.join('\n') }
}

function email(value: string, words: FormWords): Outcome {
  const parsed = EmailAddress.safeParse(value)
  return parsed.success ? { value: parsed.data } : refuse('invalid_email', words.notAnEmail)
}

/**
 * A number as people of the language type it: with a decimal comma outside English. What would be read as another number
 * than was meant, 1.500 and 1,500, is left to be refused.
 */
function typedNumber(value: string, language: FormLanguage): string {
  if (language === 'en') return value
  if (/^-?\d+[.,]\d{3}$/.test(value)) return ''
  return /^-?\d+,\d+$/.test(value) ? value.replace(',', '.') : value
}

function number(
  field: Extract<FormField, { type: 'NUMBER' }>,
  value: string,
  { words, language }: Speech,
): Outcome {
  const amount = Number(value)
  if (!NUMBER.test(value) || Math.abs(amount) > Number.MAX_SAFE_INTEGER) {
    return refuse('not_a_number', words.notANumber)
  }
  const { min, max, integer = false } = field.validation
  const written = (limit: number) =>
    new Intl.NumberFormat(language, { useGrouping: false, maximumFractionDigits: 20 }).format(limit)
  if (integer && value.includes('.')) return refuse('not_an_integer', words.notWhole)
  if (min !== undefined && amount < min) {
    return refuse('too_small', filled(words.tooSmall, { min: written(min) }))
  }
  if (max !== undefined && amount > max) {
    return refuse('too_large', filled(words.tooLarge, { max: written(max) }))
  }
  return { value }
}

function date(
  field: Extract<FormField, { type: 'DATE' }>,
  value: string,
  { words, language }: Speech,
): Outcome {
  if (!isCalendarDate(value)) return refuse('not_a_date', words.notADate)
  const { min, max } = field.validation
  const written = (day: string) =>
    new Intl.DateTimeFormat(language, { dateStyle: 'long', timeZone: 'UTC' }).format(
      new Date(`${day}T00:00:00Z`),
    )
  if (min !== undefined && value < min) {
    return refuse('too_early', filled(words.tooEarly, { min: written(min) }))
  }
  if (max !== undefined && value > max) {
    return refuse('too_late', filled(words.tooLate, { max: written(max) }))
  }
  return { value }
}
