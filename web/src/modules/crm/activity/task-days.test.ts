import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { dayOf, dayWords, dueGroup } from './task-days.ts'

describe('days of tasks', () => {
  it('are overdue, today, later or none', () => {
    const groups = ['2026-03-01', '2026-03-02', '2026-03-03', null].map(day => dueGroup(day, '2026-03-02'))
    assert.deepEqual(groups, ['overdue', 'today', 'later', 'none'])
  })

  it('are read as people say them', () => {
    const words = (day: string) => dayWords(day, '2026-11-21', 'en')
    assert.deepEqual(['2026-11-21', '2026-11-22', '2026-11-20', '2026-11-25', '2027-01-02'].map(words), [
      'Today',
      'Tomorrow',
      'Yesterday',
      'Wednesday',
      'Jan 2, 2027',
    ])
  })

  it('are those of the reader', () => {
    assert.equal(dayOf(new Date(2026, 0, 5, 23, 59).getTime()), '2026-01-05')
  })
})
