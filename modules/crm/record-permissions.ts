import type { Permission } from '#platform/contract/route.ts'
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
