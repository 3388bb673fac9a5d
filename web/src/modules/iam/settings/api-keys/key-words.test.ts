import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { daysOf, networksIn, scopesSummary, scopeWords } from './key-words.ts'

describe('the words of keys', () => {
  it('say what a scope lets a key do', () => {
    assert.equal(scopeWords('leads:read'), 'See leads and the board')
    assert.equal(scopeWords('gone:read'), 'gone:read')
    assert.equal(scopesSummary([]), 'Nothing')
    assert.equal(scopesSummary(['leads:read']), 'See leads and the board')
    assert.equal(
      scopesSummary(['leads:read', 'leads:write', 'mail:read']),
      'See leads and the board and 2 more',
    )
  })

  it('find the addresses in what was typed', () => {
    assert.deepEqual(networksIn(' 10.0.0.1, 10.0.0.0/8\n2001:db8::/32;10.0.0.1 '), [
      '10.0.0.1',
      '10.0.0.0/8',
      '2001:db8::/32',
    ])
    assert.deepEqual(networksIn('  '), [])
  })

  it('turn a lifetime into days', () => {
    assert.deepEqual([daysOf('90'), daysOf('never')], [90, null])
  })
})
