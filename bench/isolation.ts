import { openDatabase } from '#platform/db/database.ts'
import { openBench, type Parts } from '#test/tenancy/bench.ts'
import { probeRoute, type RouteLeak, shownRouteLeaks } from '#test/tenancy/route-probe.ts'

export interface IsolationReport {
  readonly routes: number
  readonly principals: number
  /** Requests that were sent. */
  readonly cells: number
  readonly leaks: number
  readonly seconds: number
}

/**
 * Sends every route's request as everybody, people in browsers and by token, a key for each scope, with own, foreign,
 * missing and malformed ids, once with row-level security and once without it. The tests do the same with fewer people.
 */
export async function isolation({ say }: { say: (text: string) => void }): Promise<IsolationReport> {
  const bench = await openBench({ isThorough: true })
  const began = performance.now()
  const leaks: RouteLeak[] = []
  let cells = 0
  let principals = 0
  const probe = (parts: Parts) =>
    bench.serve(parts, async served => {
      principals = served.cast.principals.length
      for (const route of bench.routes) {
        const found = await probeRoute(served, route)
        cells += found.cells
        leaks.push(...found.leaks)
      }
    })
  const unguarded = openDatabase({ url: bench.t.adminUrl, max: 4 })
  try {
    await probe({})
    say(`${cells} requests with row-level security`)
    await probe({ db: unguarded })
  } finally {
    await unguarded.close()
    await bench.close()
  }
  if (leaks.length > 0) say(shownRouteLeaks(leaks))
  const seconds = Math.round((performance.now() - began) / 100) / 10
  return { routes: bench.routes.length, principals, cells, leaks: leaks.length, seconds }
}
