import assert from 'node:assert/strict'
import { test } from 'node:test'
import { dialTcp, type Endpoint } from './connect.ts'
import { EgressError } from './errors.ts'
import { createPools } from './pools.ts'

const endpoint = (address: string): Endpoint => ({
  host: 'api.example.com',
  address,
  port: 80,
  secure: false,
  timeoutMs: 1000,
  dial: dialTcp,
  accepts: () => false,
  ca: undefined,
})

test('connections are kept apart by partition, origin and address, for the 256 groups used last', async () => {
  const pools = createPools()
  const first = pools.get('a', 'http://api.example.com', endpoint('8.8.8.8'))
  assert.equal(pools.get('a', 'http://api.example.com', endpoint('8.8.8.8')), first)
  const second = pools.get('b', 'http://api.example.com', endpoint('8.8.8.8'))
  const others = [
    second,
    pools.get('a', 'http://other.example.com', endpoint('8.8.8.8')),
    pools.get('a', 'http://api.example.com', endpoint('8.8.4.4')),
  ]
  assert.equal(new Set([first, ...others]).size, 4)

  for (let index = 0; index < 253; index += 1) {
    pools.get(`org-${index}`, 'http://api.example.com', endpoint('8.8.8.8'))
    assert.equal(pools.get('a', 'http://api.example.com', endpoint('8.8.8.8')), first)
  }
  assert.deepEqual([first.closed, ...others.map(pool => pool.closed)], [false, true, false, false])

  await pools.close()
  assert.ok(first.destroyed)
  assert.throws(
    () => pools.get('a', 'http://api.example.com', endpoint('8.8.8.8')),
    (error: unknown) => error instanceof EgressError && error.code === 'closed',
  )
})
