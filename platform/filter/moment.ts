/** A day or an instant, fixed or counted from now. Days are those of UTC. */
export type Moment =
  | { readonly kind: 'day'; readonly day: string }
  | { readonly kind: 'instant'; readonly at: string }
  | { readonly kind: 'relative'; readonly isDay: boolean; readonly shift: string }

const UNITS: Readonly<Record<string, string>> = {
  h: 'hours',
  d: 'days',
  w: 'weeks',
  m: 'months',
  y: 'years',
}
// A span that the calendar of the database does not leave, whatever day it is counted from.
const RELATIVE = /^(now|today)(?:([+-])(\d{1,4}(?=[hdwm])|\d{1,3}(?=y))([hdwmy]))?$/
const DAY = /^\d{4}-\d{2}-\d{2}$/
const INSTANT = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(:\d{2}(\.\d{1,6})?)?(Z|[+-](0\d|1[0-5]):[0-5]\d)$/

/** Reads `2026-11-30`, `2026-11-30T08:00:00Z`, `today`, `today-7d` or `now+2h`; null for anything else. */
export function readMoment(text: string): Moment | null {
  const relative = RELATIVE.exec(text)
  if (relative) {
    const [, from, sign = '+', count = '0', unit = 'd'] = relative
    return { kind: 'relative', isDay: from === 'today', shift: `${sign}${count} ${UNITS[unit]}` }
  }
  if (DAY.test(text)) {
    const at = new Date(`${text}T00:00:00Z`)
    return isYear(at) && at.toISOString().startsWith(text) ? { kind: 'day', day: text } : null
  }
  if (!INSTANT.test(text) || readMoment(text.slice(0, 10)) === null) return null
  return isYear(new Date(text)) ? { kind: 'instant', at: text } : null
}

function isYear(at: Date): boolean {
  const year = at.getUTCFullYear()
  return year >= 1 && year <= 9999
}
