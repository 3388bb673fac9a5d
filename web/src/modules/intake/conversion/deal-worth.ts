import { amountOfAnswer, type LeadDetail } from '#modules/intake/contract.ts'
import { minorUnits } from '#platform/contract/money.ts'
import type { MoneyValue } from '../../crm/fields/money.ts'

/** What a typed text or an answer is worth; undefined when it is no amount. Without a sign it is in `currency`. */
export function worthOf(text: string, currency: string): MoneyValue | undefined {
  const read = amountOfAnswer(text)
  if (!read) return undefined
  const named = read.currency ?? currency
  return { amount: minorUnits(read.amount, named), currency: named }
}

const TYPES: ReadonlySet<string> = new Set(['NUMBER', 'TEXT', 'DROPDOWN'])
const SHORT = 40

export interface WorthAnswer {
  readonly label: string
  readonly value: string
}

/** The short answers of a lead that name an amount, those with the sign of a currency first. */
export function worthAnswers(lead: Pick<LeadDetail, 'answers'>): WorthAnswer[] {
  const read = lead.answers.flatMap(({ type, label, value }) => {
    const amount = TYPES.has(type) && value.length <= SHORT ? amountOfAnswer(value) : null
    return amount ? [{ label, value, isMoney: amount.currency !== null }] : []
  })
  return read
    .toSorted((one, other) => Number(other.isMoney) - Number(one.isMoney))
    .map(({ label, value }) => ({ label, value }))
}
