import type { AppError } from '../errors.ts'
import { generalErrors } from '../errors.ts'

/** The error of a filter or an order that cannot be read: `pointer` leads into it, such as `/filter/all/0/value`. */
export function fault(pointer: string, code: string, message: string): AppError {
  return generalErrors.invalid({ errors: [{ in: 'query', pointer, code, message }] })
}
