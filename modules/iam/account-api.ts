import { z } from 'zod'
import { EmailAddress } from '#platform/contract/fields.ts'
import { defineRoute } from '#platform/contract/route.ts'
import { NewPassword, PASSWORD_MAX } from './sign-in-api.ts'

const Token = z.string().min(1).max(100).describe('From the link of the letter.')

export const sendVerification = defineRoute({
  id: 'iam.account.send-verification',
  method: 'POST',
  path: '/v1/account/email/verification',
  summary: 'Send the letter that confirms your e-mail address once more',
  description: 'Links of earlier letters end. Without effect for an address that is confirmed.',
  access: 'user',
  status: 202,
  errors: ['iam.too_many_tries'],
  idempotent: false,
})

export const changeEmail = defineRoute({
  id: 'iam.account.change-email',
  method: 'POST',
  path: '/v1/account/email',
  summary: 'Change your e-mail address',
  description:
    'Sends a link to the new address; the old one stays in force until it is opened. Answers the same for an address that somebody else uses, which gets no letter.',
  access: 'user',
  body: z.strictObject({ email: EmailAddress }),
  status: 202,
  errors: ['iam.sign_in_again', 'iam.too_many_tries'],
  idempotent: false,
})

export const confirmEmail = defineRoute({
  id: 'iam.account.confirm-email',
  method: 'POST',
  path: '/v1/account/email/confirm',
  summary: 'Confirm an e-mail address with the link that was sent to it',
  description: 'For the person who asked for it, so that nobody confirms what another one typed.',
  access: 'user',
  body: z.strictObject({ token: Token }),
  response: z.object({ email: z.string(), changed: z.boolean() }),
  errors: ['iam.link_refused'],
  idempotent: false,
})

export const changePassword = defineRoute({
  id: 'iam.account.change-password',
  method: 'POST',
  path: '/v1/account/password',
  summary: 'Change your password',
  description: 'Ends every other session and all tokens of the account. This one goes on under a new token.',
  access: 'user',
  body: z.strictObject({ currentPassword: z.string().min(1).max(PASSWORD_MAX), password: NewPassword }),
  errors: ['iam.proof_refused', 'iam.too_many_tries', 'iam.busy'],
  idempotent: false,
})

export const askPasswordReset = defineRoute({
  id: 'iam.account.ask-password-reset',
  method: 'POST',
  path: '/v1/auth/password-reset',
  summary: 'Ask for a letter that lets you choose a new password',
  description: 'Answers the same for every address. The link is good for 30 minutes and once.',
  access: 'public',
  body: z.strictObject({ email: EmailAddress }),
  status: 202,
  errors: ['iam.too_many_tries'],
  idempotent: false,
})

export const resetPassword = defineRoute({
  id: 'iam.account.reset-password',
  method: 'POST',
  path: '/v1/auth/password-reset/complete',
  summary: 'Choose a new password with the link of the letter',
  description:
    'Ends every session and all tokens of the account and signs nobody in: the next sign-in asks for the second factor as ever.',
  access: 'public',
  body: z.strictObject({ token: Token, password: NewPassword }),
  errors: ['iam.link_refused', 'iam.busy'],
  idempotent: false,
})
