import { contextOn } from '#platform/context.ts'
import { type Implemented, implement, implementForUser, implementPublic } from '#platform/http/handlers.ts'
import { requireVerifiedEmail } from './email-verification.ts'
import * as acceptance from './invitation-acceptance.ts'
import {
  acceptInvitation,
  invite,
  listInvitations,
  resendInvitation,
  revokeInvitation,
  showInvitation,
  signUpByInvitation,
} from './invitation-api.ts'
import * as invitations from './invitations.ts'
import { askingOf } from './member-routes.ts'
import { signedIn } from './signed-in.ts'
import { startSession } from './start-session.ts'

export const invitationRoutes: readonly Implemented[] = [
  implement(listInvitations, (ctx, { query }) => invitations.pageOfInvitations(ctx, query)),

  implement(invite, async (ctx, { body }, http) => {
    await requireVerifiedEmail(ctx, http)
    return { items: await invitations.invite(ctx, askingOf(http), body.emails, body) }
  }),
  implement(resendInvitation, async (ctx, { params }, http) => {
    await requireVerifiedEmail(ctx, http)
    return invitations.resendInvitation(ctx, askingOf(http), params.invitationId)
  }),
  implement(revokeInvitation, async (ctx, { params }, http) => {
    await invitations.revokeInvitation(ctx, askingOf(http), params.invitationId)
    return undefined
  }),

  implementPublic(showInvitation, (http, { body }) => acceptance.describeInvitation(http.kit, body.token)),

  implementPublic(signUpByInvitation, async (http, { body }) => {
    return startSession(http, { userId: await acceptance.signUpByInvitation(http, body) })
  }),

  implementForUser(acceptInvitation, async (ctx, { body }, http) => {
    const { userId } = signedIn(http)
    const token = acceptance.readInvitationToken(body.token)
    const { kit, actor, caller, requestId } = ctx
    const member = await ctx.db.inOrg(token.orgId, tx =>
      acceptance.acceptInvitation(
        contextOn(kit, tx, { orgId: token.orgId, actor, caller, requestId }),
        token,
        userId,
      ),
    )
    return { organizationId: token.orgId, member }
  }),
]
