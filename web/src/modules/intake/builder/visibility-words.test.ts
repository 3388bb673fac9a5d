import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { visibilityWords } from './visibility-words.ts'

const fields = [
  { key: 'budget', label: 'Budget', type: 'DROPDOWN' },
  { key: 'services', label: 'Services', type: 'MULTI_SELECT' },
  { key: 'call', label: 'Call me back', type: 'CHECKBOX' },
  { key: 'start', label: 'Start', type: 'DATE' },
] as const

describe('when a field is asked, in words', () => {
  it('names fields by what they ask and joins conditions as they are taken together', () => {
    const conditions = [
      { field: 'budget', operator: 'is', value: 'More' },
      { field: 'services', operator: 'contains', value: 'Hosting' },
      { field: 'start', operator: 'at_least', value: '2026-11-30' },
    ]
    assert.equal(
      visibilityWords({ conditions }, fields),
      'Asked when “Budget” is “More”, “Services” has chosen “Hosting” and “Start” is on or after “2026-11-30”',
    )
    assert.match(
      visibilityWords({ match: 'any', conditions: conditions.slice(0, 2) }, fields),
      /“More” or “Se/,
    )
  })

  it('says of a tick whether it is made', () => {
    const words = (operator: string, value: string) =>
      visibilityWords({ conditions: [{ field: 'call', operator, value }] }, fields)
    assert.equal(words('is', 'true'), 'Asked when “Call me back” is ticked')
    assert.equal(words('is_not', 'true'), 'Asked when “Call me back” is not ticked')
    assert.equal(words('is', 'false'), 'Asked when “Call me back” is not ticked')
  })

  it('names a field that is gone by its key', () => {
    const conditions = [{ field: 'gone', operator: 'is_answered' }]
    assert.equal(visibilityWords({ conditions }, fields), 'Asked when “gone” is answered')
  })
})
