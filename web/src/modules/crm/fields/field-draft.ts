import type { FieldKind, RecordField } from '#modules/crm/contract.ts'
import { minorDigits, minorUnits } from '#platform/contract/money.ts'
import { moneyOf } from './money.ts'
import { numberDraft, parseNumber } from './numbers.ts'

/** The kinds that are typed; the others are chosen from a list. */
export const typedKinds = [
  'text',
  'long_text',
  'number',
  'money',
  'date',
  'time',
  'email',
  'phone',
  'url',
] as const satisfies readonly FieldKind[]
export type TypedKind = (typeof typedKinds)[number]

export function isTyped(kind: FieldKind): kind is TypedKind {
  return (typedKinds as readonly FieldKind[]).includes(kind)
}

/** What stands in the editor of a typed field: its text and, for money, the currency. */
export interface FieldDraft {
  readonly text: string
  readonly currency: string
}

const twoDigits = (value: number) => String(value).padStart(2, '0')

/** An instant as a `datetime-local` input wants it, on the reader's clock. */
function localText(instant: number): string {
  const at = new Date(instant)
  const day = [at.getFullYear(), twoDigits(at.getMonth() + 1), twoDigits(at.getDate())].join('-')
  return `${day}T${twoDigits(at.getHours())}:${twoDigits(at.getMinutes())}`
}

/** What the editor begins with. */
export function draftOf(kind: FieldKind, value: unknown, currency = 'EUR'): FieldDraft {
  if (kind === 'money') {
    const money = moneyOf(value)
    if (!money) return { text: '', currency }
    const digits = minorDigits(money.currency)
    return { text: numberDraft(money.amount / 10 ** digits, digits), currency: money.currency }
  }
  if (value === null || value === undefined) return { text: '', currency }
  if (typeof value === 'number') return { text: numberDraft(value), currency }
  if (kind === 'time') {
    const instant = Date.parse(String(value))
    return { text: Number.isNaN(instant) ? '' : localText(instant), currency }
  }
  return { text: Array.isArray(value) ? value.join(', ') : String(value), currency }
}

export type DraftResult = { readonly value: unknown; readonly error?: undefined } | { readonly error: string }

/** The value a draft stands for, or what is wrong with it. The server looks again, and knows more. */
export function valueOfDraft(
  field: Pick<RecordField, 'kind' | 'label' | 'isRequired'>,
  draft: FieldDraft,
): DraftResult {
  const text = draft.text.trim()
  if (text === '') {
    return field.isRequired ? { error: `${field.label} cannot be empty.` } : { value: null }
  }
  switch (field.kind) {
    case 'number': {
      const value = parseNumber(text)
      return value === undefined ? { error: 'Enter a number.' } : { value }
    }
    case 'money': {
      const units = parseNumber(text)
      if (units === undefined) return { error: 'Enter an amount, such as 1200 or 1200.50.' }
      const amount = minorUnits(units, draft.currency)
      return Number.isSafeInteger(amount)
        ? { value: { amount, currency: draft.currency } }
        : { error: 'This amount is too large.' }
    }
    case 'date':
      return /^\d{4}-\d{2}-\d{2}$/.test(text) ? { value: text } : { error: 'Enter a day.' }
    case 'time': {
      const instant = Date.parse(text)
      return Number.isNaN(instant)
        ? { error: 'Enter a day and a time.' }
        : { value: new Date(instant).toISOString() }
    }
    case 'email':
      return /^\S+@\S+\.\S+$/.test(text) ? { value: text } : { error: 'Enter an e-mail address.' }
    case 'url':
      return { value: withScheme(text) }
    default:
      return { value: text }
  }
}

/** People leave the scheme out: "acme.example" is a web page too. */
function withScheme(text: string): string {
  return /^[a-z][a-z0-9+.-]*:/i.test(text) || !text.includes('.') ? text : `https://${text}`
}

/** The address behind a link, only where a browser may follow it: other schemes could run code. */
export function webAddress(text: string): string | undefined {
  try {
    const url = new URL(withScheme(text))
    return url.protocol === 'https:' || url.protocol === 'http:' ? url.href : undefined
  } catch {
    return undefined
  }
}
