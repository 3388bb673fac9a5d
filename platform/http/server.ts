import { Readable } from 'node:stream'
import cookie from '@fastify/cookie'
import { type FastifyInstance, type FastifyReply, type FastifyRequest, fastify } from 'fastify'
import { auditOutcome, auditRefusal, auditUserOutcome, refusalOf } from '../audit/requests.ts'
import { type Caller, inOrganization, type Kit, outsideOrganizations } from '../context.ts'
import type { AnyRoute, Permission } from '../contract/route.ts'
import { generalErrors } from '../errors.ts'
import { isId, newId } from '../ids.ts'
import { messageOf } from '../log.ts'
import { createApiLimits } from './api-limits.ts'
import { etagOf, isKnown, versionsOf } from './etags.ts'
import {
  Answer,
  type Http,
  type Implemented,
  type LooseInput,
  type Principal,
  Versioned,
} from './handlers.ts'
import { type Outcome as KeptOutcome, once, onceForUser } from './idempotency.ts'
import { parsePart } from './input.ts'
import { parseJson } from './json.ts'
import { appErrorOf, problemDocument } from './problems.ts'
import { readFields, trimmed } from './sparse.ts'

const BODY_LIMIT = 1_048_576
const NO_BYTES = new Uint8Array()
/** Asks for the answer that somebody else would get, and says that it is one. */
const VIEW_AS = 'millrace-view-as'
const VIEWED_AS = 'millrace-viewed-as'
const UNSAFE = new Set(['POST', 'PUT', 'PATCH', 'DELETE'])

export interface ServerOptions {
  kit: Kit
  routes: readonly Implemented[]
  /**
   * Finds out who a request speaks for, from its cookie or Authorization header. Resolves null for
   * nobody; throws `request.not_signed_in` for a credential that is no good.
   */
  authenticate: (
    kit: Kit,
    request: {
      cookie(name: string): string | undefined
      readonly authorization: string | undefined
      readonly method: string
      readonly viewAs: string | undefined
      readonly from: { readonly address: string; readonly userAgent: string; readonly requestId: string }
    },
  ) => Promise<Principal | null>
  /** Called for each finished request, for metrics. */
  onFinish?: (route: string, method: string, status: number, seconds: number) => void
}

const FOR_PEOPLE = 'This is for people who are signed in; an API key cannot do it.'

interface Mounting extends ServerOptions {
  readonly limit: ReturnType<typeof createApiLimits>
}

/** Builds the HTTP server: every route goes through the same reading, checking, answering and failing. */
export async function buildServer(options: ServerOptions): Promise<FastifyInstance> {
  const app = fastify({
    logger: false,
    bodyLimit: BODY_LIMIT,
    trustProxy: options.kit.config.trustProxy,
    exposeHeadRoutes: false,
    genReqId: () => newId(),
    forceCloseConnections: 'idle',
    // An id that is too long names nothing, like any other that is none, so it is for the schema to refuse.
    routerOptions: { maxParamLength: 20_000, caseSensitive: true },
  })
  await app.register(cookie)
  readBodiesStrictly(app)
  app.addHook('onRequest', (request, reply, done) => {
    reply.header('x-request-id', request.id)
    reply.header('x-content-type-options', 'nosniff')
    reply.header('referrer-policy', 'same-origin')
    reply.header('cross-origin-opener-policy', 'same-origin')
    done()
  })
  app.addHook('onResponse', (request, reply, done) => {
    options.onFinish?.(
      request.routeOptions.url ?? 'unmatched',
      request.method,
      reply.statusCode,
      reply.elapsedTime / 1000,
    )
    done()
  })
  const mounting = { ...options, limit: createApiLimits(options.kit.config) }
  app.setErrorHandler((error, request, reply) => sendProblem(options.kit, error, request, reply))
  for (const implemented of options.routes.filter(({ route }) => !route.raw))
    mount(app, mounting, implemented)
  await app.register(async scope => {
    readBodiesAsBytes(scope)
    for (const implemented of options.routes.filter(({ route }) => route.raw))
      mount(scope, mounting, implemented)
  })
  return app
}

/** JSON and nothing that merely resembles it; form posts only where a route says so. */
function readBodiesStrictly(app: FastifyInstance): void {
  app.removeAllContentTypeParsers()
  app.addContentTypeParser('application/json', { parseAs: 'buffer' }, (_request, body, done) => {
    try {
      done(null, parseJson(body as Buffer))
    } catch (error) {
      done(error as Error)
    }
  })
  app.addContentTypeParser(
    'application/x-www-form-urlencoded',
    { parseAs: 'buffer' },
    (_request, body, done) => {
      const fields: Record<string, string | string[]> = Object.create(null)
      for (const [name, value] of new URLSearchParams((body as Buffer).toString('utf8'))) {
        const before = fields[name]
        fields[name] =
          before === undefined ? value : Array.isArray(before) ? [...before, value] : [before, value]
      }
      done(null, { ...fields })
    },
  )
}

/** A signature is over the bytes that were sent, so nothing may read them before it is checked. */
function readBodiesAsBytes(scope: FastifyInstance): void {
  scope.removeAllContentTypeParsers()
  scope.addContentTypeParser('*', { parseAs: 'buffer' }, (_request, body, done) => done(null, body))
}

const JSON_TYPE = /^application\/json(; ?charset=utf-8)?$/i
const FORM_TYPE = /^application\/x-www-form-urlencoded(; ?charset=utf-8)?$/i

function mount(app: FastifyInstance, options: Mounting, implemented: Implemented): void {
  const { route } = implemented
  app.route({
    method: route.method,
    url: route.path,
    ...(route.bodyLimit === undefined ? {} : { bodyLimit: route.bodyLimit }),
    onRequest: async (request, reply) => {
      announceDeprecation(route, reply)
      refuseCrossSite(request, route.form === true || route.raw === true)
      if (UNSAFE.has(route.method) && !route.versioned) refuseCondition(request)
      if (!UNSAFE.has(route.method) || !route.body) return
      const type = request.headers['content-type'] ?? ''
      if (JSON_TYPE.test(type) || (route.form && FORM_TYPE.test(type))) return
      throw generalErrors.unsupported_type()
    },
    handler: async (request, reply) => {
      const http = await httpOf(options, implemented, request, reply)
      if (http.principal) options.limit(http.principal, route, http.setHeader)
      const outcome = await run(options.kit, implemented, http, () => readInput(implemented, request)).catch(
        error => enterRefusal(options.kit, implemented, http, error),
      )
      return send(implemented, outcome, request, reply)
    },
  })
}

/**
 * Browsers say where a request comes from. Anything that changes state and comes from another site is
 * refused, cookie or not; programs send neither header and authenticate by token.
 */
function refuseCrossSite(request: FastifyRequest, isForAllSites: boolean): void {
  if (!UNSAFE.has(request.method) || isForAllSites) return
  const site = request.headers['sec-fetch-site']
  if (site === 'cross-site' || site === 'same-site') throw generalErrors.cross_site()
  const origin = request.headers.origin
  if (site === undefined && origin !== undefined && URL.parse(origin)?.host !== request.headers.host) {
    throw generalErrors.cross_site()
  }
}

/** RFC 9745 and RFC 8594: since when a route is on its way out, when it will be gone, and where to read about it. */
function announceDeprecation({ deprecated }: AnyRoute, reply: FastifyReply): void {
  if (!deprecated) return
  reply.header('deprecation', `@${Date.parse(deprecated.since) / 1000}`)
  reply.header('sunset', new Date(deprecated.sunset).toUTCString())
  reply.header('link', `</docs/api${deprecated.use ? `#${deprecated.use}` : ''}>; rel="deprecation"`)
}

/** Ignoring a condition would do what the caller asked not to be done. */
function refuseCondition(request: FastifyRequest): void {
  if (request.headers['if-match'] === undefined) return
  throw generalErrors.invalid({
    errors: [
      {
        in: 'header',
        pointer: '/If-Match',
        code: 'not_supported',
        message: 'This request cannot be made to depend on a version.',
      },
    ],
  })
}

async function httpOf(
  options: ServerOptions,
  implemented: Implemented,
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<Http> {
  const { kit } = options
  const identify = () =>
    options.authenticate(kit, {
      cookie: name => request.cookies[name],
      authorization: request.headers.authorization,
      method: request.method,
      viewAs: textOf(request.headers[VIEW_AS]),
      from: {
        address: request.ip,
        userAgent: request.headers['user-agent'] ?? '',
        requestId: request.id,
      },
    })
  const principal = implemented.route.access === 'public' ? null : await identify()
  if (principal?.viewedAs) reply.header(VIEWED_AS, textOf(request.headers[VIEW_AS]) ?? '')
  const closed = new AbortController()
  reply.raw.once('close', () => closed.abort())
  const expected = versionsOf(request.headers['if-match'])
  const http: Http = {
    kit,
    requestId: request.id,
    address: request.ip,
    principal,
    header: name => {
      const value = request.headers[name]
      return Array.isArray(value) ? value[0] : value
    },
    headers: request.headers,
    rawBody: implemented.route.raw && request.body instanceof Uint8Array ? request.body : NO_BYTES,
    cookie: name => request.cookies[name],
    setHeader: (name, value) => reply.header(name, value),
    setCookie: (name, value, { maxAgeS }) =>
      reply.setCookie(name, value, {
        path: '/',
        httpOnly: true,
        secure: true,
        sameSite: 'lax',
        maxAge: maxAgeS,
      }),
    get expected() {
      heeded.add(http)
      return expected
    },
    principalNow: () => identify().catch(() => null),
    closed: closed.signal,
  }
  return http
}

/** Requests whose handler has asked what the caller's change is based on. */
const heeded = new WeakSet<Http>()

function textOf(header: string | string[] | undefined): string | undefined {
  return Array.isArray(header) ? header[0] : header
}

function readInput({ route }: Implemented, request: FastifyRequest): LooseInput {
  return {
    params: readParams(route.params, request.params),
    query: parsePart('query', route.query, request.query),
    body: route.body ? parsePart('body', route.body, request.body) : undefined,
  }
}

/** An id that is no id names nothing, exactly like an id of somebody else's record. */
function readParams(schema: Implemented['route']['params'], params: unknown): unknown {
  if (!schema) return undefined
  const parsed = schema.safeParse(params)
  if (!parsed.success) throw generalErrors.not_found()
  return parsed.data
}

interface Outcome extends KeptOutcome {
  readonly replayed?: boolean
}

/** Who may call comes first: a request is read only for those the route is open to. */
async function run(
  kit: Kit,
  implemented: Implemented,
  http: Http,
  read: () => LooseInput,
): Promise<Outcome | Answer> {
  const { route, handler } = implemented
  if (handler.kind === 'public') {
    const input = read()
    return outcomeOf(implemented, await handler.run(http, input), http, input)
  }
  const principal = http.principal
  if (!principal) throw generalErrors.not_signed_in()
  const { actor, orgId } = principal
  const options = { actor, caller: callerOf(http, principal), requestId: http.requestId }
  if (handler.kind === 'user') {
    if (principal.userId === null) throw generalErrors.forbidden({ detail: FOR_PEOPLE })
    if (principal.confinedTo && !route.confined) throw generalErrors.confined()
    const input = read()
    const prepared = await handler.prepare?.(http, input)
    return outsideOrganizations(kit, options, async ctx => {
      const answer = async () => {
        const outcome = outcomeOf(implemented, await handler.run(ctx, input, http, prepared), http, input)
        await auditUserOutcome(ctx, orgId, route, input)
        return outcome
      }
      const request = repeatOf(implemented, http, input)
      return request ? onceForUser(ctx, request, () => keepable(implemented, answer)) : answer()
    })
  }
  if (!orgId || !isId(orgId)) throw generalErrors.forbidden()
  if (!principal.can(route.access as Permission)) throw generalErrors.forbidden()
  if (principal.frozen && UNSAFE.has(route.method)) throw principal.frozen()
  const input = read()
  return inOrganization(kit, { ...options, orgId, visibility: principal.visibility }, async ctx => {
    const answer = async () => {
      const outcome = outcomeOf(implemented, await handler.run(ctx, input, http), http, input)
      await auditOutcome(ctx, route, input)
      return outcome
    }
    const request = repeatOf(implemented, http, input)
    return request ? once(ctx, request, () => keepable(implemented, answer)) : answer()
  })
}

/** What a request with an Idempotency-Key is known by; undefined for one that is simply run. */
function repeatOf({ route }: Implemented, http: Http, input: LooseInput) {
  const key = http.header('idempotency-key')
  if (key === undefined || !UNSAFE.has(route.method) || route.idempotent === false) return undefined
  return {
    actor: JSON.stringify(http.principal?.actor),
    route: route.id,
    key,
    content: JSON.stringify(input),
  }
}

async function keepable(
  { route }: Implemented,
  answer: () => Promise<Outcome | Answer>,
): Promise<KeptOutcome> {
  const outcome = await answer()
  if (outcome instanceof Answer)
    throw new Error(`The route ${route.id} answers no JSON and cannot be repeated by key.`)
  return outcome
}

/** Enters into the log of the organization that somebody known was refused, and refuses. */
async function enterRefusal(kit: Kit, { route }: Implemented, http: Http, error: unknown): Promise<never> {
  const { principal, requestId } = http
  const problem = appErrorOf(error)
  if (problem.status === 403 && principal?.orgId && isId(principal.orgId)) {
    const { actor, orgId } = principal
    const options = { orgId, actor, caller: callerOf(http, principal), requestId }
    await auditRefusal(kit, options, refusalOf(route, problem))
  }
  throw error
}

function callerOf(http: Http, { name }: Principal): Caller {
  return { name, address: http.address, userAgent: http.header('user-agent') ?? '' }
}

/** The answer passes through the route's schema, so that only declared fields ever leave. */
function outcomeOf({ route }: Implemented, result: unknown, http: Http, input: LooseInput): Outcome | Answer {
  if (result instanceof Answer) return result
  if (route.versioned && !(result instanceof Versioned))
    throw new Error(`The route ${route.id} is versioned and answers no version.`)
  if (route.versioned && UNSAFE.has(route.method) && !heeded.has(http))
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

function send(
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
