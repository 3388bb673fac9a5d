import type { Trail } from './run-path.ts'

/** How long each of several steps that arrive together waits for the one before it, in milliseconds. */
export const ARRIVAL_MS = 90

export const NOTHING_NEW: ReadonlyMap<string, number> = new Map()

/** The nodes with a step that was not there before, in the order of the steps. */
export function arrivalsBetween(
  before: readonly Trail[],
  after: readonly Trail[],
): ReadonlyMap<string, number> {
  const known = new Set(before.map(trail => trail.number))
  const added = after.filter(trail => !known.has(trail.number))
  return added.length === 0 ? NOTHING_NEW : new Map(added.map((trail, index) => [trail.nodeId, index]))
}
