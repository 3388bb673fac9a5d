import { isPlainObject, type Json } from '#platform/contract/plain-data.ts'
import { type NodeRunner, next, type Outcome, permanent, type Scope } from '../node-run.ts'
import type { StepError, Wake } from '../run-state.ts'
import type { HttpRequestConfig } from './http-request.ts'

const HEADER_VALUE = /^[\t\x20-\x7e\x80-\xff]*$/
const RETRYABLE: ReadonlySet<number> = new Set([408, 425, 429, 500, 502, 503, 504])
const RETRY_AFTER_MS_MAX = 3_600_000

/** What the caller is asked to send; `headers` are pairs because a name may occur twice. */
export type HttpRequestCall = {
  method: string
  url: string
  headers: [name: string, value: string][]
  body: string | null
}

/** What the caller answers. `body` is the parsed JSON of a JSON answer, else its text. Header names are small. */
export type HttpRequestAnswer = { status: number; headers: Record<string, string>; body: Json }

export const httpRequestRunner: NodeRunner<HttpRequestConfig> = {
  type: 'http_request',
  load(config, tools) {
    const url = tools.text(config.url, { missing: 'error', escape: 'url' })
    const headers = config.headers.map(header => ({
      name: header.name,
      value: tools.text(header.value, { missing: 'error' }),
    }))
    const hasBody = config.body !== undefined && config.method !== 'GET' && config.method !== 'HEAD'
    const bodyOptions = { missing: 'empty', escape: config.bodyType === 'json' ? 'json' : 'none' } as const
    const body = hasBody ? tools.text(config.body ?? '', bodyOptions) : null
    const fixed = contentHeaders(config, hasBody)
    return {
      run({ scope }) {
        const request: HttpRequestCall = {
          method: config.method,
          url: url(scope).trim(),
          headers: [
            ...fixed,
            ...headers.map(({ name, value }): [string, string] => [name, value(scope).trim()]),
          ],
          body: readBody(body, scope),
        }
        const problem = problemWith(request, config.bodyType === 'json')
        return problem === null
          ? { do: 'call', kind: 'http_request', request, once: config.atMostOnce }
          : { do: 'fail', error: problem, input: request }
      },
      resume: (_context, wake, input) => settle(wake, input),
    }
  },
}

function contentHeaders(config: HttpRequestConfig, hasBody: boolean): [string, string][] {
  const isGiven = config.headers.some(header => header.name.toLowerCase() === 'content-type')
  if (!hasBody || isGiven) return []
  return [['content-type', config.bodyType === 'json' ? 'application/json' : 'text/plain; charset=utf-8']]
}

function readBody(body: ((scope: Scope) => string) | null, scope: Scope): string | null {
  return body === null ? null : body(scope)
}

function problemWith(request: HttpRequestCall, isJson: boolean): StepError | null {
  if (!URL.canParse(request.url) || !/^https?:\/\//i.test(request.url)) {
    return permanent('http.invalid_url', `"${request.url.slice(0, 200)}" is not a web address.`)
  }
  const wrong = request.headers.find(([, value]) => !HEADER_VALUE.test(value))
  if (wrong !== undefined)
    return permanent(
      'http.invalid_header',
      `The value of the header "${wrong[0]}" has characters a header cannot have.`,
    )
  if (!isJson || request.body === null) return null
  try {
    JSON.parse(request.body)
    return null
  } catch {
    return permanent('http.invalid_body', 'The body is not JSON once its values are filled in.')
  }
}

function settle(wake: Wake, input: Json): Outcome {
  const answer = wake.by === 'answer' ? wake.output : null
  if (!isPlainObject(answer) || typeof answer.status !== 'number') {
    return {
      do: 'fail',
      error: permanent('http.invalid_answer', 'The answer could not be understood.'),
      input,
    }
  }
  const { status } = answer
  if (status >= 200 && status < 400) return next('out', answer as Json, input)
  const error: StepError = {
    code: 'http.status',
    message: `The server answered with status ${status}.`,
    retryable: RETRYABLE.has(status),
    retryAfterMs: retryAfterMs(answer.headers),
    details: { status, body: shortBody(answer.body) },
  }
  return { do: 'fail', error, input }
}

/** Retry-After in seconds (RFC 9110, section 10.2.3); its date form is rare and treated as absent. */
function retryAfterMs(headers: unknown): number | null {
  const value = isPlainObject(headers) ? headers['retry-after'] : undefined
  return typeof value === 'string' && /^\d{1,6}$/.test(value)
    ? Math.min(Number(value) * 1_000, RETRY_AFTER_MS_MAX)
    : null
}

function shortBody(body: unknown): string {
  const text = typeof body === 'string' ? body : (JSON.stringify(body) ?? '')
  return text.slice(0, 1_000)
}
