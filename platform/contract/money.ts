/** How many digits a currency has behind the point: 2 for EUR, 0 for JPY, 3 for TND (ISO 4217, by the CLDR data of Intl). */
export function minorDigits(currency: string): number {
  try {
    const format = new Intl.NumberFormat('en', { style: 'currency', currency })
    return format.resolvedOptions().maximumFractionDigits ?? 2
  } catch {
    // Not a currency code, which only old or foreign data can hold.
    return 2
  }
}

/** An amount of a currency in its smallest unit, such as cents: what is beyond is rounded. NaN and infinities stay. */
export function minorUnits(amount: number, currency: string): number {
  const digits = minorDigits(currency)
  // By its decimal digits, because 1.005 times 100 is 100.49999999999999. What is written with an exponent has no such digits.
  const shifted = Number(`${amount}e${digits}`)
  return Math.round(Number.isNaN(shifted) ? amount * 10 ** digits : shifted) + 0
}
