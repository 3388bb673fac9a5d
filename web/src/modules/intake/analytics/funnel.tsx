import { useMemo } from 'react'
import type { FormAnalytics } from '#modules/intake/contract.ts'
import { BarChart } from '../../../ui/bar-chart.tsx'
import { Figure, Figures } from '../../../ui/figure.tsx'
import { barsOf } from './analytics-span.ts'
import { secondsWords, shareWords } from './analytics-words.ts'

const SERIES = [
  { name: 'Sent', tone: 'accent' },
  { name: 'Begun, not sent', tone: 'neutral' },
  { name: 'Only seen', tone: 'quiet' },
] as const

/** How many saw the form, began it and sent it, in all and day by day. */
export function Funnel({ analytics }: { analytics: FormAnalytics }) {
  const { views, starts, completions, medianSeconds, p90Seconds } = analytics
  const { unit, bars } = useMemo(() => {
    const { unit, bars } = barsOf(analytics.days)
    return {
      unit,
      bars: bars.map(bar => ({
        id: bar.day,
        ...dayWords(bar.day, unit),
        values: [bar.completions, bar.starts - bar.completions, bar.views - bar.starts],
      })),
    }
  }, [analytics.days])
  return (
    <>
      <Figures>
        <Figure label="Views" value={views.toLocaleString()} />
        <Figure
          label="Began"
          value={starts.toLocaleString()}
          note={`${shareWords(starts, views)} of the views`}
        />
        <Figure
          label="Sent"
          value={completions.toLocaleString()}
          note={`${shareWords(completions, views)} of the views, ${shareWords(completions, starts)} of those who began`}
        />
        <Figure
          label="Half took less than"
          value={secondsWords(medianSeconds)}
          note="from the first field to sending"
        />
        <Figure label="9 of 10 took less than" value={secondsWords(p90Seconds)} />
      </Figures>
      <BarChart
        label={unit === 'day' ? 'Views by day' : 'Views by week'}
        unit={unit === 'day' ? 'Day' : 'Week from'}
        series={SERIES}
        bars={bars}
      />
    </>
  )
}

/** Calendar dates have no time zone, so they are read as UTC and written as UTC. */
function dayWords(day: string, unit: 'day' | 'week'): { label: string; name: string } {
  const at = Date.parse(`${day}T00:00:00Z`)
  const words = (options: Intl.DateTimeFormatOptions) =>
    new Intl.DateTimeFormat(undefined, { timeZone: 'UTC', ...options }).format(at)
  const label = words({ day: 'numeric', month: 'short' })
  return {
    label,
    name: unit === 'week' ? label : words({ weekday: 'short', day: 'numeric', month: 'short' }),
  }
}
