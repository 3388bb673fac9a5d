import type { FieldType } from '#modules/intake/contract.ts'

/** An answer as people read it: dates and numbers in the reader's locale, a tick as a word, text as it was typed. */
export function answerWords(type: FieldType, value: string, locale?: string | undefined): string {
  switch (type) {
    case 'CHECKBOX':
    case 'CONSENT':
      return value === 'true' ? 'Yes' : 'No'
    case 'FILE':
    case 'MULTI_SELECT':
      return value.split('\n').join(', ')
    case 'DATE': {
      const at = new Date(`${value}T00:00:00Z`)
      if (Number.isNaN(at.getTime())) return value
      return new Intl.DateTimeFormat(locale, { dateStyle: 'long', timeZone: 'UTC' }).format(at)
    }
    case 'NUMBER': {
      const decimals = value.split('.')[1]?.length ?? 0
      const amount = Number(value)
      if (value.trim() === '' || Number.isNaN(amount)) return value
      return new Intl.NumberFormat(locale, { minimumFractionDigits: decimals }).format(amount)
    }
    default:
      return value
  }
}

const CALENDAR_DATE = /^\d{4}-\d{2}-\d{2}$/

/** An answer on a card, whose type is not known there: a date becomes short and readable, all else stays. */
export function shortAnswer(value: string, locale?: string | undefined): string {
  const at = CALENDAR_DATE.test(value) ? new Date(`${value}T00:00:00Z`) : undefined
  if (!at || Number.isNaN(at.getTime())) return value
  return new Intl.DateTimeFormat(locale, { dateStyle: 'medium', timeZone: 'UTC' }).format(at)
}
