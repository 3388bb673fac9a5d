import { EmailAddress } from '#platform/contract/fields.ts'
import type { FieldProblem } from '#platform/contract/problem.ts'
import { isCalendarDate } from './calendar-date.ts'
import { ANSWER_MAX, type FormField } from './form-definition.ts'

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

/**
 * Checks what was sent against the fields of a form, which are all that may be sent. Text is kept exactly as it
 * was typed; numbers, dates and checkboxes are kept in one spelling. Problems carry the pointer `/answers/<key>` and a
 * message to stand beside the field.
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
  for (const field of fields) {
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
  if (value === undefined || value === null || (typeof value === 'string' && value.trim() === '')) {
    return field.required ? refuse('required', missing(field)) : undefined
  }
  if (field.type === 'NUMBER' && typeof value === 'number') return number(field, String(value))
  if (typeof value !== 'string') return refuse('wrong_type', 'Send this answer as text.')
  if (value.length > ANSWER_MAX) return tooLong(ANSWER_MAX)
  switch (field.type) {
    case 'TEXT':
      return text(field, value)
    case 'EMAIL':
      return email(value)
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

function refuse(code: string, message: string): Outcome {
  return { code, message }
}

function missing(field: FormField): string {
  switch (field.type) {
    case 'EMAIL':
      return 'Enter your e-mail address.'
    case 'DROPDOWN':
      return 'Choose an answer.'
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

function text(field: Extract<FormField, { type: 'TEXT' }>, value: string): Outcome {
  const { minLength = 0, maxLength = ANSWER_MAX, multiline = false } = field.validation
  if (!multiline && LINE_BREAK.test(value)) return refuse('line_break', 'Use a single line.')
  if (value.length > maxLength) return tooLong(maxLength)
  if (value.length < minLength) return refuse('too_short', `Use at least ${minLength} characters.`)
  return { value }
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
