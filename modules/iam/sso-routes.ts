import { generalErrors } from '#platform/errors.ts'
import {
  type Http,
  type Implemented,
  implementForUser,
  implementPublic,
  type Principal,
} from '#platform/http/handlers.ts'
import { confirmPending, disconnectIdentity, identitiesOf, pendingIdentity } from './identities.ts'
import { domainOf } from './provider-domains.ts'
import { requireRecentSignIn } from './recent-sign-in.ts'
import {
  confirmPendingIdentity,
  findProvider,
  finishInstallationSso,
  finishSso,
  getInstallationProvider,
  getPendingIdentity,
  listIdentities,
  startSso,
  unlinkIdentity,
} from './sso-api.ts'
import { findProviderOf, finishSignIn, installationProvider, startSignIn } from './sso-sign-in.ts'

function personOf(http: Http): Principal & { userId: string } {
  const { principal } = http
  if (!principal || principal.userId === null) throw generalErrors.forbidden()
  return { ...principal, userId: principal.userId }
}

export const ssoRoutes: readonly Implemented[] = [
  implementPublic(getInstallationProvider, async http => {
    const own = installationProvider(http.kit)
    return { provider: own && { name: own.name, startPath: '/auth/sso/start' } }
  }),

  implementPublic(findProvider, async (http, { body }) => {
    const domain = domainOf(body.email)
    const found = await findProviderOf(http, domain)
    const startPath = `/auth/sso/start?domain=${encodeURIComponent(domain)}`
    return { provider: found && { name: found.name, startPath } }
  }),

  implementPublic(startSso, (http, { query }) => startSignIn(http, query)),

  implementPublic(finishSso, (http, { params, query }) =>
    finishSignIn(http, { orgId: params.organizationId, providerId: params.identityProviderId }, query),
  ),

  implementPublic(finishInstallationSso, (http, { query }) =>
    finishSignIn(http, { orgId: null, providerId: null }, query),
  ),

  implementForUser(listIdentities, async (ctx, _input, http) => {
    const { userId, confinedTo = null } = personOf(http)
    return { items: await identitiesOf(ctx, userId, confinedTo) }
  }),

  implementForUser(unlinkIdentity, async (ctx, { params }, http) => {
    await requireRecentSignIn(ctx, http)
    await disconnectIdentity(ctx, personOf(http).userId, params.identityId)
    return undefined
  }),

  implementForUser(getPendingIdentity, (ctx, _input, http) =>
    pendingIdentity(ctx, http, personOf(http).userId),
  ),

  implementForUser(confirmPendingIdentity, async (ctx, _input, http) => {
    await requireRecentSignIn(ctx, http)
    return { continueAt: await confirmPending(ctx, http, personOf(http).userId) }
  }),
]
