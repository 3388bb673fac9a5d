import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Kit } from '#platform/context.ts'
import { inTurn, Pace } from './trial-pace.ts'

const never = new AbortController().signal

test('two trials of an organization go on at once, a third is asked to come back, and others are not held up', async () => {
  const kit = {} as Kit
  const door = Promise.withResolvers<void>()
  const first = [inTurn(kit, 'org', () => door.promise), inTurn(kit, 'org', () => door.promise)]
  await assert.rejects(
    inTurn(kit, 'org', async () => 'third'),
    { code: 'request.too_many', status: 429 },
  )
  assert.equal(await inTurn(kit, 'other', async () => 'theirs'), 'theirs')
  door.resolve()
  await Promise.all(first)
  assert.equal(await inTurn(kit, 'org', async () => 'third'), 'third')
})

test('a trial that fails leaves its place', async () => {
  const kit = {} as Kit
  const fails = async () => {
    throw new Error('no')
  }
  for (let n = 0; n < 3; n++) await assert.rejects(inTurn(kit, 'org', fails), { message: 'no' })
})

test('a trial ends after its steps, its data, its time, or when nobody waits for it any more', () => {
  const all = { steps: 2, bytes: 100, ms: 60_000 }
  const steps = new Pace(all, never)
  steps.spend(1, 10)
  assert.equal(steps.stopped, null)
  steps.spend(1, 10)
  assert.match(steps.stopped ?? '', /too many steps/)
  const bytes = new Pace(all, never)
  bytes.spend(1, 100)
  assert.match(bytes.stopped ?? '', /too much data/)
  const gone = new AbortController()
  const left = new Pace(all, gone.signal)
  gone.abort()
  assert.match(left.stopped ?? '', /too long/)
  assert.match(new Pace({ ...all, ms: 0 }, never).stopped ?? '', /too long/)
})
