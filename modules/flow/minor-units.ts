/** An amount of a currency in its smallest unit, such as cents: what is beyond is rounded. Null for no currency. */
export function minorUnits(amount: number, currency: string): number | null {
  try {
    const format = new Intl.NumberFormat('en', { style: 'currency', currency })
    const digits = format.resolvedOptions().maximumFractionDigits ?? 2
    // By its decimal digits, because 1.005 times 100 is 100.49999999999999.
    return Math.round(Number(`${amount}e${digits}`))
  } catch {
    return null
  }
}
