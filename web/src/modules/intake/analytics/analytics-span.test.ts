import assert from 'node:assert/strict'
import { it } from 'node:test'
import { barsOf, firstDayOf } from './analytics-span.ts'

it('a span ends today, by the calendar of the organization', () => {
  const now = Date.parse('2026-03-01T23:30:00Z')
  assert.equal(firstDayOf('7d', now, 'UTC'), '2026-02-23')
  assert.equal(firstDayOf('7d', now, 'Europe/Paris'), '2026-02-24')
  assert.equal(firstDayOf('365d', now, 'UTC'), '2025-03-02')
})

it('a year is shown by weeks, of which the last is whole, and nothing is lost', () => {
  const days = Array.from({ length: 365 }, (_, n) => ({
    day: `day ${n}`,
    views: 3,
    starts: 2,
    completions: 1,
  }))
  assert.deepEqual(barsOf(days.slice(0, 90)), { unit: 'day', bars: days.slice(0, 90) })
  const { unit, bars } = barsOf(days)
  assert.equal(unit, 'week')
  assert.equal(bars.length, 53)
  assert.deepEqual(bars.at(-1), { day: 'day 358', views: 21, starts: 14, completions: 7 })
  assert.deepEqual(bars[0], { day: 'day 0', views: 3, starts: 2, completions: 1 })
  assert.equal(
    bars.reduce((sum, bar) => sum + bar.views, 0),
    3 * 365,
  )
})
