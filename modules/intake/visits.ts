import type { Kit } from '#platform/context.ts'
import { generalErrors } from '#platform/errors.ts'
import { callerKey } from '#platform/http/caller.ts'
import { createRateLimit, type RateLimit } from '#platform/http/rate.ts'

/** Counts one act of an address at one form or source. Throws `request.too_many` with Retry-After beyond the limit. */
export type VisitLimit = (kit: Kit, visitedId: string, address: string) => void

/** A limit of its own on acts a minute, for each address and what it visits. */
export function visitLimit(perMinute: (kit: Kit) => number): VisitLimit {
  const limits = new WeakMap<Kit, RateLimit>()
  return (kit, visitedId, address) => {
    const limit = limits.get(kit) ?? createRateLimit(perMinute(kit))
    limits.set(kit, limit)
    const waitS = limit.take(`${visitedId} ${callerKey(address)}`)
    if (waitS > 0) throw generalErrors.too_many({ retryAfterS: waitS })
  }
}

/** Counts one post to a form from one address, against FORM_POSTS_PER_MINUTE. */
export const takeVisit = visitLimit(kit => kit.config.formPostsPerMinute)
