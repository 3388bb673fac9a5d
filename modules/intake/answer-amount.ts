/** Currencies by the sign people write. */
const SIGNS: Readonly<Record<string, string>> = { '€': 'EUR', $: 'USD', '£': 'GBP', '¥': 'JPY' }

/** A number with marks between its thousands and up to two decimals, or without marks and with any. */
const NUMBER =
  /(?<![\d.,])(?:[1-9]\d{0,2}(?:[ .,'’\u00A0\u202F]\d{3})+(?:[.,]\d{1,2})?|\d+(?:[.,]\d+)?)(?![\d.,]*\d)/g
const FACTORS: Readonly<Record<string, number>> = { k: 1_000, m: 1_000_000 }

export interface AnswerAmount {
  /** In whole units of the currency, such as euros. */
  readonly amount: number
  /** The currency the answer names by its sign; null when it names none. */
  readonly currency: string | null
}

/**
 * The one amount that an answer names: "12500", "$5,000+", "Up to 10k €". Null for an answer without a number, with several, as in
 * "5 to 10", or with one whose unit is not known, as in "3 million" or "10kg".
 */
export function amountOfAnswer(answer: string): AnswerAmount | null {
  const [found, ...more] = answer.matchAll(NUMBER)
  if (!found || more.length > 0 || answer.replace(found[0], '').match(/\d|[-−]\s*$/)) return null
  const before = answer.slice(0, found.index)
  const after = answer.slice(found.index + found[0].length)
  if (/[-−\p{L}]\s?$/u.test(before) && !/\p{L}\s$/u.test(before)) return null
  const unit = /^\p{L}+/u.exec(after)?.[0]
  const factor = unit === undefined ? 1 : FACTORS[unit.toLowerCase()]
  if (factor === undefined || /^\s*(thousand|tsd|mill?i|mio|mrd|billi|bn)/i.test(after)) return null
  const sign = Object.keys(SIGNS).find(each => answer.includes(each))
  return { amount: numberOf(found[0]) * factor, currency: sign === undefined ? null : (SIGNS[sign] ?? null) }
}

function numberOf(text: string): number {
  const grouped = /^[1-9]\d{0,2}(?:[ .,'’\u00A0\u202F]\d{3})+(?:[.,]\d{1,2})?$/.test(text)
  if (!grouped) return Number(text.replace(',', '.'))
  const decimals = /[.,](\d{1,2})$/.exec(text)
  const whole = (decimals ? text.slice(0, decimals.index) : text).replace(/\D/g, '')
  return Number(decimals ? `${whole}.${decimals[1]}` : whole)
}
