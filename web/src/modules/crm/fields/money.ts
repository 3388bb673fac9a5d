import { minorDigits } from '#platform/contract/money.ts'

/** An amount as records hold it: whole minor units, such as cents, and their currency. */
export interface MoneyValue {
  readonly amount: number
  readonly currency: string
}

/** Money as a record gives it; undefined for anything else. */
export function moneyOf(value: unknown): MoneyValue | undefined {
  if (typeof value !== 'object' || value === null) return undefined
  const { amount, currency } = value as Record<string, unknown>
  return typeof amount === 'number' && typeof currency === 'string' ? { amount, currency } : undefined
}

/** "€1,234.50" in the reader's locale; whole amounts without digits behind the point. */
export function moneyWords({ amount, currency }: MoneyValue, locale?: string | undefined): string {
  const digits = minorDigits(currency)
  const units = amount / 10 ** digits
  try {
    return new Intl.NumberFormat(locale, {
      style: 'currency',
      currency,
      minimumFractionDigits: Number.isInteger(units) ? 0 : digits,
      maximumFractionDigits: digits,
    }).format(units)
  } catch {
    return `${units} ${currency}`
  }
}
