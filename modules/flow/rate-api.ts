/** The routes of rate limits, and what they answer. Browser-safe. */

import { z } from 'zod'
import { defineRoute } from '#platform/contract/route.ts'

const LIMITS_MAX = 100

/** Whether the text is a host as `connectionOf` names it. */
function isHost(text: string): boolean {
  const url = `https://${text}/`
  return URL.canParse(url) && new URL(url).host === text
}

const RateLimit = z
  .strictObject({
    kind: z.enum(['http_request']).describe('The kind of step.'),
    connection: z
      .string()
      .max(300)
      .refine(text => text === '' || isHost(text), 'Enter a host in small letters, like api.example.com.')
      .describe(
        'The host that is called, in small letters and with its port when that is not the usual one; empty for all calls of the kind together.',
      ),
    calls: z.int().min(1).max(100_000),
    perSeconds: z.int().min(1).max(86_400),
  })
  .meta({ id: 'RateLimit' })
export type RateLimit = z.output<typeof RateLimit>

export const getRateLimits = defineRoute({
  id: 'flow.rate_limit.list',
  method: 'GET',
  path: '/v1/rate-limits',
  summary: 'List how often workflows may call other systems',
  access: 'workflows:read',
  response: z.object({ items: z.array(RateLimit) }),
  versioned: true,
})

export const setRateLimits = defineRoute({
  id: 'flow.rate_limit.set',
  method: 'PUT',
  path: '/v1/rate-limits',
  summary: 'Set how often workflows may call other systems',
  description:
    'The list takes the place of the one before. Within any `perSeconds` at most `calls` calls are made, a fifth of them at once and the others spread evenly; a call that was put off is made later and does not count as an attempt. A change is heeded everywhere within five seconds.',
  access: 'workflows:write',
  body: z.strictObject({
    items: z
      .array(RateLimit)
      .max(LIMITS_MAX)
      .refine(
        items => new Set(items.map(limit => `${limit.kind} ${limit.connection}`)).size === items.length,
        'A connection stands here twice.',
      ),
  }),
  response: z.object({ items: z.array(RateLimit) }),
  versioned: true,
})
