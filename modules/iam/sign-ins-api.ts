import { z } from 'zod'
import { Id, Timestamp } from '#platform/contract/fields.ts'
import { defineRoute } from '#platform/contract/route.ts'

/** A place where a person is signed in. */
export const SignIn = z
  .object({
    id: Id,
    kind: z.enum(['browser', 'api']),
    device: z.string().describe('Browser and system in words, or the name of the API client.'),
    address: z.string().describe('The network address it was last seen at; empty when unknown.'),
    current: z.boolean().describe('Whether this is the one that asks.'),
    createdAt: Timestamp,
    lastSeenAt: Timestamp,
  })
  .meta({ id: 'SignIn' })
export type SignIn = z.output<typeof SignIn>

export const listSignIns = defineRoute({
  id: 'iam.sign-in.list',
  method: 'GET',
  path: '/v1/account/sign-ins',
  summary: 'Where you are signed in',
  access: 'user',
  response: z.object({
    items: z.array(SignIn),
    /** API clients that were signed out because a token was used twice, until they were told. */
    copiedTokens: z.array(z.object({ id: Id, device: z.string(), at: Timestamp })),
  }),
})

export const endSignIn = defineRoute({
  id: 'iam.sign-in.delete',
  method: 'DELETE',
  path: '/v1/account/sign-ins/:signInId',
  summary: 'Sign out somewhere else',
  access: 'user',
  params: z.object({ signInId: Id }),
  idempotent: false,
})

export const endOtherSignIns = defineRoute({
  id: 'iam.sign-in.delete-others',
  method: 'POST',
  path: '/v1/account/sign-ins/end-others',
  summary: 'Sign out everywhere but here',
  access: 'user',
  idempotent: false,
})

export const seeCopiedTokens = defineRoute({
  id: 'iam.sign-in.see-copied-tokens',
  method: 'POST',
  path: '/v1/account/sign-ins/copied-tokens/seen',
  summary: 'Say that you know of the copied tokens',
  access: 'user',
  idempotent: false,
})
