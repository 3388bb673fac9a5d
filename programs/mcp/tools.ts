/** Routes as tools of the Model Context Protocol: names, schemas and hints come from the contracts. */

import { z } from 'zod'
import { urlOf } from '#platform/contract/client.ts'
import type { AnyRoute, Permission } from '#platform/contract/route.ts'
import type { Principal } from '#platform/http/handlers.ts'

type Json = Record<string, unknown>

/** How a route is offered as a tool. */
export interface RouteTool {
  readonly route: AnyRoute
  /** The module of the route, by which tools are chosen. */
  readonly toolset: string
  readonly definition: {
    readonly name: string
    readonly title: string
    readonly description: string
    readonly inputSchema: { type: 'object'; [key: string]: unknown }
    readonly annotations: {
      readonly readOnlyHint: boolean
      readonly destructiveHint: boolean
      readonly idempotentHint: boolean
      readonly openWorldHint: false
    }
  }
}

/** What a call of a tool is as an HTTP request. */
export interface ToolRequest {
  readonly method: AnyRoute['method']
  readonly url: string
  readonly headers: Record<string, string>
  readonly body: unknown
  /** Arguments that the tool does not have and that the route could not refuse. */
  readonly unseen: readonly string[]
}

/** Items of a list that a model gets when it does not say how many it wants. */
const LIST_DEFAULT = 20
/** The argument that makes a repeated call harmless. */
const KEY = 'idempotency_key'

/**
 * The routes that make sense as tools: those of an organization that answer JSON. Pages, files, streams and the account
 * of a person are left out.
 */
export function toolsOf(routes: readonly AnyRoute[]): RouteTool[] {
  return routes
    .filter(route => route.access.includes(':') && route.path.startsWith('/v1/'))
    .filter(route => route.produces === undefined && !route.raw && !route.upload && !route.form)
    .map(route => ({ route, toolset: route.id.split('.')[0] ?? '', definition: definitionOf(route) }))
}

/** Whether the caller's role and key let a tool through; what happens in a call is decided by the route. */
export function mayUse({ route }: RouteTool, principal: Principal): boolean {
  return principal.can(route.access as Permission)
}

function definitionOf(route: AnyRoute): RouteTool['definition'] {
  const isRead = route.method === 'GET'
  return {
    name: route.id.replaceAll('.', '_'),
    title: route.summary,
    description: [`${route.summary}.`, route.description].filter(Boolean).join(' '),
    inputSchema: inputSchemaOf(route),
    annotations: {
      readOnlyHint: isRead,
      // What answers 201 only adds something; everything else may change what is there.
      destructiveHint: !isRead && route.status !== 201,
      idempotentHint: isRead || route.method === 'PUT' || route.method === 'DELETE',
      openWorldHint: false,
    },
  }
}

/** Whether the fields of the body stand beside the parameters, or the body is one argument. */
function isFlat(route: AnyRoute): boolean {
  if (!(route.body instanceof z.ZodObject)) return false
  const others = new Set([
    ...Object.keys(route.params?.shape ?? {}),
    ...Object.keys(route.query?.shape ?? {}),
    KEY,
    'body',
  ])
  return Object.keys(route.body.shape).every(name => !others.has(name))
}

function takesKey(route: AnyRoute): boolean {
  return route.method !== 'GET' && route.idempotent !== false
}

function inputSchemaOf(route: AnyRoute): RouteTool['definition']['inputSchema'] {
  const properties: Json = {}
  const required: string[] = []
  const $defs: Json = {}
  const add = (schema: z.ZodType) => {
    const json = z.toJSONSchema(schema, {
      io: 'input',
      target: 'draft-2020-12',
      unrepresentable: 'any',
      // A model reads each of these words again and again.
      override: ({ jsonSchema }) => {
        if (jsonSchema.format) delete jsonSchema.pattern
        delete jsonSchema.example
      },
    }) as Json
    Object.assign(properties, json.properties)
    Object.assign($defs, json.$defs)
    required.push(...((json.required ?? []) as string[]))
  }
  if (route.params) add(route.params)
  if (route.query) add(route.query)
  if (route.query && 'limit' in route.query.shape)
    properties.limit = { ...(properties.limit as Json), default: LIST_DEFAULT }
  if (route.body) add(isFlat(route) ? route.body : z.object({ body: route.body }))
  if (takesKey(route))
    properties[KEY] = {
      type: 'string',
      description: 'A text of your own: the same call with the same key happens once and answers the same.',
    }
  return {
    type: 'object',
    properties,
    ...(required.length > 0 ? { required } : {}),
    additionalProperties: false,
    ...(Object.keys($defs).length > 0 ? { $defs } : {}),
  }
}

/** Turns the arguments of a call into the request they stand for. The route checks them, not this. */
export function requestOf({ route }: RouteTool, given: Readonly<Record<string, unknown>>): ToolRequest {
  const rest: Json = { ...given }
  const key = rest[KEY]
  delete rest[KEY]
  const take = (shape: Record<string, unknown> | undefined) => {
    const taken: Json = {}
    for (const name of Object.keys(shape ?? {})) {
      if (rest[name] !== undefined) taken[name] = rest[name]
      delete rest[name]
    }
    return taken
  }
  const params = take(route.params?.shape)
  const query = take(route.query?.shape)
  if (route.query && 'limit' in route.query.shape) query.limit ??= LIST_DEFAULT
  const body = isFlat(route) ? rest : rest.body
  // What is not known goes where the route refuses it by name; a route with neither body nor query would not see it.
  const unknown = route.body === undefined ? rest : {}
  return {
    method: route.method,
    url: urlOf(route, { params, query: { ...query, ...unknown } }),
    unseen: route.body || route.query ? [] : Object.keys(unknown),
    headers: key === undefined || !takesKey(route) ? {} : { 'idempotency-key': String(key) },
    body: route.body === undefined ? undefined : (body ?? {}),
  }
}
