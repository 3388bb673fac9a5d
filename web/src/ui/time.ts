const minute = 60_000
const hour = 60 * minute
const day = 24 * hour

/** Making a format takes a thousand times as long as using it, and lists use them for every row. */
const formats = new Map<string, Intl.DateTimeFormat>()

function dateFormat(locale: string | undefined, options: Intl.DateTimeFormatOptions): Intl.DateTimeFormat {
  const name = JSON.stringify([locale, options])
  const known = formats.get(name)
  if (known) return known
  const made = new Intl.DateTimeFormat(locale, options)
  formats.set(name, made)
  return made
}

const relativeFormats = new Map<string | undefined, Intl.RelativeTimeFormat>()

function relativeFormat(locale: string | undefined): Intl.RelativeTimeFormat {
  const known = relativeFormats.get(locale)
  if (known) return known
  const made = new Intl.RelativeTimeFormat(locale, { style: 'narrow', numeric: 'always' })
  relativeFormats.set(locale, made)
  return made
}

/**
 * How long ago (or until) an instant is, in words a person scans: "just now", "5min ago", "in 2h", "3d ago";
 * beyond a week the date. Instants are milliseconds since 1970.
 */
export function relativeTime(at: number, now: number, locale?: string | undefined): string {
  const ahead = at - now
  const size = Math.abs(ahead)
  if (size < 45_000) return ahead > 20_000 ? 'in a moment' : 'just now'
  if (size >= 7 * day) return dateWords(at, now, locale)
  const format = relativeFormat(locale)
  if (size < 45 * minute) return format.format(Math.round(ahead / minute) || 1, 'minute')
  if (size < 22 * hour) return format.format(Math.round(ahead / hour), 'hour')
  return format.format(Math.round(ahead / day), 'day')
}

/** Day and month, with the year when it is another one than now. */
export function dateWords(at: number, now: number, locale?: string | undefined): string {
  const sameYear = new Date(at).getFullYear() === new Date(now).getFullYear()
  return dateFormat(locale, {
    day: 'numeric',
    month: 'short',
    ...(sameYear ? {} : { year: 'numeric' }),
  }).format(at)
}

/** The exact instant in the reader's locale and zone, with seconds and the zone's name. */
export function exactTime(at: number, locale?: string | undefined): string {
  return dateFormat(locale, {
    weekday: 'short',
    day: 'numeric',
    month: 'short',
    year: 'numeric',
    hour: '2-digit',
    minute: '2-digit',
    second: '2-digit',
    timeZoneName: 'short',
  }).format(at)
}

/** A heading for a day in a timeline: Today, Yesterday, or the date. */
export function dayWords(at: number, now: number, locale?: string | undefined): string {
  const startOfToday = new Date(now).setHours(0, 0, 0, 0)
  const startOfDay = new Date(at).setHours(0, 0, 0, 0)
  const apart = Math.round((startOfToday - startOfDay) / day)
  if (apart === 0) return 'Today'
  if (apart === 1) return 'Yesterday'
  if (apart === -1) return 'Tomorrow'
  return dateFormat(locale, {
    weekday: 'long',
    day: 'numeric',
    month: 'long',
    ...(new Date(at).getFullYear() === new Date(now).getFullYear() ? {} : { year: 'numeric' }),
  }).format(at)
}

/** A span of milliseconds in words: "38 ms", "1.2 s", "4 min 10 s", "2 h 5 min", "3 d". */
export function durationWords(ms: number): string {
  if (ms < 1000) return `${Math.round(ms)} ms`
  if (ms < 10_000) return `${(ms / 1000).toFixed(1)} s`
  if (ms < minute) return `${Math.round(ms / 1000)} s`
  if (ms < hour) {
    const seconds = Math.round((ms % minute) / 1000)
    return seconds > 0 && seconds < 60
      ? `${Math.floor(ms / minute)} min ${seconds} s`
      : `${Math.round(ms / minute)} min`
  }
  if (ms < day) {
    const minutes = Math.floor((ms % hour) / minute)
    return minutes > 0 ? `${Math.floor(ms / hour)} h ${minutes} min` : `${Math.floor(ms / hour)} h`
  }
  const hours = Math.floor((ms % day) / hour)
  return hours > 0 ? `${Math.floor(ms / day)} d ${hours} h` : `${Math.floor(ms / day)} d`
}
