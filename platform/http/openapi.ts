import { setImmediate } from 'node:timers/promises'
import { z } from 'zod'
import { Problem } from '../contract/problem.ts'
import { type AnyRoute, isUnsafe, takesKey } from '../contract/route.ts'
import { errorResponses } from './openapi-errors.ts'
import { exampleOf } from './openapi-example.ts'
import { type Json, SchemaBook } from './openapi-schema.ts'

/** A group of routes: the module is the first word of their ids. */
export interface RouteGroup {
  readonly name: string
  readonly title: string
  readonly text: string
}

/** How many routes are described before others get their turn. */
const AT_ONCE = 20

/**
 * The OpenAPI 3.1 document of the given routes under /v1. Schemas with an id become shared components. Takes a tenth of a
 * second, in pieces, so that a server can answer others meanwhile. Rejects for a route that names an error nobody declared.
 */
export async function openApiDocument(
  routes: readonly AnyRoute[],
  options: { serverUrl: string; version: string; groups: readonly RouteGroup[]; description: string },
): Promise<Json> {
  const book = new SchemaBook()
  const errors: Record<string, Json> = {}
  const paths: Record<string, Json> = {}
  const documented = routes.filter(route => route.path.startsWith('/v1/'))
  for (const [index, route] of documented.entries()) {
    if (index % AT_ONCE === AT_ONCE - 1) await setImmediate()
    const path = route.path.replace(/:([A-Za-z]+)/g, '{$1}')
    paths[path] = { ...paths[path], [route.method.toLowerCase()]: operationOf(route, book, errors) }
  }
  book.schemaOf(Problem, 'output')
  await setImmediate()
  const { document, schemas } = book.finish({ paths, responses: errors })
  withExamples(document.paths, schemas)
  const used = new Set(documented.map(tagOf))
  return {
    openapi: '3.1.0',
    info: {
      title: 'Millrace API',
      version: options.version,
      summary: 'Leads, workflows, e-mail and CRM over one database.',
      description: options.description,
      license: { name: 'AGPL-3.0-only', identifier: 'AGPL-3.0-only' },
    },
    servers: [{ url: options.serverUrl }],
    tags: [...used].sort().map(name => {
      const group = options.groups.find(each => each.name === name)
      return { name, description: group?.text ?? '', 'x-displayName': group?.title ?? name }
    }),
    paths: document.paths,
    components: {
      schemas,
      responses: document.responses,
      headers: documented.some(route => route.deprecated) ? { ...HEADERS, ...GOING } : HEADERS,
      parameters: PARAMETERS,
      securitySchemes: SECURITY,
    },
  }
}

/** The module is the first word of the operation id. */
function tagOf(route: AnyRoute): string {
  return route.id.split('.')[0] ?? route.id
}

const text = (description: string, example: string, schema: Json = { type: 'string' }): Json => ({
  description,
  schema: { ...schema, examples: [example] },
})

const HEADERS: Record<string, Json> = {
  RequestId: text(
    'Names this request; say it when you ask for help.',
    '019b0c4e-7a10-7c3e-9f00-3c2f1d4a5b6c',
  ),
  ETag: text(
    'The version of what is answered. Send it in If-Match with a change, or in If-None-Match to be answered 304 while nothing is new.',
    '"7.kPq3vX0aQ1bC2dE3"',
  ),
  RateLimit: text(
    'What is left of each limit, and in how many seconds it is full again.',
    '"caller";r=598;t=60',
  ),
  RateLimitPolicy: text('The limits that hold for you: requests and seconds.', '"caller";q=600;w=60'),
  RetryAfter: {
    description: 'Seconds to wait before trying again.',
    schema: { type: 'integer', examples: [1] },
  },
  Replayed: text('`true` when this is the stored answer to an earlier request with the same key.', 'true'),
}

/** Headers of operations that are on their way out. */
const GOING: Record<string, Json> = {
  Deprecation: text(
    'Since when this is on its way out, as `@` and seconds since 1970 (RFC 9745).',
    '@1767225600',
  ),
  Sunset: text('When it will be gone (RFC 8594).', 'Thu, 31 Dec 2026 00:00:00 GMT'),
}

const PARAMETERS: Record<string, Json> = {
  IdempotencyKey: {
    name: 'Idempotency-Key',
    in: 'header',
    required: false,
    description:
      'A random text of your own for this act. Sent again within 24 hours, it gives the first answer again and nothing happens twice.',
    schema: { type: 'string', minLength: 1, maxLength: 255, examples: ['b3f1c8de-order-42'] },
  },
  IfMatch: {
    name: 'If-Match',
    in: 'header',
    required: false,
    description:
      'The ETag of what the change is based on; refused with 412 when somebody has changed it since.',
    schema: { type: 'string', examples: ['"7.kPq3vX0aQ1bC2dE3"'] },
  },
  IfNoneMatch: {
    name: 'If-None-Match',
    in: 'header',
    required: false,
    description: 'The ETag you have; answered 304 without a body while it is still the one.',
    schema: { type: 'string', examples: ['"7.kPq3vX0aQ1bC2dE3"'] },
  },
}

const SECURITY: Record<string, Json> = {
  token: {
    type: 'http',
    scheme: 'bearer',
    description: 'An access token from POST /v1/auth/tokens, or an API key of an organization.',
  },
  session: {
    type: 'apiKey',
    in: 'cookie',
    name: '__Host-session',
    description: 'The session of a signed-in browser.',
  },
}

function operationOf(route: AnyRoute, book: SchemaBook, errors: Record<string, Json>): Json {
  const scopes = route.access === 'public' || route.access === 'user' ? [] : [route.access]
  return {
    operationId: route.id,
    summary: route.summary,
    tags: [tagOf(route)],
    ...(descriptionOf(route) ? { description: descriptionOf(route) } : {}),
    ...(route.deprecated ? { deprecated: true, 'x-sunset': route.deprecated.sunset } : {}),
    security: route.access === 'public' ? [] : [{ token: scopes }, { session: scopes }],
    parameters: [
      ...parametersOf(route, 'path', book),
      ...parametersOf(route, 'query', book),
      ...headersOf(route),
    ],
    ...bodyOf(route, book),
    responses: { ...successOf(route, book), ...errorResponses(route, errors) },
  }
}

function descriptionOf({ description, deprecated }: AnyRoute): string | undefined {
  if (!deprecated) return description
  const words = `On its way out since ${deprecated.since}, gone after ${deprecated.sunset}.${deprecated.use ? ` Use \`${deprecated.use}\` instead.` : ''}`
  return description ? `${words} ${description}` : words
}

function parametersOf(route: AnyRoute, place: 'path' | 'query', book: SchemaBook): Json[] {
  const schema = place === 'path' ? route.params : route.query
  if (!schema) return []
  return Object.entries(schema.shape).map(([name, field]) => {
    const { description, ...rest } = book.schemaOf(field as z.ZodType, 'input')
    return {
      name,
      in: place,
      required: place === 'path' || !z.safeParse(field as z.ZodType, undefined).success,
      description: description ?? PARAMETER_WORDS[name] ?? wordsOf(name),
      schema: rest,
    }
  })
}

const PARAMETER_WORDS: Readonly<Record<string, string>> = {
  limit: 'How many to answer at most.',
  cursor: '`nextCursor` of the page before; goes with the same filter and order.',
}

function wordsOf(name: string): string {
  const words = name.replace(/([A-Z])/g, ' $1').toLowerCase()
  return name.endsWith('Id') ? `The id of the ${words.slice(0, -3)}.` : `The ${words}.`
}

function headersOf(route: AnyRoute): Json[] {
  const names = [
    ...(takesKey(route) ? ['IdempotencyKey'] : []),
    ...(route.versioned && isUnsafe(route) ? ['IfMatch'] : []),
    ...(route.response && !isUnsafe(route) ? ['IfNoneMatch'] : []),
  ]
  return names.map(name => ({ $ref: `#/components/parameters/${name}` }))
}

function bodyOf(route: AnyRoute, book: SchemaBook): Json {
  if (route.raw)
    return {
      requestBody: { required: false, content: { '*/*': { schema: { type: 'string', format: 'binary' } } } },
    }
  if (route.upload)
    return {
      requestBody: {
        required: true,
        content: { 'application/octet-stream': { schema: { type: 'string', format: 'binary' } } },
      },
    }
  if (!route.body) return {}
  const schema = book.schemaOf(route.body, 'input')
  const media = route.example?.body === undefined ? { schema } : { schema, example: route.example.body }
  return {
    requestBody: {
      required: !z.safeParse(route.body, undefined).success,
      content: {
        'application/json': media,
        ...(route.form ? { 'application/x-www-form-urlencoded': { schema } } : {}),
      },
    },
  }
}

function successOf(route: AnyRoute, book: SchemaBook): Record<string, Json> {
  const status = route.status ?? (route.response || route.produces ? 200 : 204)
  const headers = Object.fromEntries(
    Object.entries({
      'X-Request-Id': 'RequestId',
      ...(route.versioned || (route.response && !isUnsafe(route)) ? { ETag: 'ETag' } : {}),
      ...(route.access === 'public' ? {} : { RateLimit: 'RateLimit', 'RateLimit-Policy': 'RateLimitPolicy' }),
      ...(takesKey(route) ? { 'Idempotency-Replayed': 'Replayed' } : {}),
      ...(route.deprecated ? { Deprecation: 'Deprecation', Sunset: 'Sunset' } : {}),
    }).map(([name, component]) => [name, { $ref: `#/components/headers/${component}` }]),
  )
  const success: Json = { description: status === 204 ? 'Done.' : 'The result.', headers }
  if (route.response) {
    const whole = book.schemaOf(route.response, 'output')
    const schema = route.sparse ? { anyOf: [whole, sparsePage(route, book)] } : whole
    const example = route.example?.response
    success.content = { 'application/json': example === undefined ? { schema } : { schema, example } }
  } else if (route.produces) {
    const types = [route.produces].flat()
    success.content = Object.fromEntries(types.map(type => [type, { schema: { type: 'string' } }]))
  }
  const unchanged = route.response && !isUnsafe(route)
  return {
    [status]: success,
    ...(unchanged
      ? {
          304: {
            description: 'What you have is still what there is.',
            headers: { ETag: { $ref: '#/components/headers/ETag' } },
          },
        }
      : {}),
  }
}

/** A page as `fields` leaves it: of each record only the id is sure. */
function sparsePage({ response }: AnyRoute, book: SchemaBook): Json {
  const { items, nextCursor } = (response as z.ZodObject).shape
  const item = (items as z.ZodArray<z.ZodObject>).element
  const some = z.object({ ...item.partial().shape, id: item.shape.id as z.ZodType })
  return book.schemaOf(z.object({ items: z.array(some), nextCursor: nextCursor as z.ZodType }), 'output')
}

interface Media {
  schema: Json
  example?: unknown
}

/** Gives every JSON body and answer an example, where its route brings none. */
function withExamples(paths: Record<string, Json>, schemas: Record<string, Json>): void {
  for (const operations of Object.values(paths)) {
    for (const operation of Object.values(operations) as OperationContent[]) {
      const answers = Object.entries(operation.responses).filter(([status]) => status.startsWith('2'))
      for (const place of [operation.requestBody, ...answers.map(([, answer]) => answer)]) {
        const media = place?.content?.['application/json']
        if (media) media.example ??= exampleOf(media.schema, schemas)
      }
    }
  }
}

interface OperationContent {
  requestBody?: { content?: Record<string, Media> }
  responses: Record<string, { content?: Record<string, Media> }>
}
