import type { DealSum } from '#modules/crm/contract.ts'
import { minorDigits } from '#platform/contract/money.ts'
import { type MoneyValue, moneyWords } from '../fields/money.ts'

/** "€1.2M": an amount as short as it can be read, for heads of columns and axes. */
export function moneyShort({ amount, currency }: MoneyValue, locale?: string | undefined): string {
  const units = amount / 10 ** minorDigits(currency)
  if (Math.abs(units) < 10_000) return moneyWords({ amount, currency }, locale)
  return new Intl.NumberFormat(locale, {
    style: 'currency',
    currency,
    notation: 'compact',
    maximumFractionDigits: 1,
  }).format(units)
}

const CURRENCIES_MAX = 2

/** "€1.2M, $40K · €300K weighted": what the cards of a column are worth; empty for nothing. */
export function sumWords(sums: readonly DealSum[], isOpen: boolean): string {
  const shown = sums.filter(sum => sum.amount > 0).slice(0, CURRENCIES_MAX)
  if (shown.length === 0) return ''
  const all = shown.map(({ amount, currency }) => moneyShort({ amount, currency })).join(', ')
  if (!isOpen) return all
  const weighted = shown.map(sum => moneyShort({ amount: sum.weighted, currency: sum.currency })).join(', ')
  return `${all} · ${weighted} weighted`
}
