import type { Config } from '../config.ts'
import type { AnyRoute } from '../contract/route.ts'
import { generalErrors } from '../errors.ts'
import type { Principal } from './handlers.ts'
import { createRateLimit } from './rate.ts'

/** A page of a list reads many records, an export all of them. */
const PAGE_COST = 2
const EXPORT_COST = 20

/** How many requests a call of this route counts as; 0 for the live stream, which is asked for once and stays open. */
export function costOf(route: AnyRoute): number {
  if (route.produces === 'text/event-stream') return 0
  if (route.cost !== undefined) return route.cost
  if (route.method === 'GET' && route.produces !== undefined) return EXPORT_COST
  return route.query && 'cursor' in route.query.shape ? PAGE_COST : 1
}

/**
 * Limits what one person or key, and all of an organization together, may ask for in a minute. Returns the fields
 * that tell the caller (RateLimit-Policy and RateLimit of draft-ietf-httpapi-ratelimit-headers-11) through `tell`;
 * throws `request.too_many` with Retry-After. Counted in this process: several processes allow as many times as much.
 */
export function createApiLimits(
  config: Pick<Config, 'apiRequestsPerMinute' | 'apiRequestsPerMinuteOfOrganization'>,
  now?: () => number,
) {
  const policies = [
    { name: 'caller', quota: config.apiRequestsPerMinute, keyOf: callerKeyOf },
    {
      name: 'organization',
      quota: config.apiRequestsPerMinuteOfOrganization,
      keyOf: ({ orgId }: Principal) => orgId,
    },
  ].map(policy => ({ ...policy, limit: createRateLimit(policy.quota, now) }))
  return (
    principal: Principal,
    route: AnyRoute,
    tell: (name: 'ratelimit-policy' | 'ratelimit', value: string) => void,
  ): void => {
    const cost = costOf(route)
    if (cost === 0) return
    const declared: string[] = []
    const states: string[] = []
    let waitS = 0
    for (const { name, quota, keyOf, limit } of policies) {
      const key = keyOf(principal)
      if (key === null) continue
      // What one limit refuses is not taken from the next one.
      const spent = limit.spend(key, waitS > 0 ? 0 : cost)
      waitS = Math.max(waitS, spent.waitS)
      declared.push(`"${name}";q=${quota};w=60`)
      states.push(`"${name}";r=${spent.left};t=${spent.fullInS}`)
    }
    tell('ratelimit-policy', declared.join(', '))
    tell('ratelimit', states.join(', '))
    if (waitS > 0) throw generalErrors.too_many({ retryAfterS: waitS })
  }
}

/** A person has one allowance in all browsers and clients, a key has its own. */
function callerKeyOf({ actor, userId }: Principal): string {
  return userId === null ? JSON.stringify(actor) : `user ${userId}`
}
