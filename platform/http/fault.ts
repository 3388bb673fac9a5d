import { type AppError, generalErrors } from '../errors.ts'

/** The error of a query that cannot be read: `pointer` leads into it, such as `/filter/all/0/value`. */
export function fault(pointer: string, code: string, message: string): AppError {
  return generalErrors.invalid({ errors: [{ in: 'query', pointer, code, message }] })
}
