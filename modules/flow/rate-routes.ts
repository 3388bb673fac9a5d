import { type Implemented, implement } from '#platform/http/handlers.ts'
import * as api from './rate-api.ts'
import { readRateLimits, writeRateLimits } from './rate-limits.ts'

export const rateRoutes: readonly Implemented[] = [
  implement(api.getRateLimits, ctx => readRateLimits(ctx)),
  implement(api.setRateLimits, async (ctx, { body }, http) => {
    await writeRateLimits(ctx, body.items, http.expected)
    return readRateLimits(ctx)
  }),
]
