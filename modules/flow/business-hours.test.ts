import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { advance } from './advance.ts'
import { type BusinessHours, instantOf, nextOpening, shifted } from './business-hours.ts'
import { graphSchema } from './graph.ts'
import { loadPlan } from './loaded-plan.ts'
import { nodeTypes } from './nodes/catalogue.ts'
import { nodeRunners } from './nodes/runners.ts'
import { compile } from './plan.ts'

const office: BusinessHours = {
  timeZone: 'Europe/Paris',
  days: [1, 2, 3, 4, 5],
  from: '09:00',
  to: '17:30',
  holidays: ['2026-12-25', '2027-01-01'],
}

function opening(now: string, hours: Partial<BusinessHours> = {}): string | null {
  const zoned = { ...office, ...hours }
  const at = nextOpening(zoned, Temporal.Instant.from(now).epochMilliseconds)
  return at === null ? null : local(at, zoned.timeZone)
}

function local(ms: number, timeZone: string): string {
  return Temporal.Instant.fromEpochMilliseconds(ms)
    .toZonedDateTimeISO(timeZone)
    .toString({ timeZoneName: 'never', smallestUnit: 'minute' })
}

describe('business hours', () => {
  test('inside them it is open now, to the minute', () => {
    assert.equal(opening('2026-03-04T09:00+01:00'), '2026-03-04T09:00+01:00')
    assert.equal(opening('2026-03-04T12:34+01:00'), '2026-03-04T12:34+01:00')
    assert.equal(opening('2026-03-04T17:29+01:00'), '2026-03-04T17:29+01:00')
    assert.equal(opening('2026-03-04T17:30+01:00'), '2026-03-05T09:00+01:00')
  })

  test('before, after, over a weekend and over holidays it is the next opening', () => {
    assert.equal(opening('2026-03-04T08:59+01:00'), '2026-03-04T09:00+01:00')
    assert.equal(opening('2026-03-06T18:00+01:00'), '2026-03-09T09:00+01:00')
    assert.equal(opening('2026-12-24T20:00+01:00'), '2026-12-28T09:00+01:00')
    assert.equal(opening('2026-12-25T12:00+01:00'), '2026-12-28T09:00+01:00')
    assert.equal(opening('2026-12-31T23:30Z'), '2027-01-04T09:00+01:00')
  })

  test('the day is that of the place', () => {
    // Sunday evening in UTC is Monday morning in Kathmandu, and still Sunday in Honolulu.
    assert.equal(
      opening('2026-03-08T23:00Z', { timeZone: 'Asia/Kathmandu', from: '04:00' }),
      '2026-03-09T04:45+05:45',
    )
    assert.equal(opening('2026-03-08T23:00Z', { timeZone: 'Pacific/Honolulu' }), '2026-03-09T09:00-10:00')
  })

  test('an opening keeps its time on the clock over a change of it', () => {
    assert.equal(opening('2026-03-27T18:00+01:00'), '2026-03-30T09:00+02:00')
    assert.equal(opening('2026-10-23T18:00+02:00'), '2026-10-26T09:00+01:00')
    const lordHowe = { timeZone: 'Australia/Lord_Howe', days: [7] }
    assert.equal(opening('2026-10-03T12:00Z', lordHowe), '2026-10-04T09:00+11:00')
    assert.equal(opening('2026-04-04T12:00Z', lordHowe), '2026-04-05T09:00+10:30')
  })

  test('opening in a skipped hour is later, in a repeated one the first', () => {
    const night = { days: [7], from: '02:30', to: '05:00' }
    assert.equal(opening('2026-03-29T00:00Z', night), '2026-03-29T03:30+02:00')
    assert.equal(opening('2026-10-24T23:00Z', night), '2026-10-25T02:30+02:00')
    // Open from 02:00 to 03:00 on a day without these: an hour later. Open only until the jump: not at all.
    assert.equal(
      opening('2026-03-29T00:00Z', { ...night, from: '02:00', to: '02:45' }),
      '2026-03-29T03:00+02:00',
    )
    assert.equal(opening('2026-03-29T00:00Z', { ...night, to: '03:00' }), '2026-04-05T02:30+02:00')
  })

  test('a day may end at midnight', () => {
    const late = { from: '20:00', to: '24:00' }
    assert.equal(opening('2026-03-04T23:59+01:00', late), '2026-03-04T23:59+01:00')
    assert.equal(opening('2026-03-05T00:00+01:00', late), '2026-03-05T20:00+01:00')
  })

  test('hours that never come are none', () => {
    const days = Array.from({ length: 800 }, (_, n) =>
      Temporal.PlainDate.from('2026-03-01').add({ days: n }).toString(),
    )
    assert.equal(opening('2026-03-04T12:00Z', { holidays: days }), null)
  })
})

describe('dates as people write them', () => {
  test('an offset is kept, without one the time zone counts', () => {
    const at = (text: string, timeZone = 'Europe/Paris') => {
      const ms = instantOf(text, timeZone)
      return ms === null ? null : new Date(ms).toISOString()
    }
    assert.equal(at('2026-03-29T10:00:00Z'), '2026-03-29T10:00:00.000Z')
    assert.equal(at('2026-03-29T10:00+05:45'), '2026-03-29T04:15:00.000Z')
    assert.equal(at(' 2026-03-29 10:00 '), '2026-03-29T08:00:00.000Z')
    assert.equal(at('2026-03-28T10:00'), '2026-03-28T09:00:00.000Z')
    assert.equal(at('2026-03-29'), '2026-03-28T23:00:00.000Z')
    assert.equal(at('2026-03-29T02:30'), '2026-03-29T01:30:00.000Z')
    assert.equal(at('2026-10-25T02:30'), '2026-10-25T00:30:00.000Z')
    for (const text of ['', 'tomorrow', '2026-02-30', '2026-03-29T25:00', '29.03.2026']) {
      assert.equal(at(text), null, text)
    }
  })

  test('a day before is the same time on the clock, 24 hours before is not', () => {
    const meeting = Date.parse('2026-03-29T10:00:00+02:00')
    const moved = (amount: number, unit: 'hours' | 'days' | 'weeks') =>
      local(shifted(meeting, { amount, unit }, 'Europe/Paris'), 'Europe/Paris')
    assert.equal(moved(-1, 'days'), '2026-03-28T10:00+01:00')
    assert.equal(moved(-24, 'hours'), '2026-03-28T09:00+01:00')
    assert.equal(moved(1, 'weeks'), '2026-04-05T10:00+02:00')
  })
})

describe('the wait', () => {
  const now = Date.parse('2026-03-04T12:00:00Z')

  /** How a run goes on from a wait: the time it waits until, "at once", or its error. */
  function waited(config: object, input = {}): string {
    const graph = graphSchema.parse({
      nodes: [
        { id: 'start', type: 'manual' },
        { id: 'wait', type: 'wait', config },
      ],
      edges: [{ id: 'e', source: 'start', target: 'wait' }],
    })
    const plan = loadPlan(compile(graph, nodeTypes), nodeRunners)
    const run = { orgId: 'org', runId: 'run', startedAt: now, input }
    const result = advance(plan, plan.start, [], { run, now, random: () => 0 })
    const [timer] = result.timers
    if (timer) return new Date(timer.fireAt).toISOString()
    return result.error?.code ?? (result.outcome === 'completed' ? 'at once' : result.outcome)
  }

  test('for a duration, as stored plans have it', () => {
    assert.equal(waited({ duration: { amount: 1.5, unit: 'hours' } }), '2026-03-04T13:30:00.000Z')
  })

  test('until a date of the lead, with an offset; a past date is no wait', () => {
    const until = '{{ lead.meeting_at }}'
    const offset = { amount: 1, unit: 'days', direction: 'before' }
    const lead = (meeting_at: string) => ({ lead: { meeting_at } })
    assert.equal(waited({ until }, lead('2026-03-30T10:00:00+02:00')), '2026-03-30T08:00:00.000Z')
    const zoned = { until, timeZone: 'Europe/Paris', offset }
    assert.equal(waited(zoned, lead('2026-03-29T10:00')), '2026-03-28T09:00:00.000Z')
    assert.equal(
      waited({ ...zoned, offset: { ...offset, direction: 'after' } }, lead('2026-03-28T10:00')),
      '2026-03-29T08:00:00.000Z',
    )
    assert.equal(waited({ until }, lead('2026-03-04T12:00:00Z')), 'at once')
    assert.equal(waited({ until, offset }, lead('2026-03-05T11:00:00Z')), 'at once')
    assert.equal(waited({ until }, lead('next week')), 'wait.invalid_date')
    assert.equal(waited({ until }, lead('2036-01-01')), 'wait.too_far')
    assert.equal(waited({ until }, {}), 'template.missing_value')
  })

  test('until business hours', () => {
    assert.equal(waited({ businessHours: office }), 'at once')
    assert.equal(waited({ businessHours: { ...office, days: [6] } }), '2026-03-07T08:00:00.000Z')
  })

  test('settings that make no sense are refused', () => {
    const refused = (config: object) => nodeTypes.get('wait')?.config.safeParse(config).success === false
    for (const config of [
      {},
      { until: 'x', duration: { amount: 1, unit: 'days' } },
      { until: 'x', timeZone: 'Paris' },
      { until: 'x', offset: { amount: 60, unit: 'weeks', direction: 'before' } },
      { until: 'x', offset: { amount: 0.5, unit: 'days', direction: 'before' } },
      { businessHours: { ...office, days: [] } },
      { businessHours: { ...office, days: [0] } },
      { businessHours: { ...office, to: '09:00' } },
      { businessHours: { ...office, from: '9:00' } },
      { businessHours: { ...office, holidays: ['2026-02-30'] } },
    ]) {
      assert.ok(refused(config), JSON.stringify(config))
    }
    const { holidays: _, ...open } = office
    assert.ok(!refused({ businessHours: open }))
  })

  test('it is said in words', () => {
    const said = (config: object) => {
      const type = nodeTypes.get('wait')
      return type?.summary(type.config.parse(config))
    }
    assert.equal(said({ duration: { amount: 1, unit: 'days' } }), 'Wait 1 day')
    const offset = { amount: 2, unit: 'days', direction: 'before' }
    assert.equal(said({ until: '{{ lead.at }}', offset }), 'Until 2 days before {{ lead.at }}')
    assert.equal(
      said({ businessHours: office }),
      'Until business hours: every weekday from 09:00 to 17:30, Europe/Paris',
    )
  })
})
