import assert from 'node:assert/strict'
import { test } from 'node:test'
import { bulkResult, inParts, repeatWhileMore } from './bulk.ts'

function parts(...answers: [runs: number, hasMore: boolean][]) {
  let asked = 0
  return {
    part: async () => {
      const [runs, hasMore] = answers[asked++] ?? [0, true]
      return { runs, hasMore }
    },
    asked: () => asked,
  }
}

test('a large act is repeated while something is left', async () => {
  const { part, asked } = parts([1000, true], [1000, true], [4, false])
  const seen: number[] = []
  const reached = await repeatWhileMore(part, { onProgress: runs => seen.push(runs), isStopped: () => false })
  assert.deepEqual([reached, asked(), seen], [2004, 3, [1000, 2000, 2004]])
})

test('it ends when it is stopped', async () => {
  const stopped = parts([1000, true], [1000, true])
  await repeatWhileMore(stopped.part, { onProgress: () => {}, isStopped: () => true })
  assert.equal(stopped.asked(), 1)
})

test('a long list of runs is given in parts, and a part that reaches none is not the last', async () => {
  const ids = Array.from({ length: 2001 }, (_, index) => String(index))
  const sizes: number[] = []
  const part = inParts(ids, async runIds => {
    sizes.push(runIds.length)
    return { runs: sizes.length === 1 ? 0 : runIds.length }
  })
  assert.equal(await repeatWhileMore(part, { onProgress: () => {}, isStopped: () => false }), 1001)
  assert.deepEqual(sizes, [1000, 1000, 1])
})

test('the result says how many, and what became of the others', () => {
  assert.equal(bulkResult('pause', 1), '1 run is being paused.')
  assert.equal(bulkResult('cancel', 2, 3), '2 runs are being cancelled. One other is over already.')
  assert.equal(
    bulkResult('retry', 0, 2),
    'No run was taken up again. 2 others have nothing to take up again.',
  )
  assert.equal(bulkResult('resume', 0), 'There was no run to be resumed.')
})
