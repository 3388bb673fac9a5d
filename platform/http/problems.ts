import type { Problem } from '../contract/problem.ts'
import { sqlState } from '../db/database.ts'
import { AppError, generalErrors } from '../errors.ts'
import { JsonError } from './json.ts'

/** The problem document of an error. */
export function problemDocument(error: AppError, requestId: string): Problem {
  return {
    type: `/docs/errors#${error.code}`,
    title: error.title,
    status: error.status,
    code: error.code,
    ...(error.detail === undefined ? {} : { detail: error.detail }),
    requestId,
    ...(error.currentVersion === undefined ? {} : { current: `"${error.currentVersion}"` }),
    ...(error.errors === undefined ? {} : { errors: [...error.errors] }),
  }
}

/**
 * What a thrown value means to the caller. Database errors never show their detail, which can hold
 * other people's values; what we do not know becomes a 500 and is logged by the server.
 */
export function appErrorOf(error: unknown): AppError {
  if (error instanceof AppError) return error
  if (error instanceof JsonError) {
    return error.kind === 'malformed'
      ? generalErrors.malformed({ detail: `${error.message} Nothing was saved.` })
      : generalErrors.invalid({ detail: `${error.message} Nothing was saved.` })
  }
  return databaseError(error) ?? fastifyError(error) ?? generalErrors.internal({ cause: error })
}

function databaseError(error: unknown): AppError | undefined {
  const state = sqlState(error)
  if (!state)
    return isConnectionLoss(error) ? generalErrors.unavailable({ cause: error, retryAfterS: 1 }) : undefined
  switch (state) {
    case '23505':
    case '23001':
      return generalErrors.conflict({ cause: error })
    case '23503':
      return generalErrors.related_missing({ cause: error })
    case '23514':
    case '23502':
    case '22001':
    case '22003':
    case '22007':
    case '22008':
    case '22P02':
    case '22021':
    case '22P05':
      return generalErrors.invalid({ cause: error })
    case '40001':
    case '40P01':
    case '55P03':
    case '57014':
    case '57P01':
    case '57P03':
    case '53300':
      return generalErrors.unavailable({ cause: error, retryAfterS: 1 })
    default:
      return undefined
  }
}

function isConnectionLoss(error: unknown): boolean {
  if (!(error instanceof Error)) return false
  const code = 'code' in error ? String(error.code) : ''
  return (
    ['ECONNREFUSED', 'ECONNRESET', 'EPIPE', 'ETIMEDOUT'].includes(code) ||
    /Connection terminated|timeout exceeded when trying to connect|Client has encountered a connection error/.test(
      error.message,
    )
  )
}

function fastifyError(error: unknown): AppError | undefined {
  const code = error instanceof Error && 'code' in error ? String(error.code) : ''
  switch (code) {
    case 'FST_ERR_CTP_BODY_TOO_LARGE':
      return generalErrors.too_large()
    case 'FST_ERR_CTP_INVALID_MEDIA_TYPE':
      return generalErrors.unsupported_type()
    case 'FST_ERR_CTP_INVALID_CONTENT_LENGTH':
    case 'FST_ERR_CTP_EMPTY_JSON_BODY':
      return generalErrors.malformed()
    default:
      return undefined
  }
}
