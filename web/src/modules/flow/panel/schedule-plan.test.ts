import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { nodeTypes } from '#modules/flow/contract.ts'
import { cronOf, type Plan, planFor, planOf } from './schedule-plan.ts'

test('schedules people write are recognized', () => {
  const cases: [string, Plan][] = [
    ['*/15 * * * *', { every: 'minutes', step: 15 }],
    ['* * * * *', { every: 'minutes', step: 1 }],
    ['5 */2 * * *', { every: 'hours', step: 2, minute: 5 }],
    ['@hourly', { every: 'hours', step: 1, minute: 0 }],
    ['0 9 * * 1-5', { every: 'week', weekdays: [1, 2, 3, 4, 5], time: '09:00' }],
    ['30 17 * * mon,FRI', { every: 'week', weekdays: [1, 5], time: '17:30' }],
    ['0 8 * * 5-7', { every: 'week', weekdays: [0, 5, 6], time: '08:00' }],
    ['@daily', { every: 'week', weekdays: [0, 1, 2, 3, 4, 5, 6], time: '00:00' }],
    ['0 6 1 * *', { every: 'month', day: 1, time: '06:00' }],
  ]
  for (const [cron, plan] of cases) assert.deepEqual(planOf(cron), plan, cron)
})

test('whatever the choices cannot say stays as it was written', () => {
  for (const cron of [
    '0 9 1 * 1',
    '0 9 * 6 *',
    '0 0 9 * * *',
    '0 9,12 * * *',
    '@yearly',
    'soon',
    '',
    '61 9 * * *',
    '0 9 * * 5-1',
    '*/0 * * * *',
  ]) {
    assert.deepEqual(planOf(cron), { every: 'other', cron })
    assert.equal(cronOf(planOf(cron)), cron)
  }
})

const plain = { noNullPrototype: true }
const time = fc
  .tuple(fc.nat({ max: 23 }), fc.nat({ max: 59 }))
  .map(([hour, minute]) => `${String(hour).padStart(2, '0')}:${String(minute).padStart(2, '0')}`)
const plan: fc.Arbitrary<Plan> = fc.oneof(
  fc.record({ every: fc.constant('minutes' as const), step: fc.integer({ min: 1, max: 59 }) }, plain),
  fc.record(
    {
      every: fc.constant('hours' as const),
      step: fc.integer({ min: 1, max: 23 }),
      minute: fc.nat({ max: 59 }),
    },
    plain,
  ),
  fc.record(
    {
      every: fc.constant('week' as const),
      weekdays: fc.subarray([0, 1, 2, 3, 4, 5, 6], { minLength: 1 }),
      time,
    },
    plain,
  ),
  fc.record({ every: fc.constant('month' as const), day: fc.integer({ min: 1, max: 31 }), time }, plain),
)

test('what is chosen is stored as a schedule that says the same and can be published', () => {
  const type = nodeTypes.get('schedule')
  fc.assert(
    fc.property(plan, chosen => {
      const cron = cronOf(chosen)
      assert.deepEqual(planOf(cron), chosen)
      assert.ok(type?.config.safeParse({ cron, timeZone: 'UTC' }).success, cron)
    }),
  )
})

test('another kind of schedule keeps the time of the day', () => {
  assert.deepEqual(planFor('month', planOf('30 17 * * 1')), { every: 'month', day: 1, time: '17:30' })
  assert.deepEqual(planFor('other', planOf('30 17 * * 1')), { every: 'other', cron: '30 17 * * 1' })
})
