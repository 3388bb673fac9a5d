import type { OutsideContext } from '#platform/context.ts'
import type { Route, RouteInput, RouteReply } from '#platform/contract/route.ts'
import { type Http, type Implemented, implementForUser } from '#platform/http/handlers.ts'
import { listManagedOrganizations, setOrganizationSuspended } from './managed-organizations.ts'
import { listPlatformActs } from './platform-acts.ts'
import {
  findManagedUsers,
  requirePlatformAdmin,
  resetSecondFactors,
  setPlatformAdmin,
  setUserStatus,
} from './platform-admins.ts'
import * as api from './platform-admins-api.ts'
import { signedIn } from './signed-in.ts'

const why = ({ address }: Http, { reason }: { reason: string }) => ({ address, reason })

/** Answers a route for those who look after the installation; nobody else gets as far as `run`. */
function implementForAdmin<T extends Route>(
  route: T & { readonly access: 'user' },
  run: (ctx: OutsideContext, input: RouteInput<T>, http: Http) => Promise<RouteReply<T>>,
): Implemented {
  return implementForUser<T>(route, async (ctx, input, http) => {
    await requirePlatformAdmin(ctx, http)
    return run(ctx, input, http)
  })
}

/** Looking after the installation as a whole, from outside of every organization. */
export const platformAdminRoutes: readonly Implemented[] = [
  implementForAdmin(api.listManagedOrganizations, (ctx, { query }) =>
    listManagedOrganizations(ctx.db, query),
  ),

  implementForAdmin(api.suspendOrganization, (ctx, { params, body }, http) =>
    setOrganizationSuspended(ctx, { orgId: params.organizationId, isSuspended: true, ...why(http, body) }),
  ),

  implementForAdmin(api.reactivateOrganization, (ctx, { params, body }, http) =>
    setOrganizationSuspended(ctx, { orgId: params.organizationId, isSuspended: false, ...why(http, body) }),
  ),

  implementForAdmin(api.findManagedUsers, async (ctx, { query }) => ({
    items: await findManagedUsers(ctx.db, query.email),
    nextCursor: null,
  })),

  implementForAdmin(api.suspendUser, (ctx, { params, body }, http) =>
    setUserStatus(ctx, { ...params, status: 'suspended', ...why(http, body) }),
  ),

  implementForAdmin(api.reactivateUser, (ctx, { params, body }, http) =>
    setUserStatus(ctx, { ...params, status: 'active', ...why(http, body) }),
  ),

  implementForAdmin(api.resetSecondFactors, (ctx, { params, body }, http) =>
    resetSecondFactors(ctx, { ...params, ...why(http, body) }),
  ),

  implementForAdmin(api.setPlatformAdmin, (ctx, { params, body }, http) => {
    const { isPlatformAdmin } = body
    const by = signedIn(http).userId
    return setPlatformAdmin(ctx, { ...params, isPlatformAdmin, by, ...why(http, body) })
  }),

  implementForAdmin(api.listPlatformActs, (ctx, { query }) => listPlatformActs(ctx, query)),
]
