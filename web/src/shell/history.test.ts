import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { begun, changed, rebased, redone, undone } from './history.ts'

describe('what can be taken back', () => {
  it('goes back step by step, and forth again', () => {
    let history = changed(begun('a'), { value: 'b', words: 'B.' }, 0)
    history = changed(history, { value: 'c', words: 'C.' }, 1)
    assert.equal(undone(history).value, 'b')
    assert.equal(undone(undone(history)).value, 'a')
    assert.equal(undone(undone(undone(history))).value, 'a')
    assert.equal(redone(undone(history)).value, 'c')
    assert.deepEqual(redone(undone(history)).future, [])
  })

  it('takes the letters of one word back together, and not those of a later one', () => {
    let history = begun('')
    for (const [index, value] of ['m', 'mi', 'mill'].entries())
      history = changed(history, { value, words: 'Typed.', mark: 'label' }, index * 100)
    history = changed(history, { value: 'mills', words: 'Typed.', mark: 'label' }, 60_000)
    assert.equal(history.past.length, 2)
    assert.equal(undone(history).value, 'mill')
    assert.equal(undone(undone(history)).value, '')
  })

  it('a change after going back leaves nothing to do again', () => {
    const history = undone(changed(begun('a'), { value: 'b', words: 'B.', mark: 'x' }, 0))
    const next = changed(history, { value: 'c', words: 'C.', mark: 'x' }, 1)
    assert.deepEqual([next.future, undone(next).value], [[], 'a'])
  })

  it('never takes back what somebody else did', () => {
    const history = changed(begun(['a']), { value: ['a', 'b'], words: 'B.' }, 0)
    const brought = rebased(history, value => [...value, 'theirs'])
    assert.deepEqual(brought.value, ['a', 'b', 'theirs'])
    assert.deepEqual(undone(brought).value, ['a', 'theirs'])
  })
})
