import assert from 'node:assert/strict'
import { test } from 'node:test'
import { pointWords, spanOf } from './metrics-span.ts'

const now = Date.parse('2026-11-21T09:59:59Z')

test('a span ends with the hour or day of now and is the same for the whole hour', () => {
  assert.deepEqual(spanOf('24h', now), { interval: 'hour', from: '2026-11-20T10:00:00.000Z' })
  assert.deepEqual(spanOf('7d', now), { interval: 'day', from: '2026-11-15T09:00:00.000Z' })
  assert.deepEqual(spanOf('90d', now), spanOf('90d', Date.parse('2026-11-21T09:00:00Z')))
  assert.notDeepEqual(spanOf('24h', now), spanOf('24h', now + 1000))
})

test('hours and days are called as on the clock of the zone', () => {
  const at = Date.parse('2026-11-20T23:00:00Z')
  assert.deepEqual(pointWords(at, 'day', 'Europe/Paris', 'en-GB'), { label: '21 Nov', name: 'Sat 21 Nov' })
  assert.deepEqual(pointWords(at, 'hour', 'UTC', 'en-GB'), { label: '23:00', name: '20 Nov, 23:00' })
})
