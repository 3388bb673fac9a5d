import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { OPTIONS_MAX, optionsIn, withPasted } from './options-text.ts'

describe('options as text', () => {
  it('are read a line each, without blanks, bullets or doubles', () => {
    assert.deepEqual(optionsIn('  One \r\n\r\n- Two\n• Three\nOne\n*not a bullet\n'), [
      'One',
      'Two',
      'Three',
      '*not a bullet',
    ])
    assert.deepEqual(optionsIn(' \n \n'), [])
  })

  it('are at most as many as a field may have', () => {
    const text = Array.from({ length: 500 }, (_, index) => `Option ${index}`).join('\n')
    assert.equal(optionsIn(text).length, OPTIONS_MAX)
  })

  it('are pasted where the cursor stands', () => {
    assert.deepEqual(withPasted(['A', '', 'B'], 1, 'X\nY\nA'), ['A', 'X', 'Y', 'B'])
  })
})
