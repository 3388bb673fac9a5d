import type { Kit } from '#platform/context.ts'
import { parseAddress } from '#platform/egress/addresses.ts'
import { generalErrors } from '#platform/errors.ts'
import { createRateLimit, type RateLimit } from '#platform/http/rate.ts'

const limits = new WeakMap<Kit, RateLimit>()

/**
 * Counts one post to a form from one address. Throws `request.rate_limited` with Retry-After beyond
 * FORM_POSTS_PER_MINUTE.
 */
export function takeVisit(kit: Kit, formId: string, address: string): void {
  const limit = limits.get(kit) ?? createRateLimit(kit.config.formPostsPerMinute)
  limits.set(kit, limit)
  const waitS = limit.take(`${formId} ${whoIs(address)}`)
  if (waitS > 0) throw generalErrors.rate_limited({ retryAfterS: waitS })
}

/** One IPv4 address, or an IPv6 network of 64 bits, which is what one customer of a provider gets. */
function whoIs(text: string): string {
  const address = parseAddress(text)
  if (!address) return 'unknown'
  return address.family === 4 ? `4:${address.value.toString(16)}` : `6:${(address.value >> 64n).toString(16)}`
}
