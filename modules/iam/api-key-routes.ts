import { generalErrors } from '#platform/errors.ts'
import { type Http, type Implemented, implement } from '#platform/http/handlers.ts'
import { isId } from '#platform/ids.ts'
import * as api from './api-key-api.ts'
import {
  changeApiKey,
  createApiKey,
  type Keeper,
  pageOfApiKeys,
  revokeApiKey,
  rotateApiKey,
  takeOverApiKey,
} from './api-keys.ts'
import { requireRecentSignIn } from './recent-sign-in.ts'

/** Keys are looked after by people; a key that could make keys would outlive being revoked. */
function keeperOf({ principal }: Http): Keeper {
  if (!principal || principal.userId === null) throw generalErrors.forbidden()
  return { can: principal.can, userId: principal.userId }
}

export const apiKeyRoutes: readonly Implemented[] = [
  implement(api.listApiKeys, (ctx, { query }) => {
    const { limit, cursor } = query
    if (cursor !== undefined && !isId(cursor)) throw generalErrors.invalid({ errors: [badCursor] })
    return pageOfApiKeys(ctx, { limit, before: cursor })
  }),

  implement(api.createApiKey, async (ctx, { body }, http) => {
    const keeper = keeperOf(http)
    await requireRecentSignIn(ctx, http)
    return createApiKey(ctx, keeper, body)
  }),

  implement(api.changeApiKey, async (ctx, { params, body }, http) => {
    const keeper = keeperOf(http)
    const isOnlyName = Object.entries(body).every(([field, value]) => field === 'name' || value === undefined)
    if (!isOnlyName) await requireRecentSignIn(ctx, http)
    return changeApiKey(ctx, keeper, params.keyId, body)
  }),

  implement(api.rotateApiKey, async (ctx, { params, body }, http) => {
    const keeper = keeperOf(http)
    await requireRecentSignIn(ctx, http)
    return rotateApiKey(ctx, keeper, params.keyId, body.graceHours)
  }),

  implement(api.takeOverApiKey, async (ctx, { params }, http) => {
    const keeper = keeperOf(http)
    await requireRecentSignIn(ctx, http)
    return takeOverApiKey(ctx, keeper, params.keyId)
  }),

  implement(api.revokeApiKey, async (ctx, { params }, http) => {
    await revokeApiKey(ctx, keeperOf(http), params.keyId)
    return undefined
  }),
]

const badCursor = {
  in: 'query',
  pointer: '/cursor',
  code: 'invalid',
  message: 'Use the nextCursor of the page before.',
} as const
