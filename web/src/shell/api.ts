import { queryOptions } from '@tanstack/react-query'
import { createClient } from '#platform/contract/client.ts'
import { ProblemError } from '#platform/contract/problem.ts'
import { type CallInput, type Route, type RouteResult, takesKey } from '#platform/contract/route.ts'
import { askToConfirm } from './confirm-store.ts'
import { showAs, viewAsHeaders } from './view-as.ts'

/** A new random key; also where `crypto.randomUUID` is missing because the page is not served over HTTPS. */
export function newKey(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16))
  return Array.from(bytes, byte => byte.toString(16).padStart(2, '0')).join('')
}

const client = createClient({
  baseUrl: '',
  headers: route => ({
    ...(takesKey(route) ? { 'idempotency-key': newKey() } : {}),
    ...viewAsHeaders(route),
  }),
})

interface CallOptions {
  signal?: AbortSignal | undefined
  /** The key of the first attempt, when the same act is tried again. */
  idempotencyKey?: string | undefined
}

type LooseCall = (route: Route, input: unknown, options: object) => Promise<unknown>
// The client's rest parameters depend on the route, which a generic wrapper cannot spell out.
const looseCall = client.call as unknown as LooseCall

const isCode = (error: unknown, code: string) => error instanceof ProblemError && error.problem.code === code
const asksToConfirm = (error: unknown) => isCode(error, 'iam.sign_in_again')

/**
 * Calls a route of the API. Throws `ProblemError`. An unsafe call is safe to repeat with the same idempotency key. When the
 * answer is that the person has to prove who they are, a dialog asks for it and the call is made again.
 */
export async function call<T extends Route>(
  route: T,
  input: CallInput<T>,
  { signal, idempotencyKey }: CallOptions = {},
): Promise<RouteResult<T>> {
  const send = () =>
    looseCall(route, input, {
      ...(signal ? { signal } : {}),
      ...(idempotencyKey && takesKey(route) ? { headers: { 'idempotency-key': idempotencyKey } } : {}),
    }) as Promise<RouteResult<T>>
  try {
    return await send()
  } catch (error) {
    if (isCode(error, 'iam.preview_over')) showAs(undefined)
    if (!asksToConfirm(error) || !(await askToConfirm())) throw error
    return send()
  }
}

/** The key under which the answer of a route is cached; without input, of all its answers. */
export function routeKey<T extends Route>(route: T, input?: CallInput<T>): readonly unknown[] {
  return input === undefined ? [route.id] : [route.id, input]
}

/** A read for `useQuery` and for loaders, cached by route and input. */
export function routeQuery<T extends Route>(route: T, input: CallInput<T>) {
  return queryOptions({
    queryKey: routeKey(route, input),
    queryFn: ({ signal }) => call(route, input, { signal }),
    // An answer with a version is kept as it came, because its ETag goes with the object.
    ...(route.versioned ? { structuralSharing: false } : {}),
  })
}
