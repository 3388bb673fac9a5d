import { generalErrors } from '#platform/errors.ts'
import type { Http, Principal } from '#platform/http/handlers.ts'

/** The person behind a request. Throws `request.forbidden` for a program that acts in nobody's name. */
export function signedIn(http: Http): Principal & { userId: string } {
  const { principal } = http
  if (!principal || principal.userId === null) throw generalErrors.forbidden()
  return { ...principal, userId: principal.userId }
}
