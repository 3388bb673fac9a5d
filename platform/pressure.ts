import type { Kit } from './context.ts'

/** So many waiting at once is a crowd; a few are the ordinary course of things. */
const CROWD = 8
/** The longest that background work steps back for requests, in one round. */
const STEP_BACK_MS = 100

/** How many requests of a process wait for something else than a connection, such as for others to be stored with. */
const inLine = new WeakMap<Kit, number>()

/** Counts a request among those that background work steps back for, until it is decided. */
export function standInLine<T>(kit: Kit, request: Promise<T>): Promise<T> {
  const count = (by: number) => inLine.set(kit, (inLine.get(kit) ?? 0) + by)
  count(1)
  return request.finally(() => count(-1))
}

/**
 * People come first: while requests crowd, a background loop makes a pause before its next
 * round. What it does is durable and only later, in larger and so cheaper batches; it never stands still.
 */
export async function letRequestsGoFirst(kit: Kit, abort: AbortSignal): Promise<void> {
  if (kit.db.stats().waiting + (inLine.get(kit) ?? 0) < CROWD) return
  await kit.wake.wait('calm', STEP_BACK_MS, abort)
}
