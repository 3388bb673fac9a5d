import type { Actor, Context, Kit, OutsideContext } from '../context.ts'
import {
  type AnyRoute,
  type Permission,
  type Route,
  type RouteInput,
  type RouteReply,
  takesKey,
} from '../contract/route.ts'
import type { Visibility } from '../db/visibility.ts'
import type { AppError } from '../errors.ts'
import type { ReceivedFile } from '../files/store.ts'

/** Who a request speaks for, as the authenticate function found out. */
export interface Principal {
  readonly actor: Actor
  /** What the actor is called, for the audit log. */
  readonly name: string
  /** Set for people, also when they act through a session or an access token. */
  readonly userId: string | null
  readonly sessionId: string | null
  /** The organization of the request, or null when the person belongs to none. */
  readonly orgId: string | null
  readonly role: string | null
  /** What of the organization's records it may see. */
  readonly visibility: Visibility
  /** Set when the request is answered as somebody else would be: the role and what differs from it. */
  readonly viewedAs?: { readonly role: string; readonly overrides: Readonly<Record<string, unknown>> }
  can(permission: Permission): boolean
  /**
   * Set when a provider of this organization stands for the person: they act in it and nowhere else, and routes for a
   * person are closed to them unless a route says that it is `confined`.
   */
  readonly confinedTo?: string | null
  /** What every change of the organization is answered with while there may be none; absent otherwise. */
  readonly frozen?: () => AppError
}

/** The parts of a request and its answer a handler may touch. */
export interface Http {
  readonly kit: Kit
  readonly requestId: string
  /** Address of the caller; believed from a proxy only when configured. */
  readonly address: string
  readonly principal: Principal | null
  header(name: string): string | undefined
  /** All headers by their name in small letters, as they came. */
  readonly headers: Readonly<Record<string, string | readonly string[] | undefined>>
  /** The bytes of the body, for a route that is declared `raw`; empty for any other. */
  readonly rawBody: Uint8Array
  cookie(name: string): string | undefined
  setHeader(name: string, value: string): void
  setCookie(name: string, value: string, options: { maxAgeS: number }): void
  /** The versions a change is good for, from If-Match; null for any. A route that is `versioned` has to heed it. */
  readonly expected: readonly string[] | null
  /** Finds out once more who the caller is, for answers that outlive a sign-out or a suspension. */
  principalNow(): Promise<Principal | null>
  /** Fires when the caller has gone. */
  readonly closed: AbortSignal
}

/** An answer that is not JSON, or has another status than the route's own. */
export class Answer {
  readonly status: number
  readonly body: string | Uint8Array | ReadableStream<Uint8Array> | null
  readonly headers: Record<string, string>
  constructor(status: number, body: Answer['body'], headers: Record<string, string> = {}) {
    this.status = status
    this.body = body
    this.headers = headers
  }
  static html(text: string, status = 200): Answer {
    return new Answer(status, text, { 'content-type': 'text/html; charset=utf-8' })
  }
  static redirect(location: string): Answer {
    return new Answer(303, null, { location })
  }
}

/** The answer of a `versioned` route with the version of its record: letters, digits, `-` and `_`. */
export class Versioned<T> {
  readonly value: T
  readonly version: string
  constructor(value: T, version: string) {
    this.value = value
    this.version = version
  }
}

type Reply<T extends Route> = RouteReply<T> | Versioned<RouteReply<T>> | Answer

export type Handler =
  | {
      kind: 'organization'
      run: (ctx: Context, input: LooseInput, http: Http) => Promise<unknown>
      /** Makes the answer of what `run` has read, once the transaction is over. */
      after?: (found: unknown, http: Http) => Promise<unknown>
    }
  | {
      kind: 'upload'
      admit: (ctx: Context, input: LooseInput) => Promise<void>
      run: (ctx: Context, input: LooseInput, file: ReceivedFile) => Promise<unknown>
    }
  | {
      kind: 'user'
      prepare?: (http: Http, input: LooseInput) => Promise<unknown>
      run: (ctx: OutsideContext, input: LooseInput, http: Http, prepared: unknown) => Promise<unknown>
    }
  | { kind: 'public'; run: (http: Http, input: LooseInput) => Promise<unknown> }
  | { kind: 'incoming'; run: (http: Http, input: LooseInput, body: IncomingBody) => Promise<unknown> }

/** A body that is read while it comes, by whoever takes it in. */
export interface IncomingBody {
  readonly contentType: string
  /** What its sender says, in bytes; undefined when nothing is said. */
  readonly length: number | undefined
  /** Ends with an error when its sender falls silent. */
  chunks(): AsyncIterable<Uint8Array>
}

export interface LooseInput {
  params: unknown
  query: unknown
  body: unknown
}

/** A route with the code that answers it. */
export interface Implemented {
  readonly route: AnyRoute
  readonly handler: Handler
  readonly admits?: Admits | undefined
}

/** Whether pages of another site may call a public route and read its answer. `params` are those of the path, unread. */
export type Admits = (kit: Kit, origin: URL, params: unknown) => Promise<boolean>

/**
 * Answers a route inside the caller's organization: `ctx.db` is one transaction that commits when the
 * handler resolves and rolls back when it throws.
 */
export function implement<T extends Route>(
  route: T & { readonly access: Permission },
  run: (ctx: Context, input: RouteInput<T>, http: Http) => Promise<Reply<T>>,
): Implemented {
  return {
    route,
    handler: {
      kind: 'organization',
      run: run as unknown as Extract<Handler, { kind: 'organization' }>['run'],
    },
  }
}

/**
 * As `implement`, with slow work once the transaction is over: nobody holds a connection while something is computed or
 * waited for. What `read` resolves with is the first argument of `work`, which changes nothing of the organization, so
 * that there is no answer to keep for an Idempotency-Key.
 */
export function implementInTwo<T extends Route, P>(
  route: T & { readonly access: Permission },
  read: (ctx: Context, input: RouteInput<T>, http: Http) => Promise<P>,
  work: (found: P, http: Http) => Promise<Reply<T>>,
): Implemented {
  if (takesKey(route))
    throw new Error(`The route ${route.id} keeps no answers for repeats and has to say so.`)
  type OrganizationHandler = Extract<Handler, { kind: 'organization' }>
  return {
    route,
    handler: {
      kind: 'organization',
      run: read as unknown as OrganizationHandler['run'],
      after: work as unknown as NonNullable<OrganizationHandler['after']>,
    },
  }
}

/**
 * Answers a route that takes a file. `admit` asks in a short transaction whether it would be taken, before a byte is read, and throws
 * when not; then the file comes in while no transaction is open, and `run` keeps it with `keepFile`.
 */
export function implementUpload<T extends Route>(
  route: T & { readonly access: Permission },
  admit: (ctx: Context, input: RouteInput<T>) => Promise<void>,
  run: (ctx: Context, input: RouteInput<T>, file: ReceivedFile) => Promise<RouteReply<T>>,
): Implemented {
  if (!route.upload) throw new Error(`The route ${route.id} takes no file.`)
  type UploadHandler = Extract<Handler, { kind: 'upload' }>
  return {
    route,
    handler: {
      kind: 'upload',
      admit: admit as unknown as UploadHandler['admit'],
      run: run as unknown as UploadHandler['run'],
    },
  }
}

/** Answers a route for a signed-in person outside any organization; `ctx.db` sees global tables only, and steps into an organization with `inOrg`. */
export function implementForUser<T extends Route>(
  route: T & { readonly access: 'user' },
  run: (ctx: OutsideContext, input: RouteInput<T>, http: Http) => Promise<Reply<T>>,
): Implemented {
  return {
    route,
    handler: { kind: 'user', run: run as unknown as Extract<Handler, { kind: 'user' }>['run'] },
  }
}

/**
 * As `implementForUser`, with slow work before the transaction opens: nobody holds a connection while a password is
 * hashed. What `prepare` resolves with is the last argument of `run`.
 */
export function implementPrepared<T extends Route, P>(
  route: T & { readonly access: 'user' },
  prepare: (http: Http, input: RouteInput<T>) => Promise<P>,
  run: (
    ctx: OutsideContext,
    input: RouteInput<T>,
    http: Http,
    prepared: P,
  ) => Promise<RouteReply<T> | Answer>,
): Implemented {
  type UserHandler = Extract<Handler, { kind: 'user' }>
  return {
    route,
    handler: {
      kind: 'user',
      prepare: prepare as unknown as NonNullable<UserHandler['prepare']>,
      run: run as unknown as UserHandler['run'],
    },
  }
}

/** Answers a public route whose body is read while it comes: a file, or a form with files. As `implementPublic` otherwise. */
export function implementIncoming<T extends Route>(
  route: T & { readonly access: 'public' },
  run: (http: Http, input: RouteInput<T>, body: IncomingBody) => Promise<Reply<T>>,
  { admits }: { readonly admits?: Admits } = {},
): Implemented {
  if (!route.upload) throw new Error(`The route ${route.id} takes no file.`)
  type IncomingHandler = Extract<Handler, { kind: 'incoming' }>
  return { route, admits, handler: { kind: 'incoming', run: run as unknown as IncomingHandler['run'] } }
}

/**
 * Answers a public route. It opens its own transactions, because only it knows for which organization. Pages of other
 * sites may call it when `admits` says so.
 */
export function implementPublic<T extends Route>(
  route: T & { readonly access: 'public' },
  run: (http: Http, input: RouteInput<T>) => Promise<Reply<T>>,
  { admits }: { readonly admits?: Admits } = {},
): Implemented {
  return {
    route,
    admits,
    handler: { kind: 'public', run: run as unknown as Extract<Handler, { kind: 'public' }>['run'] },
  }
}
