const DATE = /^(\d{4})-(\d{2})-(\d{2})$/
const YEAR_MIN = 1900
const YEAR_MAX = 2199

/**
 * Whether a text is a day that exists, written YYYY-MM-DD, from 1900 to 2199. Days outside are typing errors or
 * placeholders like 9999-12-31, and no answer to a question.
 */
export function isCalendarDate(text: string): boolean {
  const match = DATE.exec(text)
  if (!match) return false
  const [year, month, day] = [Number(match[1]), Number(match[2]), Number(match[3])]
  const date = new Date(Date.UTC(year, month - 1, day))
  return year >= YEAR_MIN && year <= YEAR_MAX && date.getUTCMonth() === month - 1 && date.getUTCDate() === day
}
