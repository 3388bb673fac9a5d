import { generalErrors } from '#platform/errors.ts'
import { type Implemented, implement, implementForUser } from '#platform/http/handlers.ts'
import { createOrganization } from './founding.ts'
import * as deletion from './organization-deletion.ts'
import { readOrganization, updateOrganization } from './organization-settings.ts'
import { describeSession } from './organizations.ts'
import * as api from './organizations-api.ts'
import { requireRecentSignIn } from './recent-sign-in.ts'
import { giveCookie } from './sessions.ts'
import { signedIn } from './signed-in.ts'

/** The organization itself: creating, reading, changing and deleting it. */
export const organizationRoutes: readonly Implemented[] = [
  implementForUser(api.createOrganization, (ctx, { body }, http) =>
    createOrganization(ctx, signedIn(http).userId, body),
  ),

  implement(api.getOrganization, ctx => readOrganization(ctx)),

  implement(api.updateOrganization, (ctx, { body }, http) => updateOrganization(ctx, body, http.expected)),

  implementForUser(api.deleteOrganization, async (ctx, { body }, http) => {
    const { userId, sessionId, orgId } = signedIn(http)
    if (orgId === null) throw generalErrors.not_found()
    await requireRecentSignIn(ctx, http)
    const { name } = body
    const { address } = http
    const after = await deletion.deleteOrganization(ctx, { userId, sessionId, orgId, name, address })
    const { token } = after
    if (token) ctx.db.afterCommit(() => giveCookie(http, token))
    return describeSession(ctx.db, userId, after.orgId)
  }),
]
