/** The day of an instant where the reader is, as YYYY-MM-DD. */
export function dayOf(at: number): string {
  const date = new Date(at)
  const two = (value: number) => String(value).padStart(2, '0')
  return `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())}`
}

export type DueGroup = 'overdue' | 'today' | 'later' | 'none'

/** When something is due, seen from a day. */
export function dueGroup(dueOn: string | null, today: string): DueGroup {
  if (dueOn === null) return 'none'
  if (dueOn === today) return 'today'
  return dueOn < today ? 'overdue' : 'later'
}

/** A day in words people scan: Today, Tomorrow, a weekday within the week, else the date. */
export function dayWords(day: string, today: string, locale?: string | undefined): string {
  const apart = Math.round((Date.parse(day) - Date.parse(today)) / 86_400_000)
  if (apart === 0) return 'Today'
  if (apart === 1) return 'Tomorrow'
  if (apart === -1) return 'Yesterday'
  const isSoon = apart > 1 && apart < 7
  const isThisYear = day.slice(0, 4) === today.slice(0, 4)
  return new Intl.DateTimeFormat(locale, {
    timeZone: 'UTC',
    ...(isSoon
      ? { weekday: 'long' }
      : { day: 'numeric', month: 'short', ...(isThisYear ? {} : { year: 'numeric' }) }),
  }).format(Date.parse(day))
}

/** An instant as people make appointments: "Tue 24 Nov, 09:30". */
export function momentWords(at: number, locale?: string | undefined): string {
  return new Intl.DateTimeFormat(locale, {
    weekday: 'short',
    day: 'numeric',
    month: 'short',
    hour: '2-digit',
    minute: '2-digit',
  }).format(at)
}
