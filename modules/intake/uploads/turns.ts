import type { Kit } from '#platform/context.ts'
import { generalErrors } from '#platform/errors.ts'
import { callerKey } from '#platform/http/caller.ts'
import { createRateLimit, type RateLimit } from '#platform/http/rate.ts'

const limits = new WeakMap<Kit, RateLimit>()

/** Counts one file to a form from one address. Throws `request.too_many` with Retry-After beyond FORM_POSTS_PER_MINUTE. */
export function takeTurn(kit: Kit, formId: string, address: string): void {
  const limit = limits.get(kit) ?? createRateLimit(kit.config.formPostsPerMinute)
  limits.set(kit, limit)
  const waitS = limit.take(`${formId} ${callerKey(address)}`)
  if (waitS > 0) throw generalErrors.too_many({ retryAfterS: waitS })
}
