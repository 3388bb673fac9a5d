import { type Implemented, implement } from '#platform/http/handlers.ts'
import * as api from './rate-api.ts'
import { readRateLimits, writeRateLimits } from './rate-limits.ts'

export const rateRoutes: readonly Implemented[] = [
  implement(api.getRateLimits, async ctx => ({ items: await readRateLimits(ctx) })),
  implement(api.setRateLimits, async (ctx, { body }) => {
    await writeRateLimits(ctx, body.items)
    return { items: await readRateLimits(ctx) }
  }),
]
