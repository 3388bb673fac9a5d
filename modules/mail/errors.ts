import { defineErrors } from '#platform/errors.ts'

/** What can be wrong with a message or with a decision about one. */
export const mailErrors = defineErrors('mail', {
  content_invalid: {
    status: 422,
    title: 'This e-mail cannot be sent as it is.',
    detail: 'Nothing was sent.',
  },
  not_unknown: {
    status: 409,
    title: 'The outcome of this message is known.',
    detail: 'Nothing was changed. Reload it to see what happened to it.',
  },
})
