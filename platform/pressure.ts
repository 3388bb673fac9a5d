import type { Kit } from './context.ts'

/** So many waiting for a connection at once is a crowd; a few are the ordinary course of things. */
const CROWD = 8
/** The longest that background work steps back for requests, in one round. */
const STEP_BACK_MS = 100

/**
 * People come first: while requests crowd for a connection, a background loop makes a pause before its next
 * round. What it does is durable and only later, in larger and so cheaper batches; it never stands still.
 */
export async function letRequestsGoFirst(kit: Kit, abort: AbortSignal): Promise<void> {
  if (kit.db.stats().waiting < CROWD) return
  await kit.wake.wait('calm', STEP_BACK_MS, abort)
}
