export const ANALYTICS_RANGES = ['7d', '30d', '90d', '365d'] as const
export type AnalyticsRange = (typeof ANALYTICS_RANGES)[number]

const DAYS: Readonly<Record<AnalyticsRange, number>> = { '7d': 7, '30d': 30, '90d': 90, '365d': 365 }
/** So many bars are still told apart. */
const BARS_MAX = 92

/** The first day to ask for, so that a span ends with the day of `now` (milliseconds since 1970) in a time zone. */
export function firstDayOf(range: AnalyticsRange, now: number, timeZone: string): string {
  const today = Temporal.Instant.fromEpochMilliseconds(now).toZonedDateTimeISO(timeZone).toPlainDate()
  return today.subtract({ days: DAYS[range] - 1 }).toString()
}

interface Counted {
  readonly views: number
  readonly starts: number
  readonly completions: number
}

/** Days as bars, or weeks where days would be too many; a week is named by its first day. */
export function barsOf<Day extends Counted & { readonly day: string }>(
  days: readonly Day[],
): { unit: 'day' | 'week'; bars: (Counted & { day: string })[] } {
  if (days.length <= BARS_MAX) return { unit: 'day', bars: [...days] }
  const bars: (Counted & { day: string })[] = []
  // The last week is whole, so the first one may not be.
  for (let end = days.length; end > 0; end -= 7) {
    const week = days.slice(Math.max(0, end - 7), end)
    const sum = (of: keyof Counted) => week.reduce((total, day) => total + day[of], 0)
    bars.unshift({
      day: week[0]?.day ?? '',
      views: sum('views'),
      starts: sum('starts'),
      completions: sum('completions'),
    })
  }
  return { unit: 'week', bars }
}
