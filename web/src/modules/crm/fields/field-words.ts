import type { RecordField } from '#modules/crm/contract.ts'
import { exactTime } from '../../../ui/time.ts'
import { moneyOf, moneyWords } from './money.ts'
import { numberWords } from './numbers.ts'

/** A record that a field names: a company, a person, a deal. */
export interface RelatedRecord {
  readonly id: string
  readonly name: string
}

/** The related record of a value; undefined for anything else. */
export function relatedOf(value: unknown): RelatedRecord | undefined {
  if (typeof value !== 'object' || value === null) return undefined
  const { id, name } = value as Record<string, unknown>
  return typeof id === 'string' ? { id, name: typeof name === 'string' ? name : '' } : undefined
}

/** Whether a value holds nothing, which null, an empty text and an empty list all do. */
export function isBlank(value: unknown): boolean {
  if (value === null || value === undefined || value === '') return true
  return Array.isArray(value) && value.length === 0
}

/** The texts of a list of texts. */
export function textsOf(value: unknown): string[] {
  return Array.isArray(value) ? value.filter(each => typeof each === 'string') : []
}

/** What a choice is called; the stored word when it is no longer offered. */
export function optionLabel(field: Pick<RecordField, 'options'>, value: string): string {
  return field.options?.find(option => option.value === value)?.label ?? value
}

/** A day (YYYY-MM-DD) in the reader's locale. It has no zone: 24 December is the same day everywhere. */
export function dayText(day: string, locale?: string | undefined): string {
  const instant = Date.parse(`${day.slice(0, 10)}T00:00:00Z`)
  if (Number.isNaN(instant)) return day
  return new Intl.DateTimeFormat(locale, { dateStyle: 'medium', timeZone: 'UTC' }).format(instant)
}

/** A value in words, for names of controls, messages and the clipboard. Empty when there is none. */
export function fieldWords(
  field: Pick<RecordField, 'kind' | 'options'>,
  value: unknown,
  names?: ReadonlyMap<string, string> | undefined,
): string {
  if (isBlank(value)) return ''
  switch (field.kind) {
    case 'money': {
      const money = moneyOf(value)
      return money ? moneyWords(money) : String(value)
    }
    case 'number':
      return typeof value === 'number' ? numberWords(value) : String(value)
    case 'date':
      return dayText(String(value))
    case 'time': {
      const instant = Date.parse(String(value))
      return Number.isNaN(instant) ? String(value) : exactTime(instant)
    }
    case 'boolean':
      return value === true ? 'Yes' : 'No'
    case 'select':
      return optionLabel(field, String(value))
    case 'multi_select':
      return textsOf(value)
        .map(each => optionLabel(field, each))
        .join(', ')
    case 'user':
      return names?.get(String(value)) ?? 'A member'
    case 'relation':
      return Array.isArray(value)
        ? value.map(each => relatedOf(each)?.name ?? String(each)).join(', ')
        : (relatedOf(value)?.name ?? String(value))
    default:
      return Array.isArray(value) ? textsOf(value).join(', ') : String(value)
  }
}
