import assert from 'node:assert/strict'
import { test } from 'node:test'
import { SandboxError } from './errors.ts'
import { type PoolJob, SandboxPool } from './pool.ts'

const limits = { memoryBytes: 32 * 1024 * 1024, timeMs: 60_000, outputBytes: 1_024 }

function job(partition: string, source: string, more: Partial<PoolJob> = {}): PoolJob {
  return {
    partition,
    waitMs: 60_000,
    guest: { source, language: 'javascript', input: 'null', limits },
    ...more,
  }
}

test('one partition that hangs does not stop another, and can be called off', async () => {
  const pool = new SandboxPool(2)
  const stop = new AbortController()
  let isOver = false
  const hanging = pool.run(job('one', 'for (;;) {}', { signal: stop.signal })).finally(() => {
    isOver = true
  })
  const own = pool.run(job('one', 'return 1'))
  const other = await pool.run(job('two', 'return 2'))
  assert.deepEqual([other.output, isOver], ['2', false])
  stop.abort(new Error('called off'))
  await assert.rejects(hanging, { message: 'called off' })
  assert.equal((await own).output, '1')
})

test('partitions take turns, however much one of them has to do', async () => {
  const pool = new SandboxPool(1)
  const order: string[] = []
  const jobs = ['one 1', 'one 2', 'one 3', 'two 1', 'two 2'].map(name => {
    const [partition = ''] = name.split(' ')
    return pool.run(job(partition, 'return 1')).then(() => order.push(name))
  })
  await Promise.all(jobs)
  assert.deepEqual(order, ['one 1', 'one 2', 'two 1', 'one 3', 'two 2'])
})

test('a job whose turn does not come in time is told so, and one that is called off before never runs', async () => {
  const pool = new SandboxPool(1)
  const stop = new AbortController()
  const hanging = pool.run(job('one', 'for (;;) {}', { signal: stop.signal }))
  const late = pool.run(job('two', 'return 1', { waitMs: 1 }))
  await assert.rejects(late, (error: unknown) => {
    assert.ok(error instanceof SandboxError)
    assert.deepEqual([error.code, error.isPassing], ['busy', true])
    return true
  })
  const before = new AbortController()
  const waiting = pool.run(job('two', 'return 1', { signal: before.signal }))
  before.abort(new Error('not any more'))
  await assert.rejects(waiting, { message: 'not any more' })
  await assert.rejects(pool.run(job('two', 'return 1', { signal: before.signal })), {
    message: 'not any more',
  })
  stop.abort(new Error('called off'))
  await assert.rejects(hanging, { message: 'called off' })
  assert.equal((await pool.run(job('two', 'return 1'))).output, '1')
})
