import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import {
  DATE_UNITS,
  type DateUnit,
  endOf,
  momentText,
  moved,
  readUnit,
  startOf,
  weekdayOf,
  wholeBetweenMoments,
} from './date-steps.ts'
import { readMoment } from './date-text.ts'

function moment(text: string) {
  return readMoment(text) ?? assert.fail(text)
}

function later(text: string, amount: number, unit: DateUnit, zone = 'UTC'): string | null {
  const found = moved(moment(text), amount, unit, zone)
  return found && momentText(found)
}

test('months and years end on the last day there is', () => {
  assert.equal(later('2026-01-31', 1, 'month'), '2026-02-28')
  assert.equal(later('2024-02-29', 1, 'year'), '2025-02-28')
  assert.equal(later('2026-05-31', -1, 'quarter'), '2026-02-28')
  assert.equal(later('2026-01-31T10:00:00Z', 13, 'month'), '2027-02-28T10:00:00.000Z')
})

test('a day later is the same time of day, over both changes of the clock', () => {
  assert.equal(later('2026-03-28T09:00:00Z', 1, 'day', 'Europe/Paris'), '2026-03-29T08:00:00.000Z')
  assert.equal(later('2026-10-24T08:00:00Z', 1, 'day', 'Europe/Paris'), '2026-10-25T09:00:00.000Z')
  // 02:30 is skipped on 29 March and becomes 03:30; on 25 October it comes twice and the first counts.
  assert.equal(later('2026-03-28T01:30:00.250Z', 1, 'day', 'Europe/Paris'), '2026-03-29T01:30:00.250Z')
  assert.equal(later('2026-10-24T00:30:00Z', 1, 'day', 'Europe/Paris'), '2026-10-25T00:30:00.000Z')
  assert.equal(later('2026-03-28T09:00:00Z', 24, 'hour', 'Europe/Paris'), '2026-03-29T09:00:00.000Z')
})

test('a part of a day or of a longer unit, and a date no calendar has, are refused', () => {
  assert.equal(later('2026-01-01', 0.5, 'day'), null)
  assert.equal(later('2026-01-01T00:00:00Z', 0.5, 'hour'), '2026-01-01T00:30:00.000Z')
  assert.equal(later('2026-01-01', 9_000, 'year'), null)
  assert.equal(later('2026-01-01T00:00:00Z', -3_000, 'year'), null)
  assert.equal(later('2026-01-01', 1_000_000, 'year'), null)
})

test('units start and end where people expect it', () => {
  const around = (text: string, unit: DateUnit, zone = 'UTC') =>
    [startOf(moment(text), unit, zone), endOf(moment(text), unit, zone)].map(
      found => found && momentText(found),
    )
  assert.deepEqual(around('2026-03-10', 'week'), ['2026-03-09', '2026-03-15'])
  assert.deepEqual(around('2026-03-15', 'week'), ['2026-03-09', '2026-03-15'])
  assert.deepEqual(around('2024-02-10', 'month'), ['2024-02-01', '2024-02-29'])
  assert.deepEqual(around('2026-11-10', 'quarter'), ['2026-10-01', '2026-12-31'])
  assert.deepEqual(around('2026-11-10', 'hour'), ['2026-11-10', '2026-11-10'])
  assert.deepEqual(around('2026-03-29T12:00:00Z', 'day', 'Europe/Paris'), [
    '2026-03-28T23:00:00.000Z',
    '2026-03-29T21:59:59.999Z',
  ])
  assert.deepEqual(around('1969-12-31T23:59:30.5Z', 'minute'), [
    '1969-12-31T23:59:00.000Z',
    '1969-12-31T23:59:59.999Z',
  ])
  assert.equal(weekdayOf(moment('2026-03-08T23:30:00Z'), 'UTC'), 7)
  assert.equal(weekdayOf(moment('2026-03-08T23:30:00Z'), 'Europe/Paris'), 1)
})

test('what was added is what lies between, in every unit and zone', () => {
  const ms = fc.integer({ min: Date.UTC(1990, 0, 1), max: Date.UTC(2040, 0, 1) })
  const zone = fc.constantFrom('UTC', 'Europe/Paris', 'America/New_York', 'Asia/Kolkata', 'Pacific/Apia')
  fc.assert(
    fc.property(
      ms,
      fc.boolean(),
      fc.constantFrom(...DATE_UNITS),
      fc.integer({ min: -40, max: 40 }),
      zone,
      (at, isDay, unit, amount, where) => {
        const from = { ms: isDay ? Math.floor(at / 86_400_000) * 86_400_000 : at, isDay }
        const to = moved(from, amount, unit, where)
        assert.ok(to)
        const between = wholeBetweenMoments(from, to, unit, where)
        // A skipped local time, or the last day of a shorter month, may be short of the whole by one.
        assert.ok(Math.abs(between - amount) <= 1, `${between} for ${amount}`)
        if (unit === 'second' || unit === 'minute' || unit === 'hour') assert.equal(between, amount)
        const [start, end] = [startOf(from, unit, where), endOf(from, unit, where)]
        assert.ok(start && end && start.ms <= from.ms && from.ms <= end.ms)
      },
    ),
    { numRuns: 1000, seed: 988057323 },
  )
})

test('an hour that comes twice is two hours', () => {
  const second = moment('2027-11-07T06:20:30Z')
  const around = (unit: DateUnit) =>
    [startOf(second, unit, 'America/New_York'), endOf(second, unit, 'America/New_York')].map(
      found => found && momentText(found),
    )
  assert.deepEqual(around('hour'), ['2027-11-07T06:00:00.000Z', '2027-11-07T06:59:59.999Z'])
  assert.deepEqual(around('second'), ['2027-11-07T06:20:30.000Z', '2027-11-07T06:20:30.999Z'])
})

test('units are known in one and many, in any case of letters', () => {
  assert.deepEqual(['Days', ' hour', 'QUARTERS', 'fortnight', 's'].map(readUnit), [
    'day',
    'hour',
    'quarter',
    undefined,
    undefined,
  ])
})
