import { defineErrors } from '#platform/errors.ts'

/** What can go wrong at the door. The texts never tell whether an account exists. */
export const iamErrors = defineErrors('iam', {
  credentials_refused: {
    status: 401,
    title: 'The e-mail address or the password is not right.',
    detail: 'Check both and try again.',
  },
  sign_up_refused: {
    status: 422,
    title: 'The account could not be created.',
    detail: 'Nothing was saved. If you have used this e-mail address here before, sign in instead.',
  },
  slug_taken: {
    status: 409,
    title: 'This address is taken.',
    detail: 'Nothing was saved. Choose another address for the organization.',
  },
  too_many_tries: {
    status: 429,
    title: 'There were too many tries in a short time.',
    detail: 'Wait a few minutes, then try again.',
  },
  busy: {
    status: 503,
    title: 'Too many people are signing in at this moment.',
    detail: 'Nothing was saved. Try again in a few seconds.',
  },
  token_refused: {
    status: 401,
    title: 'This refresh token is no longer accepted.',
    detail: 'Sign in again to get new tokens.',
  },
  session_needed: {
    status: 403,
    title: 'This needs a signed-in browser.',
    detail: 'An access token belongs to one organization. Get one for the other organization instead.',
  },
  sign_in_again: {
    status: 403,
    title: 'Confirm that it is you.',
    detail: 'Nothing was changed. This needs a proof of who you are from the last 10 minutes.',
  },
  proof_refused: {
    status: 422,
    title: 'This did not prove that it is you.',
    detail: 'Nothing was changed. Check what you entered and try again.',
  },
  second_factor_refused: {
    status: 401,
    title: 'This second factor is not right.',
    detail: 'Use the newest code of your app, a passkey of this account, or a recovery code not used before.',
  },
  sign_in_over: {
    status: 401,
    title: 'This sign-in has ended.',
    detail: 'Enter your e-mail address and password again.',
  },
  second_factor_needed: {
    status: 403,
    title: 'This organization asks for a second factor.',
    detail: 'Set up an authenticator app or a passkey for your account, then go on.',
  },
  own_second_factor_first: {
    status: 409,
    title: 'Your own account has no second factor.',
    detail: 'Nothing was changed. Set one up for yourself before you ask it of everybody.',
  },
  second_factor_in_use: {
    status: 409,
    title: 'An authenticator app is set up already.',
    detail: 'Nothing was changed. Remove it first to set up another one.',
  },
  passkey_refused: {
    status: 422,
    title: 'The passkey could not be added.',
    detail: 'Nothing was saved. Start again, and use a device that has no passkey of this account yet.',
  },
  link_refused: {
    status: 422,
    title: 'This link is no longer good.',
    detail: 'It was used, replaced by a newer one, or is too old. Ask for a new one.',
  },
  email_not_verified: {
    status: 403,
    title: 'Your e-mail address is not confirmed yet.',
    detail:
      'Nothing was done. Open the link in the letter we sent you, or ask for a new one in your settings.',
  },
})
