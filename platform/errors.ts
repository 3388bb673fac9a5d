import type { FieldProblem } from './contract/problem.ts'

/** One declared error: HTTP status and the sentence a user reads. */
export interface ErrorSpec {
  readonly status: number
  /** What happened. */
  readonly title: string
  /** What was kept and what to do; a thrower may give a more exact one. */
  readonly detail?: string
}

export interface ErrorExtra {
  detail?: string
  errors?: readonly FieldProblem[]
  /** Seconds for the Retry-After header. */
  retryAfterS?: number
  /** The version that is stored now, for an edit that was based on another. */
  currentVersion?: string
  cause?: unknown
}

/** The one error class that leaves as a problem document; everything else becomes a 500 without details. */
export class AppError extends Error {
  readonly code: string
  readonly status: number
  readonly title: string
  readonly detail: string | undefined
  readonly errors: readonly FieldProblem[] | undefined
  readonly retryAfterS: number | undefined
  readonly currentVersion: string | undefined
  constructor(code: string, spec: ErrorSpec, extra: ErrorExtra = {}) {
    super(`${code}: ${spec.title}`, { cause: extra.cause })
    this.name = 'AppError'
    this.code = code
    this.status = spec.status
    this.title = spec.title
    this.detail = extra.detail ?? spec.detail
    this.errors = extra.errors
    this.retryAfterS = extra.retryAfterS
    this.currentVersion = extra.currentVersion
  }
}

type Throwers<T extends Record<string, ErrorSpec>> = { [K in keyof T]: (extra?: ErrorExtra) => AppError }

const declared = new Map<string, ErrorSpec>()

/**
 * Declares a module's errors: `defineErrors('intake', { form_closed: { status: 409, title: '…' } })`
 * gives `intakeErrors.form_closed()`, an `AppError` with the code `intake.form_closed`.
 */
export function defineErrors<const T extends Record<string, ErrorSpec>>(
  module: string,
  specs: T,
): Throwers<T> {
  const throwers: Record<string, (extra?: ErrorExtra) => AppError> = {}
  for (const [name, spec] of Object.entries(specs)) {
    const code = `${module}.${name}`
    declared.set(code, spec)
    throwers[name] = extra => new AppError(code, spec, extra)
  }
  return throwers as Throwers<T>
}

/** Every declared error by code, for the reference page. */
export function declaredErrors(): ReadonlyMap<string, ErrorSpec> {
  return declared
}

/** Errors any route can answer. */
export const generalErrors = defineErrors('request', {
  invalid: {
    status: 422,
    title: 'Some values were not accepted.',
    detail: 'Nothing was saved. Correct the named fields and send it again.',
  },
  malformed: { status: 400, title: 'The request could not be read.', detail: 'Nothing was saved.' },
  unsupported_type: {
    status: 415,
    title: 'This content type is not accepted here.',
    detail: 'Send application/json.',
  },
  too_large: { status: 413, title: 'The request is too large.', detail: 'Nothing was saved.' },
  not_found: {
    status: 404,
    title: 'There is nothing here.',
    detail: 'It may have been deleted, or you may not have access to it.',
  },
  method_not_allowed: { status: 405, title: 'This method is not allowed here.' },
  not_signed_in: { status: 401, title: 'Sign in to continue.' },
  read_only: {
    status: 403,
    title: 'This record can only be looked at.',
    detail: 'Nothing was saved. Ask its owner or an administrator to share it with you for editing.',
  },
  forbidden: {
    status: 403,
    title: 'Your role does not allow this.',
    detail: 'Ask an administrator of the organization.',
  },
  cross_site: { status: 403, title: 'This request came from another site and was refused.' },
  conflict: {
    status: 409,
    title: 'This conflicts with something that already exists.',
    detail: 'Nothing was saved.',
  },
  related_missing: {
    status: 422,
    title: 'Something this refers to does not exist.',
    detail: 'Nothing was saved.',
  },
  changed_meanwhile: {
    status: 412,
    title: 'This was changed by someone else in the meantime.',
    detail: 'Your change was not saved. Reload it and make your change again.',
  },
  precondition_required: {
    status: 428,
    title: 'This change has to say what it is based on.',
    detail: 'Nothing was saved. Send the ETag you last read in If-Match.',
  },
  in_progress: {
    status: 409,
    title: 'The first request with this Idempotency-Key is still under way.',
    detail: 'Nothing was done a second time. Repeat it in a moment to get its answer.',
  },
  idempotency_mismatch: {
    status: 422,
    title: 'This Idempotency-Key was used for a different request.',
    detail: 'Use a new key for a new request.',
  },
  confined: {
    status: 403,
    title: 'You signed in through your organization.',
    detail:
      'Nothing was changed. What is yours across organizations needs a sign-in of your own. If you have no password yet, sign out and choose “Forgot your password?”.',
  },
  too_many: { status: 429, title: 'Too many requests.', detail: 'Wait a moment, then try again.' },
  unavailable: {
    status: 503,
    title: 'The database is not answering right now.',
    detail: 'Nothing was saved. Try again in a moment.',
  },
  internal: {
    status: 500,
    title: 'Something went wrong on our side.',
    detail: 'Nothing was saved. Try again; if it happens again, tell us the request id.',
  },
})
