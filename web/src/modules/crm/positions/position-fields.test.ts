import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { dayOf, positionFields, spanWords } from './position-fields.ts'

describe('positions in words', () => {
  it('say when they were held', () => {
    assert.equal(spanWords('2019-04-01', '2024-01-31'), '2019 – 2024')
    assert.equal(spanWords('2019-04-01', '2019-12-31'), '2019')
    assert.equal(spanWords('2024-02-01', null), 'since 2024')
    assert.equal(spanWords(null, '2020-01-01'), 'until 2020')
    assert.equal(spanWords(null, null), '')
  })
  it('know the day on the calendar of the reader', () =>
    assert.equal(dayOf(new Date(2026, 0, 5, 23, 59)), '2026-01-05'))
  it('have fields of their own keys', () =>
    assert.ok(positionFields({ id: 'o1' }).some(field => field.key === 'positions.o1.email')))
})
