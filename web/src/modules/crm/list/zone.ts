const twoDigits = (value: number) => String(value).padStart(2, '0')

/** The day of an instant on the reader's clock, YYYY-MM-DD. */
export function localDay(instant: number): string {
  const at = new Date(instant)
  return `${String(at.getFullYear()).padStart(4, '0')}-${twoDigits(at.getMonth() + 1)}-${twoDigits(at.getDate())}`
}

/** The day so many days, weeks, months or years away from the day of an instant; the end of a shorter month stays in it. */
export function shiftedDay(instant: number, amount: number, unit: 'd' | 'w' | 'm' | 'y'): string {
  const at = new Date(instant)
  at.setHours(12, 0, 0, 0)
  if (unit === 'd' || unit === 'w') at.setDate(at.getDate() + amount * (unit === 'w' ? 7 : 1))
  else {
    const day = at.getDate()
    at.setDate(1)
    if (unit === 'm') at.setMonth(at.getMonth() + amount)
    else at.setFullYear(at.getFullYear() + amount)
    at.setDate(Math.min(day, new Date(at.getFullYear(), at.getMonth() + 1, 0).getDate()))
  }
  return localDay(at.getTime())
}

/** The instant at which a day begins on the reader's clock, or one so many days later; RFC 3339 text in UTC. */
export function instantOfDay(day: string, later = 0): string {
  const [year = 1970, month = 1, date = 1] = day.split('-').map(Number)
  return new Date(year, month - 1, date + later).toISOString()
}

/** The days of a month grid: whole weeks from the Monday before the first to the Sunday after the last. */
export function monthGrid(month: string): string[] {
  const [year = 1970, number = 1] = month.split('-').map(Number)
  const first = new Date(year, number - 1, 1, 12)
  const before = (first.getDay() + 6) % 7
  const length = new Date(year, number, 0).getDate()
  const weeks = Math.ceil((before + length) / 7)
  return Array.from({ length: weeks * 7 }, (_, index) =>
    localDay(new Date(year, number - 1, 1 - before + index, 12).getTime()),
  )
}

/** The month so many months away. */
export function shiftedMonth(month: string, by: number): string {
  const [year = 1970, number = 1] = month.split('-').map(Number)
  return localDay(new Date(year, number - 1 + by, 1, 12).getTime()).slice(0, 7)
}
