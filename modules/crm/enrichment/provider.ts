import type { Egress, EgressResponse } from '#platform/egress/egress.ts'
import { EgressError } from '#platform/egress/errors.ts'

/** What is known about a record and helps to find the rest. Texts that are not known are null. */
export interface Question {
  readonly object: 'company' | 'person'
  /** Of a person; null for a company. */
  readonly firstName: string | null
  readonly lastName: string | null
  /** Of the company, or of the person's. */
  readonly company: string | null
  readonly domain: string | null
  readonly siren: string | null
}

/** What a service answered. Values go by the names of the API; those of empty fields are written. */
export type Reply =
  | { readonly kind: 'found'; readonly values: Readonly<Record<string, unknown>> }
  | { readonly kind: 'nothing' }
  /** It cannot be used as it is set up, for example with this key. The next one is asked. */
  | { readonly kind: 'refused'; readonly reason: string }
  /** It may answer later. */
  | { readonly kind: 'busy'; readonly reason: string; readonly retryAfterS: number }

/** A service that can be asked. Everything leaves through the egress; nothing is written here. */
export interface Provider {
  readonly id: string
  readonly name: string
  readonly about: string
  readonly finds: readonly Question['object'][]
  readonly needsCredential: boolean
  /** Where it answers; another one for tests. */
  readonly origin: string
  /** Whether what is known is enough to ask. */
  canAsk(question: Question): boolean
  ask(asking: Asking): Promise<Reply>
}

export interface Asking {
  readonly egress: Egress
  readonly origin: string
  readonly orgId: string
  readonly question: Question
  /** Empty for a service that needs none. */
  readonly credential: string
  readonly signal: AbortSignal
}

const TIMEOUT_MS = 20_000
const RETRY_S = 60
const RETRY_MAX_S = 3_600

/** Sends a GET and reads the status as every service means it; `read` gets the JSON of a 200. */
export async function askJson(
  { egress, orgId, signal }: Asking,
  url: URL,
  headers: Readonly<Record<string, string>>,
  read: (json: unknown) => Reply,
): Promise<Reply> {
  let response: EgressResponse
  try {
    response = await egress.request({
      url: url.href,
      headers: { accept: 'application/json', ...headers },
      timeoutMs: TIMEOUT_MS,
      partition: orgId,
      signal,
    })
  } catch (error) {
    if (error instanceof EgressError)
      return { kind: 'busy', reason: 'The service could not be reached.', retryAfterS: RETRY_S }
    throw error
  }
  const { status } = response
  if (status === 401 || status === 403) return { kind: 'refused', reason: 'The service refused the key.' }
  if (status === 402) return { kind: 'refused', reason: 'The credit with this service is used up.' }
  if (status === 429 || status >= 500) {
    const wait = Number(response.headers['retry-after'])
    const retryAfterS = Number.isFinite(wait) && wait > 0 ? Math.min(wait, RETRY_MAX_S) : RETRY_S
    return { kind: 'busy', reason: `The service answered ${status}.`, retryAfterS }
  }
  if (status === 404) return { kind: 'nothing' }
  if (status !== 200) return { kind: 'refused', reason: `The service answered ${status}.` }
  try {
    return read(JSON.parse(response.text()))
  } catch {
    return { kind: 'refused', reason: 'The service answered something that cannot be read.' }
  }
}
