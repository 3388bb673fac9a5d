import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import vectors from '#test/fixtures/schedule/cron-croner.json' with { type: 'json' }
import { nextSlot, slotsBetween } from './cron.ts'
import { CronError, cronProblem, isTimeZone, parseCron } from './cron-text.ts'
import { cronWords } from './cron-words.ts'

/** The next `count` slots after a local time, as local times with their offset. */
function slots(text: string, timeZone: string, after: string, count: number): string[] {
  const cron = parseCron(text)
  const found: string[] = []
  let at = Temporal.PlainDateTime.from(after).toZonedDateTime(timeZone).epochMilliseconds
  while (found.length < count) {
    const slot = nextSlot(cron, timeZone, at)
    assert.ok(slot !== null && slot > at)
    at = slot
    found.push(local(slot, timeZone))
  }
  return found
}

function local(ms: number, timeZone: string): string {
  return Temporal.Instant.fromEpochMilliseconds(ms)
    .toZonedDateTimeISO(timeZone)
    .toString({ timeZoneName: 'never', smallestUnit: 'minute' })
}

describe('the vectors', () => {
  for (const { pattern, tz, after, next } of vectors.next_run) {
    test(`${pattern} in ${tz} after ${after}`, () => {
      assert.equal(nextSlot(parseCron(pattern), tz, Date.parse(after)), Date.parse(next))
    })
  }
  for (const pattern of vectors.must_throw) {
    test(`refuses ${pattern}`, () => assert.throws(() => parseCron(pattern), CronError))
  }
  for (const pattern of vectors.must_accept) {
    test(`accepts ${pattern}`, () => assert.equal(cronProblem(pattern), null))
  }
})

describe('changes of the clock', () => {
  test('a fixed time that is skipped happens after the change, once', () => {
    assert.deepEqual(slots('30 2 * * *', 'Europe/Paris', '2026-03-28T12:00', 2), [
      '2026-03-29T03:30+02:00',
      '2026-03-30T02:30+02:00',
    ])
    assert.deepEqual(slots('30 2 * * *', 'Europe/Paris', '2027-03-27T12:00', 1), ['2027-03-28T03:30+02:00'])
    // 02:00 becomes 03:00 and 02:30 becomes 03:30, which are in the schedule anyway.
    assert.deepEqual(slots('0,30 2,3 * * *', 'Europe/Paris', '2026-03-28T12:00', 3), [
      '2026-03-29T03:00+02:00',
      '2026-03-29T03:30+02:00',
      '2026-03-30T02:00+02:00',
    ])
  })

  test('a fixed time that is repeated happens the first time only', () => {
    assert.deepEqual(slots('30 2 * * *', 'Europe/Paris', '2026-10-24T12:00', 2), [
      '2026-10-25T02:30+02:00',
      '2026-10-26T02:30+01:00',
    ])
  })

  test('the search may start inside the skipped and the repeated time', () => {
    const cron = parseCron('30 2 * * *')
    const after = (text: string) =>
      local(nextSlot(cron, 'Europe/Paris', Date.parse(text)) ?? 0, 'Europe/Paris')
    assert.equal(after('2026-03-29T01:10:00Z'), '2026-03-29T03:30+02:00')
    assert.equal(after('2026-03-29T01:30:00Z'), '2026-03-30T02:30+02:00')
    assert.equal(after('2026-10-25T00:30:00Z'), '2026-10-26T02:30+01:00')
    assert.equal(after('2026-10-25T01:00:00Z'), '2026-10-26T02:30+01:00')
  })

  test('what starts with a star follows the clock', () => {
    assert.deepEqual(slots('30 * * * *', 'Europe/Paris', '2026-10-25T01:30', 3), [
      '2026-10-25T02:30+02:00',
      '2026-10-25T02:30+01:00',
      '2026-10-25T03:30+01:00',
    ])
    assert.deepEqual(slots('30 * * * *', 'Europe/Paris', '2026-03-29T00:30', 2), [
      '2026-03-29T01:30+01:00',
      '2026-03-29T03:30+02:00',
    ])
    assert.deepEqual(slots('*/30 2 * * *', 'Europe/Paris', '2026-03-28T12:00', 1), ['2026-03-30T02:00+02:00'])
    const day = {
      after: Date.parse('2026-10-24T21:59:00Z'),
      upTo: Date.parse('2026-10-25T22:59:00Z'),
      most: 1000,
    }
    assert.equal(slotsBetween(parseCron('*/5 * * * *'), 'Europe/Paris', day).length, 25 * 12)
  })

  test('zones that change by half an hour, by a whole day, or never', () => {
    assert.deepEqual(slots('15 2 * * *', 'Australia/Lord_Howe', '2026-10-03T12:00', 2), [
      '2026-10-04T02:45+11:00',
      '2026-10-05T02:15+11:00',
    ])
    assert.deepEqual(slots('45 1 * * *', 'Australia/Lord_Howe', '2026-04-04T12:00', 2), [
      '2026-04-05T01:45+11:00',
      '2026-04-06T01:45+10:30',
    ])
    assert.deepEqual(slots('0 9 * * *', 'Asia/Kathmandu', '2026-04-04T12:00', 1), ['2026-04-05T09:00+05:45'])
    // 30 December 2011 did not happen in Samoa; its 09:00 is that of the 31st, which happens once.
    assert.deepEqual(slots('0 9 * * *', 'Pacific/Apia', '2011-12-28T12:00', 3), [
      '2011-12-29T09:00-10:00',
      '2011-12-31T09:00+14:00',
      '2012-01-01T09:00+14:00',
    ])
  })
})

describe('the calendar', () => {
  test('the 31st skips short months and 29 February waits for a leap year', () => {
    assert.deepEqual(
      slots('0 0 31 * *', 'UTC', '2026-01-01T00:00', 4).map(slot => slot.slice(0, 10)),
      ['2026-01-31', '2026-03-31', '2026-05-31', '2026-07-31'],
    )
    assert.deepEqual(
      slots('0 0 29 2 *', 'UTC', '2093-01-01T00:00', 2).map(slot => slot.slice(0, 10)),
      ['2096-02-29', '2104-02-29'],
    )
    // The longest wait there is: the century takes one leap year away, so a Sunday 29 February is 40 years off.
    assert.deepEqual(slots('0 0 29 2 */7', 'UTC', '2088-03-01T00:00', 1), ['2128-02-29T00:00+00:00'])
  })

  test('what never happens is refused', () => {
    for (const text of ['0 0 30 2 *', '0 0 31 2,4,6,9,11 *', '0 0 30,31 feb *']) {
      assert.match(cronProblem(text) ?? '', /never happens/, text)
    }
    assert.equal(cronProblem('0 0 30 2 1'), null)
    assert.equal(cronProblem('0 0 29 2 *'), null)
  })

  test('a day and a weekday are alternatives unless one begins with a star', () => {
    assert.deepEqual(
      slots('0 0 13 * fri', 'UTC', '2026-03-07T00:00', 3).map(slot => slot.slice(0, 10)),
      ['2026-03-13', '2026-03-20', '2026-03-27'],
    )
    assert.deepEqual(
      slots('0 0 */12 * fri', 'UTC', '2026-03-07T00:00', 2).map(slot => slot.slice(0, 10)),
      ['2026-03-13', '2026-05-01'],
    )
  })

  test('names, Sunday by both numbers, and ranges to Sunday', () => {
    assert.deepEqual(parseCron('0 0 * JAN-mar *').months, [1, 2, 3])
    for (const text of ['0 0 * * 7', '0 0 * * 0', '0 0 * * Sun', '@weekly']) {
      assert.deepEqual(parseCron(text).weekdays, [0], text)
    }
    assert.deepEqual(parseCron('0 0 * * sat-sun').weekdays, [0, 6])
    assert.deepEqual(parseCron('0 0 * * mon-sun').weekdays, [0, 1, 2, 3, 4, 5, 6])
    assert.deepEqual(parseCron('5,1-3,2 * * * *').minutes, [1, 2, 3, 5])
  })

  test('what is wrong is said', () => {
    assert.match(cronProblem('60 * * * *') ?? '', /minute is from 0 to 59, not 60/)
    assert.match(cronProblem('0 9-5 * * *') ?? '', /ends before it begins/)
    assert.match(cronProblem('5/10 * * * *') ?? '', /5-59\/10/)
    assert.match(cronProblem('@often') ?? '', /no schedule called "@often"/)
    assert.match(cronProblem(' ') ?? '', /five fields/)
    assert.match(cronProblem('1 '.repeat(200)) ?? '', /too long/)
  })
})

const field = (min: number, max: number) =>
  fc.oneof(
    fc.constant('*'),
    fc.integer({ min, max }).map(String),
    fc.integer({ min: 1, max: max - min }).map(step => `*/${step}`),
    fc
      .tuple(fc.integer({ min, max }), fc.integer({ min, max }))
      .map(([a, b]) => `${Math.min(a, b)}-${Math.max(a, b)}`),
  )

test('searching forward and backward finds the same slots, and every one of them fits the clock on the wall', () => {
  const zones = ['Europe/Paris', 'Australia/Lord_Howe', 'America/St_Johns', 'Pacific/Apia', 'UTC']
  const schedule = fc.tuple(field(0, 59), field(0, 23), field(1, 28), field(1, 12), field(0, 6))
  const start = fc.integer({ min: Date.UTC(2011, 0, 1), max: Date.UTC(2030, 0, 1) })
  fc.assert(
    fc.property(schedule, fc.constantFrom(...zones), start, (fields, timeZone, after) => {
      const cron = parseCron(fields.join(' '))
      const forward: number[] = []
      for (let at = after; forward.length < 6; ) {
        const slot = nextSlot(cron, timeZone, at)
        assert.ok(slot !== null && slot > at)
        forward.push(slot)
        at = slot
      }
      const upTo = forward.at(-1) ?? 0
      assert.deepEqual(slotsBetween(cron, timeZone, { after, upTo, most: 6 }), forward)
      for (const slot of cron.isFixed ? [] : forward) {
        const wall = Temporal.Instant.fromEpochMilliseconds(slot).toZonedDateTimeISO(timeZone)
        assert.ok(cron.minutes.includes(wall.minute) && cron.hours.includes(wall.hour))
        assert.ok(cron.months.includes(wall.month))
      }
    }),
    { numRuns: 300 },
  )
})

test('a schedule is said in words', () => {
  const words: Record<string, string> = {
    '0 9 * * 1-5': 'Every weekday at 09:00, Europe/Paris',
    '*/5 * * * *': 'Every 5 minutes, Europe/Paris',
    '0 * * * *': 'Every hour, Europe/Paris',
    '0 9-17 * * *': 'Every hour from 09:00 to 17:00, Europe/Paris',
    '*/5 9-17 * * mon-fri': 'Every 5 minutes from 09:00 to 17:59, every weekday, Europe/Paris',
    '*/7 9 * * *': 'At minutes 0, 7, 14, 21, 28, 35, 42, 49 and 56 of hour 9, Europe/Paris',
    '0 9,17 1,15 * *': 'On the 1st and 15th of every month at 09:00 and 17:00, Europe/Paris',
    '0 0 25 12 *': 'On the 25th of December at 00:00, Europe/Paris',
    '0 0 1 * 1': 'On the 1st of every month and every Monday at 00:00, Europe/Paris',
    '0 0 */10 * 5': 'On the 1st, 11th, 21st and 31st of every month if it is Friday at 00:00, Europe/Paris',
    '*/10 * * * * *': 'Every 10 seconds, Europe/Paris',
    '30 0 9 * * 3,1,0': 'Every Monday, Wednesday and Sunday at 09:00:30, Europe/Paris',
  }
  for (const [text, said] of Object.entries(words)) {
    assert.equal(cronWords(parseCron(text), 'Europe/Paris'), said, text)
  }
})

test('a time zone is a name of the IANA database', () => {
  for (const name of ['Europe/Paris', 'UTC', 'America/Argentina/Buenos_Aires', 'Etc/GMT+5']) {
    assert.ok(isTimeZone(name), name)
  }
  for (const name of ['', '+02:00', 'Paris', 'Europe/Paris ', 'Europe/Nowhere', 'x'.repeat(99)]) {
    assert.ok(!isTimeZone(name), name)
  }
})
