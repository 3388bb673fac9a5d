import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Checkpoint } from './checkpoint.ts'
import { type Batch, CommitQueue } from './commit-queue.ts'

const fill = (queue: CommitQueue, orgId: string, slices: number) => {
  for (let n = 0; n < slices; n++) queue.push({ run: { orgId } } as Checkpoint)
}
/** What a batch holds, such as "a 100". */
const told = (batch: Batch | null) =>
  batch === null
    ? null
    : [...Map.groupBy(batch.checkpoints, ({ run }) => run.orgId)]
        .map(([orgId, { length }]) => `${orgId} ${length}`)
        .join(', ')

test('an organization alone is stored in large commits, two at once', () => {
  const queue = new CommitQueue()
  fill(queue, 'a', 1_200)
  const [first, second] = [queue.take(false), queue.take(false)]
  assert.deepEqual([told(first), told(second), queue.take(false)], ['a 500', 'a 500', null])
  assert.equal(queue.unstoredOf('a'), 1_200)
  assert.ok(first)
  queue.done(first)
  assert.deepEqual([told(queue.take(false)), queue.unstoredOf('a')], ['a 200', 700])
})

test('those with few slices go first and together, into a commit that the others leave free', () => {
  const queue = new CommitQueue()
  fill(queue, 'a', 300)
  fill(queue, 'b', 300)
  const large = queue.take(true)
  assert.deepEqual([told(large), queue.take(true)], ['a 50', null])
  fill(queue, 'c', 1)
  fill(queue, 'd', 20)
  assert.equal(told(queue.take(true)), 'c 1, d 20')
  fill(queue, 'c', 1)
  assert.equal(told(queue.take(true)), 'c 1')
  fill(queue, 'e', 1)
  assert.equal(queue.take(true), null)
  assert.ok(large)
  queue.done(large)
  const few = queue.take(true)
  assert.deepEqual([told(few), queue.take(true)], ['e 1', null])
  assert.ok(few)
  queue.done(few)
  assert.equal(told(queue.take(true)), 'b 50')
})

test('the rest of an organization with many is no few that go first', () => {
  const queue = new CommitQueue()
  fill(queue, 'a', 60)
  fill(queue, 'b', 50)
  const first = queue.take(true)
  assert.deepEqual([told(first), queue.take(true)], ['a 50', null])
  assert.ok(first)
  queue.done(first)
  assert.deepEqual([told(queue.take(true)), told(queue.take(true)), queue.take(true)], ['a 10', 'b 50', null])
})
