import { randomInt } from 'node:crypto'

/** In the order of their ASCII codes, so that the database's "C" collation sorts keys like this file does. */
const DIGITS = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz'
const BASE = DIGITS.length
const TIME_DIGITS = 8
const RANDOM_DIGITS = 3

/**
 * The place of a card that enters a column at its top: greater than every earlier one. Eight digits of base 62 hold the
 * milliseconds until the year 8888; the random ones keep cards of the same millisecond apart.
 */
export function topPlace(at: Date): string {
  let time = at.getTime()
  let place = ''
  for (let n = 0; n < TIME_DIGITS; n++) {
    place = digit(time % BASE) + place
    time = Math.floor(time / BASE)
  }
  for (let n = 0; n < RANDOM_DIGITS; n++) place += digit(randomInt(BASE))
  return place + digit(randomInt(1, BASE))
}

/**
 * A place between two others, `low` exclusive and `high` exclusive; null is the end of the column. Places are
 * fractions written in base 62 without trailing zeros, so there is always one more between two of them and no other card
 * has to move ("fractional indexing"). When `low` is not below `high`, which takes two cards at one place, the answer
 * is just above `low`.
 */
export function placeBetween(low: string | null, high: string | null): string {
  return middle(low ?? '', high !== null && (low ?? '') < high ? high : null)
}

function middle(low: string, high: string | null): string {
  if (high !== null) {
    let same = 0
    while ((low[same] ?? '0') === high[same]) same++
    if (same > 0) return high.slice(0, same) + middle(low.slice(same), high.slice(same))
  }
  const lowDigit = low === '' ? 0 : DIGITS.indexOf(low.charAt(0))
  const highDigit = high === null ? BASE : DIGITS.indexOf(high.charAt(0))
  if (highDigit - lowDigit > 1) return digit((lowDigit + highDigit) >> 1)
  if (high !== null && high.length > 1) return high.charAt(0)
  return digit(lowDigit) + middle(low.slice(1), null)
}

function digit(value: number): string {
  return DIGITS.charAt(value)
}
