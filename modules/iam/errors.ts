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
})
