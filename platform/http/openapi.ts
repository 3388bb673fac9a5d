import { z } from 'zod'
import { Problem } from '../contract/problem.ts'
import type { AnyRoute } from '../contract/route.ts'

type Json = Record<string, unknown>

/** The OpenAPI 3.1 document of the given routes. Schemas with an id become shared components. */
export function openApiDocument(
  routes: readonly AnyRoute[],
  options: { serverUrl: string; version: string },
): Json {
  const components: Json = {}
  const paths: Record<string, Json> = {}
  for (const route of routes.filter(candidate => candidate.path.startsWith('/v1/'))) {
    const path = route.path.replace(/:([A-Za-z]+)/g, '{$1}')
    paths[path] = { ...paths[path], [route.method.toLowerCase()]: operationOf(route, components) }
  }
  schemaOf(Problem, 'output', components)
  return {
    openapi: '3.1.0',
    info: {
      title: 'Millrace API',
      version: options.version,
      summary: 'Leads, workflows, e-mail and CRM over one database.',
      license: { name: 'AGPL-3.0-only', identifier: 'AGPL-3.0-only' },
    },
    servers: [{ url: options.serverUrl }],
    security: [{ bearer: [] }, { session: [] }],
    tags: [...new Set(routes.map(tagOf))].sort().map(name => ({ name })),
    paths,
    components: {
      schemas: components,
      securitySchemes: {
        bearer: { type: 'http', scheme: 'bearer', description: 'An access token from POST /v1/auth/tokens.' },
        session: { type: 'apiKey', in: 'cookie', name: '__Host-session' },
      },
    },
  }
}

/** The module is the first word of the operation id. */
export function tagOf(route: AnyRoute): string {
  return route.id.split('.')[0] ?? route.id
}

function operationOf(route: AnyRoute, components: Json): Json {
  const operation: Json = {
    operationId: route.id,
    summary: route.summary,
    tags: [tagOf(route)],
    ...(route.description ? { description: route.description } : {}),
    ...(route.access === 'public' ? { security: [] } : {}),
    parameters: [
      ...parametersOf(route, 'path', components),
      ...parametersOf(route, 'query', components),
      ...idempotencyKey(route),
    ],
    responses: responsesOf(route, components),
  }
  if (route.body) {
    const schema = schemaOf(route.body, 'input', components)
    operation.requestBody = {
      required: true,
      content: {
        'application/json': { schema },
        ...(route.form ? { 'application/x-www-form-urlencoded': { schema } } : {}),
      },
    }
  }
  return operation
}

function parametersOf(route: AnyRoute, place: 'path' | 'query', components: Json): Json[] {
  const schema = place === 'path' ? route.params : route.query
  if (!schema) return []
  return Object.entries(schema.shape).map(([name, field]) => ({
    name,
    in: place,
    required: place === 'path' || !z.safeParse(field as z.ZodType, undefined).success,
    schema: schemaOf(field as z.ZodType, 'input', components),
  }))
}

function idempotencyKey(route: AnyRoute): Json[] {
  if (
    route.method === 'GET' ||
    route.idempotent === false ||
    route.access === 'public' ||
    route.access === 'user'
  )
    return []
  return [
    {
      name: 'Idempotency-Key',
      in: 'header',
      required: false,
      description: 'Repeating a request with the same key gives the first answer again.',
      schema: { type: 'string', maxLength: 255 },
    },
  ]
}

function responsesOf(route: AnyRoute, components: Json): Json {
  const status = route.status ?? (route.response || route.produces ? 200 : 204)
  const success: Json = { description: status === 204 ? 'Done.' : 'The result.' }
  if (route.response)
    success.content = { 'application/json': { schema: schemaOf(route.response, 'output', components) } }
  else if (route.produces) success.content = { [route.produces]: { schema: { type: 'string' } } }
  const problem = (description: string): Json => ({
    description,
    content: { 'application/problem+json': { schema: { $ref: '#/components/schemas/Problem' } } },
  })
  const responses: Json = { [status]: success }
  if (route.access !== 'public') responses['401'] = problem('Not signed in.')
  if (route.access.includes(':')) responses['403'] = problem('The role does not allow it.')
  if (route.params) responses['404'] = problem('Missing, or not visible to you.')
  if (route.body || route.query)
    responses['422'] = problem('Values were not accepted; `errors` points at the fields.')
  responses['429'] = problem('Too many requests; see Retry-After.')
  return responses
}

/** JSON Schema of a zod schema, with shared definitions moved to the components. */
function schemaOf(schema: z.ZodType, io: 'input' | 'output', components: Json): Json {
  const {
    $schema: _,
    $defs,
    ...rest
  } = z.toJSONSchema(schema, {
    io,
    target: 'draft-2020-12',
    unrepresentable: 'any',
    override: ({ jsonSchema }) => {
      if (jsonSchema.format) delete jsonSchema.pattern
    },
  }) as Json & { $defs?: Record<string, Json> }
  for (const [name, definition] of Object.entries($defs ?? {})) components[name] = relocate(definition)
  const id = z.globalRegistry.get(schema)?.id
  if (id && !('$ref' in rest)) {
    const { id: _id, ...definition } = rest as Json
    components[id] = relocate(definition)
    return { $ref: `#/components/schemas/${id}` }
  }
  return relocate(rest)
}

function relocate<T>(value: T): T {
  const text = JSON.stringify(value, (key, item) =>
    key === 'id' && typeof item === 'string' ? undefined : item,
  )
  return JSON.parse(text.replaceAll('"#/$defs/', '"#/components/schemas/')) as T
}
