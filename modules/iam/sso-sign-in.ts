import type { Kit } from '#platform/context.ts'
import { Secret } from '#platform/crypto/secret.ts'
import { AppError, generalErrors } from '#platform/errors.ts'
import { Answer, type Http } from '#platform/http/handlers.ts'
import { beginConfinedSession } from './confined-sessions.ts'
import { type SignInProvider, signInProvider } from './identity-providers.ts'
import { authorizationUrl, type Claims, finishAuthorization } from './openid.ts'
import { openIdFaultOf } from './openid-faults.ts'
import type { Party } from './openid-provider.ts'
import { providerOfDomain } from './provider-domains.ts'
import { waitAtDoor } from './sign-in-limits.ts'
import { type Admission, admitToInstallation, admitToOrganization } from './sso-admission.ts'
import type { SsoOutcome } from './sso-api.ts'
import { beginRequest, pathOfApp, type ReturnedRequest, takeRequest } from './sso-requests.ts'
import { beginSession } from './start-session.ts'

/** Holds the token of what a person has to confirm, see `identities.ts`. */
export const PENDING_COOKIE = '__Host-sso-pending'

const PENDING_S = 15 * 60
/** Where a person confirms that it is them a provider meant. */
const CONFIRM_PAGE = '/connect-sign-in'

/** The provider of the whole installation, when the operator has set one up. */
export function installationProvider(kit: Kit): { name: string; party: Party } | null {
  const { oidc } = kit.config
  if (!oidc) return null
  return {
    name: oidc.name,
    party: {
      orgId: null,
      issuer: oidc.issuer,
      clientId: oidc.clientId,
      clientSecret: new Secret(oidc.clientSecret),
      scopes: ['openid', 'email', 'profile'],
      redirectUrl: `${kit.config.publicUrl}/auth/sso/callback`,
    },
  }
}

/** The provider that speaks for a domain. Throws `request.too_many`. */
export async function findProviderOf(http: Http, domain: string) {
  const retryAfterS = waitAtDoor(http)
  if (retryAfterS > 0) throw generalErrors.too_many({ retryAfterS })
  return providerOfDomain(http.kit, domain)
}

/** Sends the browser to a provider, or back to the sign-in page with what went wrong. */
export async function startSignIn(
  http: Http,
  asked: { domain?: string | undefined; hint?: string | undefined; next?: string | undefined },
): Promise<Answer> {
  const next = pathOfApp(asked.next)
  if (waitAtDoor(http) > 0) return backWith('busy', next)
  const chosen = await chosenProvider(http.kit, asked.domain)
  if (!chosen) return backWith('off', next)
  const { orgId, providerId, party } = chosen
  const binding = await beginRequest(http, { orgId, providerId }, next)
  try {
    return Answer.redirect(await authorizationUrl(http.kit, party, binding, asked.hint))
  } catch (error) {
    return backWith(noted(http, party, error), next)
  }
}

async function chosenProvider(kit: Kit, domain: string | undefined) {
  if (domain === undefined) {
    const own = installationProvider(kit)
    return own && { orgId: null, providerId: null, party: own.party }
  }
  const lead = await providerOfDomain(kit, domain.trim().toLowerCase())
  if (!lead) return null
  const { orgId, providerId } = lead
  const provider = await kit.db.withOrg(orgId, tx => signInProvider(kit, tx, orgId, providerId))
  return provider && { orgId, providerId, party: provider.party }
}

/**
 * Ends a sign-in that comes back from a provider: a session and the way on, the page where the person confirms it, or
 * the sign-in page with what went wrong. `at` is what the address says, which is each provider's own.
 */
export async function finishSignIn(
  http: Http,
  at: { orgId: string | null; providerId: string | null },
  query: Readonly<Record<string, unknown>>,
): Promise<Answer> {
  if (waitAtDoor(http) > 0) return backWith('busy', undefined)
  const { state } = query
  const request = typeof state === 'string' ? await takeRequest(http, state) : null
  if (!request) return backWith('expired', undefined)
  if (request.orgId !== at.orgId || request.providerId !== at.providerId)
    return backWith('refused', request.next)
  const provider = await returnedTo(http.kit, request)
  if (!provider) return backWith('off', request.next)
  let claims: Claims
  try {
    claims = await finishAuthorization(http.kit, provider.party, request.binding, answerOf(query))
  } catch (error) {
    return backWith(noted(http, provider.party, error), request.next)
  }
  return enter(http, request, provider, claims)
}

async function returnedTo(
  kit: Kit,
  { orgId, providerId }: ReturnedRequest,
): Promise<{ party: Party; provider: SignInProvider | null } | null> {
  if (orgId === null || providerId === null) {
    const own = installationProvider(kit)
    return own && { party: own.party, provider: null }
  }
  const provider = await kit.db.withOrg(orgId, tx => signInProvider(kit, tx, orgId, providerId))
  return provider && { party: provider.party, provider }
}

/** What a provider answered; a parameter that comes twice is none, because nobody knows which one counts. */
function answerOf(query: Readonly<Record<string, unknown>>): URLSearchParams {
  const pairs = Object.entries(query).flatMap(([name, value]) =>
    typeof value === 'string' ? [[name, value]] : [],
  )
  return new URLSearchParams(pairs)
}

async function enter(
  http: Http,
  request: ReturnedRequest,
  { provider }: { provider: SignInProvider | null },
  claims: Claims,
): Promise<Answer> {
  const { orgId, next } = request
  try {
    const admission = await http.kit.db.withGlobal(async tx => {
      const admission: Admission =
        orgId !== null && provider?.id
          ? await admitToOrganization(http, tx, orgId, { ...provider, id: provider.id }, claims)
          : await admitToInstallation(tx, claims)
      if (admission.kind !== 'enter') return admission
      if (orgId === null) await beginSession(tx, http, { userId: admission.userId })
      else await beginConfinedSession(tx, http, { userId: admission.userId, orgId })
      return admission
    })
    if (admission.kind === 'refuse') return backWith(admission.outcome, next)
    if (admission.kind === 'enter') return Answer.redirect(next ?? '/')
    http.setCookie(PENDING_COOKIE, admission.token, { maxAgeS: PENDING_S })
    return Answer.redirect(CONFIRM_PAGE)
  } catch (error) {
    if (error instanceof AppError && error.code === 'iam.provider_required')
      return backWith('other_provider', next)
    throw error
  }
}

function noted(http: Http, party: Party, error: unknown): SsoOutcome {
  const fault = openIdFaultOf(error)
  const fields = { requestId: http.requestId, organization: party.orgId, issuer: party.issuer }
  http.kit.log.warn({ ...fields, code: fault.code, reason: fault.message }, 'iam.sso_failed')
  return fault.code
}

/** Back to the sign-in page, which has a sentence for each outcome; nothing that a provider wrote goes along. */
function backWith(outcome: SsoOutcome, next: string | undefined): Answer {
  const search = new URLSearchParams({ sso: outcome, ...(next === undefined ? {} : { next }) })
  return Answer.redirect(`/sign-in?${search}`)
}
