import { minorUnits } from '#platform/contract/money.ts'

type Decimal = '.' | ','

const SUFFIXES: Readonly<Record<string, number>> = {
  k: 1e3,
  m: 1e6,
  md: 1e9,
  mrd: 1e9,
  b: 1e9,
  bn: 1e9,
  mio: 1e6,
}
const SYMBOLS: Readonly<Record<string, string>> = { '€': 'EUR', $: 'USD', '£': 'GBP', CHF: 'CHF', '¥': 'JPY' }
const CURRENCIES: ReadonlySet<string> = new Set(Intl.supportedValuesOf('currency'))
/** What an amount is in that names no currency. */
const CURRENCY = 'EUR'

/**
 * A number as people write it in a file: spaces, points, commas and apostrophes between thousands, either mark before the
 * decimals. `decimal` decides about `1,234`. Null for what is none.
 */
export function readNumber(text: string, decimal: Decimal = '.'): number | null {
  const bare = text.replace(/[\s\u00A0\u202F'’_]/g, '')
  if (!/^[+-]?[\d.,]*\d[\d.,]*(?:e[+-]?\d{1,3})?$/i.test(bare)) return null
  const mark = markOf(bare, decimal)
  const other = mark === ',' ? '.' : ','
  const [whole = '', fraction, ...more] = bare.split(mark)
  if (more.length > 0 || (fraction ?? '').includes(other)) return null
  // Thousands stand in threes, or it is something else, such as a date or a version.
  if (whole.includes(other) && !/^[+-]?\d{1,3}([.,]\d{3})+$/.test(whole)) return null
  const number = Number(`${whole.replaceAll(other, '')}${fraction === undefined ? '' : `.${fraction}`}`)
  return Number.isFinite(number) ? number + 0 : null
}

/** Which mark stands before the decimals of this number. */
function markOf(text: string, decimal: Decimal): Decimal {
  const [point, comma] = [text.lastIndexOf('.'), text.lastIndexOf(',')]
  if (point >= 0 && comma >= 0) return point > comma ? '.' : ','
  const mark = comma >= 0 ? ',' : '.'
  const count = text.split(mark).length - 1
  if (count > 1) return mark === ',' ? '.' : ','
  return /^[+-]?\d{1,3}[.,]\d{3}$/.test(text) ? decimal : mark
}

/** An amount in the smallest unit of its currency: "1 250,50 €", "USD 3.2m"; euros when it names none. Null for what is none. */
export function readMoney(text: string, decimal?: Decimal): { amount: number; currency: string } | null {
  const named = /[A-Z]{3}/.exec(text)?.[0]
  const symbol = Object.keys(SYMBOLS).find(each => text.includes(each))
  const currency = named && CURRENCIES.has(named) ? named : symbol ? (SYMBOLS[symbol] ?? CURRENCY) : CURRENCY
  const bare = text
    .replace(named ?? '', '')
    .replace(symbol ?? '', '')
    .replace(/euros?|dollars?/i, '')
    .trim()
  const suffix = /^(.*\d)\s*([a-z]{1,3})$/i.exec(bare)
  const factor = suffix ? SUFFIXES[(suffix[2] ?? '').toLowerCase()] : 1
  if (factor === undefined) return null
  const number = readNumber(suffix?.[1] ?? bare, decimal)
  if (number === null) return null
  const amount = minorUnits(Number((number * factor).toPrecision(15)), currency)
  return Number.isSafeInteger(amount) ? { amount, currency } : null
}
