/** The part of Calendly's API v2 that makes and ends subscriptions. Source: Calendly, "Webhooks" of API v2. */

import { z } from 'zod'
import type { Egress, EgressMethod } from '#platform/egress/egress.ts'
import { EgressError } from '#platform/egress/errors.ts'

/** Whose bookings are told: those of whoever made the token, or of everybody in their organization. */
export type CalendlyScope = 'user' | 'organization'

/** Why Calendly does not do what it was asked. */
export type CalendlyReason = 'token' | 'plan' | 'not_allowed' | 'address' | 'silent'

/** What Calendly answered to somebody who may not do something, or that it answered nothing. */
export class CalendlyError extends Error {
  readonly reason: CalendlyReason
  constructor(reason: CalendlyReason, about: string, options?: ErrorOptions) {
    super(`Calendly: ${about}`, options)
    this.reason = reason
  }
}

/** Who a token speaks for. */
export interface CalendlyAccount {
  readonly user: string
  readonly organization: string
  /** A name, or the address where there is none. */
  readonly name: string
}

const TIMEOUT_MS = 10_000
const ANSWER_MAX_BYTES = 512 * 1024
/** Subscriptions that are looked through for those to the same address. */
const PAGES_MAX = 20

const Uri = z.string().min(1).max(500)
const Me = z.object({
  resource: z.object({
    uri: Uri,
    current_organization: Uri,
    name: z.string().nullish(),
    email: z.string().nullish(),
  }),
})
const Subscription = z.object({ uri: Uri, callback_url: z.string(), state: z.string().nullish() })
const One = z.object({ resource: Subscription })
const Page = z.object({
  collection: z.array(Subscription),
  pagination: z.object({ next_page_token: z.string().nullish() }).nullish(),
})

/** What can be asked of Calendly with one token. Everything throws `CalendlyError`. */
export interface Calendly {
  me(): Promise<CalendlyAccount>
  /** The ids of the subscriptions that lead to an address. */
  subscriptionsTo(url: string, account: CalendlyAccount, scope: CalendlyScope): Promise<string[]>
  /** Subscribes an address to bookings and cancellations; its id. */
  subscribe(
    account: CalendlyAccount,
    wish: { readonly url: string; readonly scope: CalendlyScope; readonly signingKey: string },
  ): Promise<string>
  /** How a subscription stands. */
  stateOf(subscription: string): Promise<'active' | 'disabled' | 'gone'>
  /** Ends a subscription; one that is gone is nothing to complain about. */
  unsubscribe(subscription: string): Promise<void>
}

/** Speaks to Calendly on behalf of an organization. `baseUrl` is without a slash at its end. */
export function calendlyWith(
  egress: Egress,
  { baseUrl, token, orgId }: { baseUrl: string; token: string; orgId: string },
): Calendly {
  async function ask(method: EgressMethod, path: string, body?: unknown) {
    const response = await egress
      .request({
        url: `${baseUrl}${path}`,
        method,
        headers: {
          authorization: `Bearer ${token}`,
          accept: 'application/json',
          ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
        timeoutMs: TIMEOUT_MS,
        maxResponseBytes: ANSWER_MAX_BYTES,
        partition: orgId,
      })
      .catch(error => {
        if (!(error instanceof EgressError)) throw error
        throw new CalendlyError('silent', error.message, { cause: error })
      })
    return { status: response.status, text: response.text() }
  }

  return {
    async me() {
      const { resource } = read(Me, await ask('GET', '/users/me'))
      const { uri: user, current_organization: organization, name, email } = resource
      return { user, organization, name: (name || email || '').slice(0, 200) }
    },
    async subscriptionsTo(url, { user, organization }, scope) {
      const found: string[] = []
      let next: string | null | undefined
      for (let n = 0; n < PAGES_MAX; n++) {
        const query = new URLSearchParams({ organization, scope, count: '100' })
        if (scope === 'user') query.set('user', user)
        if (next) query.set('page_token', next)
        const page = read(Page, await ask('GET', `/webhook_subscriptions?${query}`))
        found.push(...page.collection.filter(each => each.callback_url === url).map(each => idOf(each.uri)))
        next = page.pagination?.next_page_token
        if (!next) break
      }
      return found
    },
    async subscribe({ user, organization }, { url, scope, signingKey }) {
      const answer = await ask('POST', '/webhook_subscriptions', {
        url,
        events: ['invitee.created', 'invitee.canceled'],
        organization,
        ...(scope === 'user' ? { user } : {}),
        scope,
        signing_key: signingKey,
      })
      if (answer.status === 400 || answer.status === 422) throw new CalendlyError('address', answer.text)
      return idOf(read(One, answer).resource.uri)
    },
    async stateOf(subscription) {
      const answer = await ask('GET', `/webhook_subscriptions/${subscription}`)
      if (answer.status === 404) return 'gone'
      return read(One, answer).resource.state === 'disabled' ? 'disabled' : 'active'
    },
    async unsubscribe(subscription) {
      const answer = await ask('DELETE', `/webhook_subscriptions/${subscription}`)
      if (answer.status !== 204 && answer.status !== 200 && answer.status !== 404) throw refusalOf(answer)
    },
  }
}

interface Answered {
  readonly status: number
  readonly text: string
}

function read<T>(shape: z.ZodType<T>, answer: Answered): T {
  if (answer.status !== 200 && answer.status !== 201) throw refusalOf(answer)
  try {
    return shape.parse(JSON.parse(answer.text))
  } catch (error) {
    throw new CalendlyError('silent', 'an answer that is none', { cause: error })
  }
}

function refusalOf({ status, text }: Answered): CalendlyError {
  const about = `${status} ${text.slice(0, 300)}`
  if (status === 401) return new CalendlyError('token', about)
  if (status === 403) return new CalendlyError(/upgrade|\bplan\b/i.test(text) ? 'plan' : 'not_allowed', about)
  return new CalendlyError('silent', about)
}

/** The last part of the address by which Calendly names something. */
function idOf(uri: string): string {
  const id = /\/webhook_subscriptions\/([A-Za-z0-9-]{1,100})$/.exec(uri)?.[1]
  if (id === undefined) throw new CalendlyError('silent', 'a subscription without a name')
  return id
}
