import { type Http, type Implemented, implement } from '#platform/http/handlers.ts'
import {
  addIdentityProvider,
  changeProvider,
  identityProviders,
  nextProvider,
  partyToTest,
  proveProviderDomains,
  removeIdentityProvider,
} from './identity-providers.ts'
import {
  changeIdentityProvider,
  createIdentityProvider,
  deleteIdentityProvider,
  listIdentityProviders,
  proveDomains,
  testIdentityProvider,
} from './identity-providers-api.ts'
import { checkedInTurn, checkProvider } from './provider-checks.ts'
import { requireRecentSignIn } from './recent-sign-in.ts'

/** Whether whoever asks could enter if a provider were required: the owner can, and who came by one. */
function canStillEnter({ principal }: Http): boolean {
  return principal?.role === 'owner' || (principal?.confinedTo ?? null) !== null
}

export const identityProviderRoutes: readonly Implemented[] = [
  implement(listIdentityProviders, async ctx => ({
    items: await identityProviders(ctx),
    next: nextProvider(ctx),
  })),

  implement(createIdentityProvider, async (ctx, { body }, http) => {
    await requireRecentSignIn(ctx, http)
    return addIdentityProvider(ctx, body)
  }),

  implement(changeIdentityProvider, async (ctx, { params, body }, http) => {
    await requireRecentSignIn(ctx, http)
    return changeProvider(ctx, params.identityProviderId, body, { canStillEnter: canStillEnter(http) })
  }),

  implement(deleteIdentityProvider, async (ctx, { params }, http) => {
    await requireRecentSignIn(ctx, http)
    await removeIdentityProvider(ctx, params.identityProviderId)
    return undefined
  }),

  implement(testIdentityProvider, async (ctx, { params }) => {
    const party = await partyToTest(ctx, params.identityProviderId)
    return checkedInTurn(async () => ({ checks: await checkProvider(ctx.kit, party) }))
  }),

  implement(proveDomains, (ctx, { params }) =>
    checkedInTurn(() => proveProviderDomains(ctx, params.identityProviderId)),
  ),
]
