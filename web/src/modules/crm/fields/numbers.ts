/**
 * Reads a number as people of any country type it: "1234.5", "1 234,50", "1,234.50", "1.234,50". A single
 * separator with three digits behind it, such as "1,234", is taken for thousands when it is not the locale's decimal
 * sign. Undefined when it is no number.
 */
export function parseNumber(text: string, locale?: string | undefined): number | undefined {
  const bare = text.replace(/[\s\u00a0\u202f'’_]/g, '')
  if (!/^[+-]?[\d.,]*\d[\d.,]*$/.test(bare)) return undefined
  const sign = bare.startsWith('-') ? -1 : 1
  const digits = bare.replace(/^[+-]/, '')
  const decimal = decimalSign(digits, locale)
  const whole = decimal === undefined ? digits : digits.slice(0, decimal)
  const fraction = decimal === undefined ? '' : digits.slice(decimal + 1)
  if (/[.,]/.test(fraction)) return undefined
  if (/[.,]/.test(whole) && !/^\d{1,3}([.,])\d{3}(\1\d{3})*$/.test(whole)) return undefined
  const value = Number(`${whole.replace(/[.,]/g, '')}.${fraction}`)
  return Number.isFinite(value) ? sign * value : undefined
}

/** Where the decimal sign stands; undefined when there is none. */
function decimalSign(digits: string, locale: string | undefined): number | undefined {
  const last = Math.max(digits.lastIndexOf('.'), digits.lastIndexOf(','))
  if (last < 0) return undefined
  const sign = digits[last]
  const signs = digits.match(/[.,]/g) ?? []
  // The same sign twice can only be between thousands.
  if (signs.length > 1 && signs.every(each => each === sign)) return undefined
  if (signs.length > 1 || digits.length - last - 1 !== 3 || last > 3 || digits.startsWith('0') || last === 0)
    return last
  const own = new Intl.NumberFormat(locale).formatToParts(1.5).find(part => part.type === 'decimal')?.value
  return sign === own ? last : undefined
}

/** A number in the reader's locale with all its digits. */
export function numberWords(value: number, locale?: string | undefined): string {
  // Years and other numbers of four digits read better whole.
  return new Intl.NumberFormat(locale, { maximumFractionDigits: 20, useGrouping: 'min2' }).format(value)
}

/** A number as an editor begins with it: all its digits, the reader's decimal sign, nothing between thousands. */
export function numberDraft(value: number, digits?: number | undefined, locale?: string | undefined): string {
  return new Intl.NumberFormat(locale, {
    useGrouping: false,
    minimumFractionDigits: digits ?? 0,
    maximumFractionDigits: digits ?? 20,
  }).format(value)
}
