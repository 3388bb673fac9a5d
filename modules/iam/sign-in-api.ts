import { z } from 'zod'
import { EmailAddress, Id, line, Timestamp } from '#platform/contract/fields.ts'
import { defineRoute } from '#platform/contract/route.ts'
import { PasskeyAnswer, PasskeyQuestion } from './passkey-shapes.ts'
import { Session, Tokens } from './session-api.ts'

/** Fewest and most characters of a password; what else is asked of it is said in `password-rules.ts`. */
export const PASSWORD_MIN = 12
export const PASSWORD_MAX = 200

/** The password was right; the account also asks for a second factor. */
export const SecondFactorAsked = z
  .object({
    secondFactor: z.object({
      token: z.string().describe('Goes into the second step; it opens nothing by itself.'),
      methods: z.array(z.enum(['code', 'recoveryCode', 'passkey'])).describe('What the account has.'),
      expiresAt: Timestamp,
    }),
  })
  .meta({ id: 'SecondFactorAsked' })
export type SecondFactorAsked = z.output<typeof SecondFactorAsked>

const SignInAnswer = z.union([Session, SecondFactorAsked])
const TokensAnswer = z.union([Tokens, SecondFactorAsked])

/** The tokens of an answer. Throws for an account with a second factor, whose tokens need a second step. */
export function tokensOf(answer: Tokens | SecondFactorAsked): Tokens {
  if ('secondFactor' in answer) throw new Error('The account asks for a second factor.')
  return answer
}

const password = z.string().min(1).max(PASSWORD_MAX)

/** A password that somebody chooses. */
export const NewPassword = z
  .string()
  .min(PASSWORD_MIN, `Use at least ${PASSWORD_MIN} characters.`)
  .max(PASSWORD_MAX)

const tooManyTries = 'iam.too_many_tries'
/** Every organization of the person may ask for a sign-in by its own provider. */
const providerRequired = 'iam.provider_required'
const credentialErrors = ['iam.credentials_refused', providerRequired, tooManyTries, 'iam.busy']
const secondFactorErrors = ['iam.second_factor_refused', 'iam.sign_in_over', providerRequired, tooManyTries]

const proofs = {
  code: z.string().trim().max(20).optional().describe('The six digits of the authenticator app.'),
  recoveryCode: z.string().trim().max(40).optional(),
  passkey: PasskeyAnswer.optional(),
}

const isOne = (body: object, names: readonly string[]) =>
  Object.entries(body).filter(([name, value]) => names.includes(name) && value !== undefined).length === 1

const SecondFactor = z
  .strictObject({ token: z.string().min(1).max(100), ...proofs })
  .refine(
    body => isOne(body, ['code', 'recoveryCode', 'passkey']),
    'Give a code, a recovery code or a passkey.',
  )

export const signUp = defineRoute({
  id: 'iam.account.create',
  method: 'POST',
  path: '/v1/auth/sign-up',
  summary: 'Create an account and its first organization',
  description: 'Answers with the new session and sets its cookie. An account that exists is never changed.',
  access: 'public',
  body: z.strictObject({
    name: line(),
    email: EmailAddress,
    password: NewPassword,
    organizationName: line(),
  }),
  response: Session,
  status: 201,
  errors: ['iam.sign_up_refused', tooManyTries, 'iam.busy'],
  idempotent: false,
})

export const signIn = defineRoute({
  id: 'iam.session.create',
  method: 'POST',
  path: '/v1/auth/sign-in',
  summary: 'Sign in with e-mail and password',
  description:
    'Answers with the session and sets its cookie; the organization is the one used last. A person with a second factor gets a `token` for the second step instead.',
  access: 'public',
  body: z.strictObject({ email: EmailAddress, password }),
  response: SignInAnswer,
  errors: credentialErrors,
  idempotent: false,
})

export const sendSecondFactor = defineRoute({
  id: 'iam.session.second-factor',
  method: 'POST',
  path: '/v1/auth/sign-in/second-factor',
  summary: 'Finish signing in with a second factor',
  description: 'The token is good for 10 minutes and one session.',
  access: 'public',
  body: SecondFactor,
  response: Session,
  errors: secondFactorErrors,
  idempotent: false,
  example: { body: { token: 'mrt_example', code: '123456' } },
})

export const askPasskey = defineRoute({
  id: 'iam.passkey.ask',
  method: 'POST',
  path: '/v1/auth/passkey',
  summary: 'Get what a passkey has to sign',
  description:
    'For signing in without a password, or with the token of the first step for the passkeys of that account. Good for 5 minutes and one use.',
  access: 'public',
  body: z.strictObject({ token: z.string().min(1).max(100).optional() }),
  response: PasskeyQuestion,
  errors: ['iam.sign_in_over', 'request.too_many'],
  idempotent: false,
})

export const signInWithPasskey = defineRoute({
  id: 'iam.session.create-by-passkey',
  method: 'POST',
  path: '/v1/auth/sign-in/passkey',
  summary: 'Sign in with a passkey',
  description: 'Needs neither e-mail address nor password, and no second step.',
  access: 'public',
  body: z.strictObject({ passkey: PasskeyAnswer }),
  response: Session,
  errors: ['iam.second_factor_refused', providerRequired, tooManyTries],
  idempotent: false,
})

export const confirmIdentity = defineRoute({
  id: 'iam.session.confirm',
  method: 'POST',
  path: '/v1/session/confirm',
  summary: 'Prove again who you are',
  description:
    'With the password or a second factor of the account. For 10 minutes the session may then do what is answered with `iam.sign_in_again` otherwise.',
  access: 'user',
  body: z
    .strictObject({ password: password.optional(), ...proofs })
    .refine(
      body => isOne(body, ['password', 'code', 'recoveryCode', 'passkey']),
      'Give a password, a code, a recovery code or a passkey.',
    ),
  errors: ['iam.proof_refused', tooManyTries, 'iam.busy'],
  idempotent: false,
  example: { body: { code: '123456' } },
})

export const getConfirmMethods = defineRoute({
  id: 'iam.session.confirm-methods',
  method: 'GET',
  path: '/v1/session/confirm',
  summary: 'What you can prove with who you are',
  description: 'Nothing for who came by a provider of an organization: signing in by it again is the proof.',
  access: 'user',
  confined: true,
  response: z.object({ methods: z.array(z.enum(['password', 'code', 'recoveryCode', 'passkey'])) }),
})

export const askOwnPasskey = defineRoute({
  id: 'iam.session.confirm-passkey',
  method: 'POST',
  path: '/v1/session/confirm/passkey',
  summary: 'Get what your passkey has to sign to prove who you are',
  access: 'user',
  response: PasskeyQuestion,
  idempotent: false,
})

export const createTokens = defineRoute({
  id: 'iam.tokens.create',
  method: 'POST',
  path: '/v1/auth/tokens',
  summary: 'Get an access and a refresh token',
  description:
    'With e-mail and password, or without both from a signed-in browser. The access token goes into the Authorization header as `Bearer`; the refresh token works once. A person with a second factor gets a `token` for the second step instead.',
  access: 'public',
  body: z
    .strictObject({
      email: EmailAddress.optional(),
      password: password.optional(),
      organizationId: Id.optional(),
    })
    .superRefine((body, check) => {
      const missing = body.email === undefined ? 'email' : 'password'
      if ((body.email === undefined) === (body.password === undefined)) return
      check.addIssue({ code: 'custom', path: [missing], message: 'E-mail and password go together.' })
    }),
  response: TokensAnswer,
  status: 201,
  errors: ['request.not_signed_in', ...credentialErrors],
  idempotent: false,
})

const refreshBody = z.strictObject({ refreshToken: z.string().min(1).max(200) })

export const sendSecondFactorForTokens = defineRoute({
  id: 'iam.tokens.second-factor',
  method: 'POST',
  path: '/v1/auth/tokens/second-factor',
  summary: 'Finish getting tokens with a second factor',
  access: 'public',
  body: SecondFactor,
  response: Tokens,
  status: 201,
  errors: secondFactorErrors,
  idempotent: false,
  example: { body: { token: 'mrt_example', code: '123456' } },
})

export const refreshTokens = defineRoute({
  id: 'iam.tokens.refresh',
  method: 'POST',
  path: '/v1/auth/tokens/refresh',
  summary: 'Exchange a refresh token for new tokens',
  description:
    'Each refresh token works once. Using one again revokes all tokens that came from the same sign-in; within 10 seconds it is taken for a retry and answered with the same successor.',
  access: 'public',
  body: refreshBody,
  response: Tokens,
  errors: ['iam.token_refused'],
  idempotent: false,
})

export const revokeTokens = defineRoute({
  id: 'iam.tokens.revoke',
  method: 'POST',
  path: '/v1/auth/tokens/revoke',
  summary: 'Revoke a refresh token and all tokens of the same sign-in',
  description: 'Answers the same whether the token existed or not.',
  access: 'public',
  body: refreshBody,
  idempotent: false,
})
