import { Problem, ProblemError } from './problem.ts'
import type { AnyRoute, CallInput, Route, RouteResult } from './route.ts'

export interface ClientOptions {
  /** Origin of the API, without a trailing slash; empty in the browser. */
  baseUrl: string
  /** The fetch to use; the platform's own by default. */
  fetch?: typeof globalThis.fetch
  /** Headers for each call, for example Authorization or Idempotency-Key. */
  headers?: (route: AnyRoute) => Record<string, string>
}

export interface Client {
  /**
   * Calls a route. Resolves with the parsed answer; throws `ProblemError` for every error the API
   * declares and for answers that are no problem document (a proxy's page, a lost connection).
   */
  call<T extends Route>(
    route: T,
    ...input: object extends CallInput<T>
      ? [input?: CallInput<T>, request?: RequestOptions]
      : [input: CallInput<T>, request?: RequestOptions]
  ): Promise<RouteResult<T>>
}

export interface RequestOptions {
  signal?: AbortSignal
  headers?: Record<string, string>
  /** The content of a request to a route that takes bytes as they come. */
  bytes?: Uint8Array<ArrayBuffer>
  /** Takes the content of an answer that is no JSON, as it comes. */
  receive?: (content: ReadableStream<Uint8Array>) => Promise<void>
}

interface LooseInput {
  params?: Record<string, unknown>
  query?: Record<string, unknown>
  body?: unknown
  ifMatch?: string | undefined
}

const etags = new WeakMap<object, string>()

/** The ETag an answer came with, to send as `ifMatch` with a change that is based on it. */
export function etagOf(answer: object): string | undefined {
  return etags.get(answer)
}

/** Fills `:param` segments and appends the query string. */
export function urlOf(route: AnyRoute, input: LooseInput = {}): string {
  const path = route.path.replace(/:([A-Za-z]+)/g, (_, name: string) =>
    encodeURIComponent(String(input.params?.[name] ?? '')),
  )
  const search = new URLSearchParams()
  for (const [key, value] of Object.entries(input.query ?? {})) {
    if (value === undefined || value === null) continue
    for (const item of Array.isArray(value) ? value : [value]) search.append(key, String(item))
  }
  const text = search.toString()
  return text ? `${path}?${text}` : path
}

function unreachable(status: number, code: string, title: string): ProblemError {
  return new ProblemError({
    type: 'about:blank',
    title,
    status,
    code,
    requestId: '',
    detail: 'Nothing is known about whether it was saved. Check, then try again.',
  })
}

async function problemOf(response: Response): Promise<ProblemError> {
  const parsed = Problem.safeParse(await response.json().catch(() => null))
  if (parsed.success) return new ProblemError(parsed.data)
  return unreachable(
    response.status,
    'client.unexpected_answer',
    `The server answered ${response.status} without an explanation.`,
  )
}

/** Builds the typed client used by the web app, the command line and the tests. */
export function createClient(options: ClientOptions): Client {
  const send = async (route: AnyRoute, input: LooseInput = {}, request: RequestOptions = {}) => {
    const headers: Record<string, string> = {
      accept: 'application/json',
      ...options.headers?.(route),
      ...request.headers,
    }
    const init: RequestInit = { method: route.method, headers, credentials: 'same-origin' }
    if (request.signal) init.signal = request.signal
    if (input.ifMatch !== undefined) headers['if-match'] = input.ifMatch
    if (input.body !== undefined) {
      headers['content-type'] = 'application/json'
      init.body = JSON.stringify(input.body)
    }
    if (request.bytes !== undefined) {
      headers['content-type'] = 'application/octet-stream'
      init.body = request.bytes
    }
    const fetchOnce = options.fetch ?? globalThis.fetch
    let response: Response
    try {
      response = await fetchOnce(options.baseUrl + urlOf(route, input), init)
    } catch (error) {
      if (request.signal?.aborted) throw error
      throw unreachable(0, 'client.unreachable', 'The server could not be reached.')
    }
    if (!response.ok) throw await problemOf(response)
    if (request.receive && response.body) await request.receive(response.body)
    if (response.status === 204 || !route.response) return undefined
    const answer: unknown = route.response.parse(await response.json())
    const etag = response.headers.get('etag')
    if (etag !== null && typeof answer === 'object' && answer !== null) etags.set(answer, etag)
    return answer
  }
  return {
    call: ((route: AnyRoute, input?: LooseInput, request?: RequestOptions) =>
      send(route, input, request)) as Client['call'],
  }
}
