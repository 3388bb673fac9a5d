import type { Principal } from '#platform/http/handlers.ts'
import type { Organization } from './contract.ts'
import { iamErrors } from './errors.ts'

/** In a suspended or cancelled organization everything can be read and nothing changed. */
export function frozenBy(standing: Organization['status'] | null): Pick<Principal, 'frozen'> {
  if (standing === 'suspended') return { frozen: iamErrors.organization_suspended }
  if (standing === 'cancelled') return { frozen: iamErrors.organization_cancelled }
  return {}
}
