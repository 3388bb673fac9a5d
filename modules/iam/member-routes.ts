import { contextOn } from '#platform/context.ts'
import { declaredPermissions } from '#platform/contract/route.ts'
import { generalErrors } from '#platform/errors.ts'
import {
  type Http,
  type Implemented,
  implement,
  implementForUser,
  type Principal,
} from '#platform/http/handlers.ts'
import {
  changeMember,
  deleteAccount,
  getMember,
  leaveOrganization,
  listMembers,
  listPermissions,
  nameMembers,
  reactivateMember,
  removeMember,
  suspendMember,
  transferOwnership,
} from './member-api.ts'
import * as members from './members.ts'
import * as membership from './membership.ts'
import * as account from './own-account.ts'
import * as ownership from './ownership.ts'
import { requireRecentSignIn } from './recent-sign-in.ts'
import { takeCookie } from './sessions.ts'
import { signedIn } from './signed-in.ts'

/** Who asks. The server lets nobody in without one. */
export function askingOf(http: Http): Principal {
  if (!http.principal) throw generalErrors.not_signed_in()
  return http.principal
}

export const memberRoutes: readonly Implemented[] = [
  implement(listMembers, (ctx, { query }) => members.pageOfMembers(ctx, query)),
  implement(nameMembers, async (ctx, { query }) => ({
    items: await members.nameMembers(ctx, query.ids.split(',')),
  })),
  implement(getMember, (ctx, { params }) => members.getMember(ctx, params.memberId)),
  implement(listPermissions, async () => ({ items: declaredPermissions() })),

  implement(changeMember, (ctx, { params, body }, http) =>
    members.changeMember(ctx, askingOf(http), params.memberId, body),
  ),
  implement(suspendMember, (ctx, { params }, http) =>
    membership.suspendMember(ctx, askingOf(http), params.memberId),
  ),
  implement(reactivateMember, (ctx, { params }, http) =>
    membership.reactivateMember(ctx, askingOf(http), params.memberId),
  ),
  implement(removeMember, async (ctx, { params }, http) => {
    await membership.removeMember(ctx, askingOf(http), params.memberId)
    return undefined
  }),

  implementForUser(leaveOrganization, async (ctx, _input, http) => {
    const { userId, orgId, sessionId } = signedIn(http)
    if (orgId === null) throw generalErrors.not_found()
    const { kit, actor, caller, requestId } = ctx
    await ctx.db.inOrg(orgId, tx =>
      membership.leaveOrganization(contextOn(kit, tx, { orgId, actor, caller, requestId }), userId),
    )
    if (sessionId !== null) ctx.db.afterCommit(() => takeCookie(http))
    return undefined
  }),

  implement(transferOwnership, async (ctx, { body }, http) => {
    await requireRecentSignIn(ctx, http)
    return ownership.transferOwnership(ctx, askingOf(http), body.memberId)
  }),

  implementForUser(deleteAccount, async (ctx, _input, http) => {
    await requireRecentSignIn(ctx, http)
    await account.deleteAccount(ctx, signedIn(http).userId)
    ctx.db.afterCommit(() => takeCookie(http))
    return undefined
  }),
]
