import assert from 'node:assert/strict'
import { test } from 'node:test'
import { formatMoment, readMoment } from './date-text.ts'

function write(value: unknown, format: string, zone = 'UTC', locale = 'en'): string {
  const moment = readMoment(value)
  assert.ok(moment)
  return formatMoment(moment, format, zone, locale)
}

test('a date without a time stays the same day in every time zone', () => {
  for (const zone of ['UTC', 'America/Los_Angeles', 'Pacific/Apia', 'Asia/Kathmandu']) {
    assert.equal(write('2026-03-01', 'YYYY-MM-DD dddd', zone), '2026-03-01 Sunday')
  }
})

test('an instant is shown in the zone asked for, on both sides of a daylight saving change', () => {
  assert.equal(
    write('2026-03-29T00:59:59Z', 'YYYY-MM-DD HH:mm:ss Z', 'Europe/Paris'),
    '2026-03-29 01:59:59 +01:00',
  )
  assert.equal(write('2026-03-29T01:00:00Z', 'HH:mm Z', 'Europe/Paris'), '03:00 +02:00')
  assert.equal(write(0, 'YYYY-MM-DD h:mm A', 'America/New_York'), '1969-12-31 7:00 PM')
  assert.equal(write('2026-01-01 12:00', 'H:m', 'Asia/Kathmandu'), '17:45')
})

test('names follow the locale and bracketed text is copied', () => {
  assert.equal(write('2026-08-14', '[le] D MMMM YYYY', 'UTC', 'fr'), 'le 14 août 2026')
  assert.equal(write('2026-08-14', 'ddd D MMM YY'), 'Fri 14 Aug 26')
})

test('offsets, fractions and spaces are read; days and times that do not exist are not', () => {
  assert.deepEqual(readMoment('2026-03-01T10:00:00.1234+02:00'), {
    ms: Date.UTC(2026, 2, 1, 8, 0, 0, 123),
    isDay: false,
  })
  assert.deepEqual(readMoment(' 2024-02-29 '), { ms: Date.UTC(2024, 1, 29), isDay: true })
  assert.deepEqual(readMoment('0099-01-02')?.isDay, true)
  for (const text of [
    '2023-02-29',
    '2026-13-01',
    '2026-04-31',
    '2026-01-01T24:00',
    '2026-01-01T10:60',
    'soon',
    '',
    '2026-01-01T10:00+99:00',
    '20260101',
  ]) {
    assert.equal(readMoment(text), null, text)
  }
  for (const value of [Number.NaN, Number.POSITIVE_INFINITY, 9e15, null, {}, true])
    assert.equal(readMoment(value), null)
})

test('an unknown time zone is a RangeError even when the value is a calendar day', () => {
  assert.throws(() => write('2026-03-01', 'D', 'Mars/Base'), RangeError)
})
