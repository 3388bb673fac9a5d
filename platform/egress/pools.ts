import { Pool } from 'undici'
import { connect, type Endpoint } from './connect.ts'
import { EgressError } from './errors.ts'

/** Connections kept for reuse, each group for one caller, origin and address, so that none of them is mixed. */
export interface Pools {
  /** The group of this endpoint; `partition` separates organizations. */
  get(partition: string, origin: string, endpoint: Endpoint): Pool
  /** Ends all connections at once; later calls of `get` throw `EgressError` (`closed`). */
  close(): Promise<void>
}

const MAX_POOLS = 256
const MAX_CONNECTIONS = 32

/** Keeps the groups used last and lets go of the others when there are more than 256. */
export function createPools(): Pools {
  const pools = new Map<string, Pool>()
  let closed = false

  return {
    get(partition, origin, endpoint) {
      if (closed) throw new EgressError('closed', 'The program is stopping and sends no more requests.')
      const key = JSON.stringify([partition, origin, endpoint.address])
      const pool = pools.get(key) ?? createPool(origin, endpoint)
      // A Map keeps the order of insertion, so setting again makes this the one used last.
      pools.delete(key)
      pools.set(key, pool)
      for (const [oldest, unused] of pools) {
        if (pools.size <= MAX_POOLS) break
        pools.delete(oldest)
        void unused.close()
      }
      return pool
    },
    async close() {
      closed = true
      await Promise.all([...pools.values()].map(pool => pool.destroy()))
      pools.clear()
    },
  }
}

function createPool(origin: string, endpoint: Endpoint): Pool {
  return new Pool(origin, {
    connections: MAX_CONNECTIONS,
    pipelining: 1,
    allowH2: false,
    keepAliveTimeout: 4_000,
    keepAliveMaxTimeout: 30_000,
    connect(_options, callback) {
      connect(endpoint).then(
        socket => callback(null, socket),
        error => callback(error, null),
      )
    },
  })
}
