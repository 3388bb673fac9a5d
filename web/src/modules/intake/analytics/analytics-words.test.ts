import assert from 'node:assert/strict'
import { it } from 'node:test'
import { secondsWords, shareWords, sourceWord, worstField } from './analytics-words.ts'

it('shares, times and sources read as people say them', () => {
  assert.deepEqual(
    [shareWords(1, 3, 'en'), shareWords(0, 3, 'en'), shareWords(1, 80, 'en'), shareWords(3, 3, 'en')],
    ['33%', '0%', '1.3%', '100%'],
  )
  assert.equal(shareWords(0, 0), '–')
  assert.deepEqual([null, 0, 4.25, 42.4, 89, 95, 600, 7200].map(secondsWords), [
    '–',
    '0 s',
    '4.3 s',
    '42 s',
    '89 s',
    '2 min',
    '10 min',
    '2 h',
  ])
  assert.deepEqual(['direct', 'other', 'news.example'].map(sourceWord), ['Direct', 'Others', 'news.example'])
})

it('the field where most stop is the first with the most, and none where nobody stopped', () => {
  const fields = [{ left: 1 }, { left: 3 }, { left: 3 }, { left: 0 }]
  assert.equal(worstField(fields), fields[1])
  assert.equal(worstField([{ left: 0 }]), undefined)
})
