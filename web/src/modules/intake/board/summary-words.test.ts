import assert from 'node:assert/strict'
import { test } from 'node:test'
import { changeWords, shareWords } from './summary-words.ts'

test('a week is compared with the one before', () => {
  assert.deepEqual(
    [changeWords(5, 2), changeWords(0, 4), changeWords(3, 3)],
    ['3 more than the week before', '4 fewer than the week before', 'as many as the week before'],
  )
})

test('what was won is a part of what ended', () => {
  const column = (kind: string, count: number) => ({ kind, count })
  const words = (columns: object[]) =>
    shareWords({ columns } as never).map(({ count, share }) => [count, share])
  const [open, won] = words([column('open', 5), column('open', 2), column('won', 1), column('lost', 3)])
  assert.deepEqual([open, won?.[0]], [[7, null], 1])
  assert.match(String(won?.[1]), /25\s?% of those that ended/)
  assert.deepEqual(words([column('open', 5)]), [
    [5, null],
    [0, null],
  ])
})
