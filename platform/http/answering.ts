import { Readable } from 'node:stream'
import type { FastifyReply, FastifyRequest } from 'fastify'
import type { Kit } from '../context.ts'
import { isUnsafe } from '../contract/route.ts'
import { messageOf } from '../log.ts'
import type { Asked } from './asking.ts'
import { etagOf, isKnown } from './etags.ts'
import { Answer, type Implemented, type LooseInput, Versioned } from './handlers.ts'
import type { Outcome as KeptOutcome } from './idempotency.ts'
import { appErrorOf, problemDocument } from './problems.ts'
import { readFields, trimmed } from './sparse.ts'

/** What a request comes to, and whether an earlier one with its key has brought it about. */
export interface Outcome extends KeptOutcome {
  readonly replayed?: boolean
}

/** The answer passes through the route's schema, so that only declared fields ever leave. */
export function outcomeOf(
  { route }: Implemented,
  result: unknown,
  asked: Asked,
  input: LooseInput,
): Outcome | Answer {
  if (result instanceof Answer) return result
  if (route.versioned && !(result instanceof Versioned))
    throw new Error(`The route ${route.id} is versioned and answers no version.`)
  if (route.versioned && isUnsafe(route) && !asked.hasHeeded)
    throw new Error(`The route ${route.id} is versioned and does not look at what the change is based on.`)
  const value = result instanceof Versioned ? result.value : result
  const version = result instanceof Versioned ? result.version : undefined
  if (!route.response) return { status: route.status ?? 204, answer: undefined }
  const fields = readFields(route, input.query)
  const whole = route.response.parse(value)
  const answer = fields ? trimmed(whole, fields) : whole
  const etag = version === undefined ? undefined : etagOf(JSON.stringify(answer), version)
  return { status: route.status ?? 200, answer, etag }
}

/** Sends an answer, or 304 to somebody who has it. */
export function send(
  { route }: Implemented,
  outcome: Outcome | Answer,
  request: FastifyRequest,
  reply: FastifyReply,
): FastifyReply {
  if (outcome instanceof Answer) {
    reply.code(outcome.status).headers(outcome.headers)
    if (!('cache-control' in outcome.headers)) reply.header('cache-control', 'no-store')
    return reply.send(
      outcome.body instanceof ReadableStream ? Readable.fromWeb(outcome.body as never) : outcome.body,
    )
  }
  reply.code(outcome.status).header('cache-control', 'private, no-store')
  if (outcome.replayed) reply.header('idempotency-replayed', 'true')
  if (!route.response) return reply.send()
  const text = JSON.stringify(outcome.answer)
  const etag = outcome.etag ?? (route.method === 'GET' ? etagOf(text, undefined) : undefined)
  if (etag !== undefined) reply.header('etag', etag)
  if (etag !== undefined && route.method === 'GET' && isKnown(request.headers['if-none-match'], etag))
    return reply.code(304).send()
  return reply.header('content-type', 'application/json; charset=utf-8').send(text)
}

/** Answers any error as a problem document; also used for unknown paths. */
export function sendProblem(
  kit: Kit,
  error: unknown,
  request: FastifyRequest,
  reply: FastifyReply,
): FastifyReply {
  const problem = appErrorOf(error)
  if (problem.status >= 500) {
    const cause = problem.cause ?? error
    kit.log.error(
      { requestId: request.id, route: request.routeOptions.url, code: problem.code, error: messageOf(cause) },
      'http.failed',
    )
  }
  if (problem.retryAfterS !== undefined) reply.header('retry-after', String(problem.retryAfterS))
  if (problem.currentVersion !== undefined) reply.header('etag', `"${problem.currentVersion}"`)
  return reply
    .code(problem.status)
    .header('content-type', 'application/problem+json; charset=utf-8')
    .header('cache-control', 'no-store')
    .send(JSON.stringify(problemDocument(problem, request.id)))
}
