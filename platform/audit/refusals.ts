import type { Kit } from '../context.ts'
import { createRateLimit, type RateLimit } from '../http/rate.ts'

const OF_ACTOR_A_MINUTE = 10
const OF_ORGANIZATION_A_MINUTE = 60

/** How many refusals may still be entered into the logs, counted in this process. */
export class Refusals {
  readonly #ofActor: RateLimit
  readonly #ofOrganization: RateLimit
  readonly #leftOut = new Map<string, number>()

  constructor(now?: () => number) {
    this.#ofActor = createRateLimit(OF_ACTOR_A_MINUTE, now)
    this.#ofOrganization = createRateLimit(OF_ORGANIZATION_A_MINUTE, now)
  }

  /** Room for one entry, with the number left out since the last one; null when there is none. */
  take(orgId: string, actor: string): { leftOut: number } | null {
    const leftOut = this.#leftOut.get(orgId) ?? 0
    if (this.#ofActor.take(`${orgId} ${actor}`) > 0 || this.#ofOrganization.take(orgId) > 0) {
      this.#leftOut.set(orgId, leftOut + 1)
      return null
    }
    this.#leftOut.delete(orgId)
    return { leftOut }
  }
}

const byKit = new WeakMap<Kit, Refusals>()

/** The counts of a kit. */
export function refusalsOf(kit: Kit): Refusals {
  const known = byKit.get(kit) ?? new Refusals()
  byKit.set(kit, known)
  return known
}
