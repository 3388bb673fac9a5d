/**
 * Reads a number out of what people type into forms.
 *
 * The rule, in order:
 * 1. A sign, a currency sign or a three-letter currency code before or after, a trailing `%` or `+`, and
 *    spaces around are ignored ("$5,000", "10000+", "€ 1 234,50", "1 200 EUR"). A trailing `k` or `m` means
 *    thousand or million ("10k").
 * 2. Spaces and apostrophes inside are group separators and must stand before exactly three digits.
 * 3. When both `,` and `.` occur, the last one is the decimal sign and the other one separates groups.
 * 4. A single `,` before exactly three digits separates groups ("5,000" is five thousand) unless the text
 *    starts with 0 or groups are already made by spaces; any other single `,` is a decimal sign ("12,5").
 * 5. A single `.` is always the decimal sign ("1.234" is a little more than one), as machines write it.
 * 6. Everything else ("5-10", "12 34", "abc", "") is no number.
 */

const TEXT_LENGTH_MAX = 64
const MULTIPLIERS: Readonly<Record<string, number>> = { k: 1_000, m: 1_000_000 }
const SPACES = /[\s\u00a0\u2007\u202f]/g
const DECORATED =
  /^([+-]?)(?:\p{Sc}|[a-z]{3}(?=[\s\d]))?\s*([+-]?)\s*([\d.,'’\s]*\d)\s*([km]?)\s*(?:\p{Sc}|[a-z]{3})?\s*[%+]?$/iu
const SCIENTIFIC = /^[+-]?\d+(?:\.\d+)?e[+-]?\d{1,3}$/i
const GROUPED = /^\d{1,3}(?:([ '’])\d{3})(?:\1\d{3})*$/

/** The number meant by a number or a text, or null when there is none. Never throws, never answers NaN. */
export function readNumber(value: unknown): number | null {
  if (typeof value === 'number') return Number.isFinite(value) ? value : null
  if (typeof value !== 'string' || value.length === 0 || value.length > TEXT_LENGTH_MAX) return null
  const text = value
    .replace(SPACES, ' ')
    .replace(/\u2212/g, '-')
    .trim()
  if (SCIENTIFIC.test(text)) return finite(Number(text))
  const match = DECORATED.exec(text)
  if (match === null) return null
  const [, signBefore = '', signAfter = '', digits = '', suffix = ''] = match
  if (signBefore !== '' && signAfter !== '') return null
  const size = readDigits(digits)
  if (size === null) return null
  const scaled = size * (MULTIPLIERS[suffix.toLowerCase()] ?? 1)
  return finite(signBefore === '-' || signAfter === '-' ? -scaled : scaled)
}

function readDigits(text: string): number | null {
  const comma = text.lastIndexOf(',')
  const dot = text.lastIndexOf('.')
  if (comma === -1 && dot === -1) return whole(text, '')
  if (comma !== -1 && dot !== -1) {
    return comma > dot ? split(text, comma, '.') : split(text, dot, ',')
  }
  if (dot !== -1) return text.indexOf('.') === dot ? split(text, dot, '') : whole(text, '.')
  if (text.indexOf(',') !== comma) return whole(text, ',')
  const groupedBySpace = /[ '’]/.test(text)
  const isGroup = text.length - comma === 4 && !groupedBySpace && !text.startsWith('0') && comma <= 3
  return isGroup ? whole(text, ',') : split(text, comma, '')
}

function split(text: string, decimalAt: number, group: string): number | null {
  const fraction = text.slice(decimalAt + 1)
  if (!/^\d+$/.test(fraction)) return null
  const before = text.slice(0, decimalAt)
  const integer = before === '' ? '0' : ungroup(before, group)
  return integer === null ? null : Number(`${integer}.${fraction}`)
}

function whole(text: string, group: string): number | null {
  const digits = ungroup(text, group)
  return digits === null ? null : Number(digits)
}

/** The digits without their group separators, or null when a group is not three digits long. */
function ungroup(text: string, group: string): string | null {
  if (/^\d+$/.test(text)) return text
  const unified = group === '' ? text : text.replaceAll(group, ' ')
  if (group !== '' && text.includes(' ')) return null
  return GROUPED.test(unified) ? unified.replace(/[ '’]/g, '') : null
}

function finite(value: number): number | null {
  if (!Number.isFinite(value)) return null
  return value === 0 ? 0 : value
}
