import cookie from '@fastify/cookie'
import { type FastifyInstance, type FastifyReply, type FastifyRequest, fastify } from 'fastify'
import { auditOutcome, auditRefusal, auditUserOutcome, refusalOf } from '../audit/requests.ts'
import {
  type Context,
  type ContextOptions,
  inOrganization,
  type Kit,
  outsideOrganizations,
} from '../context.ts'
import { type AnyRoute, isUnsafe, type Permission, takesKey } from '../contract/route.ts'
import { generalErrors } from '../errors.ts'
import type { ReceivedFile } from '../files/store.ts'
import { isId, newId } from '../ids.ts'
import { type Outcome, outcomeOf, send, sendProblem } from './answering.ts'
import { createApiLimits } from './api-limits.ts'
import { type Asked, type Authenticate, askedBy, callerOf } from './asking.ts'
import { leaveBodiesUnread, readBodiesAsBytes, readBodiesStrictly, takesType } from './bodies.ts'
import { Answer, type Http, type Implemented, type IncomingBody, type LooseInput } from './handlers.ts'
import { type Outcome as KeptOutcome, once, onceForUser } from './idempotency.ts'
import { parsePart } from './input.ts'
import { appErrorOf } from './problems.ts'
import { admitSite, answerPreflights } from './sites.ts'
import { forgetUnread, incomingOf, receiveBody, refuseByLength, withReceived } from './uploads.ts'

const BODY_LIMIT = 1_048_576

export interface ServerOptions {
  kit: Kit
  routes: readonly Implemented[]
  authenticate: Authenticate
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
  for (const implemented of options.routes.filter(({ route }) => !route.raw && !route.upload))
    mount(app, mounting, implemented)
  await app.register(async scope => {
    leaveBodiesUnread(scope)
    forgetUnread(scope, options.kit.config.fileBytesMax)
    for (const implemented of options.routes.filter(({ route }) => route.upload))
      mount(scope, mounting, implemented)
  })
  await app.register(async scope => {
    readBodiesAsBytes(scope)
    for (const implemented of options.routes.filter(({ route }) => route.raw))
      mount(scope, mounting, implemented)
  })
  return app
}

function mount(app: FastifyInstance, options: Mounting, implemented: Implemented): void {
  const { route } = implemented
  answerPreflights(app, options.kit, implemented)
  app.route({
    method: route.method,
    url: route.path,
    ...(route.bodyLimit === undefined ? {} : { bodyLimit: route.bodyLimit }),
    onRequest: async (request, reply) => {
      announceDeprecation(route, reply)
      await admitSite(options.kit, implemented, request, reply)
      if (isUnsafe(route) && !route.versioned) refuseCondition(request)
      if (isUnsafe(route) && route.body && !takesType(route, request.headers['content-type']))
        throw generalErrors.unsupported_type()
    },
    handler: async (request, reply) => {
      const asked = await askedBy(options, route, request, reply)
      if (asked.principal) options.limit(asked.principal, route, asked.setHeader)
      const outcome = await run(options.kit, implemented, asked, {
        read: () => readInput(implemented, request),
        receive: () => receiveBody(options.kit, request),
        incoming: () => incomingOf(request),
      }).catch(error => enterRefusal(options.kit, implemented, asked, error))
      return send(implemented, outcome, request, reply)
    },
  })
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

interface Reading {
  readonly read: () => LooseInput
  readonly receive: () => Promise<ReceivedFile>
  readonly incoming: () => IncomingBody
}

/** Who may call comes first: a request is read only for those the route is open to. */
async function run(
  kit: Kit,
  implemented: Implemented,
  http: Asked,
  { read, receive, incoming }: Reading,
): Promise<Outcome | Answer> {
  const { route, handler } = implemented
  if (handler.kind === 'public') {
    const input = read()
    return outcomeOf(implemented, await handler.run(http, input), http, input)
  }
  if (handler.kind === 'incoming') {
    const input = read()
    return outcomeOf(implemented, await handler.run(http, input, incoming()), http, input)
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
  if (principal.frozen && isUnsafe(route)) throw principal.frozen()
  const input = read()
  const within = { ...options, orgId, visibility: principal.visibility }
  if (handler.kind === 'upload') {
    refuseByLength(kit, http.header('content-length'))
    await inOrganization(kit, within, ctx => handler.admit(ctx, input))
    const file = await receive()
    return withReceived(kit, orgId, file, () =>
      answered(kit, implemented, http, within, { input, sha256: file.sha256 }, ctx =>
        handler.run(ctx, input, file),
      ),
    )
  }
  const { after } = handler
  if (!after) return answered(kit, implemented, http, within, { input }, ctx => handler.run(ctx, input, http))
  const found = await inOrganization(kit, within, async ctx => {
    const read = await handler.run(ctx, input, http)
    await auditOutcome(ctx, route, input)
    return read
  })
  return outcomeOf(implemented, await after(found, http), http, input)
}

/** Does the work of a route in its organization, once for each Idempotency-Key. */
function answered(
  kit: Kit,
  implemented: Implemented,
  http: Asked,
  within: ContextOptions,
  { input, sha256 }: { input: LooseInput; sha256?: string },
  work: (ctx: Context) => Promise<unknown>,
): Promise<Outcome | Answer> {
  return inOrganization(kit, within, async ctx => {
    const answer = async () => {
      const outcome = outcomeOf(implemented, await work(ctx), http, input)
      await auditOutcome(ctx, implemented.route, input)
      return outcome
    }
    const request = repeatOf(implemented, http, sha256 === undefined ? input : { ...input, body: sha256 })
    return request ? once(ctx, request, () => keepable(implemented, answer)) : answer()
  })
}

/** What a request with an Idempotency-Key is known by; undefined for one that is simply run. */
function repeatOf({ route }: Implemented, http: Http, input: LooseInput) {
  const key = http.header('idempotency-key')
  if (key === undefined || !takesKey(route)) return undefined
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
