import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { addressesIn, permissionWords } from './member-words.ts'

describe('what the page of the members says and reads', () => {
  it('names permissions', () => {
    assert.equal(permissionWords('leads:read'), 'See leads and the board')
    assert.equal(permissionWords('api-keys:manage'), 'Manage api keys')
    assert.equal(permissionWords('savedViews:write'), 'Change saved views')
  })

  it('finds addresses however they were pasted, each once', () => {
    const pasted = 'Ada Lovelace <Ada@example.com>, bob@example.com; bob@example.com\n"Cy" <cy@example.com>'
    assert.deepEqual(addressesIn(pasted), ['ada@example.com', 'bob@example.com', 'cy@example.com'])
    assert.deepEqual(addressesIn(' ada '), ['ada'])
    assert.deepEqual(addressesIn(' , '), [])
  })
})
