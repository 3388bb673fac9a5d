import { z } from 'zod'
import { Id, line, Timestamp } from '#platform/contract/fields.ts'
import { defineRoute } from '#platform/contract/route.ts'
import { NewPasskey, PasskeyOffer } from './passkey-shapes.ts'

const PasskeyName = line(100)
const again = 'iam.sign_in_again'

export const Passkey = z
  .object({ id: Id, name: z.string(), createdAt: Timestamp, lastUsedAt: Timestamp.nullable() })
  .meta({ id: 'Passkey' })
export type Passkey = z.output<typeof Passkey>

/** How a person signs in. */
export const AccountSecurity = z
  .object({
    hasPassword: z.boolean(),
    passwordChangedAt: Timestamp.nullable(),
    authenticatorApp: z.object({ addedAt: Timestamp }).nullable(),
    passkeys: z.array(Passkey),
    recoveryCodesLeft: z.number().int(),
  })
  .meta({ id: 'AccountSecurity' })
export type AccountSecurity = z.output<typeof AccountSecurity>

const recoveryCodes = z
  .array(z.string())
  .describe('Shown this once. Empty when the account has recovery codes already.')

export const getAccountSecurity = defineRoute({
  id: 'iam.security.get',
  method: 'GET',
  path: '/v1/account/security',
  summary: 'How you sign in',
  access: 'user',
  response: AccountSecurity,
})

export const startTotp = defineRoute({
  id: 'iam.totp.start',
  method: 'POST',
  path: '/v1/account/totp',
  summary: 'Begin to set up an authenticator app',
  description: 'Nothing changes until a code of the app was entered. Starting again makes a new secret.',
  access: 'user',
  response: z.object({
    secret: z.string().describe('Base32, for typing.'),
    uri: z.string().describe('otpauth URI, for a QR code.'),
  }),
  status: 201,
  errors: [again, 'iam.second_factor_in_use'],
  idempotent: false,
})

export const confirmTotp = defineRoute({
  id: 'iam.totp.confirm',
  method: 'POST',
  path: '/v1/account/totp/confirm',
  summary: 'Finish setting up an authenticator app with one of its codes',
  access: 'user',
  body: z.strictObject({ code: z.string().trim().min(1).max(20) }),
  response: z.object({ recoveryCodes }),
  errors: [again, 'iam.proof_refused'],
  idempotent: false,
})

export const removeTotp = defineRoute({
  id: 'iam.totp.remove',
  method: 'DELETE',
  path: '/v1/account/totp',
  summary: 'Remove the authenticator app',
  access: 'user',
  errors: [again],
  idempotent: false,
})

export const renewRecoveryCodes = defineRoute({
  id: 'iam.recovery-codes.renew',
  method: 'POST',
  path: '/v1/account/recovery-codes',
  summary: 'Get new recovery codes',
  description: 'The old ones end. For an account with a second factor.',
  access: 'user',
  response: z.object({ recoveryCodes }),
  status: 201,
  errors: [again],
  idempotent: false,
})

export const startPasskey = defineRoute({
  id: 'iam.passkey.start',
  method: 'POST',
  path: '/v1/account/passkeys/start',
  summary: 'Get what an authenticator needs to make a passkey',
  description: 'Good for 5 minutes and one use.',
  access: 'user',
  response: PasskeyOffer,
  errors: [again],
  idempotent: false,
})

export const addPasskey = defineRoute({
  id: 'iam.passkey.create',
  method: 'POST',
  path: '/v1/account/passkeys',
  summary: 'Add a passkey to your account',
  access: 'user',
  body: z.strictObject({ name: PasskeyName, passkey: NewPasskey }),
  response: z.object({ passkey: Passkey, recoveryCodes }),
  status: 201,
  errors: [again, 'iam.passkey_refused'],
  idempotent: false,
})

export const renamePasskey = defineRoute({
  id: 'iam.passkey.rename',
  method: 'PATCH',
  path: '/v1/account/passkeys/:passkeyId',
  summary: 'Rename a passkey',
  access: 'user',
  params: z.object({ passkeyId: Id }),
  body: z.strictObject({ name: PasskeyName }),
  response: Passkey,
  idempotent: false,
})

export const removePasskey = defineRoute({
  id: 'iam.passkey.delete',
  method: 'DELETE',
  path: '/v1/account/passkeys/:passkeyId',
  summary: 'Remove a passkey',
  access: 'user',
  params: z.object({ passkeyId: Id }),
  errors: [again],
  idempotent: false,
})

const SignInRules = z
  .object({ secondFactorRequired: z.boolean().describe('Whether every member needs a second factor.') })
  .meta({ id: 'SignInRules' })

export const getSignInRules = defineRoute({
  id: 'iam.sign-in-rules.get',
  method: 'GET',
  path: '/v1/organization/sign-in-rules',
  summary: 'What the organization asks of its members when they sign in',
  access: 'organization:read',
  response: SignInRules,
})

export const setSignInRules = defineRoute({
  id: 'iam.sign-in-rules.set',
  method: 'PATCH',
  path: '/v1/organization/sign-in-rules',
  summary: 'Change what the organization asks of its members when they sign in',
  description:
    'Holds from the next request on: members without a second factor can do nothing in the organization until they have one.',
  access: 'organization:manage',
  body: z.strictObject({ secondFactorRequired: z.boolean() }),
  response: SignInRules,
  errors: [again, 'iam.own_second_factor_first'],
})
