import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { setTimeout as delay } from 'node:timers/promises'
import { Seeded } from '#platform/seeded.ts'

/** How often one request out of a hundred is refused once, and the longest time an answer takes. */
const REFUSED_SHARE = 0.03
const ANSWER_MS_MAX = 120

/** Another system that workflows call; it counts what it is asked by idempotency key. */
export interface Receiver {
  /** `127.0.0.1:port`. */
  readonly host: string
  /** By path, which names run and node: how often each key came. */
  readonly calls: ReadonlyMap<string, ReadonlyMap<string, number>>
  /** Paths that were answered with success at least once. */
  readonly done: ReadonlySet<string>
  close(): Promise<void>
}

/** Starts it on a free loopback port. It is sometimes slow and sometimes refuses, as others are. */
export async function startReceiver(seed: number): Promise<Receiver> {
  const chance = new Seeded(seed)
  const calls = new Map<string, Map<string, number>>()
  const done = new Set<string>()
  const server = createServer((request, response) => {
    request.resume().once('end', async () => {
      const path = request.url ?? ''
      const key = String(request.headers['idempotency-key'] ?? '')
      const keys = calls.get(path) ?? new Map<string, number>()
      calls.set(path, keys.set(key, (keys.get(key) ?? 0) + 1))
      const isRefused = chance.chance(REFUSED_SHARE)
      await delay(chance.whole(0, ANSWER_MS_MAX))
      if (!isRefused) done.add(path)
      response.writeHead(isRefused ? 503 : 200, { 'content-type': 'application/json' }).end('{"ok":true}')
    })
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return {
    host: `127.0.0.1:${(server.address() as AddressInfo).port}`,
    calls,
    done,
    async close() {
      server.closeAllConnections()
      await new Promise<void>(resolve => server.close(() => resolve()))
    },
  }
}
