import type { LoadedNode } from './loaded-plan.ts'
import { placeOf, type RunState } from './run-state.ts'

/** Counts the edges that are settled into every merge, and tells when it starts. Copies what it is given before the first change. */
export class Joins {
  readonly #given: RunState['joins']
  #counts: Map<string, readonly [settled: number, live: number]> | null = null

  constructor(given: RunState['joins']) {
    this.#given = given
  }

  /**
   * Settles one edge. Over how many live edges the node starts now; 0 when all its edges are dead, and null when it
   * has to wait or has started before.
   */
  settle(node: LoadedNode, path: string, isLive: boolean): number | null {
    const now = isLive ? 1 : 0
    if (node.incoming <= 1) return now
    const place = placeOf(node.id, path)
    const [settledBefore, liveBefore] = this.#map().get(place) ?? [0, 0]
    const live = liveBefore + now
    const isLast = settledBefore + 1 === node.incoming
    if (isLast) this.#map().delete(place)
    else this.#map().set(place, [settledBefore + 1, live])
    if (liveBefore >= node.need) return null
    return isLast || live >= node.need ? live : null
  }

  /**
   * Counts every edge so far as dead: what has come to this merge is called off. A merge that has started, because it
   * needs no more, stays as it is, or it would start again.
   */
  spoil(place: string, need: number): void {
    const counts = this.#map().get(place)
    if (counts !== undefined && counts[1] < need) this.#map().set(place, [counts[0], 0])
  }

  /** Forgets every merge below a path. */
  forget(path: string): void {
    for (const place of [...this.#map().keys()]) if (place.startsWith(`${path}/`)) this.#map().delete(place)
  }

  counts(): RunState['joins'] {
    return this.#counts === null ? this.#given : Object.fromEntries(this.#counts)
  }

  #map() {
    this.#counts ??= new Map(Object.entries(this.#given))
    return this.#counts
  }
}
