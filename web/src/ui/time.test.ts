import assert from 'node:assert/strict'
import { test } from 'node:test'
import { dateWords, dayWords, durationWords, relativeTime } from './time.ts'

const now = new Date(2026, 10, 21, 15, 0, 0).getTime()
const second = 1000
const minute = 60 * second
const hour = 60 * minute
const day = 24 * hour

test('the near past and future are told in the largest unit that fits', () => {
  const words = (ms: number) => relativeTime(now + ms, now, 'en')
  assert.equal(words(-5 * second), 'just now')
  assert.equal(words(8 * second), 'just now')
  assert.equal(words(30 * second), 'in a moment')
  assert.equal(words(-5 * minute), '5m ago')
  assert.equal(words(-50 * minute), '1h ago')
  assert.equal(words(-3 * hour), '3h ago')
  assert.equal(words(2 * hour), 'in 2h')
  assert.equal(words(-2 * day), '2d ago')
})

test('beyond a week the date stands instead, with the year only when it is another one', () => {
  assert.equal(relativeTime(now - 8 * day, now, 'en'), 'Nov 13')
  assert.equal(dateWords(new Date(2025, 0, 2).getTime(), now, 'en'), 'Jan 2, 2025')
})

test('days of a timeline are named by the calendar, not by 24 hours', () => {
  assert.equal(dayWords(new Date(2026, 10, 21, 0, 1).getTime(), now, 'en'), 'Today')
  assert.equal(dayWords(new Date(2026, 10, 20, 23, 59).getTime(), now, 'en'), 'Yesterday')
  assert.equal(dayWords(new Date(2026, 10, 22, 0, 1).getTime(), now, 'en'), 'Tomorrow')
  assert.equal(dayWords(new Date(2026, 10, 18, 12).getTime(), now, 'en'), 'Wednesday, November 18')
})

test('a span is told with at most two units and never rounds to sixty', () => {
  assert.equal(durationWords(38.4), '38 ms')
  assert.equal(durationWords(1240), '1.2 s')
  assert.equal(durationWords(42_000), '42 s')
  assert.equal(durationWords(250_000), '4 min 10 s')
  assert.equal(durationWords(179_900), '3 min')
  assert.equal(durationWords(7_500_000), '2 h 5 min')
  assert.equal(durationWords(3 * day), '3 d')
  assert.equal(durationWords(3 * day + 5 * hour), '3 d 5 h')
})
