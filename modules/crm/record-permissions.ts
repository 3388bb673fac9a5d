import type { Permission } from '#platform/contract/route.ts'
import { generalErrors } from '#platform/errors.ts'
import type { Http } from '#platform/http/handlers.ts'
import type { ChangeSetObject } from './change-sets-api.ts'

/** What somebody must be allowed who writes records of an object. */
export const WRITE_PERMISSION: Readonly<Record<ChangeSetObject, Permission>> = {
  company: 'companies:write',
  person: 'people:write',
  deal: 'deals:write',
  activity: 'activities:write',
}

/** What somebody must be allowed who reads them. */
export const READ_PERMISSION: typeof WRITE_PERMISSION = {
  company: 'companies:read',
  person: 'people:read',
  deal: 'deals:read',
  activity: 'activities:read',
}

/** Where one route serves all objects, each is asked for by itself. Throws `request.forbidden`. */
export function requirePermission(
  { principal }: Http,
  permissions: typeof WRITE_PERMISSION,
  object: ChangeSetObject,
): void {
  if (!principal?.can(permissions[object])) throw generalErrors.forbidden()
}
