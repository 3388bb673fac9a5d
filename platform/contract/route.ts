import type { z } from 'zod'

/**
 * Who may call a route.
 * - `public`: anyone; the route decides itself which organization it speaks for.
 * - `user`: any signed-in person, with or without an organization.
 * - `<resource>:<action>`: a principal inside an organization that holds this permission. The action is a
 *   closed word because roles are defined by actions: `read`, `write`, `manage` (people and settings), `bill`.
 */
export type Permission = `${string}:${'read' | 'write' | 'manage' | 'bill'}`
export type Access = 'public' | 'user' | Permission

export type Method = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE'

type ObjectSchema = z.ZodObject
type AnySchema = z.ZodType

/** One route, defined once: validation, permission, OpenAPI, typed client and probes all read this object. */
export interface Route<
  P extends ObjectSchema | undefined = ObjectSchema | undefined,
  Q extends ObjectSchema | undefined = ObjectSchema | undefined,
  B extends AnySchema | undefined = AnySchema | undefined,
  R extends AnySchema | undefined = AnySchema | undefined,
  A extends Access = Access,
> {
  /** Operation id, `module.noun.verb`, unique in the product. */
  readonly id: string
  readonly method: Method
  /** Path with `:param` segments. */
  readonly path: string
  readonly summary: string
  readonly description?: string
  readonly access: A
  readonly params?: P
  readonly query?: Q
  readonly body?: B
  /** Schema of the successful answer; leave out for 204. */
  readonly response?: R
  readonly status?: 200 | 201 | 202 | 204
  /** Error codes the route can answer beyond the general ones, for the reference page. */
  readonly errors?: readonly string[]
  /** Unsafe routes honour Idempotency-Key unless this is false. */
  readonly idempotent?: boolean
  /** For a route for a person: it touches nothing that reaches beyond one organization, see `Principal.confinedTo`. */
  readonly confined?: boolean
  /**
   * The record it answers has a version: the answer carries it in its ETag, a read is answered 304 to If-None-Match, and
   * a change is refused with 412 when If-Match names another version.
   */
  readonly versioned?: boolean
  /** Its query has `fields`, and records are answered with these only. */
  readonly sparse?: boolean
  /** Still answered, but on its way out. Dates are YYYY-MM-DD; `use` is the id of the route to use instead. */
  readonly deprecated?: { readonly since: string; readonly sunset: string; readonly use?: string }
  /** What a call looks like, for the reference; made up from the schemas when left out. */
  readonly example?: { readonly body?: unknown; readonly response?: unknown }
  /** Also accepts an HTML form post (application/x-www-form-urlencoded). */
  readonly form?: boolean
  /** Takes a body of any type as the bytes that came, from programs and browsers of any site; `http.rawBody` has it. */
  readonly raw?: boolean
  /** Its body is one file of any type, taken in as it comes; made with `implementUpload`. */
  readonly upload?: true
  /** What the answer is when it is not JSON, for example `text/html` or `text/event-stream`. */
  readonly produces?: string | readonly string[]
  /** How many requests a call counts as under the limits of the API; by default 1, 2 for a page and 20 for an export. */
  readonly cost?: number
  /** Largest body in bytes; the server's default otherwise. */
  readonly bodyLimit?: number
}

export type AnyRoute = Route

/** Whether a route changes something. */
export function isUnsafe({ method }: AnyRoute): boolean {
  return method !== 'GET'
}

/** Whether a route honours Idempotency-Key. */
export function takesKey(route: AnyRoute): boolean {
  return isUnsafe(route) && route.idempotent !== false && route.access !== 'public'
}

type Out<S> = S extends AnySchema ? z.output<S> : undefined
type In<S> = S extends AnySchema ? z.input<S> : undefined

/** What the handler receives: only what the schemas let through. */
export interface RouteInput<T extends Route> {
  params: T extends Route<infer P, infer _Q, infer _B, infer _R> ? Out<P> : never
  query: T extends Route<infer _P, infer Q, infer _B, infer _R> ? Out<Q> : never
  body: T extends Route<infer _P, infer _Q, infer B, infer _R> ? Out<B> : never
}

/** What a caller passes: inputs of the schemas, before defaults and coercion. */
export type CallInput<T extends Route> = (T extends Route<infer P, infer _Q, infer _B, infer _R>
  ? P extends ObjectSchema
    ? { params: In<P> }
    : { params?: undefined }
  : never) &
  (T extends Route<infer _P, infer Q, infer _B, infer _R>
    ? Q extends ObjectSchema
      ? { query?: In<Q> }
      : { query?: undefined }
    : never) &
  (T extends Route<infer _P, infer _Q, infer B, infer _R>
    ? B extends AnySchema
      ? { body: In<B> }
      : { body?: undefined }
    : never) & {
    /** The ETag of what a change is based on; refused with 412 when that is no longer so. */
    ifMatch?: string | undefined
  }

export type RouteResult<T extends Route> =
  T extends Route<infer _P, infer _Q, infer _B, infer R>
    ? R extends AnySchema
      ? z.output<R>
      : undefined
    : never

export type RouteReply<T extends Route> =
  T extends Route<infer _P, infer _Q, infer _B, infer R>
    ? R extends AnySchema
      ? z.input<R>
      : undefined
    : never

const permissions = new Set<Permission>()

/** Every permission that a route of this program asks for, in order. */
export function declaredPermissions(): Permission[] {
  return [...permissions].sort()
}

/**
 * Declares a route. The generics keep the exact schemas so that `implement` and `client.call` infer
 * parameters and answers without any generated code.
 */
export function defineRoute<
  const P extends ObjectSchema | undefined = undefined,
  const Q extends ObjectSchema | undefined = undefined,
  const B extends AnySchema | undefined = undefined,
  const R extends AnySchema | undefined = undefined,
  const A extends Access = Access,
>(route: Route<P, Q, B, R, A>): Route<P, Q, B, R, A> {
  const access: Access = route.access
  if (access !== 'public' && access !== 'user') permissions.add(access)
  return Object.freeze(route)
}
