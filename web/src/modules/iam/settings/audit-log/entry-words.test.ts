import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { actionWords, changesOf } from './entry-words.ts'

describe('the words of the audit log', () => {
  it('say an action as people do', () => {
    assert.equal(actionWords('sign_in.refused'), 'Sign-in refused')
    assert.equal(actionWords('member.role_changed'), 'Member role changed')
    assert.equal(actionWords('iam.totp.confirm'), 'Totp confirm')
  })

  it('put a change side by side', () => {
    const before = { role: 'member', on: false }
    const after = { role: 'admin', on: true, scopes: ['a', 'b'], gone: null }
    assert.deepEqual(changesOf({ before, after }), [
      { name: 'gone', label: 'Gone', before: undefined, after: 'nothing' },
      { name: 'on', label: 'On', before: 'no', after: 'yes' },
      { name: 'role', label: 'Role', before: 'member', after: 'admin' },
      { name: 'scopes', label: 'Scopes', before: undefined, after: 'a, b' },
    ])
    assert.deepEqual(changesOf({ before: null, after: null }), [])
  })
})
