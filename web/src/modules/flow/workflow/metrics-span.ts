const HOUR_MS = 3_600_000
const DAY_MS = 24 * HOUR_MS

export const METRICS_RANGES = ['24h', '7d', '30d', '90d'] as const
export type MetricsRange = (typeof METRICS_RANGES)[number]

const DAYS: Readonly<Record<Exclude<MetricsRange, '24h'>, number>> = { '7d': 7, '30d': 30, '90d': 90 }

interface MetricsSpan {
  interval: 'hour' | 'day'
  /** RFC 3339. */
  from: string
}

/**
 * What to ask for, so that the last hour or day is the one of `now` (milliseconds since 1970). The same within an hour,
 * because answers are cached by it.
 */
export function spanOf(range: MetricsRange, now: number): MetricsSpan {
  const hour = Math.floor(now / HOUR_MS) * HOUR_MS
  const back = range === '24h' ? 23 * HOUR_MS : (DAYS[range] - 1) * DAY_MS
  return { interval: range === '24h' ? 'hour' : 'day', from: new Date(hour - back).toISOString() }
}

/** Short and full words for an hour or a day that begins at an instant. */
export function pointWords(
  at: number,
  interval: 'hour' | 'day',
  timeZone: string,
  locale?: string | undefined,
): { label: string; name: string } {
  const words = (options: Intl.DateTimeFormatOptions) =>
    new Intl.DateTimeFormat(locale, { timeZone, ...options }).format(at)
  if (interval === 'day') {
    return {
      label: words({ day: 'numeric', month: 'short' }),
      name: words({ weekday: 'short', day: 'numeric', month: 'short' }),
    }
  }
  return {
    label: words({ hour: '2-digit', minute: '2-digit' }),
    name: words({ day: 'numeric', month: 'short', hour: '2-digit', minute: '2-digit' }),
  }
}
