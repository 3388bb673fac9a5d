import { type AnyRoute, isUnsafe, takesKey } from '../contract/route.ts'
import { declaredErrors } from '../errors.ts'
import type { Json } from './openapi-schema.ts'

const BODY = ['too_large', 'unsupported_type', 'invalid']

/** The codes of every error a route can answer: what its kind brings with it, and what it declares. */
export function errorCodes(route: AnyRoute): string[] {
  const inOrganization = route.access !== 'public' && route.access !== 'user'
  const general = [
    'malformed',
    ...(route.access === 'public' ? [] : ['not_signed_in', 'forbidden', 'too_many']),
    ...(route.params || route.body || route.query || route.access === 'user' ? ['not_found'] : []),
    ...(route.query || takesKey(route) || isUnsafe(route) ? ['invalid'] : []),
    ...(route.body ? BODY : []),
    ...(isUnsafe(route) && !route.form && !route.raw ? ['cross_site'] : []),
    ...(isUnsafe(route) ? ['conflict', 'related_missing'] : []),
    ...(isUnsafe(route) && inOrganization ? ['read_only'] : []),
    ...(takesKey(route) ? ['in_progress', 'idempotency_mismatch'] : []),
    ...(isUnsafe(route) && route.versioned ? ['changed_meanwhile'] : []),
    'internal',
    'unavailable',
  ]
  const known = declaredErrors()
  const codes = [...general.map(name => `request.${name}`), ...(route.errors ?? [])]
  for (const code of codes)
    if (!known.has(code))
      throw new Error(`The route ${route.id} names the error ${code}, which is not declared.`)
  return [...new Set(codes)]
}

/** The responses of a route's errors by status; those that many routes share are kept in `shared`. */
export function errorResponses(route: AnyRoute, shared: Record<string, Json>): Record<string, Json> {
  const byStatus = Map.groupBy(errorCodes(route), code => String(declaredErrors().get(code)?.status))
  return Object.fromEntries(
    [...byStatus].sort().map(([status, codes]) => {
      const name = codes.map(pascal).join('Or')
      shared[name] ??= responseOf(Number(status), codes)
      return [status, { $ref: `#/components/responses/${name}` }]
    }),
  )
}

function pascal(code: string): string {
  const [module = '', name = ''] = code.split('.')
  const words = module === 'request' ? name : `${module}_${name}`
  return words.replace(/(^|[_-])([a-z0-9])/g, (_, __, letter: string) => letter.toUpperCase())
}

const WAITS = new Set([409, 429, 503])

function responseOf(status: number, codes: readonly string[]): Json {
  const examples = codes.map(code => {
    const spec = declaredErrors().get(code)
    const value = {
      type: `/docs/errors#${code}`,
      title: spec?.title,
      status,
      code,
      ...(spec?.detail === undefined ? {} : { detail: spec.detail }),
      requestId: '019b0c4e-7a10-7c3e-9f00-3c2f1d4a5b6c',
    }
    return [code, { summary: spec?.title, value }] as const
  })
  return {
    description: codes.map(code => `\`${code}\`: ${declaredErrors().get(code)?.title}`).join('\n\n'),
    headers: {
      'X-Request-Id': { $ref: '#/components/headers/RequestId' },
      ...(WAITS.has(status) ? { 'Retry-After': { $ref: '#/components/headers/RetryAfter' } } : {}),
      ...(status === 412 ? { ETag: { $ref: '#/components/headers/ETag' } } : {}),
    },
    content: {
      'application/problem+json': {
        schema: {
          allOf: [
            { $ref: '#/components/schemas/output:Problem' },
            { type: 'object', properties: { status: { const: status }, code: { enum: [...codes] } } },
          ],
        },
        examples: Object.fromEntries(examples),
      },
    },
  }
}
