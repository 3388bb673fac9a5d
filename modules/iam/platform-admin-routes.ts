import { generalErrors } from '#platform/errors.ts'
import { type Http, type Implemented, implementForUser } from '#platform/http/handlers.ts'
import { isId } from '#platform/ids.ts'
import { listManagedOrganizations, setOrganizationSuspended } from './managed-organizations.ts'
import { listPlatformActs } from './platform-acts.ts'
import { findManagedUsers, requirePlatformAdmin, setPlatformAdmin, setUserStatus } from './platform-admins.ts'
import * as api from './platform-admins-api.ts'
import { signedIn } from './signed-in.ts'

const why = ({ address }: Http, { reason }: { reason: string }) => ({ address, reason })

/** Looking after the installation as a whole, from outside of every organization. */
export const platformAdminRoutes: readonly Implemented[] = [
  implementForUser(api.listManagedOrganizations, async (ctx, { query }, http) => {
    await requirePlatformAdmin(ctx, http)
    const { limit, cursor = '', search = '' } = query
    return listManagedOrganizations(ctx.db, { limit, after: cursor, search })
  }),

  implementForUser(api.suspendOrganization, async (ctx, { params, body }, http) => {
    await requirePlatformAdmin(ctx, http)
    const orgId = params.organizationId
    return setOrganizationSuspended(ctx, { orgId, isSuspended: true, ...why(http, body) })
  }),

  implementForUser(api.reactivateOrganization, async (ctx, { params, body }, http) => {
    await requirePlatformAdmin(ctx, http)
    const orgId = params.organizationId
    return setOrganizationSuspended(ctx, { orgId, isSuspended: false, ...why(http, body) })
  }),

  implementForUser(api.findManagedUsers, async (ctx, { query }, http) => {
    await requirePlatformAdmin(ctx, http)
    return { items: await findManagedUsers(ctx.db, query.email), nextCursor: null }
  }),

  implementForUser(api.suspendUser, async (ctx, { params, body }, http) => {
    await requirePlatformAdmin(ctx, http)
    return setUserStatus(ctx, { ...params, status: 'suspended', ...why(http, body) })
  }),

  implementForUser(api.reactivateUser, async (ctx, { params, body }, http) => {
    await requirePlatformAdmin(ctx, http)
    return setUserStatus(ctx, { ...params, status: 'active', ...why(http, body) })
  }),

  implementForUser(api.setPlatformAdmin, async (ctx, { params, body }, http) => {
    await requirePlatformAdmin(ctx, http)
    const { isPlatformAdmin } = body
    const by = signedIn(http).userId
    return setPlatformAdmin(ctx, { ...params, isPlatformAdmin, by, ...why(http, body) })
  }),

  implementForUser(api.listPlatformActs, async (ctx, { query }, http) => {
    await requirePlatformAdmin(ctx, http)
    const { limit, cursor } = query
    if (cursor !== undefined && !isId(cursor)) throw generalErrors.not_found()
    return listPlatformActs(ctx, { limit, before: cursor })
  }),
]
